"""Python ints: 64 bits with overflow detected, floor division and modulo, shifts, powers, small number theory."""

from .registry import case, cases, grid
from .values import I64_MAX, I64_MIN, INTS, SHIFTS, SMALL_INTS

MASK32 = 0xFFFFFFFF


@grid(INTS, INTS)
def add(a, b):
    return a + b


@grid(INTS, INTS)
def subtract(a, b):
    return a - b


@grid(INTS, INTS)
def multiply(a, b):
    return a * b


@cases(*INTS)
def negate(a):
    return -a


@cases(*INTS)
def invert(a):
    return ~a


@grid(INTS, INTS)
def floor_divide(a, b):
    return a // b


@grid(INTS, INTS)
def modulo(a, b):
    return a % b


@grid(INTS, (I64_MIN, -3, -1, 0, 2))
def quotient_and_remainder(a, b):
    return divmod(a, b)


@grid(INTS, INTS)
def bitwise(a, b):
    return a & b, a | b, a ^ b


@grid((0, 1, -1, 3, I64_MAX, I64_MIN), SHIFTS)
def shift_left(a, n):
    return a << n


@grid((0, 1, -1, 1000, -1000, I64_MAX, I64_MIN), SHIFTS)
def shift_right(a, n):
    return a >> n


@cases(*INTS)
def constant_shifts(a):
    return (a & 255) << 8, a >> 3, a >> 63, a >> 70


@grid((0, 1, -1, 2, -2, 3, 10, 3037000499), (0, 1, 2, 3, 5, 18, 39, 62, 63, 64))
def power(a, b):
    return a**b


@cases(*SMALL_INTS, 3037000499, 3037000500, I64_MIN)
def square_and_cube(a):
    return a**2, a**1, a**0


@cases(2, -2, 2097151, 2097152)
def cube(a):
    return a**3


@cases(1, 2, -4, 10, 0)
def reciprocal_power(a):
    return a**-1


@cases(*INTS)
def absolute_difference(a):
    return abs(a - 5)


@cases((3, 5, 7), (I64_MAX, 1, -1), (I64_MAX, -1, 1), (I64_MIN, 1, -1))
def order_of_additions(a, b, c):
    """No reassociation: the left sum is made first and may overflow."""
    return a + b + c


@cases((5, 3), (I64_MAX, 1), (-5, 5))
def cancelled_sum(a, b):
    return (a + b) - b


@cases((5, 3), (I64_MAX, 2), (2**40, 2**30))
def cancelled_product(a, b):
    return (a * b) // b


@cases((1, 2), (I64_MAX, I64_MAX), (I64_MIN, I64_MAX), (I64_MAX - 1, I64_MAX))
def midpoint(a, b):
    return a + (b - a) // 2


@grid((-5, 0, 5, 50), (0, 10), (10, 20))
def clamp(x, low, high):
    return max(low, min(x, high))


@cases(*SMALL_INTS, I64_MAX, I64_MIN)
def sign(n):
    return (n > 0) - (n < 0)


@grid((0, 1, 12, 18, 270, -12, I64_MAX), (0, 1, 8, 18, 192, -18))
def gcd(a, b):
    while b:
        a, b = b, a % b
    return abs(a)


@grid((0, 4, 21, -6), (6, 14))
def lcm(a, b):
    if a == 0 or b == 0:
        return 0
    x, y = abs(a), abs(b)
    while y:
        x, y = y, x % y
    return abs(a) // x * abs(b)


@cases((240, 46), (17, 3120), (1, 1), (0, 5))
def extended_gcd(a, b):
    s, old_s, t, old_t = 0, 1, 1, 0
    while b != 0:
        q = a // b
        a, b = b, a - q * b
        old_s, s = s, old_s - q * s
        old_t, t = t, old_t - q * t
    return a, old_s, old_t


@cases(0, 1, 2, 10, 90, 92, 93, 100)
def fibonacci(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


@cases(0, 1, 5, 20, 21, 25)
def factorial(n):
    result = 1
    for k in range(2, n + 1):
        result *= k
    return result


@cases(1, 2, 6, 7, 27, 97, 871)
def collatz_steps(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


@case(0)
@cases(7, 12345, 9, 10**18)
def digit_sum(n):
    total = 0
    while n > 0:
        n, digit = divmod(n, 10)
        total += digit
    return total


@cases(0, 7, 120, 12345, -12)
def reverse_digits(n):
    negative = n < 0
    n = abs(n)
    result = 0
    while n:
        result = result * 10 + n % 10
        n //= 10
    return -result if negative else result


@cases(0, 1, 2, 15, 16, 17, 10**12, 2**52 - 1)
def integer_square_root(n):
    if n < 2:
        return n
    x = n
    y = (x + 1) // 2
    while y < x:
        x = y
        y = (x + n // x) // 2
    return x


@cases((1, 10), (12345, 1), (0, 100), (MASK32, 1000))
def linear_congruential(seed, steps):
    for _ in range(steps):
        seed = (1664525 * seed + 1013904223) & MASK32
    return seed


@cases((1, 5), (2463534242, 50))
def xorshift32(x, steps):
    for _ in range(steps):
        x ^= (x << 13) & MASK32
        x ^= x >> 17
        x ^= (x << 5) & MASK32
    return x


@cases((3, 13, 7), (2, 1000, 1_000_003), (5, 0, 9), (10, 3, 1))
def fast_modular_power(base, exponent, m):
    result = 1 % m
    base %= m
    while exponent > 0:
        if exponent & 1:
            result = result * base % m
        base = base * base % m
        exponent >>= 1
    return result


@cases((2000, 2, 29), (1999, 12, 31), (2024, 3, 1), (1970, 1, 1), (-1, 1, 1))
def day_number(year, month, day):
    shift = (14 - month) // 12
    y = year + 4800 - shift
    m = month + 12 * shift - 3
    return day + (153 * m + 2) // 5 + 365 * y + y // 4 - y // 100 + y // 400 - 32045


@cases(1900, 2000, 2023, 2024, -4)
def is_leap_year(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


@cases((5, 2), (10, 0), (30, 15), (66, 33), (70, 35), (3, 5))
def binomial(n, k):
    if k < 0 or k > n:
        return 0
    result = 1
    for i in range(1, min(k, n - k) + 1):
        result = result * (n - i + 1) // i
    return result


@cases(0, 1, 6, 28, 27, 496)
def sum_of_divisors(n):
    total = 0
    for d in range(1, n):
        if n % d == 0:
            total += d
    return total


@cases(0, 9, 493193, I64_MAX)
def digital_root(n):
    while n > 9:
        s = 0
        while n:
            s += n % 10
            n //= 10
        n = s
    return n


@cases((0, 0, 0), (23, 59, 59), (100, -1, 5))
def seconds_of_day(h, m, s):
    total = (h * 60 + m) * 60 + s
    return total % 86400, total // 86400


@cases(1, 3000000000, 4000000000, -5)
def product_near_the_limit(n):
    return n * n, n * 2


@cases(0, 62, 63, 200)
def doubling_until_overflow(n):
    x = 1
    for _ in range(n):
        x += x
    return x


@cases((10, 3), (10**6, 7), (0, 2), (41, 2))
def josephus(n, k):
    survivor = 0
    for size in range(2, min(n, 2000) + 1):
        survivor = (survivor + k) % size
    return survivor


@cases((4, 8), (12, -3), (0, 1), (5, 0))
def division_in_branches(a, b):
    if a % 4 == 0:
        return a // b, 0
    return 0, a % b

"""bool, int, float and complex together: conversions, truth, comparisons, ternaries, and/or/not, returns."""

from .registry import case, cases, grid, options
from .values import (
    BOOLS,
    COMPLEXES,
    FLOATS,
    I64_MAX,
    I64_MIN,
    INF,
    INTS,
    NAN,
    PLAIN_FLOATS,
    SMALL_INTS,
)

WORDS = 3
RATE = 0.25
READY = True


@cases(True, False, *INTS, *FLOATS, *COMPLEXES)
def identity(x):
    return x


@cases(1, 2.5, True)
def nothing(x):
    """A function whose end is reached without a return."""
    y = x
    pass


@cases(1, 2.5)
def bare_return(x):
    if x:
        return
    return


@cases((1, 2.5), (I64_MIN, NAN), (True, 1j))
def pair(a, b):
    return a, b


@cases((1, 2.5, 1j))
def nested_tuple(a, b, c):
    return (a, (b, c)), a


@case()
def no_arguments():
    return 42


@case()
def literals():
    return 1_000, 0xFF, 0b101, 0o17, 1e3, 1e400, 1e-320, 2.5j, True, -9223372036854775808, 9223372036854775807


@case()
def empty_tuple():
    return ()


@cases(0, 5, -5)
def module_constants(x):
    return (x * WORDS, x * RATE) if READY else (x, 0.0)


@grid(BOOLS, BOOLS)
def bool_arithmetic(a, b):
    return a + b, a - b, a * b, -a, +a


@grid(BOOLS, BOOLS)
def bool_bits(a, b):
    return a & b, a | b, a ^ b, a << b, a >> b


@grid(BOOLS, BOOLS)
def bool_division(a, b):
    return a // b, a % b


@grid(BOOLS, BOOLS)
def bool_true_division(a, b):
    return a / b


@grid(BOOLS, BOOLS)
def bool_power(a, b):
    return a**b


@grid(BOOLS, BOOLS)
def bool_logic(a, b):
    return a and b, a or b, not a, not (a and b), a == b, a < b, a != b


@grid(BOOLS, SMALL_INTS)
def bool_with_int(a, n):
    return a + n, n - a, a * n, a < n, a == n, a & n


@grid(BOOLS, PLAIN_FLOATS)
def bool_with_float(a, x):
    return a + x, x * a, a <= x, x - a


@grid(SMALL_INTS, PLAIN_FLOATS)
def int_with_float(n, x):
    return n + x, n - x, x - n, n * x, x + n


@grid((2**53, 2**53 + 1, I64_MAX, I64_MIN, -(2**53) - 1, 0), (float(2**53), float(2**63), -float(2**63), INF, -INF, NAN, 0.5, -0.0))
def int_against_float(n, x):
    """Comparisons are of the exact values: 2**53 + 1 is not the float 2**53."""
    return n == x, n != x, n < x, n <= x, n > x, n >= x, x < n, x == n


@grid(INTS, (1, -1, 3, 7, 10, I64_MAX, I64_MIN, 0))
def int_true_division(a, b):
    """Rounded once, also where an operand has more than 53 bits."""
    return a / b


@cases(*INTS, True, False)
def int_to_float(n):
    return float(n)


@cases(*FLOATS, 2.999, -2.999, 9.3e18, -9.3e18, 9223372036854774784.0, -9223372036854775808.0)
def float_to_int(x):
    return int(x)


@cases(*INTS, *FLOATS, *COMPLEXES, True, False)
def to_bool(x):
    return bool(x)


@cases(*INTS, *FLOATS, *COMPLEXES, True, False)
def logical_not(x):
    return not x


@cases(*SMALL_INTS, *PLAIN_FLOATS, *COMPLEXES, True)
def to_complex(x):
    return complex(x)


@grid(PLAIN_FLOATS, PLAIN_FLOATS)
def complex_of_parts(re, im):
    return complex(re, im)


@case()
def conversions_without_argument():
    return int(), float(), bool(), complex()


@cases(True, False, 5, -0.0, 2.5)
def keep_type(x):
    return int(bool(x)), float(x), bool(int(x))


@grid(SMALL_INTS, SMALL_INTS)
def and_value(a, b):
    return a and b


@grid(SMALL_INTS, SMALL_INTS)
def or_value(a, b):
    return a or b


@grid(FLOATS, (1.0, -0.0, NAN))
def float_and_or(x, y):
    return x and y, x or y


@grid((0, 1, -3), (0, 4), (0, 5, 7))
def chained_logic(a, b, c):
    return a and b or c, a or b and c, not (a or b), (a or b) and c


@grid((0, 1), (0, 2))
def default_idiom(a, b):
    width = a or 80
    height = b and b * 2
    return width, height


@cases((0, 5), (3, 0), (1, 1), (-2, 7))
def short_circuit(a, b):
    """The right side is not evaluated: no ZeroDivisionError."""
    return b != 0 and a // b > 0, b == 0 or a % b == 0


@cases(0, 1)
def short_circuit_raises(b):
    return b > 0 and 1 // (b - 1) > 0


@grid(SMALL_INTS, (0, 1))
def ternary(a, flag):
    return a if flag else -a


@cases(*SMALL_INTS)
def nested_ternary(a):
    return 1 if a > 0 else -1 if a < 0 else 0


@cases(0.0, -0.0, 2.0, NAN, INF)
def ternary_lazy(x):
    return 1.0 / x if x else 0.0


@cases(*FLOATS)
def ternary_in_arithmetic(x):
    return (1.0 if x > 0 else -1.0 if x < 0 else 0.0) * (x if x == x else 7.0)


@grid((-1, 0, 1, 5), (0, 3), (0, 4, 9))
def chained_comparison(a, b, c):
    return a < b < c, a <= b <= c, a == b == c, a < b > c, a != b != c


@grid((0.0, -0.0, 1.0, NAN, INF), (0.0, 1.0, NAN), (-0.0, 2.0))
def chained_float_comparison(x, y, z):
    return x <= y <= z, x == y == z, not x < y < z, 0.0 <= x < 1.0


@cases((0, 0), (1, 0), (5, 2))
def chain_stops_early(a, b):
    """The third operand is not evaluated where the first comparison fails."""
    return a < b < 1 // b


@grid(FLOATS, FLOATS)
def float_comparisons(x, y):
    return x < y, x <= y, x == y, x != y, x >= y, x > y


@grid(INTS, INTS)
def int_comparisons(a, b):
    return a < b, a <= b, a == b, a != b, a >= b, a > b


@grid(COMPLEXES, COMPLEXES)
def complex_equality(z, w):
    return z == w, z != w


@grid(COMPLEXES, (0, 1, 3.5, NAN))
def complex_against_real(z, x):
    return z == x, z != x


@grid(SMALL_INTS, SMALL_INTS, (0, 4))
def int_min_max(a, b, c):
    return min(a, b), max(a, b), min(a, b, c), max(a, b, c)


@grid(FLOATS, (0.0, -0.0, 1.0, NAN, -INF))
def float_min_max(x, y):
    """The first of equals; NaN stays or goes by its place, as the comparisons say."""
    return min(x, y), max(x, y), min(y, x), max(y, x)


@grid((0.0, NAN, 1.0), (-0.0, NAN, 2.0), (0.0, NAN, -1.0))
def float_min_of_three(x, y, z):
    return min(x, y, z), max(x, y, z)


@cases(*INTS, *FLOATS, *COMPLEXES, True, False)
def absolute(x):
    return abs(x)


@cases(*INTS, *FLOATS, *COMPLEXES, True)
def negate_twice(x):
    return -(-x), +x


@cases(0.5, 1.5, 2.5, -0.5, -1.5, 0.49999999999999994, 2.0**52 + 0.5, 1e18, -1e18, 1e19, NAN, INF, -INF, 0.0, -0.0)
def round_to_int(x):
    return round(x)


@grid((2.675, 1.005, -2.5, 0.125, 1e22, 12345.678, NAN, INF, -0.0, 5e-324, 1e300), (0, 1, 2, 3, -1, -2, 20))
def round_to_digits(x, digits):
    return round(x, digits)


@cases(*INTS, True)
def round_int(n):
    return round(n)


@grid((0, 5, 15, 25, -15, -25, 1249, 1251, 10**18 + 5), (0, 1, -1, -2, -3, -19))
def round_int_to_digits(n, digits):
    return round(n, digits)


@grid(SMALL_INTS, SMALL_INTS)
def int_divmod(a, b):
    q, r = divmod(a, b)
    return q * b + r == a, q, r


@grid((7.5, -7.5, 0.0, -0.0, INF, NAN, 1e300, 5e-324), (2.0, -2.0, 0.5, INF, -INF, NAN, 0.0, 1e-300))
def float_divmod(x, y):
    return divmod(x, y)


@cases((2, 10, 1000), (7, 0, 13), (3, 200, 1_000_007), (-3, 5, 7), (3, 5, -7), (2, 5, 0), (5, 3, 1), (I64_MAX, I64_MAX, 97))
@cases((3, 100, 2**40 + 15), (I64_MAX, 3, I64_MAX - 1))
@case(2, -1, 7, deviation="Modular inverses", raises=ValueError, message="negative exponent")
def modular_power(a, b, m):
    return pow(a, b, m)


@grid((0.0, 2.0, -2.0, 1e200), (0.0, 2.0, -1.0, 3.0))
def builtin_power(x, y):
    return pow(x, y)


@case(2, 3)
@case(2, -1, deviation="Powers of another type", raises=ValueError, message="negative exponent")
@case(-10, -3, deviation="Powers of another type", raises=ValueError, message="negative exponent")
def int_to_a_negative_power(a, b):
    """CPython gives a float here, an int elsewhere."""
    return a**b


@case(4.0, 0.5)
@case(-4.0, 0.5, deviation="Powers of another type", raises=ValueError, message="complex")
@case(-1.0, 1.5, deviation="Powers of another type", raises=ValueError, message="complex")
def negative_to_a_fractional_power(x, y):
    """CPython gives a complex number here, a float elsewhere."""
    return x**y


@cases((3, 4), (-1, 5))
def swap(a, b):
    a, b = b, a
    return a, b


@cases((1, 2, 3), (1.5, 2.5, 3.5))
def rotate(a, b, c):
    a, b, c = b, c, a
    return a, b, c


@cases((1, 2.5, 3), (True, -0.0, 9))
def nested_unpacking(a, b, c):
    (x, y), z = (a, b), c
    p, (q, r) = z, (y, x)
    return x, y, z, p, q, r


@cases(4, -4)
def multiple_targets(n):
    a = b = c = n * 2
    a += 1
    return a, b, c


@cases(3, -8)
def tuple_kept_in_a_variable(n):
    point = (n, n + 0.5, n > 0)
    first, second, third = point
    return point, first, second, third, point[0], point[-1], len(point)


@grid(SMALL_INTS, (1, 2, -3))
def augmented_int(a, b):
    a += b
    a -= 2 * b
    a *= 3
    a //= b
    a %= 7
    a &= 6
    a |= 9
    a ^= 5
    a <<= 2
    a >>= 1
    return a


@grid(PLAIN_FLOATS, (1.5, -0.25))
def augmented_float(x, y):
    x += y
    x *= 2.0
    x -= 1
    x /= y
    x //= 0.5
    x %= 3.0
    x **= 2
    return x


@grid(COMPLEXES[:4], (1.5 - 2j, 3 + 0j))
def augmented_complex(z, w):
    z += w
    z *= 2j
    z -= 1
    z /= w
    return z


@case(5)
@case(-2)
def rebind_to_another_type(n):
    """A straight line of code may give a name a new type."""
    x = n
    x = x * 1.5
    x = x > 1.0
    return x


@case(3)
@case(-3)
@options(merged=False)
def annotated_variables(n: int):
    total: int = n
    half: float = total / 2
    return total, half


@cases((1, 2, 3, 4))
def many_parameters(a, b, c, d, e=5, f=6.5, g=False):
    return a + b + c + d + e, f, g


@cases((10, 3), (-10, 3))
def precedence(a, b):
    return -a**2, a - b - 1, a // b * b, a + b << 1, a & b == 2, not a == b, 2 ** (b - 1) > 1, -a // b


@grid((0, 3), (0.0, 2.5))
@options(merged=True)
def int_or_float(n, x):
    """One type for both paths: the float."""
    return n or x, n if x else x, x and n


@cases(0, 1, 4)
@options(merged=True)
def sum_that_starts_as_int(n):
    total = 0
    for k in range(n):
        total += k * 0.5
    return total


@grid((0, 3), BOOLS)
@options(merged=True)
def bool_or_int(n, flag):
    return n if flag else flag, flag and n


@cases(7, -7, 0)
def constant_conditions(n):
    if True:
        n += 1
    if False:
        n += 100
    while 0:
        n += 1000
    return n if 1 else -n


@grid((0, 1, 5), (0.0, 5.0, NAN))
def membership(n, x):
    return n in (1, 2, 5), n not in (0, 1), x in (0.0, 5.0), n in (x, 7)


@cases((5, None), (5, 3), (2.5, None))
def optional_parameter(x, n):
    if n is None:
        return x
    return x * n


@cases(None, 0, 1.5)
def is_none(x):
    return x is None, x is not None


@cases((7, 3), (0, 5), (-4, -4))
def assignment_expressions(a, b):
    if (d := a - b) > 0:
        return d, a
    return (e := d * 2) + 1, e


@cases(20, 1)
def assignment_expression_in_a_while(n):
    steps = 0
    while (n := n // 2) > 0:
        steps += 1
    return steps, n


@cases((1, 2.5), (-3, 0.0))
def tuple_arithmetic(a, b):
    t = (a, b) + (b, a)
    return t, t[1:3], len(t + t), t[-1]


@cases(3, -7)
def loop_over_a_tuple(n):
    total = 0
    for k in (1, n, 5):
        total = total * 10 + k
    return total

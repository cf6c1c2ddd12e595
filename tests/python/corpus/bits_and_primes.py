"""Algorithms on integers: bit tricks, hashes, sieves, primes, matrix powers modulo p."""

import numpy as np

from .registry import cases, options
from .values import I64_MAX, I64_MIN, i64, ramp

MASK32 = 0xFFFFFFFF


@cases(0, 1, 255, 12345, I64_MAX)
def popcount(n):
    count = 0
    while n:
        n &= n - 1
        count += 1
    return count


@cases(0, 1, 0xFFFFFFFF, 0x12345678)
def popcount_in_parallel(x):
    x = x - ((x >> 1) & 0x55555555)
    x = (x & 0x33333333) + ((x >> 2) & 0x33333333)
    x = (x + (x >> 4)) & 0x0F0F0F0F
    return ((x * 0x01010101) & MASK32) >> 24


@cases(1, 2, 3, 5, 64, 1000, 2**40 + 1)
def next_power_of_two(n):
    n -= 1
    shift = 1
    while shift < 64:
        n |= n >> shift
        shift *= 2
    return n + 1


@cases(0, 1, 64, 65, -8, I64_MIN)
def is_power_of_two(n):
    return n != 0 and n & (n - 1) == 0


@cases(8, 12, 1, -16, I64_MIN)
def trailing_zeros(n):
    count = 0
    while n & 1 == 0:
        n >>= 1
        count += 1
    return count


@cases(0, 1, 11, 0xF0F1, 2**62)
def gray_code_round_trip(n):
    gray = n ^ (n >> 1)
    back = 0
    while gray:
        back ^= gray
        gray >>= 1
    return n ^ (n >> 1), back


@cases(0, 1, 0b1011, 0xDEADBEEF)
def reverse_bits32(x):
    result = 0
    for _ in range(32):
        result = (result << 1) | (x & 1)
        x >>= 1
    return result


@cases((0, 0), (5, 9), (65535, 1))
def interleave_bits(x, y):
    z = 0
    for i in range(16):
        z |= (x >> i & 1) << (2 * i) | (y >> i & 1) << (2 * i + 1)
    return z


@cases((1, 5), (0x80000001, 31), (0xDEADBEEF, 0))
def rotate_left32(x, n):
    return ((x << n) | (x >> (32 - n))) & MASK32


@cases(b"", b"a", b"rooftop", bytes(range(40)))
def crc32(data):
    crc = MASK32
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xEDB88320 if crc & 1 else 0)
    return crc ^ MASK32


@cases(b"", b"abc", bytes(range(100)))
def fnv1a_32(data):
    h = 0x811C9DC5
    for byte in data:
        h = ((h ^ byte) * 0x01000193) & MASK32
    return h


@cases(b"", b"Wikipedia")
def adler32(data):
    a, b = 1, 0
    for byte in data:
        a = (a + byte) % 65521
        b = (b + a) % 65521
    return b << 16 | a


@cases(np.frombuffer(b"wrap around", "uint8").astype("uint32"))
def wrapping_hash(data):
    """uint32 elements wrap by themselves."""
    h = data[0]
    for i in range(1, len(data)):
        h = h * data[i] + (h >> 3)
    return h


@cases(np.zeros(0, bool), np.zeros(1, bool), np.zeros(50, bool), np.zeros(50, "uint8"))
def sieve(flags):
    n = len(flags)
    for i in range(2, n):
        flags[i] = True
    count = 0
    for i in range(2, n):
        if flags[i]:
            count += 1
            for j in range(i * i, n, i):
                flags[j] = False
    return count


@cases(0, 1, 2, 9, 97, 7919, 1_000_003, 999_999)
def is_prime(n):
    if n < 2:
        return False
    if n % 2 == 0:
        return n == 2
    d = 3
    while d * d <= n:
        if n % d == 0:
            return False
        d += 2
    return True


@cases((360, i64(0, 0, 0, 0, 0, 0, 0, 0)), (97, i64(0, 0)), (2**5, i64(0, 0)), (1, i64()))
def factorise(n, out):
    count = 0
    d = 2
    while n > 1:
        while n % d == 0:
            out[count] = d
            count += 1
            n //= d
        d += 1
    return count


@cases(1, 10, 36, 97, 100)
def totient(n):
    result = n
    p = 2
    while p * p <= n:
        if n % p == 0:
            while n % p == 0:
                n //= p
            result -= result // p
        p += 1
    if n > 1:
        result -= result // n
    return result


@cases((97, 2), (97, 3), (561, 2), (3, 2), (1_000_003, 5))
def fermat_test(n, base):
    result = 1
    exponent = n - 1
    while exponent:
        if exponent & 1:
            result = result * base % n
        base = base * base % n
        exponent >>= 1
    return result == 1


@cases(i64(*[0] * 30))
def divisor_counts(out):
    for d in range(1, len(out)):
        for multiple in range(d, len(out), d):
            out[multiple] += 1


@cases(0, 1, 2, 50, 1000)
def fibonacci_by_matrix_power(n):
    p = 1_000_007
    a, b, c, d = 1, 0, 0, 1
    x, y, z, w = 1, 1, 1, 0
    while n:
        if n % 2:
            a, b, c, d = (a * x + b * z) % p, (a * y + b * w) % p, (c * x + d * z) % p, (c * y + d * w) % p
        x, y, z, w = (x * x + y * z) % p, (x * y + y * w) % p, (z * x + w * z) % p, (z * y + w * w) % p
        n //= 2
    return b


@cases((ramp((3, 3), "int64"), np.eye(3, dtype="int64"), np.zeros((3, 3), "int64"), 13))
@cases((ramp((2, 2), "int64"), np.eye(2, dtype="int64"), np.zeros((2, 2), "int64"), 0))
def matrix_power_modulo(m, result, scratch, exponent):
    n = len(m)
    while exponent:
        if exponent & 1:
            for i in range(n):
                for j in range(n):
                    total = 0
                    for k in range(n):
                        total += int(result[i, k]) * int(m[k, j])
                    scratch[i, j] = total % 10007
            for i in range(n):
                for j in range(n):
                    result[i, j] = scratch[i, j]
        for i in range(n):
            for j in range(n):
                total = 0
                for k in range(n):
                    total += int(m[i, k]) * int(m[k, j])
                scratch[i, j] = total % 10007
        for i in range(n):
            for j in range(n):
                m[i, j] = scratch[i, j]
        exponent >>= 1


@cases(i64(1, 2, 3, 2, 1), i64(7), i64(5, 5))
@options(merged=True)
def lonely_element(a):
    x = 0
    for value in a:
        x ^= value
    return x


@cases(i64(*[0] * 32), i64(*[0] * 1))
def bit_reversal_permutation(out):
    n = len(out)
    bits = 0
    while 1 << bits < n:
        bits += 1
    for i in range(n):
        r = 0
        for b in range(bits):
            if i >> b & 1:
                r |= 1 << (bits - 1 - b)
        out[i] = r


@cases((i64(3, 5, 6), 11), (i64(2), 1), (i64(), 0))
def subsets_below(a, limit):
    count = 0
    for mask in range(1 << len(a)):
        total = 0
        for i in range(len(a)):
            if mask >> i & 1:
                total += int(a[i])
        if total <= limit:
            count += 1
    return count

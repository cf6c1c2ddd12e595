"""array.array, memoryview, bytes and bytearray: Python scalars in and out, Python's own errors of each type."""

from array import array

import numpy as np

from .registry import built, case, cases, grid, options
from .values import INF, NAN, f64

CODES = "bBhHiIlLqQ"


def each_code(*values):
    return [array(code, values) for code in CODES + "fd"]


def view_of(code, *values):
    return memoryview(array(code, values))


def matrix_view(rows, columns, code="d"):
    values = array(code, range(rows * columns))
    return memoryview(values).cast("B").cast(code, [rows, columns])


@grid(each_code(1, 2, 3), (0, 2, -1, 3, -4))
def element_of_array(a, i):
    return a[i]


@grid(each_code(1, 2, 3), (0, -3, 3, -4))
def store_to_array(a, i):
    a[i] = 7


@grid([array(c, [0, 0]) for c in CODES], (127, 128, 255, 256, 2**15, 2**31, 2**32, 2**63 - 1))
@grid([array(c, [0, 0]) for c in CODES if c != "Q"], (-1, -128, -129))
@case(array("Q", [0, 0]), -1, deviation="Words of array.array", raises=OverflowError, message="convert negative")
def store_out_of_range(a, value):
    a[1] = value


@grid([array("f", [0, 0]), array("d", [0, 0])], (0.1, 1e300, -0.0, INF, NAN, 1e-320))
def store_float(a, value):
    a[1] = value


@cases(*each_code(1, 2, 100), array("q"), array("d"))
def sum_and_length(a):
    total = 0
    for i in range(len(a)):
        total += int(a[i])
    return total, len(a)


@cases(*[array(c, [100, 27]) for c in CODES])
def sum_does_not_wrap(a):
    """The elements are Python ints: a sum is exact, only the store is narrow."""
    return a[0] + a[1] + a[0], a[0] * a[0]


@cases(*[array(c, [100, 50]) for c in CODES])
def store_of_sum(a):
    a[0] = a[0] + a[1]


@cases(array("Q", [2**64 - 1, 5]), array("Q", [2**63 - 1, 5]))
def greatest_unsigned(a):
    return a[0] - a[1]


@cases(array("d", [3.0, 1.0, 2.0]), array("d"), array("i", [5, -5]))
def bubble_sort(a):
    n = len(a)
    for i in range(n):
        for j in range(n - 1 - i):
            if a[j] > a[j + 1]:
                a[j], a[j + 1] = a[j + 1], a[j]


@cases((array("d", [1, 2, 3]), array("d", [4, 5, 6])), (array("f", [0.1]), array("d", [0.1])), (array("d", [1]), f64(0.5)))
def dot(a, b):
    total = 0.0
    for x, y in zip(a, b):
        total += float(x) * float(y)
    return total


@cases(bytes(range(5)), b"", bytearray(b"rooftop"), array("B", b"rooftop"))
def byte_sum(data):
    total = 0
    for byte in data:
        total = (total * 257 + byte) % 65521
    return total


@cases(bytearray(b"hello world"), bytearray())
def upper_case(data):
    for i in range(len(data)):
        c = data[i]
        if 97 <= c <= 122:
            data[i] = c - 32


@grid([bytearray(b"ab")], (0, 255, 256, -1))
def store_byte(data, value):
    data[0] = value


@grid([bytearray(b"ab"), b"ab"], (0, -1, 2, -3))
def byte_at(data, i):
    return data[i]


@built(lambda: (view_of("d", 1.5, 2.5), 1), "d-1")
@built(lambda: (view_of("d", 1.5, 2.5), -2), "d-minus-2")
@built(lambda: (view_of("d", 1.5, 2.5), 2), "d-2")
@built(lambda: (view_of("i", 1, 2, 3), -4), "i-minus-4")
@built(lambda: (memoryview(b"xyz"), 2), "bytes-2")
@built(lambda: (memoryview(np.array([True, False])), 0), "bool-0")
@built(lambda: (memoryview(np.float32([0.1, 0.2])), 1), "float32-1")
def element_of_view(m, i):
    return m[i]


@built(lambda: (view_of("b", 0, 0), 127), "b-127")
@built(lambda: (view_of("b", 0, 0), 128), "b-128")
@built(lambda: (view_of("B", 0, 0), -1), "B-minus-1")
@built(lambda: (view_of("i", 0, 0), 2**31), "i-2-31")
@built(lambda: (view_of("q", 0, 0), 2**63 - 1), "q-max")
@built(lambda: (memoryview(np.array([True, False])), 5), "bool-5")
def store_to_view(m, value):
    m[1] = value


@built(lambda: (memoryview(b"xyz"),), "bytes")
@built(lambda: (view_of("B", 1, 2),), "B")
def store_to_readonly_view(m):
    m[0] = 1


@built(lambda: (view_of("d", 1, 2, 3, 4),), "d")
@built(lambda: (view_of("h", 1, 2, 3, 4)[::-1],), "h-reversed")
@built(lambda: (view_of("d"),), "empty")
def sum_of_view(m):
    total = 0.0
    for x in m:
        total = total * 2 + x
    return total, len(m)


@built(lambda: (view_of("d", 1, 2, 3, 4, 5),), "d")
@built(lambda: (view_of("l", 1, 2, 3, 4, 5)[::2],), "l-strided")
def slice_of_view(m):
    """A slice of a memoryview shares memory."""
    s = m[1:]
    s[0] = 50
    return len(s), s[-1], m[1]


@built(lambda: (matrix_view(2, 3),), "d")
@built(lambda: (matrix_view(3, 2, "i"),), "i")
def matrix_memoryview(m):
    n, k = m.shape
    total = 0.0
    for i in range(n):
        for j in range(k):
            m[i, j] = m[i, j] * 2
            total = total * 0.5 + m[i, j]
    return total, m.ndim, len(m), m[-1, -1]


@built(lambda: (matrix_view(2, 3), 2, 0), "row-2")
@built(lambda: (matrix_view(2, 3), 0, -4), "column-minus-4")
@built(lambda: (matrix_view(2, 3), 1, 2), "inside")
def matrix_view_bounds(m, i, j):
    return m[i, j]


def sharing():
    values = array("d", range(8))
    return values, memoryview(values)[1:]


@built(sharing, "shared")
def overlapping_buffers(a, m):
    for i in range(len(m)):
        a[i + 1] = m[i] + a[i]


@cases((array("i", [5, 3, 9, 1]), 9), (array("i", [5, 3]), 4), (array("i"), 0))
def linear_search(a, wanted):
    for i, x in enumerate(a):
        if x == wanted:
            return i
    return -1


@cases((b"mississippi", b"ssi"), (b"aaa", b"b"), (b"", b""), (b"ab", b"abc"))
def find_bytes(text, pattern):
    for start in range(len(text) - len(pattern) + 1):
        for k in range(len(pattern)):
            if text[start + k] != pattern[k]:
                break
        else:
            return start
    return -1


@cases((b"12345",), (b"-907",), (b"",), (b"9223372036854775807",), (b"9223372036854775808",))
def parse_integer(text):
    negative = len(text) > 0 and text[0] == 45
    value = 0
    for i in range(1 if negative else 0, len(text)):
        value = value * 10 + (text[i] - 48)
    return -value if negative else value


@cases((bytearray(b"aaabbc"), bytearray(12)), (bytearray(), bytearray(2)))
def run_length_encode(data, out):
    n = len(data)
    i = size = 0
    while i < n:
        j = i
        while j < n and data[j] == data[i] and j - i < 255:
            j += 1
        out[size] = j - i
        out[size + 1] = data[i]
        size += 2
        i = j
    return size


@cases((array("d", [0.5, 1.5]), 2), (array("f", [0.5, 1.5]), 3))
@options(ulps=64)
def powers_in_place(a, n):
    for i in range(len(a)):
        a[i] = a[i] ** n

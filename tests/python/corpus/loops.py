"""for over range, arrays, enumerate and zip: bounds, steps, shadowing, mutation of what is iterated."""

from array import array

import numpy as np

from .registry import case, cases, grid, options
from .values import I64_MAX, I64_MIN, f64, fortran, i64, layouts, noise, ramp, spaced


@grid((-3, 0, 5), (-3, 0, 5), (-2, -1, 1, 3, 0))
def range_of_three(start, stop, step):
    total = 0
    count = 0
    for k in range(start, stop, step):
        total = total * 3 + k
        count += 1
    return count, total


@cases(-1, 0, 1, 6)
def range_of_one(n):
    total = 0
    for k in range(n):
        total += k * k
    return total


@cases(True, False)
def range_of_bool(flag):
    count = 0
    for _ in range(flag):
        count += 1
    return count


@cases((I64_MAX - 3, I64_MAX, 1), (I64_MAX - 5, I64_MAX, 3), (I64_MIN + 3, I64_MIN, -1), (I64_MIN, I64_MAX, I64_MAX))
def range_at_the_limits(start, stop, step):
    """The counter does not overflow where the range ends."""
    count = 0
    last = 0
    for k in range(start, stop, step):
        count += 1
        last = k
    return count, last


@cases(3, 10)
def huge_range_with_break(n):
    for k in range(I64_MAX):
        if k * k > n:
            break
    return k


@cases(4, 0)
def loop_variable_assigned(n):
    """Assigning the variable does not change the course of the loop."""
    total = 0
    for k in range(n):
        k += 10
        total += k
    return total


@cases(5, 1)
def bounds_taken_once(n):
    count = 0
    for k in range(n):
        n += 1
        count += 1
    return count, n


@cases(5, 0)
def triangular_nest(n):
    total = 0
    for i in range(n):
        for j in range(i, n):
            for k in range(i, j):
                total += i + 2 * j + 3 * k
    return total


@cases(7, 0, 100)
def countdown(n):
    total = 0
    for k in range(n, -1, -1):
        total = total * 2 % 1009 + k
    return total


@cases(6, 0)
def same_name_in_nested_loops(n):
    total = 0
    for i in range(n):
        for i in range(3):
            total += i
        total += 100 * i
    return total


@cases(f64(), f64(1.5), f64(1, -2, 3), spaced(f64(1, -2, 3), -2), np.float32([0.1, 0.2]), i64(1, 2, 3), np.int8([100, 100]))
@options(merged=True)
def sum_elements(a):
    total = 0
    for x in a:
        total += x
    return total


@cases(f64(), f64(1.5, 0.1, -3), noise(50), noise(50, "float32"))
@options(merged=True, atol=1e-5)
def sum_of_squares(a):
    total = 0.0
    for x in a:
        total += x * x
    return total


@cases(array("d", [1.5, 2.5]), array("d"), array("i", [1, -2, 3]), array("B", [255, 1]), b"abc", bytearray(b"\x00\xff"))
def sum_buffer(a):
    total = 0.0
    for x in a:
        total += x
    return total


@cases(f64(3, 1, 2), f64(), f64(5))
def index_of_greatest(a):
    best = -1
    for i, x in enumerate(a):
        if best < 0 or x > a[best]:
            best = i
    return best


@cases((f64(1, 2, 3), 1), (f64(), 1), (i64(4, 5), -10))
def enumerate_from(a, start):
    total = 0.0
    for i, x in enumerate(a, start):
        total += i * float(x)
    return total


@cases((f64(1, 2, 3), f64(4, 5, 6)), (f64(1, 2, 3), f64(4)), (f64(), f64(1)), (i64(1, 2), f64(0.5, 0.25)))
@options(merged=True)
def dot_by_zip(a, b):
    total = 0.0
    for x, y in zip(a, b):
        total += x * y
    return total


@case(f64(1, 2, 3), i64(1, 0, 1), np.array([True, False, True]))
@case(f64(1, 2, 3), i64(1, 0), np.array([True]))
def zip_of_three(a, b, c):
    count = 0
    for x, n, keep in zip(a, b, c):
        if keep and n:
            count += int(x)
    return count


@cases((f64(1, 2, 3), f64(4, 5, 6)), (f64(1), f64()))
def enumerate_of_zip(a, b):
    total = 0.0
    for i, (x, y) in enumerate(zip(a, b)):
        total += i * (float(x) - float(y))
    return total


@cases((5, f64(1, 2, 3)), (2, f64(1, 2, 3)), (0, f64()))
def zip_with_range(n, a):
    total = 0.0
    for k, x in zip(range(n), a):
        total += (k + 1) * float(x)
    return total


@cases(4, 0)
def enumerate_of_range(n):
    total = 0
    for i, k in enumerate(range(n, 3 * n, 2)):
        total += i * k
    return total


@cases(*layouts(ramp((3, 4))), ramp((0, 4)), ramp((4, 0)))
def rows(a):
    """The loop variable is a view of each row."""
    total = 0.0
    for row in a:
        for x in row:
            total = total * 0.5 + float(x)
    return total


@cases(*layouts(ramp((3, 4)))[:3])
def write_through_rows(a):
    for i, row in enumerate(a):
        row[i] = -1.0
        row[-1] += 100.0


@cases((ramp((2, 3)), ramp((2, 3))), (fortran(ramp((2, 3))), ramp((4, 3))))
def zip_of_rows(a, b):
    total = 0.0
    for p, q in zip(a, b):
        for k in range(len(p)):
            total += float(p[k]) * float(q[k])
    return total


@cases(ramp((2, 3, 2)), ramp((1, 1, 1)), ramp((2, 0, 2)))
def three_levels(a):
    total = 0.0
    for plane in a:
        for row in plane:
            for x in row:
                total = total / 2 + float(x)
    return total


@cases(f64(1, 2, 3, 4), f64(1), f64())
def mutate_ahead(a):
    """The loop reads each element when it gets there."""
    count = 0
    for x in a:
        count += 1
        if count < len(a):
            a[count] += x


@cases(i64(1, 2, 3), i64())
def overwrite_behind(a):
    for i, x in enumerate(a):
        a[i] = x * x


@cases((i64(0, 3, 5), 0), (i64(4), 2))
def rebind_what_is_iterated(a, n):
    total = n
    for x in a:
        a = a[:1]
        total += int(x) + len(a)
    return total


@cases(f64(1, 2, 3, 4, 5), f64(1), f64())
def over_a_slice(a):
    total = 0.0
    for x in a[1::2]:
        total += float(x)
    for x in a[::-1]:
        total = total * 0.5 + float(x)
    return total


@cases((5, 3), (0, 2), (1, 1))
def unequal_steps(n, m):
    total = 0
    for i in range(0, n, 2):
        for j in range(m, 0, -1):
            total += (i + 1) * j
    return total


@cases(f64(1, 2, 4, 8), f64(1), f64())
def pairs_of_neighbours(a):
    total = 0.0
    for x, y in zip(a[:-1], a[1:]):
        total += float(y) - float(x)
    return total


@cases(np.array([True, False, True, True]), np.zeros(0, bool))
def count_true(a):
    count = 0
    for flag in a:
        if flag:
            count += 1
    return count


@cases(noise(4, "complex128"), np.zeros(0, "complex128"))
@options(atol=1e-14)
def sum_of_complex(a):
    total = 0j
    for z in a:
        total += complex(z) * 2
    return total


@cases((3, 4), (0, 5))
def loop_invariants(n, m):
    total = 0
    for i in range(n):
        for j in range(m):
            total += n * m + i * m + j
    return total


@cases(0, 1, 5)
def last_of_each(n):
    i = j = -1
    for i in range(n):
        for j in range(i):
            pass
    return i, j

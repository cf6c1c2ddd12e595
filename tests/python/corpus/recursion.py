"""Recursion: single, double, mutual, over arrays and views, with several results."""

import numpy as np

from .registry import case, cases
from .values import f64, i64, noise, ramp


@cases(0, 1, 10, 20, 21)
def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)


@cases(0, 1, 2, 15)
def fibonacci(n):
    if n < 2:
        return n
    return fibonacci(n - 1) + fibonacci(n - 2)


@cases((48, 18), (17, 5), (0, 3), (3, 0), (-12, 18))
def gcd(a, b):
    return a if b == 0 else gcd(b, a % b)


@cases((2.0, 10), (1.5, 0), (2.0, -3), (0.0, 5), (10.0, 400))
def power(x, n):
    if n < 0:
        return 1.0 / power(x, -n)
    if n == 0:
        return 1.0
    half = power(x, n // 2)
    return half * half * x if n % 2 else half * half


@cases((0, 3), (1, 4), (2, 3), (2, 2))
def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


@cases((8, 4, 2), (6, 3, 0), (0, 0, 0))
def takeuchi(x, y, z):
    if y >= x:
        return z
    return takeuchi(takeuchi(x - 1, y, z), takeuchi(y - 1, z, x), takeuchi(z - 1, x, y))


@cases((0, 0, 2), (5, 0, 2), (7, 1, 0))
def hanoi_moves(n, source, target):
    if n == 0:
        return 0
    spare = 3 - source - target
    return hanoi_moves(n - 1, source, spare) + 1 + hanoi_moves(n - 1, spare, target)


@cases(0, 1, 7, 10)
def is_even(n):
    if n == 0:
        return True
    return is_odd(n - 1)


@cases(0, 1, 7)
def is_odd(n):
    if n == 0:
        return False
    return is_even(n - 1)


@cases(0, 1, 5, 20)
def hofstadter_female(n):
    return 1 if n == 0 else n - hofstadter_male(hofstadter_female(n - 1))


@cases(0, 1, 5, 20)
def hofstadter_male(n):
    return 0 if n == 0 else n - hofstadter_female(hofstadter_male(n - 1))


def left(n):
    return n if n <= 0 else 1 + middle(n - 1)


def middle(n):
    return n if n <= 0 else 2 + right(n - 1)


def right(n):
    return n if n <= 0 else 3 + left(n - 1)


@cases(0, 1, 2, 3, 10)
def three_in_a_ring(n):
    return left(n), middle(n), right(n)


@cases((f64(1, 3, 5, 7, 9), 7.0, 0, 5), (f64(1, 3, 5), 4.0, 0, 3), (f64(), 1.0, 0, 0))
def binary_search(a, x, low, high):
    if low >= high:
        return -1
    middle = (low + high) // 2
    if a[middle] == x:
        return middle
    if a[middle] < x:
        return binary_search(a, x, middle + 1, high)
    return binary_search(a, x, low, middle)


@cases((noise(20), 0, 19), (f64(3, 1, 2), 0, 2), (f64(), 0, -1), (i64(2, 2, 2, 1), 0, 3), (ramp(30)[::-1], 0, 29))
def quicksort(a, low, high):
    if low >= high:
        return
    pivot = a[(low + high) // 2]
    i, j = low, high
    while i <= j:
        while a[i] < pivot:
            i += 1
        while a[j] > pivot:
            j -= 1
        if i <= j:
            a[i], a[j] = a[j], a[i]
            i += 1
            j -= 1
    quicksort(a, low, j)
    quicksort(a, i, high)


@cases((noise(17), np.zeros(17)), (f64(2, 1), np.zeros(2)), (f64(), f64()))
def merge_sort(a, scratch):
    """Recursion over views."""
    n = len(a)
    if n < 2:
        return
    m = n // 2
    merge_sort(a[:m], scratch[:m])
    merge_sort(a[m:], scratch[m:])
    i, j = 0, m
    for k in range(n):
        if j >= n or (i < m and a[i] <= a[j]):
            scratch[k] = a[i]
            i += 1
        else:
            scratch[k] = a[j]
            j += 1
    for k in range(n):
        a[k] = scratch[k]


@cases(f64(1, 2, 3, 4, 5), f64(0.1), noise(33))
def pairwise_sum(a):
    if len(a) == 1:
        return float(a[0])
    m = len(a) // 2
    return pairwise_sum(a[:m]) + pairwise_sum(a[m:])


@cases(f64(3, -1, 4, 1, 5), f64(2))
def least_and_greatest(a):
    if len(a) == 1:
        return a[0], a[0]
    m = len(a) // 2
    low1, high1 = least_and_greatest(a[:m])
    low2, high2 = least_and_greatest(a[m:])
    return min(low1, low2), max(high1, high2)


@cases((np.array([[1, 1, 0], [0, 1, 0], [1, 0, 1]], "int32"), 0, 0), (np.zeros((2, 2), "int32"), 1, 1))
def flood_fill(grid, i, j):
    if i < 0 or j < 0 or i >= grid.shape[0] or j >= grid.shape[1] or grid[i, j] != 1:
        return 0
    grid[i, j] = 2
    return (
        1
        + flood_fill(grid, i + 1, j)
        + flood_fill(grid, i - 1, j)
        + flood_fill(grid, i, j + 1)
        + flood_fill(grid, i, j - 1)
    )


@cases((1, 0, 0, 0), (4, 0, 0, 0), (6, 0, 0, 0), (8, 0, 0, 0))
def queens(n, columns, up, down):
    """Columns and diagonals taken, as bits."""
    full = (1 << n) - 1
    if columns == full:
        return 1
    count = 0
    free = full & ~(columns | up | down)
    while free:
        bit = free & -free
        free ^= bit
        count += queens(n, columns | bit, (up | bit) << 1, (down | bit) >> 1)
    return count


@cases((i64(3, 34, 4, 12, 5, 2), 0, 9), (i64(3, 34, 4), 0, 30), (i64(), 0, 0))
def subset_sum(a, start, target):
    if target == 0:
        return True
    if start == len(a) or target < 0:
        return False
    return subset_sum(a, start + 1, target - int(a[start])) or subset_sum(a, start + 1, target)


@cases((i64(1, 2, 5), 0, 11), (i64(2), 0, 3), (i64(), 0, 0))
def ways_to_change(coins, k, amount):
    if amount == 0:
        return 1
    if k == len(coins) or amount < 0:
        return 0
    return ways_to_change(coins, k, amount - int(coins[k])) + ways_to_change(coins, k + 1, amount)


@cases(0, 1, 5, 12)
def catalan(n):
    if n <= 1:
        return 1
    total = 0
    for k in range(n):
        total += catalan(k) * catalan(n - 1 - k)
    return total


@cases((i64(4, 2, 7, 1, 3), 0), (i64(4), 0), (i64(), 0))
def depth_of_heap_tree(tree, node):
    if node >= len(tree):
        return 0
    return 1 + max(depth_of_heap_tree(tree, 2 * node + 1), depth_of_heap_tree(tree, 2 * node + 2))


@cases((i64(1, 2, 3), 0), (i64(1, 2, 3, 4), 0))
def permutations_signature(a, k):
    if k == len(a):
        value = 0
        for x in a:
            value = value * 5 + int(x)
        return value % 97
    total = 0
    for i in range(k, len(a)):
        a[k], a[i] = a[i], a[k]
        total += permutations_signature(a, k + 1)
        a[k], a[i] = a[i], a[k]
    return total


@cases((0.0, 1.0, 12), (-1.0, 2.0, 6))
def adaptive_quadrature(a, b, depth):
    m = 0.5 * (a + b)
    whole = (b - a) * m * m
    if depth == 0:
        return whole
    return adaptive_quadrature(a, m, depth - 1) + adaptive_quadrature(m, b, depth - 1)


@cases((i64(5, 0, 3), 2), (i64(5, 4, 0), 2), (i64(5), 3))
def error_deep_inside(a, k):
    if k == 0:
        return 100
    return error_deep_inside(a, k - 1) // int(a[k])


@cases((np.zeros((4, 4)), 0, 0, 4))
def quadrant_fill(m, i, j, size):
    if size == 1:
        m[i, j] = i * 10 + j
        return
    half = size // 2
    quadrant_fill(m, i, j, half)
    quadrant_fill(m, i + half, j, half)
    quadrant_fill(m, i, j + half, half)
    quadrant_fill(m, i + half, j + half, half)


@case(500)
def deep_but_fine(n):
    return 0 if n == 0 else 1 + deep_but_fine(n - 1)


@case(6)
@case(27)
def collatz_recursive(n):
    if n == 1:
        return 0
    return 1 + (collatz_recursive(n // 2) if n % 2 == 0 else collatz_recursive(3 * n + 1))

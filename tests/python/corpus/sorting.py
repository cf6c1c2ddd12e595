"""Algorithms that order and search: every classic sort in place, binary search, selection, merging."""

import numpy as np

from .registry import cases, grid
from .values import INF, f64, i64, noise, ramp, spaced

INPUTS = (
    f64(),
    f64(5),
    f64(2, 1),
    noise(25),
    ramp(12)[::-1],
    i64(3, 3, 1, 2, 1, 3),
    f64(INF, -INF, 0.0, -0.0, 5e-324),
    spaced(noise(9), -2),
    noise(20, "int8"),
    noise(20, "float32"),
)


@cases(*INPUTS)
def bubble_sort(a):
    n = len(a)
    for i in range(n):
        swapped = False
        for j in range(n - 1 - i):
            if a[j] > a[j + 1]:
                a[j], a[j + 1] = a[j + 1], a[j]
                swapped = True
        if not swapped:
            break


@cases(*INPUTS)
def insertion_sort(a):
    for i in range(1, len(a)):
        x = a[i]
        j = i - 1
        while j >= 0 and a[j] > x:
            a[j + 1] = a[j]
            j -= 1
        a[j + 1] = x


@cases(*INPUTS)
def selection_sort(a):
    for i in range(len(a)):
        least = i
        for j in range(i + 1, len(a)):
            if a[j] < a[least]:
                least = j
        a[i], a[least] = a[least], a[i]


@cases(*INPUTS)
def shell_sort(a):
    gap = len(a) // 2
    while gap > 0:
        for i in range(gap, len(a)):
            x = a[i]
            j = i
            while j >= gap and a[j - gap] > x:
                a[j] = a[j - gap]
                j -= gap
            a[j] = x
        gap //= 2


def sift_down(a, start, end):
    root = start
    while 2 * root + 1 < end:
        child = 2 * root + 1
        if child + 1 < end and a[child] < a[child + 1]:
            child += 1
        if a[root] >= a[child]:
            return
        a[root], a[child] = a[child], a[root]
        root = child


@cases(*INPUTS)
def heap_sort(a):
    n = len(a)
    for start in range(n // 2 - 1, -1, -1):
        sift_down(a, start, n)
    for end in range(n - 1, 0, -1):
        a[0], a[end] = a[end], a[0]
        sift_down(a, 0, end)


@cases(*INPUTS)
def cocktail_sort(a):
    low, high = 0, len(a) - 1
    while low < high:
        for i in range(low, high):
            if a[i] > a[i + 1]:
                a[i], a[i + 1] = a[i + 1], a[i]
        high -= 1
        for i in range(high, low, -1):
            if a[i - 1] > a[i]:
                a[i - 1], a[i] = a[i], a[i - 1]
        low += 1


@cases((noise(30), np.zeros(64, "int64")), (f64(2, 1), np.zeros(64, "int64")), (f64(), np.zeros(64, "int64")))
def quicksort_with_stack(a, stack):
    stack[0] = 0
    stack[1] = len(a) - 1
    top = 2
    while top > 0:
        top -= 2
        low, high = int(stack[top]), int(stack[top + 1])
        while low < high:
            pivot = a[high]
            i = low - 1
            for j in range(low, high):
                if a[j] <= pivot:
                    i += 1
                    a[i], a[j] = a[j], a[i]
            a[i + 1], a[high] = a[high], a[i + 1]
            stack[top] = i + 2
            stack[top + 1] = high
            top += 2
            high = i


@cases((i64(3, 1, 2, 3, 0), np.zeros(4, "int64")), (i64(), np.zeros(1, "int64")), (i64(4), np.zeros(3, "int64")))
def counting_sort(a, counts):
    for x in a:
        counts[x] += 1
    k = 0
    for value in range(len(counts)):
        for _ in range(counts[value]):
            a[k] = value
            k += 1


@grid([f64(), f64(1), f64(1, 3, 5, 7), ramp(20)], (-1.0, 1.0, 4.0, 7.0, 100.0))
def binary_search(a, x):
    low, high = 0, len(a)
    while low < high:
        middle = (low + high) // 2
        if a[middle] < x:
            low = middle + 1
        else:
            high = middle
    return low


@grid([f64(1, 1, 2, 2, 2, 9), f64()], (0.0, 1.0, 2.0, 9.0, 10.0))
def equal_range(a, x):
    first = 0
    while first < len(a) and a[first] < x:
        first += 1
    last = first
    while last < len(a) and a[last] == x:
        last += 1
    return first, last


@cases((noise(15), 7), (f64(1), 0), (noise(10), 0), (noise(10), 9))
def quickselect(a, k):
    low, high = 0, len(a) - 1
    while low < high:
        pivot = a[k]
        i, j = low, high
        while i <= j:
            while a[i] < pivot:
                i += 1
            while pivot < a[j]:
                j -= 1
            if i <= j:
                a[i], a[j] = a[j], a[i]
                i += 1
                j -= 1
        if j < k:
            low = i
        if k < i:
            high = j
    return a[k]


@cases((f64(1, 4, 9), f64(2, 3), np.zeros(5)), (f64(), f64(1), np.zeros(1)), (f64(1), f64(), np.zeros(1)), (f64(1), f64(2), np.zeros(1)))
def merge(a, b, out):
    i = j = k = 0
    while i < len(a) and j < len(b):
        if a[i] <= b[j]:
            out[k] = a[i]
            i += 1
        else:
            out[k] = b[j]
            j += 1
        k += 1
    while i < len(a):
        out[k] = a[i]
        i += 1
        k += 1
    while j < len(b):
        out[k] = b[j]
        j += 1
        k += 1


@cases(f64(1, 1, 2, 3, 3, 3), f64(), f64(7))
def unique_in_place(a):
    if len(a) == 0:
        return 0
    k = 1
    for i in range(1, len(a)):
        if a[i] != a[k - 1]:
            a[k] = a[i]
            k += 1
    return k


@cases(i64(2, 0, 1, 1, 2, 0), i64(), i64(1))
def dutch_flag(a):
    low = middle = 0
    high = len(a) - 1
    while middle <= high:
        if a[middle] == 0:
            a[low], a[middle] = a[middle], a[low]
            low += 1
            middle += 1
        elif a[middle] == 1:
            middle += 1
        else:
            a[middle], a[high] = a[high], a[middle]
            high -= 1


@cases((f64(3, 1, 2), i64(0, 0, 0)), (noise(12), np.zeros(12, "int32")), (f64(), i64()))
def argsort(a, order):
    for i in range(len(a)):
        order[i] = i
    for i in range(1, len(a)):
        k = order[i]
        j = i
        while j > 0 and a[order[j - 1]] > a[k]:
            order[j] = order[j - 1]
            j -= 1
        order[j] = k


@cases(i64(3, 3, 4, 2, 3, 3), i64(1), i64(1, 2, 1, 2))
@cases(i64(9, 8, 9, 9))
def majority(a):
    candidate, votes = 0, 0
    for x in a:
        if votes == 0:
            candidate, votes = int(x), 1
        elif x == candidate:
            votes += 1
        else:
            votes -= 1
    return candidate


def reverse_part(a, start, end):
    while start < end:
        a[start], a[end] = a[end], a[start]
        start += 1
        end -= 1


@cases((f64(1, 2, 3, 4, 5), 2), (f64(1, 2, 3), 0), (f64(1), 5), (ramp(6), 4), (f64(), 1))
def rotate(a, k):
    n = len(a)
    k %= n
    reverse_part(a, 0, n - 1)
    reverse_part(a, 0, k - 1)
    reverse_part(a, k, n - 1)

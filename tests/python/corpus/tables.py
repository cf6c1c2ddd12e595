"""Dynamic programming and graphs on tables: edit distance, knapsack, LCS, Floyd-Warshall, searches on grids."""

import numpy as np

from .registry import case, cases, options
from .values import INF, f64, fortran, i64, noise

FAR = 1_000_000


def letters(text):
    return np.frombuffer(text.encode(), "uint8").copy()


@cases(
    (letters("kitten"), letters("sitting"), np.zeros((7, 8), "int64")),
    (letters(""), letters("abc"), np.zeros((1, 4), "int64")),
    (letters("flaw"), letters("lawn"), fortran(np.zeros((5, 5), "int32"))),
    (letters("a"), letters("a"), np.zeros((2, 2), "int16")),
)
def edit_distance(s, t, d):
    n, m = len(s), len(t)
    for i in range(n + 1):
        d[i, 0] = i
    for j in range(m + 1):
        d[0, j] = j
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost = 0 if s[i - 1] == t[j - 1] else 1
            d[i, j] = min(d[i - 1, j] + 1, d[i, j - 1] + 1, d[i - 1, j - 1] + cost)
    return int(d[n, m])


@cases((b"kitten", b"sitting", i64(*[0] * 8)), (b"", b"", i64(0)), (b"abc", b"", i64(0)))
def edit_distance_one_row(s, t, row):
    for j in range(len(t) + 1):
        row[j] = j
    for i in range(1, len(s) + 1):
        diagonal = int(row[0])
        row[0] = i
        for j in range(1, len(t) + 1):
            above = int(row[j])
            if s[i - 1] == t[j - 1]:
                row[j] = diagonal
            else:
                row[j] = 1 + min(diagonal, above, int(row[j - 1]))
            diagonal = above
    return int(row[len(t)])


@cases(
    (b"ABCBDAB", b"BDCABA", np.zeros((8, 7), "int64")),
    (b"", b"A", np.zeros((1, 2), "int64")),
    (b"XYZ", b"ABC", np.zeros((4, 4), "uint8")),
)
def longest_common_subsequence(s, t, table):
    for i in range(len(s)):
        for j in range(len(t)):
            if s[i] == t[j]:
                table[i + 1, j + 1] = table[i, j] + 1
            else:
                table[i + 1, j + 1] = max(table[i, j + 1], table[i + 1, j])
    return int(table[len(s), len(t)])


@cases(
    (i64(1, 3, 4, 5), i64(1, 4, 5, 7), 7, i64(*[0] * 8)),
    (i64(), i64(), 3, i64(0, 0, 0, 0)),
    (i64(5), i64(10), 4, i64(*[0] * 5)),
)
def knapsack(weights, values, capacity, best):
    for i in range(len(weights)):
        for w in range(capacity, weights[i] - 1, -1):
            candidate = best[w - weights[i]] + values[i]
            if candidate > best[w]:
                best[w] = candidate
    return int(best[capacity])


@cases((i64(1, 2, 5), i64(1, *[0] * 11)), (i64(2), i64(1, 0, 0, 0)), (i64(), i64(1, 0)))
def coin_change(coins, ways):
    for c in coins:
        for amount in range(c, len(ways)):
            ways[amount] += ways[amount - c]
    return int(ways[-1])


@cases((i64(10, 9, 2, 5, 3, 7, 101, 18), i64(*[0] * 8)), (i64(), i64()), (i64(5, 4, 3), i64(0, 0, 0)))
def longest_increasing_subsequence(a, length):
    best = 0
    for i in range(len(a)):
        length[i] = 1
        for j in range(i):
            if a[j] < a[i] and length[j] + 1 > length[i]:
                length[i] = length[j] + 1
        best = max(best, int(length[i]))
    return best


@cases((i64(30, 35, 15, 5, 10, 20, 25), np.zeros((6, 6), "int64")), (i64(10, 20), np.zeros((1, 1), "int64")))
def matrix_chain_order(p, m):
    n = len(p) - 1
    for length in range(2, n + 1):
        for i in range(n - length + 1):
            j = i + length - 1
            m[i, j] = 2**62
            for k in range(i, j):
                cost = m[i, k] + m[k + 1, j] + p[i] * p[k + 1] * p[j + 1]
                if cost < m[i, j]:
                    m[i, j] = cost
    return int(m[0, n - 1])


def distances(n, seed, missing=INF):
    rng = np.random.default_rng(seed)
    d = rng.integers(1, 20, (n, n)).astype(float)
    d[rng.random((n, n)) < 0.5] = missing
    np.fill_diagonal(d, 0.0)
    return d


@cases(distances(6, 1), distances(1, 2), fortran(distances(5, 3)), np.zeros((0, 0)), distances(17, 4))
def floyd_warshall(d):
    n = len(d)
    for k in range(n):
        for i in range(n):
            for j in range(n):
                if d[i, k] + d[k, j] < d[i, j]:
                    d[i, j] = d[i, k] + d[k, j]


@cases(distances(6, 5, FAR).astype("int64"), distances(4, 6, FAR).astype("int32"))
def floyd_warshall_by_min(d):
    n = d.shape[0]
    for k in range(n):
        for i in range(n):
            for j in range(n):
                d[i, j] = min(d[i, j], d[i, k] + d[k, j])


@cases((distances(6, 1), f64(*[0] * 6), np.zeros(6, bool), 0), (distances(3, 9), f64(1, 1, 1), np.zeros(3, bool), 2))
def dijkstra(weights, distance, done, source):
    n = len(weights)
    for i in range(n):
        distance[i] = INF
    distance[source] = 0.0
    for _ in range(n):
        u = -1
        for i in range(n):
            if not done[i] and (u < 0 or distance[i] < distance[u]):
                u = i
        if u < 0 or distance[u] == INF:
            break
        done[u] = True
        for v in range(n):
            if distance[u] + weights[u, v] < distance[v]:
                distance[v] = distance[u] + weights[u, v]


@case(i64(0, 0, 1, 2), i64(1, 2, 3, 3), f64(1, 4, 2, -1), f64(0, INF, INF, INF))
@case(i64(0, 1), i64(1, 0), f64(-1, -1), f64(0, INF))
def bellman_ford(source, target, weight, distance):
    for _ in range(len(distance) - 1):
        changed = False
        for u, v, w in zip(source, target, weight):
            if distance[u] + w < distance[v]:
                distance[v] = distance[u] + w
                changed = True
        if not changed:
            return True
    for k in range(len(source)):
        if distance[source[k]] + weight[k] < distance[target[k]]:
            return False
    return True


MAZE = np.array([[0, 0, 1, 0], [1, 0, 1, 0], [0, 0, 0, 0], [0, 1, 1, 0]], "uint8")


@cases((MAZE, np.zeros((4, 4), "int32"), np.zeros((16, 2), "int32")), (MAZE[:1], np.zeros((1, 4), "int32"), np.zeros((4, 2), "int32")))
def breadth_first_search(maze, steps, queue):
    n, m = maze.shape
    for i in range(n):
        for j in range(m):
            steps[i, j] = -1
    steps[0, 0] = 0
    head, tail = 0, 1
    while head < tail:
        i, j = int(queue[head, 0]), int(queue[head, 1])
        head += 1
        for d in range(4):
            x = i + (d == 0) - (d == 1)
            y = j + (d == 2) - (d == 3)
            if 0 <= x < n and 0 <= y < m and not maze[x, y] and steps[x, y] < 0:
                steps[x, y] = steps[i, j] + 1
                queue[tail, 0] = x
                queue[tail, 1] = y
                tail += 1
    return int(steps[n - 1, m - 1])


@cases((i64(0, 1, 2, 3, 4), i64(0, 1, 3), i64(1, 2, 4)), (i64(0), i64(), i64()))
def union_find(parent, left, right):
    groups = len(parent)
    for a, b in zip(left, right):
        x, y = int(a), int(b)
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = int(parent[x])
        while parent[y] != y:
            y = int(parent[y])
        if x != y:
            parent[y] = x
            groups -= 1
    return groups


@cases((np.array([[1, 3, 1], [1, 5, 1], [4, 2, 1]]),), (np.array([[7]]),), (np.array([[1, 2], [1, 1]], "int8"),))
def cheapest_path(cost):
    n, m = cost.shape
    for i in range(n):
        for j in range(m):
            if i > 0 and j > 0:
                cost[i, j] += min(cost[i - 1, j], cost[i, j - 1])
            elif i > 0:
                cost[i, j] += cost[i - 1, j]
            elif j > 0:
                cost[i, j] += cost[i, j - 1]
    return cost[n - 1, m - 1]


@cases(f64(-2, 1, -3, 4, -1, 2, 1, -5, 4), f64(-1), f64(0.0, -0.0), noise(30))
@options(merged=True)
def maximum_subarray(a):
    best = current = a[0]
    for i in range(1, len(a)):
        current = max(a[i], current + a[i])
        best = max(best, current)
    return best


@cases(np.zeros((6, 6), "int64"), np.zeros((70, 36), "int64"), np.zeros((1, 1), "int64"))
def pascal_triangle(t):
    """The int64 elements wrap in the large one."""
    for i in range(t.shape[0]):
        t[i, 0] = 1
        for j in range(1, min(i + 1, t.shape[1])):
            t[i, j] = t[i - 1, j - 1] + t[i - 1, j]


@cases((np.array([[1, 2], [3, 4]], "int64"), np.zeros((3, 3), "int64")), (np.zeros((0, 2), "int64"), np.zeros((1, 3), "int64")))
def summed_area(a, s):
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            s[i + 1, j + 1] = a[i, j] + s[i, j + 1] + s[i + 1, j] - s[i, j]


@cases((b"ababcababa", b"aba", i64(0, 0, 0)), (b"aaaa", b"aa", i64(0, 0)), (b"x", b"xyz", i64(0, 0, 0)))
def knuth_morris_pratt(text, pattern, failure):
    k = 0
    for i in range(1, len(pattern)):
        while k > 0 and pattern[i] != pattern[k]:
            k = int(failure[k - 1])
        if pattern[i] == pattern[k]:
            k += 1
        failure[i] = k
    count = q = 0
    for c in text:
        while q > 0 and pattern[q] != c:
            q = int(failure[q - 1])
        if pattern[q] == c:
            q += 1
        if q == len(pattern):
            count += 1
            q = int(failure[q - 1])
    return count


@cases(b"abacdfgdcaba", b"a", b"", b"abba")
def longest_palindrome(s):
    best = 0
    for center in range(len(s)):
        for even in range(2):
            i, j = center, center + even
            while i >= 0 and j < len(s) and s[i] == s[j]:
                i -= 1
                j += 1
            best = max(best, j - i - 1)
    return best


@cases(i64(2, 0, 2, 1, 0, 3), i64(), i64(5, 1, 5))
def trapped_water(height):
    water = 0
    i, j = 0, len(height) - 1
    left = right = 0
    while i < j:
        if height[i] < height[j]:
            left = max(left, int(height[i]))
            water += left - int(height[i])
            i += 1
        else:
            right = max(right, int(height[j]))
            water += right - int(height[j])
            j -= 1
    return water

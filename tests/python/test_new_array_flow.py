"""Arrays that compiled functions make, through all control flow: values, sharing and counts of references."""

from __future__ import annotations

import inspect
import json
import re
import subprocess

import numpy as np
import pytest
from beside_numpy import as_numpys, compare, compiled, leaves
from corpus.compare import clone, run
from corpus.sources import define


def increased(x): return x + 1
def itself(x): return x
def both(x, y): return y, x
def first_of(x, y, c): return x if c > 0 else y * 2
def row_of(m, i): return m[i], m[i] + 1
def nothing(x): x[:] = 0
def even(x, n): return x if n <= 0 else odd(x + 1, n - 1)
def odd(x, n): return x * 1 if n <= 0 else even(x[1:], n - 1)


def doubled_and_cut(x, n):
    for i in range(n):
        x = x * 2
        if i == 2:
            return x[1:]
    return x


# Called by their parameters: see CALLS. Integers come first in results, see same_values.


def flow_rebound_in_a_loop(a, n):
    x = a + 1
    for i in range(n):
        x = x + i
        a = a * 2
    return x, a

def flow_swapped(a, n):
    u, v, p, q = a + 1, np.zeros(len(a)), a, a * 10
    for i in range(n):
        v[:] = u * 2
        u, v, p, q = v, u, q, p
    return u, v, p, q

def flow_bound_on_one_path(a, n):
    if n > 1: x = a + 1
    elif n == 1:
        y = a * 2
        return y[1:]
    return x

def flow_parameter_view_or_new(a, n):
    if n == 0: x = a
    elif n == 1: x = a[1:]
    else: x = a + 1 if n == 2 else (a + 1)[::2]
    return x, a if n else a * 2

def flow_early_return(a, n):
    x = a + 1
    if n < 0: return a
    for i in range(n):
        y = x * i
        if i == 1 and n == 3: return y[1:]
        x = y + a
        if i == 3: break
    else: return x
    return x + 100

def flow_breaks_and_continues(a, n):
    x = np.zeros(3)
    for i in range(n):
        t = a[:3] * i
        if i % 2 == 0: continue
        u = t + x
        if i == 3:
            x = u
            break
        x = u + 1
    else: x = x - 1
    return x

def flow_while_with_a_test_that_makes(a, n):
    x, k = a + 0.5, 0
    while (x + n).sum() < 60.0 and k < 6:
        x = x + n
        k += 1
        if k == 5: break
    else: x = x * -1
    return k, x

def flow_endless_with_return(a, n):
    x = a.copy()
    while True:
        x = x + 1
        if x[0] > n: return x
        y = x[::2]

def flow_views_outlive_names(a, n):
    v = (a + 1)[1:]
    w = v[:n]
    v = a * 3
    return w, v[::-1]

def flow_row_kept_after_the_loop(m):
    kept = (t := m * 2)[0]
    for row in t:
        if row[0] > 4.0: kept = row
    t = m + 1
    return kept

def flow_rows_of_an_expression(m):
    total, last = np.zeros(m.shape[1]), m[0]
    for row in m + 1:
        total = total + row
        last = row
    return total, last

def flow_rows_of_a_call(m):
    for i, (u, v) in enumerate(zip(increased(m), m.copy()[::-1])):
        if i == 1: break
    return i, u, v

def flow_shared_results(m):
    x, y = m + 1, m[0] * 2
    return x, x, x[:, ::2], x.T, x[0], m, m[1:], y, y[::-1]

def flow_tuples_chosen(m, n):
    p = (m + 1, m[0]) if n else (m * 2, m[0] * 3)
    u, v = p
    t = (p, m[0] * 2)
    if n > 1: t = ((m, t[0][1]), t[1])
    for i in range(n): t = ((t[0][0] + 1, t[1]), t[0][1])
    return p, v, u, t

def flow_zipped(a):
    out = np.zeros(len(a))
    for i, (x, y) in enumerate(zip(a + 1, (a * 2)[1:])): out[i] = x * y
    return out

def flow_reversed_rows_zipped(m):
    x = m * 2
    for u, v in zip(x, reversed(x)):
        u[:] = v + 1
        last = u, v
    return x, last[0], last[1]

def flow_iterated_name_rebound(a, n):
    x, s = a + 1, 0.0
    for v in x:
        x = x * 2
        s += v
        if v > n + 2: break
    return s, x

def flow_iterated_names_rebound(m):
    x, y, t = m + 1, m + 2, m[0]
    for i, (u, v) in enumerate(zip(x, y[::-1])):
        x = m * 2
        y = x
        t = t + u * v
    return t, x, y

def flow_walrus(a, n):
    x = a + 1
    if (t := a * 2).sum() > 10 * n: return t, x + (x := a * 2), x
    k = 0
    while (t := x * k)[0] < 3.0 * n: k += 1
    return t, both(x, (x := x + 1))[1], x

def flow_in_place_of_a_name_rebound(a):
    x = a + 1
    x += (x := a * 2)
    return x

def flow_index_error(a, n):
    x = a + 1
    y = x[1:]
    for row in range(2): x = x * y[0]
    return x[n], y, increased(x)[n - 3]

def flow_division_by_zero(a, n):
    x, total = a * 2, 0
    for i in range(3):
        y = x + i
        total += 6 // (n - i)
        x = y
    return total, x

def flow_raised(a, n):
    t = np.ones(n), a + 1
    if n == 0: raise ValueError("no")
    if t[0].sum() == 1.0: raise ArithmeticError("few")
    return t[0] + t[1][:n], t

def flow_passed_and_returned(a, n):
    x, y, z = itself(a + 1), increased(itself(a))[1:], itself(itself(a))
    u, v = both(a + 1, a)
    w = first_of(u, a - 1, n), first_of(a, u, n), doubled_and_cut(u, n), doubled_and_cut(a, n)
    first_of(a + 5, u + 5, n); both(a * 3, a * 4)[0].fill(0); nothing(u[1:])
    return x, y, z, u, v, w

def flow_rows_from_a_callee(m, n):
    u, v = row_of(m + 1, n)
    return u, v, row_of(m, n)

def flow_recursive_new(a, n):
    if n <= 0: return np.zeros(len(a))
    below = flow_recursive_new(a[1:], n - 1)
    x = a.copy()
    x[1:] += below
    return x

def flow_recursive_pair(a, n):
    if n <= 0: return a, a + 1
    u, v = flow_recursive_pair(a * 2, n - 1)
    if n == 2: return v, u[:2]
    return v, u

def flow_mutual_recursion(a, n):
    t = even(a, n)
    return t, odd(t, n)

def flow_loops_in_loops(a, n):
    x = y = a + 0
    for i in range(n):
        y = x * 2
        for j in range(i + 1):
            if j == 2:
                y = x
                break
            y = y - a
            for k in range(2):
                z = y
                if i == 1 and k == 1: continue
                x = z + k
        else: x = y
    return x, y if n > 0 else x

def flow_names_of_one_array(a, n):
    x = y = a + 1
    z = y[1:]
    for i in range(n):
        y = z if i % 2 else x
        x, w = x, y
    x += 1; x[:1] = 9
    return x, y, z, w

def flow_stored_and_dropped(a, n):
    out = np.zeros((3, len(a)))
    for i in range(3):
        t = a * i
        out[i] = t
        t = out[i]
        if i == n: break
        t += 1
    a + 1; np.zeros(3)
    return out, t

def flow_logic(a, n):
    x = a + 1
    y = (n > 0 and x[0] > 0) and (x + n).sum() > 3
    z = x if y or (a * n).max() > 2 else (x + 1)[1:]
    w = (a if n == 2 else x) if n else a[:2]
    return z, w, (a + 1 if n else a * 2)[1:], (a + 1 if n > 1 else a - 1).sum()

def flow_grown(a, n):
    q = np.empty(0)
    for i in range(n):
        r = np.empty(len(q) + 1)
        r[: len(q)] = q
        r[len(q)] = a[i]
        q = r
    return q


A, M = np.array([3.0, 1.0, 2.0, 5.0, 4.0]), np.arange(12.0).reshape(3, 4)
CALLS = {
    "a": [(A,), (A[:0],)],
    "a, n": [*((A, n) for n in (-6, -1, 0, 1, 2, 3, 5)), (A[:1], 2)],
    "m": [(M,), (M[:1],), (M.T,)],
    "m, n": [(M, 0), (M, 1), (M, 2), (M, 3)],
}
HELPERS = "\n".join(map(inspect.getsource, (increased, itself, both, first_of, row_of, nothing, even, odd, doubled_and_cut)))
FLOWS = [function for name, function in list(globals().items()) if name.startswith("flow_")]


def written(value):
    """An argument as rooftop-opt reads it."""
    if isinstance(value, np.ndarray) and value.size == 0:
        return f"zeros({', '.join(map(str, value.shape))})"
    return json.dumps(value.tolist() if isinstance(value, np.ndarray) else value)


def same_values(tokens, expected):
    """The interpreter's results are Python's: an integer behind an array is its owner."""
    for value in leaves(expected):
        got = tokens.pop(0)
        assert got == (value.tolist() if isinstance(value, np.ndarray) else value)
        if isinstance(value, np.ndarray) and tokens and type(tokens[0]) is int:
            tokens.pop(0)
    assert tokens == []


def interpret(function, args, root, file):
    """The references of the function's ir: the interpreter stops where one is missing, or is left at the end."""
    tool = root / "build" / "release" / "rooftop-opt"
    if not tool.exists():
        return
    expected = run(function, clone(args))
    file.write_text(compiled(function, "strict").ir(*args))
    name = re.search(rf'func @(\S+) "{function.__name__}"', file.read_text())[1]
    call = f"--run={name}({', '.join(map(written, args))})"
    for passes in ("--passes=", "--passes=simplify,owners", "--passes=all"):
        done = subprocess.run([tool, passes, call, file], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        line = done.stdout.split("\n")[0]
        if expected.error is None:
            same_values(json.loads(re.sub("nan", "NaN", f"[{line.removeprefix('returns ')}]")), expected.value)
        else:
            assert line == f"raises {type(expected.error).__name__}: {expected.error}"


def sharing(result):
    found = [np.asarray(x) for x in leaves(as_numpys(result))]
    return [np.shares_memory(x, y) for x in found for y in found]


@pytest.mark.parametrize("function", FLOWS, ids=lambda f: f.__name__.removeprefix("flow_"))
def test_control_flow(function, root, tmp_path):
    """By the interpreter first: what it refuses could end this process."""
    calls = CALLS[", ".join(inspect.signature(function).parameters)]
    for args in calls:
        interpret(function, args, root, tmp_path / "f.ir")
    text = HELPERS + inspect.getsource(function)
    ours = define("import rooftop as np\n" + text, function.__name__)
    for args in calls:
        for module, of_module in (("numpy", function), ("rooftop", ours)):
            got, expected = compare(of_module, *args, module=module)
            if expected.error is None:
                assert sharing(got.value) == sharing(expected.value)

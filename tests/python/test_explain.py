"""`f.explain()`: what it says of loops of each kind, at which line; exact costs; and what a call pays for being timed."""

from __future__ import annotations

import inspect
import re

import numpy as np
import pytest
from corpus import registry

import rooftop
from rooftop import _explain

RATES = {"flops": 1e11, "bytes": 1e10}


@pytest.fixture(autouse=True)
def _fixed_ceilings(monkeypatch):
    """A machine whose ceilings are known: measuring them is tested by itself."""
    monkeypatch.setattr(_explain, "_flops", lambda dtype, threads: RATES["flops"])
    monkeypatch.setattr(_explain, "_bandwidth", lambda threads: (RATES["bytes"], RATES["bytes"]))
    monkeypatch.setattr(_explain, "_cache", lambda size, threads: 4 * RATES["bytes"])


def matmul(A, B, C):
    n, m, p = A.shape[0], A.shape[1], B.shape[1]
    for i in range(n):
        for j in range(p):
            for k in range(m):
                C[i, j] += A[i, k] * B[k, j]


def triad(a, b, c, s):
    for i in range(len(a)):
        a[i] = b[i] + s * c[i]


def dot(x, y):
    total = 0.0
    for i in range(len(x)):
        total += x[i] * y[i]
    return total


def running(a):
    for i in range(1, len(a)):
        a[i] = a[i - 1] + a[i]


def scatter(out, index, x):
    for i in range(len(index)):
        out[index[i]] += x[i]


def halvings(x):
    n = 0
    while x > 1.0:
        x *= 0.5
        n += 1
    return n


def roots(x, out):
    for i in range(len(x)):
        r = x[i]
        while r * r > x[i] * 1.001:
            r = 0.5 * (r + x[i] / r)
        out[i] = r


def line_of(function, text: str) -> int:
    lines, first = inspect.getsourcelines(function)
    return first + next(i for i, line in enumerate(lines) if text in line)


def section(explanation: str, function, text: str) -> str:
    """The notes, unfolded, under the line of the function that holds the text; the line itself must be quoted."""
    line = line_of(function, text)
    found = re.search(rf"^  test_explain\.py:{line}: {re.escape(text)}.*\n((?:    .*\n)*)", explanation, re.MULTILINE)
    assert found, f"line {line} is not in:\n{explanation}"
    return unfolded(found.group(1))


def unfolded(text: str) -> str:
    """Notes that go on in the next line, as one."""
    return re.sub(r"\n      (?! )", " ", text)


def explained(function, *arguments, **options) -> str:
    compiled = rooftop.jit(function, **options)
    compiled(*arguments)
    return compiled.explain()


def counts_of(function, *arguments):
    compiled = rooftop.jit(function)
    compiled(*arguments)
    explanation = compiled._handle(compiled.signatures[0]).explanation()
    _explain._add_call(explanation, compiled._timed_call(compiled.signatures[0]))
    return explanation.counts


def test_a_matrix_product_is_recognised_and_tiled():
    a = np.ones((70, 80))
    text = explained(matmul, a, np.ones((80, 90)), np.zeros((70, 90)))
    notes = section(text, matmul, "for i in range(n):")
    assert re.search(r"\+ .*\d+ x \d+ elements in registers, blocks of \d+", notes)
    assert re.search(r"\+ vectorised: \d+ elements at once", notes)
    assert "not vectorised" not in text
    assert "not parallel" not in text
    if rooftop.get_num_threads() > 1:
        assert "+ parallel: " in notes


def test_an_elementwise_loop_is_vectorised():
    x = np.ones(100)
    notes = section(explained(triad, x, x.copy(), x.copy(), 2.0), triad, "for i in range(len(a)):")
    assert re.search(r"\+ vectorised: \d+ rounds at once", notes)
    assert "tested for overlap" in notes
    assert "- " not in notes


def test_a_sum_of_floats_keeps_its_order_and_says_what_to_do():
    x = np.ones(100)
    notes = section(explained(dot, x, x), dot, "for i in range(len(x)):")
    assert "'total' is a sum of floats: in another order it would round differently" in notes
    assert re.search(r"several sums, each of a part, would not wait for each other \(a vector holds \d+", notes)


def test_a_value_that_goes_from_round_to_round_is_named():
    notes = section(explained(running, np.ones(10)), running, "for i in range(1, len(a)):")
    assert "not vectorised: a round may read an element of 'a' that another one writes" in notes


def test_a_round_that_may_raise_names_the_exception_and_its_line():
    text = explained(scatter, np.zeros(5), np.zeros(7, np.int64), np.ones(7))
    line = line_of(scatter, "out[index[i]]")
    if rooftop.get_num_threads() > 1:
        assert f"not parallel: a round may raise IndexError (line {line})" in section(text, scatter, "for i in")
    assert "the check for IndexError stays in the loop" in section(text, scatter, "out[index[i]]")


def test_checks_that_stay_name_what_does_without():
    text = explained(halvings, 100.0)
    assert "each round of a while loop decides whether there is another" in section(text, halvings, "while x > 1.0:")

    def powers(a, n):
        for i in range(len(a)):
            n = n * 3 - 1
            a[i] = n

    text = explained(powers, np.zeros(3, np.int64), 1)
    assert "np.int64 numbers wrap around without one" in section(text, powers, "n = n * 3 - 1")


def test_costs_of_a_matrix_product_are_exact():
    counts = counts_of(matmul, np.ones((30, 40)), np.ones((40, 50)), np.zeros((30, 50)))
    assert counts.float64_flops == 2 * 30 * 40 * 50
    assert counts.bytes == 8 * (30 * 40 + 40 * 50 + 2 * 30 * 50)
    assert counts.is_complete


def test_costs_of_a_triad_are_exact():
    x = np.ones(1000, np.float32)
    counts = counts_of(triad, x, x.copy(), x.copy(), np.float32(2))
    assert (counts.float32_flops, counts.float64_flops) == (2000, 0)
    assert counts.bytes == 3 * 4 * 1000
    assert counts.is_complete


def test_costs_of_loops_that_scalars_steer_are_exact():
    def iterate(out, most):
        for i in range(len(out)):
            x = 0.0
            k = 0
            while k < most and x < 2.0:
                x = x * x + i * 0.1
                k += 1
            out[i] = k

    n, most = 30, 40
    out = np.zeros(n, np.int64)
    counts = counts_of(iterate, out, most)
    assert counts.float64_flops == 3 * out.sum()  # two for x, one for i * 0.1
    assert counts.bytes == 8 * n


def test_what_the_data_decides_is_not_counted_but_named():
    x = np.linspace(2.0, 9.0, 50)
    text = explained(roots, x, np.zeros(50))
    line = line_of(roots, "while")
    assert f"not counted: test_explain.py:{line}: how many rounds there are depends on the data" in text
    assert "at least" in text


def test_the_last_call_and_its_roofline():
    compiled = rooftop.jit(triad)
    n = 1_000_000
    a, b, c = np.zeros(n), np.ones(n), np.ones(n)
    for _ in range(3):
        compiled(a, b, c, 2.0)
    text = compiled.explain()
    assert "last timed call (of 3): " in text
    assert "2 Mflop, 24 MB of arrays: b 8 MB read, c 8 MB read, a 8 MB written" in text
    seconds, _, returned, calls = compiled._timed_call(compiled.signatures[0])
    assert returned
    assert calls == 3
    share = re.search(r"roofline: ([0-9.]+)% of what the cache that holds the arrays \(40 GB/s\) allows", text)
    assert float(share.group(1)) == pytest.approx(100 * 24e6 / (4 * RATES["bytes"]) / seconds, rel=0.06)


def test_the_time_of_a_call_is_that_of_a_clock():
    import time

    @rooftop.jit
    def slow(n):
        x = 0.0
        for i in range(n):
            x = x * 0.5 + i
        return x

    slow(10)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        slow(2_000_000)
        outside = time.perf_counter() - start
        times.append(slow._timed_call(slow.signatures[0])[0] / outside)
    assert 0.8 < max(times) <= 1.02


def test_small_calls_are_timed_now_and_then():
    compiled = rooftop.jit(dot)
    small, large = np.ones(4), np.ones(5000)
    for _ in range(64):
        compiled(small, small)
    assert len(compiled._timed_call(compiled.signatures[0])[1]) == 6 * 8
    compiled(large, large)
    assert compiled._timed_call(compiled.signatures[0])[1][8:16] == (5000).to_bytes(8, "little")
    for _ in range(64):
        compiled(small, small)
    assert compiled._timed_call(compiled.signatures[0])[1][8:16] == (4).to_bytes(8, "little")


def test_every_version_is_explained_and_one_can_be_chosen():
    compiled = rooftop.jit(dot)
    x = np.ones(8)
    compiled(x, x)
    compiled(x.astype(np.float32), x)
    text = compiled.explain()
    assert [line for line in text.splitlines() if not line.startswith(" ") and line] == [
        "dot(array(float32, 1, C), array(float64, 1, C))",
        "dot(array(float64, 1, C), array(float64, 1, C))",
    ]
    assert compiled.explain(x, x).startswith("dot(array(float64, 1, C), array(float64, 1, C))\n")
    assert "not called yet" in compiled.explain("array(float64, 1, A)", "array(float64, 1, A)")


def test_before_the_first_call_there_is_a_message():
    with pytest.raises(ValueError, match=r"dot\(\) has not been compiled yet: call it before, or name the argument types"):
        rooftop.jit(dot).explain()


def test_a_call_that_raised_is_not_counted():
    compiled = rooftop.jit(scatter)
    with pytest.raises(IndexError):
        compiled(np.zeros(5), np.full(7, 9), np.ones(7))
    assert "ended by an exception: what it did until then is not known" in compiled.explain()


def test_a_function_without_loops_has_nothing_to_explain():
    compiled = rooftop.jit(lambda a, b: a * b + 1.0)
    compiled(2.0, 3.0)
    assert "no loops" in compiled.explain() or "checks" in compiled.explain()


def test_the_file_of_an_inlined_function_is_its_own():
    def helper(x):
        return x * 2.0

    def apply(a):
        for i in range(len(a)):
            a[i] = helper(a[i])

    x = np.ones(12)
    assert counts_of(apply, x).float64_flops == 12


def test_each_function_of_the_corpus_can_be_explained():
    failures = []
    for entry in registry.entries():
        compiled = rooftop.jit(entry.function)
        for case in entry.cases:
            try:
                compiled(*case.make())
            except Exception:  # noqa: BLE001 - the corpus raises on purpose
                pass
        if not compiled.signatures:
            continue
        try:
            text = compiled.explain()
        except Exception as error:  # noqa: BLE001
            failures.append(f"{entry.name}: {type(error).__name__}: {error}")
            continue
        if not text.startswith(entry.function.__qualname__ + "("):
            failures.append(f"{entry.name}: {text[:80]}")
    assert not failures, "\n".join(failures)

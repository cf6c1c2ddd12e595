"""Rows of docs/deviations.md that no test of another subject holds: where compiled code is not what CPython does."""

from __future__ import annotations

import enum
import re
import signal
import sys
import traceback
import warnings

import numpy as np
import pytest

import rooftop


def test_every_row_names_tests_that_exist(root):
    """Names of tests in the table are real: a row whose test is gone holds nothing."""
    text = (root / "docs" / "deviations.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| what |")]
    assert rows
    for row in rows:
        named = re.findall(r"(tests/\S+?\.py)(?:::(\w+))?", row)
        assert named, row
        for path, name in named:
            source = (root / path).read_text(encoding="utf-8")
            assert not name or f"def {name}(" in source, f"{path}::{name}"


@rooftop.jit
def quotient(a):
    return a[0] / a[1]


def test_numpy_warnings_are_not_issued():
    zeros = np.zeros(2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RuntimeWarning):
            quotient.py_func(zeros)
        assert np.isnan(quotient(zeros))


def test_errstate_does_not_reach_compiled_code():
    zeros = np.zeros(2)
    with np.errstate(all="raise"):
        with pytest.raises(FloatingPointError):
            quotient.py_func(zeros)
        assert np.isnan(quotient(zeros))


@rooftop.jit
def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


def test_recursion_is_limited_by_the_stack_not_by_the_interpreters_count():
    levels = 2 * sys.getrecursionlimit()
    assert depth(levels) == levels


class Colour(enum.IntEnum):
    RED = 3


@rooftop.jit
def same(x):
    return x


def test_subclasses_of_numbers_come_back_as_the_number():
    assert same.py_func(Colour.RED) is Colour.RED
    assert type(same(Colour.RED)) is int


FLAG = 0


@rooftop.jit
def rounds_until_flag(n):
    rounds = 0
    while FLAG == 0 and rounds < n:
        rounds += 1
    return rounds


def test_globals_are_those_of_the_calls_beginning():
    """A signal handler changes the global in the middle of the call; only the next call sees it."""

    def handler(number, frame):
        global FLAG
        FLAG = 1

    global FLAG
    FLAG = 0
    rounds_until_flag(10)
    previous = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        n = 1000
        while FLAG == 0:  # until a call was under way when the handler ran
            n *= 2
            assert rounds_until_flag(n) == n
        assert rounds_until_flag(n) == 0
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
        FLAG = 0


def inner(x):
    return 1 // x


@rooftop.jit
def outer(x):
    return inner(x)


def test_tracing_sees_nothing_of_compiled_code():
    assert outer(1) == 1
    seen = []
    sys.settrace(lambda frame, event, argument: seen.append(frame.f_code.co_name))
    try:
        outer(1)
        outer.py_func(1)
    finally:
        sys.settrace(None)
    assert seen == ["outer", "inner"]


def test_frames_of_compiled_functions_have_places_and_no_locals():
    with pytest.raises(ZeroDivisionError) as caught:
        outer(0)
    entries = traceback.extract_tb(caught.value.__traceback__)[1:]
    assert [entry.name for entry in entries] == ["outer", "inner"]
    frame = caught.value.__traceback__.tb_next.tb_frame
    assert "x" not in frame.f_locals


def test_lanes_wait_for_a_later_round_that_never_ends(run_python):
    result = run_python("""
import math, os, signal, threading
import numpy as np
import rooftop

@rooftop.jit
def settle(x, out):
    for i in range(x.shape[0]):
        y = x[i]
        while y > 0.5:
            y = math.sqrt(y * y + 1e-300) * 0.75 + y * x[i] * 0.25 if y < 3.0 else 0.0
        out[i] = 1.0 / (y - y * 1.0)

rounds = np.array([4.0, 1.0, 4.0, 4.0] * 8)
try:
    settle.py_func(rounds, np.zeros(32))
except ZeroDivisionError:
    print("raised")
settle(np.zeros(0), np.zeros(0))
threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    settle(rounds, np.zeros(32))
except KeyboardInterrupt:
    print("interrupted")
print("lanes" in settle.explain())
""")
    assert result.stdout.split() == ["raised", "interrupted", "True"], result.stderr

"""What floating-point errors do: warnings, exceptions, calls, logs; per thread and context."""

from __future__ import annotations

import asyncio
import threading
import warnings

import numpy
import pytest
from agreement import hold

import rooftop


def test_modes():
    def run(np, mode, error):
        said = []
        with np.errstate(all=mode, call=lambda *a: said.append(a)):
            made = {
                "divide": lambda: np.ones(2) / np.zeros(2),
                "over": lambda: np.full(2, 1e300) * 1e300,
                "under": lambda: np.full(2, 1e-300) * 1e-300,
                "invalid": lambda: np.zeros(2) / np.zeros(2),
                "scalar": lambda: np.float64(1) / np.float64(0),
                "scalar under": lambda: np.float64(1e-300) * np.float64(1e-300),
                "reduce": lambda: np.full(3, 1e308).sum(),
                "function": lambda: np.log(np.zeros(1)),
                "integers": lambda: np.ones(2, dtype=int) // 0,
                "cast": lambda: np.array([1e300]).astype("f4"),
            }[error]()
        return made, said

    errors = "divide over under invalid scalar reduce function integers cast".split() + ["scalar under"]
    hold(
        {
            (mode, error): lambda np, m=mode, e=error: run(np, m, e)
            for mode in ("ignore", "warn", "raise", "call")
            for error in errors
        }
    )


def test_texts_of_warnings_and_errors():
    for function in (
        lambda np: np.ones(2) / 0,
        lambda np: np.sqrt(np.array([-1.0])),
        lambda np: np.exp(np.array([1000.0])),
        lambda np: np.float64(1) / np.float64(0),
        lambda np: np.array([1e308, 1e308]).sum(),
        lambda np: np.zeros(1, dtype=int) % 0,
        lambda np: np.power(np.zeros(1), -1.0),
    ):
        texts = []
        for module in (rooftop, numpy):
            with warnings.catch_warnings(record=True) as caught, module.errstate(all="warn"):
                warnings.simplefilter("always")
                function(module)
            texts.append([str(item.message) for item in caught])
            with module.errstate(all="raise"), pytest.raises(FloatingPointError) as raised:
                function(module)
            texts[-1].append(str(raised.value))
        assert texts[0] == texts[1]


def test_print_and_log(capsys):
    class Log:
        said = ""

        def write(self, text):
            self.said += text

    log = Log()
    with rooftop.errstate(all="print"):
        rooftop.ones(1) / 0
    assert "divide by zero" in capsys.readouterr().out
    with rooftop.errstate(all="log", call=log):
        rooftop.ones(1) / 0
    assert "divide by zero encountered in divide" in log.said
    with rooftop.errstate(all="call"), pytest.raises(NameError):
        rooftop.ones(1) / 0


def test_seterr_and_geterr():
    before = rooftop.geterr()
    assert before == numpy.geterr() == {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}
    try:
        assert rooftop.seterr(divide="ignore", over="raise") == before
        assert rooftop.geterr()["divide"] == "ignore" and rooftop.geterr()["over"] == "raise"
        assert numpy.geterr() == rooftop.geterr()
        rooftop.ones(1) / 0
        assert rooftop.seterrcall(print) is None and rooftop.geterrcall() is print
    finally:
        rooftop.seterr(**before)
        rooftop.seterrcall(None)
    hold(
        {
            "bad mode": lambda np: np.seterr(divide="nothing"),
            "bad name": lambda np: np.seterr(nothing="warn"),
            "bad call": lambda np: np.seterrcall(3),
            "bad state": lambda np: np.errstate(nothing=1).__enter__(),
            "mode of state": lambda np: np.errstate(all="x").__enter__(),
        }
    )
    assert rooftop.geterr() == before == numpy.geterr()


def test_nested_states_and_decorators():
    with rooftop.errstate(divide="raise"):
        with rooftop.errstate(divide="ignore"):
            rooftop.ones(1) / 0
        with pytest.raises(FloatingPointError):
            rooftop.ones(1) / 0

    @rooftop.errstate(all="raise")
    def divide():
        return rooftop.ones(1) / 0

    for _ in range(2):
        with pytest.raises(FloatingPointError):
            divide()
    with pytest.warns(RuntimeWarning):
        rooftop.ones(1) / 0
    state = rooftop.errstate(all="ignore")
    with state, pytest.raises(TypeError):
        state.__enter__()


def test_states_belong_to_threads_and_tasks():
    found = []
    with rooftop.errstate(all="raise"):
        thread = threading.Thread(target=lambda: found.append(rooftop.geterr()["divide"]))
        thread.start()
        thread.join()
    assert found == ["warn"]

    async def task(mode):
        with rooftop.errstate(all=mode):
            await asyncio.sleep(0)
            return rooftop.geterr()["over"]

    async def both():
        return await asyncio.gather(task("raise"), task("ignore"))

    assert asyncio.run(both()) == ["raise", "ignore"]


def test_delegated_functions_obey_the_state():
    with rooftop.errstate(all="raise"), pytest.raises(FloatingPointError):
        rooftop.cumprod(rooftop.full(3, 1e200))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RuntimeWarning):
            rooftop.zeros(2) / rooftop.zeros(2)
        with pytest.raises(RuntimeWarning):
            rooftop.array([-1.0]) ** 0.5


def test_a_warning_that_is_an_error_leaves_nothing_behind():
    """The result is dropped, and the next call is not blamed."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(100):
            with pytest.raises(RuntimeWarning):
                rooftop.ones(100) / 0
        assert (rooftop.ones(2) / 2).tolist() == [0.5, 0.5]


def test_a_state_is_left_as_it_was_entered():
    before = rooftop.geterr()
    said = []
    with rooftop.errstate(all="call", call=lambda *what: said.append(what)):
        assert rooftop.geterr() == numpy.geterr() == dict.fromkeys(before, "call")
        assert rooftop.geterrcall() is numpy.geterrcall()
        rooftop.ones(1) / 0
        numpy.ones(1) / 0
    assert said == [("divide by zero", 1)] * 2
    assert rooftop.geterr() == numpy.geterr() == before and rooftop.geterrcall() is numpy.geterrcall() is None
    with pytest.raises(ValueError, match="over must be one of 'ignore', 'warn', 'raise', 'call', 'print', 'log', not 'x'"):
        rooftop.errstate(over="x").__enter__()
    with pytest.raises(TypeError, match="callable"):  # by NumPy, after our own state was set
        rooftop.errstate(all="ignore", call=3).__enter__()
    assert rooftop.geterr() == numpy.geterr() == before
    state = rooftop.errstate(all="ignore")
    for _ in range(2):
        with state:
            rooftop.ones(1) / 0
    for wrong in (lambda: rooftop.errstate("ignore"), lambda: rooftop.errstate(x=1), lambda: state(), lambda: state(1, 2)):
        with pytest.raises(TypeError):
            wrong()


def test_a_decorated_function_keeps_its_name():
    @rooftop.errstate(divide="ignore", call=print)
    def divided(a, by=0):
        """By zero."""
        return a / by

    assert divided.__name__ == "divided" and divided.__doc__ == "By zero."
    assert divided(rooftop.ones(1)).tolist() == [float("inf")] and divided(rooftop.ones(1), by=2).tolist() == [0.5]


def test_a_state_without_numpy():
    import subprocess
    import sys

    program = """
import sys, rooftop as np
with np.errstate(divide="ignore"):
    assert np.geterr()["divide"] == "ignore"
    assert (np.ones(1) / 0).tolist() == [float("inf")]
assert np.geterr()["divide"] == "warn" and "numpy" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)

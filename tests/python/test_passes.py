"""ROOFTOP_PRINT, ROOFTOP_SKIP, ROOFTOP_TIME and ROOFTOP_VERIFY as a user of Python meets them."""

from __future__ import annotations

import re

import pytest

PROGRAM = """
    import numpy as np
    import rooftop

    @rooftop.jit(fp_model="strict")
    def scale(a, b, x):
        for i in range(len(b)):
            a[i] = b[i] * x

    a, b = np.zeros(1000), np.arange(1000.0)
    scale(a, b, 0.5)
    assert np.array_equal(a, b * 0.5)
    print("right")
"""
PASSES = (
    "simplify",
    "owners",
    "views",
    "ranges",
    "guards",
    "unswitch",
    "fuse",
    "distribute",
    "contract",
    "interchange",
    "sweeps",
    "split",
    "jam",
    "motion",
    "partial_results",
    "parallel",
    "reductions",
    "vectorise",
    "unroll",
    "polls",
)


def run(run_python, **variables) -> str:
    """What the program writes to standard error; it must compute the right result."""
    done = run_python(PROGRAM, **variables)
    assert (done.returncode, done.stdout) == (0, "right\n"), done.stderr
    return done.stderr


def test_silent_by_default(run_python):
    assert run(run_python) == ""


def test_print_after_a_pass(run_python):
    text = run(run_python, ROOFTOP_PRINT="after:vectorise")
    assert text.count("# after vectorise") == 1
    assert "ramp<" in text
    assert 'func @scale "scale"' in text


def test_print_before_a_pass(run_python):
    text = run(run_python, ROOFTOP_PRINT="before:guards,after:guards")
    before, after = text.split("# after guards")
    assert before.startswith("# before guards")
    assert "assume disjoint" not in before
    assert "assume disjoint" in after


def test_print_after_all_names_each_pass(run_python):
    text = run(run_python, ROOFTOP_PRINT="after:all")
    assert set(re.findall("# after (\\w+)", text)) == set(PASSES)


@pytest.mark.parametrize("name", PASSES)
def test_skip_a_pass_and_still_be_right(run_python, name):
    text = run(run_python, ROOFTOP_SKIP=name, ROOFTOP_PRINT="after:all", ROOFTOP_VERIFY="1")
    assert f"# after {name}" not in text
    assert "# after" in text


def test_skip_all_passes(run_python):
    assert run(run_python, ROOFTOP_SKIP=",".join(PASSES), ROOFTOP_PRINT="after:all") == ""


def test_skipped_vectorise_makes_no_vectors(run_python):
    assert "ramp<" not in run(run_python, ROOFTOP_SKIP="vectorise", ROOFTOP_PRINT="after:polls")


def test_time_of_passes(run_python):
    lines = run(run_python, ROOFTOP_TIME="passes").splitlines()
    names = {re.fullmatch(r"rooftop: (\S.*?)\s+\d+\.\d{3} ms", line).group(1) for line in lines}
    assert names >= set(PASSES)


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("ROOFTOP_SKIP", "vectorize", "there is no pass 'vectorize'"),
        ("ROOFTOP_PRINT", "after:nothing", "there is no pass 'nothing'"),
        ("ROOFTOP_PRINT", "vectorise", "ROOFTOP_PRINT takes before:PASS or after:PASS, not 'vectorise'"),
    ],
)
def test_a_name_that_no_pass_has_is_an_error_that_lists_them(run_python, variable, value, message):
    done = run_python(PROGRAM, **{variable: value})
    assert done.returncode == 1
    assert message in done.stderr
    assert "simplify, owners, views, ranges, guards" in done.stderr


UNCHECKED = """
    import rooftop

    @rooftop.jit
    def square(x):
        return x * x

    try:
        print(square(1 << 32))
    except OverflowError:
        print("checked")
"""


@pytest.mark.parametrize(("value", "output"), [("1", "0"), ("0", "checked"), ("", "checked")])
def test_only_a_measurement_leaves_checks_out_and_says_so(run_python, value, output):
    done = run_python(UNCHECKED, ROOFTOP_MEASURE_WITHOUT_CHECKS=value)
    assert done.stdout.strip() == output
    assert ("compiled without checks, for measurements only" in done.stderr) == (value == "1")

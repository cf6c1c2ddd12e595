"""Errors of kernels as Python exceptions: types, messages, tracebacks with the user's lines."""

from __future__ import annotations

import pickle
import sys
import traceback
from types import SimpleNamespace

import numpy as np
import pytest
from native_kernels import dispatcher, library

import rooftop
from rooftop import _core


def outer(i, n):
    return inner(i, n)


def inner(i, n):
    return (i, n)[i]


def line_of(function) -> int:
    return function.__code__.co_firstlineno + 1


def raising(**details):
    library().set_sites(__file__.encode(), line_of(inner), 11, 20, line_of(outer))
    return dispatcher(outer, "raise_inside", **details)


def caught(function, *arguments) -> BaseException:
    with pytest.raises(BaseException) as info:  # noqa: PT011 - each test looks at the type
        function(*arguments)
    return info.value


@pytest.mark.parametrize("releases_gil", [True, False])
def test_an_error_has_pythons_type_and_the_formatted_message(releases_gil):
    error = caught(raising(releases_gil=releases_gil), 7, -2)
    assert type(error) is IndexError
    assert str(error) == "index 7 is out of bounds for size -2"


def test_the_traceback_ends_in_the_users_lines():
    error = caught(raising(), 7, 3)
    frames = traceback.extract_tb(error.__traceback__)[-2:]
    assert [(f.filename, f.lineno, f.name) for f in frames] == [
        (__file__, line_of(outer), "outer"),
        (__file__, line_of(inner), "inner"),
    ]
    assert [f.line for f in frames] == ["return inner(i, n)", "return (i, n)[i]"]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="columns came with Python 3.11")
def test_the_traceback_marks_the_columns():
    error = caught(raising(), 7, 3)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    assert (frame.colno, frame.end_colno, frame.end_lineno) == (11, 20, line_of(inner))
    assert "           ~~~~~~^^^\n" in "".join(traceback.format_exception(error))


def test_frames_can_be_looked_at_as_debuggers_do():
    error = caught(raising(), 7, 3)
    link = error.__traceback__
    while link.tb_next:
        link = link.tb_next
    frame = link.tb_frame
    assert frame.f_code.co_name == "inner"
    assert frame.f_globals is globals()
    assert dict(frame.f_locals) == {}
    assert link.tb_lineno == line_of(inner)


def test_only_what_the_template_asks_for_is_replaced():
    error = caught(dispatcher(outer, "raise_plainly"), 0.1, 0)
    assert type(error) is ValueError
    assert str(error) == "x is 0.1, {braces} and {9} stay"


@pytest.mark.parametrize(("value", "text"), [(2.0, "2.0"), (float("nan"), "nan"), (-1e300, "-1e+300")])
def test_floats_in_messages_read_as_in_python(value, text):
    assert str(caught(dispatcher(outer, "raise_plainly"), value, 0)).startswith(f"x is {text},")


def test_deep_recursion_raises_and_can_be_repeated():
    deep = dispatcher(lambda x: x, "recurse_forever", "int")
    for _ in range(3):
        error = caught(deep, 1)
        assert type(error) is RecursionError
        frames = traceback.extract_tb(error.__traceback__)
        assert len([f for f in frames if f.name == "deep"]) == 65
    if sys.version_info >= (3, 11):
        (note,) = error.__notes__
        assert note.endswith("outer calls of compiled code are not shown.")


def test_an_error_in_a_parallel_loop_is_that_of_the_lowest_iteration():
    f = dispatcher(outer, "raise_in_parallel")
    for _ in range(100):
        assert str(caught(f, 1, 1)) == "index 70 is out of bounds for size 70"


def test_errors_leave_the_function_usable():
    f = dispatcher(outer, "raise_inside")
    g = dispatcher(outer, "add", "float")
    for _ in range(1000):
        with pytest.raises(IndexError):
            f(1, 2)
        assert g(1.0, 2.0) == 3.0


def test_errors_do_not_leak():
    f = raising()
    values = (object(), np.zeros(3))
    before = [sys.getrefcount(value) for value in values]
    for _ in range(100):
        with pytest.raises(IndexError):
            f(1, 2)
        with pytest.raises(TypeError):
            f(*values)
    assert [sys.getrefcount(value) for value in values] == before


LINE = "    total = größe + {1: x}\n"


def compile_error(**changes):
    details = dict(
        filename="model.py",
        lineno=12,
        column=len("    total = größe + ".encode()),
        end_lineno=12,
        end_column=len(LINE.encode()) - 1,
        function="f",
        why="its values have no fixed type",
        hint="use an array",
        text=LINE,
    )
    return rooftop.CompileError("dicts are not supported", **{**details, **changes})


def test_a_compile_error_shows_place_reason_and_remedy():
    assert str(compile_error()) == (
        "dicts are not supported\n"
        '  File "model.py", line 12, in f\n'
        "    total = größe + {1: x}\n"
        "                    ^^^^^^\n"
        "  Why: its values have no fixed type\n"
        "  What to do: use an array"
    )


def test_a_compile_error_has_the_attributes_of_a_syntax_error():
    error = compile_error()
    assert (error.filename, error.lineno, error.offset, error.end_offset) == ("model.py", 12, 21, 27)
    assert (error.text, error.hint, error.function) == (LINE, "use an array", "f")


def test_a_compile_error_over_several_lines_marks_the_first_to_its_end():
    assert str(compile_error(end_lineno=14, end_column=3)).splitlines()[3] == " " * 20 + "^" * 6


def test_a_compile_error_without_a_place_is_just_its_message():
    assert str(rooftop.CompileError("no")) == "no"


def test_a_compile_error_survives_pickling():
    error = compile_error()
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_a_compile_error_finds_its_line():
    error = rooftop.CompileError("no", filename=__file__, lineno=line_of(inner), column=4, end_column=10)
    assert str(error).splitlines()[2:] == ["    return (i, n)[i]", "    ^^^^^^"]


def test_the_machinery_is_not_in_the_traceback():
    def failing(dispatcher, signature):
        raise compile_error()

    f = _core.Dispatcher(inner, SimpleNamespace(compile=failing))
    error = caught(f, 1, 2)
    assert type(error) is rooftop.CompileError
    assert [f.name for f in traceback.extract_tb(error.__traceback__)] == ["caught"]


def test_an_internal_error_says_where_the_ir_is():
    error = rooftop.InternalError("opt/tile.cpp:12: check failed", "/tmp/ir.txt")
    assert str(error).splitlines()[0] == "opt/tile.cpp:12: check failed"
    assert str(error).splitlines()[-1].endswith("/tmp/ir.txt")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def shifted_by_a_negative_number(n, x):
    for _ in range(n):
        n = n + (x << -1)
    return n


def test_a_shift_by_a_negative_number_raises_only_where_it_is_reached():
    compiled = rooftop.jit(shifted_by_a_negative_number)
    assert compiled(0, 5) == 0
    for x in (0, 5):
        with pytest.raises(ValueError, match="negative shift count"):
            compiled(1, x)

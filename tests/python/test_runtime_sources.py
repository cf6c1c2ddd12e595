"""jit itself and the way from a function to its source: misuse, annotations, lambdas, missing and stale text."""

from __future__ import annotations

import ast
import linecache
import subprocess
import sys

import numpy as np
import pytest
from native_kernels import RecordingHooks, handle

import rooftop
from rooftop import _core
from rooftop._annotations import wanted_types
from rooftop._source import function_source


def f(x):
    return x


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("strict", r"not str 'strict'; options are given by keyword: jit\(fp_model=...\)"),
        (int, "not type <class 'int'>; decorate its methods"),
        (staticmethod(f), "put @jit below @staticmethod"),
        (property(f), "put @jit below @property"),
        ([].append, "jit\\(\\) takes a Python function, not builtin_function_or_method"),
        (RecordingHooks(f).compile, r"jit\(Class.method\)"),
        (3, "not int 3"),
    ],
)
def test_what_is_no_function_is_refused(value, message):
    with pytest.raises(TypeError, match=message):
        rooftop.jit(value)


def test_an_unknown_fp_model_is_refused_at_once():
    with pytest.raises(ValueError, match="fp_model must be one of 'default', 'strict', 'fast', not 'sloppy'"):
        rooftop.jit(fp_model="sloppy")


def test_options_are_kept():
    assert rooftop.jit(f).fp_model == "default"
    assert rooftop.jit(rooftop.jit(f), fp_model="strict").fp_model == "strict"


def test_star_parameters_are_a_compile_error():
    @rooftop.jit
    def g(a, *rest, key=1, **options):
        return a

    with pytest.raises(rooftop.CompileError, match=r"g\(\) has a parameter \*rest"):
        g(1)


def node_of(function) -> ast.AST:
    return function_source(function).node


def text_of(function) -> str:
    source = function_source(function)
    return ast.get_source_segment("".join(source.lines), source.node)


def test_a_function_is_found_with_its_surroundings():
    step = 3

    def nested(x, y=2):
        return x + step

    source = function_source(nested)
    assert isinstance(source.node, ast.FunctionDef)
    assert source.lines[source.first_line - 1].strip() == "def nested(x, y=2):"
    assert source.globals is globals()
    assert source.closure["step"].cell_contents == 3
    assert source.qualname.endswith("<locals>.nested")


def test_lambdas_of_one_line_are_told_apart():
    one, two, three = lambda x: x + 1, lambda x: x + 2, lambda x: (lambda y: y)(x)
    assert text_of(one) == "lambda x: x + 1"
    assert text_of(two) == "lambda x: x + 2"
    assert text_of(three) == "lambda x: (lambda y: y)(x)"


def test_lambdas_of_one_line_with_closures_are_told_apart():
    a, b = 1, 2
    one, two = lambda x: x + a, lambda x: x + b
    assert text_of(one) == "lambda x: x + a"
    assert text_of(two) == "lambda x: x + b"


def test_an_inner_lambda_is_not_its_outer_one():
    inner = (lambda k: lambda x: x * k)(3)
    assert text_of(inner) == "lambda x: x * k"


def test_names_that_a_class_makes_private_are_recognised():
    class C:
        def g(self, __x):
            __y = __x
            return __y

    assert node_of(C.g).name == "g"


def test_text_that_linecache_knows_is_source():
    text = "def g(x):\n    return x\n"
    linecache.cache["<cell 1>"] = (len(text), None, text.splitlines(True), "<cell 1>")
    names = {}
    exec(compile(text, "<cell 1>", "exec"), names)
    assert text_of(names["g"]) == text.strip()


def test_a_cell_that_is_run_again_is_read_again():
    for number in range(3):
        text = f"def g(x):\n    return x + {number}\n"
        linecache.cache["<cell 2>"] = (len(text), None, text.splitlines(True), "<cell 2>")
        names = {}
        exec(compile(text, "<cell 2>", "exec"), names)
        assert text_of(names["g"]) == text.strip()


def test_text_of_exec_is_missing_and_the_message_says_what_to_do():
    names = {}
    exec("def g(x):\n    return x\n", names)
    with pytest.raises(rooftop.CompileError) as caught:
        function_source(names["g"])
    assert str(caught.value) == (
        "the source of g() is not available\n"
        '  File "<string>", line 1, in g\n'
        "  Why: it was made by exec(), eval() or `python -c` (<string>), which keep no source\n"
        "  What to do: save it in a file, or register its text with `linecache` under the file name given to compile()"
    )


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="from Python 3.13 on the prompt keeps its source")
def test_the_interactive_prompt_has_no_source():
    program = "import rooftop\nf = rooftop.jit(lambda x: x)\ntry:\n  f(1)\nexcept Exception as e: print(e)\n\n"
    result = subprocess.run([sys.executable, "-i", "-q"], input=program, capture_output=True, text=True)
    assert "it was typed at the interactive prompt, which keeps no source" in result.stdout, result.stderr


@pytest.mark.parametrize(
    "changed",
    [
        "def h(x):\n    y = x\n    return y\n",
        "def g(x, z):\n    y = x\n    return y\n",
        "def g(z):\n    y = z\n    return y\n",
        "def g(x):\n    other = x\n    return other\n",
        "def g(x): return x\n",
        "\ndef g(x):\n    y = x\n    return y\n",
    ],
)
def test_source_that_has_changed_is_refused(changed):
    text = "def g(x):\n    y = x\n    return y\n"
    names = {}
    exec(compile(text, "<changing>", "exec"), names)
    linecache.cache["<changing>"] = (len(changed), None, changed.splitlines(True), "<changing>")
    with pytest.raises(rooftop.CompileError, match=r"the source of g\(\) has changed since it was loaded"):
        function_source(names["g"])


def test_source_that_is_no_python_any_more_is_refused():
    names = {}
    exec(compile("def g(x):\n    return x\n", "<broken>", "exec"), names)
    linecache.cache["<broken>"] = (5, None, ["def g(\n"], "<broken>")
    with pytest.raises(rooftop.CompileError, match=r"the source of g\(\) cannot be read: '\(' was never closed"):
        function_source(names["g"])


def test_annotations_name_scalar_types_and_arrays():
    def g(
        a: int, b: "float", c: np.float32, d: "np.int8", e: np.ndarray, f: np.ndarray[tuple, np.dtype], *, g: complex
    ):
        pass

    assert wanted_types(g) == (
        "int", "float", "numpy.float32", "numpy.int8", "numpy.ndarray", "numpy.ndarray", "complex"
    )  # fmt: skip


def test_other_annotations_are_for_readers():
    def g(a: list[int], b: "does.nowhere.exist", c: object, d):  # noqa: F821
        pass

    assert wanted_types(g) is None


def converting(function):
    """A dispatcher that returns its only argument, annotated."""
    hooks = RecordingHooks(lambda signature: handle("copy_8", signature[1:-1]))
    return _core.Dispatcher(function, hooks, wanted_types(function))


def annotated(annotation):
    def g(x):
        pass

    g.__annotations__["x"] = annotation
    return converting(g)


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        (float, 3, 3.0),
        (float, True, 1.0),
        (float, np.float32(0.5), 0.5),
        (float, np.int8(-3), -3.0),
        (int, True, 1),
        (int, np.uint16(7), 7),
        (complex, 2, 2 + 0j),
        (complex, np.complex64(1j), 1j),
        (bool, np.bool_(True), True),
        (np.float64, 3, np.float64(3)),
        (np.float32, 0.1, np.float32(0.1)),
        (np.int32, np.int64(-5), np.int32(-5)),
        (np.uint8, 255, np.uint8(255)),
        (np.complex64, np.float64(2), np.complex64(2)),
    ],
)
def test_annotated_parameters_convert(annotation, value, expected):
    converted = annotated(annotation)(value)
    assert converted == expected
    assert type(converted) is type(expected)


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        (int, 2.0, r"g\(\) argument 'x' is annotated as int, but a float was given"),
        (float, 1j, "annotated as float, but a complex was given"),
        (bool, 1, "annotated as bool, but a int was given"),
        (float, np.zeros(2), "annotated as float, but a numpy.ndarray was given"),
        (float, np.array(1.0), "annotated as float, but a numpy.ndarray was given"),
        (np.int64, 2.5, "annotated as numpy.int64, but a float was given"),
        (np.ndarray, 2.5, "annotated as numpy.ndarray, but a float was given"),
        (float, "2", "annotated as float, but a str was given"),
    ],
)
def test_annotated_parameters_refuse_other_types(annotation, value, message):
    with pytest.raises(TypeError, match=message):
        annotated(annotation)(value)


@pytest.mark.parametrize(("annotation", "value"), [(np.uint8, 256), (np.int8, np.int64(-129)), (float, 10**400)])
def test_annotated_parameters_check_the_range(annotation, value):
    with pytest.raises(OverflowError):
        annotated(annotation)(value)


def test_annotations_save_specialisations():
    g = annotated(float)
    for value in (1, 1.0, np.float32(1), True):
        g(value)
    assert g.signatures == ["(float)"]

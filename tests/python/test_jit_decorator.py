"""The decorator as Python sees it: names, signatures, arguments by keyword and default, methods, looking inside."""

from __future__ import annotations

import functools
import inspect

import numpy as np
import pytest
from corpus.sources import define

import rooftop


def plain(a, b: float = 2.5, *, scale: int = 3) -> float:
    """Adds and scales."""
    return (a + b) * scale


jitted = rooftop.jit(plain)


@rooftop.jit
def decorated(x):
    return x * 2


@rooftop.jit()
def decorated_with_call(x):
    return x * 3


@rooftop.jit(fp_model="strict")
def decorated_with_option(x):
    return x * 4


def test_three_ways_to_write_the_decorator():
    assert (decorated(2), decorated_with_call(2), decorated_with_option(2)) == (4, 6, 8)
    assert rooftop.jit(plain, fp_model="fast")(1) == 10.5


def test_wraps_like_functools():
    assert jitted.__name__ == "plain"
    assert jitted.__qualname__ == "plain"
    assert jitted.__doc__ == "Adds and scales."
    assert jitted.__module__ == __name__
    assert jitted.__wrapped__ is plain
    assert jitted.__annotations__ == plain.__annotations__
    assert inspect.signature(jitted) == inspect.signature(plain)
    assert callable(jitted)
    assert "plain" in repr(jitted)


def test_attributes_of_the_function_are_kept():
    def f(x):
        return x

    f.note = "kept"
    assert rooftop.jit(f).note == "kept"


def test_py_func_is_the_plain_function():
    assert jitted.py_func is plain
    assert jitted.py_func(1) == jitted(1)


@pytest.mark.parametrize(
    "args, kwargs",
    [
        ((1,), {}),
        ((1, 2.0), {}),
        ((1,), {"b": 4.0}),
        ((), {"a": 1, "b": 4.0}),
        ((), {"b": 4.0, "a": 1}),
        ((1,), {"scale": 2}),
        ((1, 0.5), {"scale": -1}),
        ((1,), {"scale": 2, "b": 1.0}),
        ((1.5,), {"scale": 7}),
    ],
)
def test_keywords_and_defaults(args, kwargs):
    expected, got = plain(*args, **kwargs), jitted(*args, **kwargs)
    assert (type(expected), expected) == (type(got), got)


def test_positional_only_parameters():
    function = define("def f(a, b=2, /, c=3):\n    return a * 100 + b * 10 + c\n")
    compiled = rooftop.jit(function)
    assert compiled(1) == 123
    assert compiled(1, 5, c=7) == 157
    with pytest.raises(TypeError) as expected:
        function(a=1)
    with pytest.raises(TypeError) as got:
        compiled(a=1)
    assert str(got.value) == str(expected.value)


def test_default_of_every_kind():
    text = """
        STEP = 0.25
        def f(a=True, b=7, c=STEP * 2, d=1 - 2j, e=-3):
            return a, b, c, d, e
    """
    function = define(text)
    assert rooftop.jit(function)() == function()


def test_default_array_is_shared():
    data = np.zeros(3)
    function = rooftop.jit(define("def f(i, a=data):\n    a[i] += 1.0\n    return a[i]\n", data=data))
    function(1)
    function(1)
    assert data.tolist() == [0, 2, 0]


def test_annotations_that_fit_change_nothing():
    function = rooftop.jit(define("def f(x: float, n: 'int' = 2, *, c=1) -> float:\n    y: float = x * n\n    return y + c\n"))
    for args in ((2.5,), (2.5, 3)):
        got, expected = function(*args), function.py_func(*args)
        assert (type(got), got) == (type(expected), expected)


def test_annotation_converts_what_loses_nothing():
    function = rooftop.jit(define("def f(x: float, z: complex = 1):\n    return x, z\n"))
    got = function(3, True)
    assert [type(v) for v in got] == [float, complex]
    assert got == (3.0, 1 + 0j)
    assert len(function.signatures) == 1


def test_annotation_refuses_the_rest():
    function = rooftop.jit(define("def f(n: int):\n    return n\n"))
    with pytest.raises(TypeError, match="'n'.*int.*float"):
        function(2.5)


def test_array_annotation():
    function = rooftop.jit(define("def f(a: np.ndarray):\n    return a[0]\n", np=np))
    assert function(np.array([2.5])) == 2.5
    with pytest.raises(TypeError, match="ndarray.*float"):
        function(2.5)


def test_signatures_grow_by_types_not_by_values():
    function = rooftop.jit(define("def f(x, a):\n    return x + a[0]\n"))
    assert len(function.signatures) == 0
    function(1, np.zeros(2))
    function(2**40, np.ones(7))
    assert len(function.signatures) == 1
    function(1.5, np.zeros(2))
    function(1, np.zeros(2, "float32"))
    assert len(function.signatures) == 3
    text = " ".join(map(str, function.signatures))
    assert "float64" in text and "float32" in text and "int" in text


def test_strided_and_contiguous_arrays_give_the_same():
    function = rooftop.jit(define("def f(a):\n    s = 0.0\n    for x in a:\n        s += x\n    return s\n"))
    base = np.arange(20.0)
    for view in (base, base[::2], base[::-3], base.reshape(4, 5)[:, 2], np.broadcast_to(np.float64(2.0), 5)):
        assert function(view) == function.py_func(view)


def test_bool_int_and_numpy_scalars_are_types_of_their_own():
    function = rooftop.jit(define("def f(x):\n    return x + x\n"))
    for x in (True, 1, 1.0, 1j, np.bool_(True), np.int8(100), np.int64(1), np.float32(0.1), np.float64(0.1)):
        with np.errstate(all="ignore"):
            expected = function.py_func(x)
        got = function(x)
        assert (type(got), got) == (type(expected), expected)


def test_subclass_of_int_and_float():
    import enum

    class Colour(enum.IntEnum):
        RED = 3

    class Length(float):
        pass

    function = rooftop.jit(define("def f(x):\n    return x + 1\n"))
    assert function(Colour.RED) == 4
    assert function(Length(2.5)) == 3.5


def test_ir_is_text_about_the_function():
    text = "def weigh(a, x):\n    for i in range(len(a)):\n        a[i] = a[i] * x\n"
    function = rooftop.jit(define(text, name="weigh"))
    shown = function.ir(np.zeros(3), 2.0)
    assert isinstance(shown, str)
    assert "weigh" in shown and "for" in shown
    assert shown == function.ir(np.ones(500), -1.0)


def test_ir_by_types():
    function = rooftop.jit(define("def f(x):\n    return x * x + 1\n"))
    assert function.ir(int) == function.ir(5)
    assert function.ir(float) == function.ir(2.5)
    assert function.ir(int) != function.ir(float)


def test_ir_by_the_text_of_an_array_type():
    function = rooftop.jit(define("def f(a):\n    return a[0]\n"))
    function(np.zeros(2, "float32"))
    assert function.ir(function.signatures[0][1:-1]) == function.ir(np.zeros(2, "float32"))


def test_looking_inside_does_not_run_the_function():
    a = np.zeros(3)
    function = rooftop.jit(define("def f(a):\n    a[0] = 1.0\n"))
    function.ir(a)
    function.asm(a)
    assert a.tolist() == [0, 0, 0]


def test_asm_is_machine_code_of_the_function():
    function = rooftop.jit(define("def f(x):\n    return x * x\n"))
    shown = function.asm(2.5)
    assert isinstance(shown, str)
    assert "mul" in shown and "ret" in shown


def test_ir_of_unsupported_code_is_a_compile_error():
    function = rooftop.jit(define("def f(x):\n    return [x]\n"))
    with pytest.raises(rooftop.CompileError):
        function.ir(1)


class Kernels:
    factor = 3

    @staticmethod
    @rooftop.jit
    def static(x):
        return x * 2

    @rooftop.jit
    def unbound(x):
        return x * 5

    def plain(x, y):
        return x - y

    @staticmethod
    def plain_static(x):
        return x + 0.5


def test_functions_of_a_class():
    assert Kernels.static(4) == 8
    assert Kernels().static(4) == 8
    assert Kernels.unbound(4) == 20
    assert Kernels.unbound.__qualname__ == "Kernels.unbound"
    assert rooftop.jit(Kernels.plain)(5, 2) == 3
    assert rooftop.jit(Kernels.plain_static)(1) == 1.5


def test_method_gets_its_instance():
    """The instance is an argument like any other: its type is what the error names."""
    with pytest.raises((TypeError, rooftop.CompileError), match="Kernels"):
        Kernels().unbound()


def test_jit_of_a_jitted_function():
    assert rooftop.jit(decorated)(4) == 8


def test_jitted_functions_call_jitted_functions():
    inner = rooftop.jit(define("def inner(x):\n    return x * 2\n", name="inner"))
    outer = rooftop.jit(define("def f(x):\n    return inner(x) + inner(x + 0.5)\n", inner=inner))
    assert outer(3) == 13.0
    assert outer(1.5) == 7.0


def test_callee_with_another_fp_model():
    strict = rooftop.jit(fp_model="strict")(define("def inner(a, b, c):\n    return a * b + c\n", name="inner"))
    outer = rooftop.jit(define("def f(a, b, c):\n    return inner(a, b, c)\n", inner=strict))
    a, b = 1 + 2.0**-30, 1 - 2.0**-30
    assert strict(a, b, -1.0) == a * b - 1.0
    assert outer(a, b, -1.0) == a * b - 1.0


def test_contraction_by_default_and_not_in_strict():
    function = define("def f(a, b, c):\n    return a * b + c\n")
    a, b = 1 + 2.0**-30, 1 - 2.0**-30
    assert rooftop.jit(fp_model="strict")(function)(a, b, -1.0) == 0.0
    assert rooftop.jit(function)(a, b, -1.0) in (0.0, -(2.0**-60))


def test_fast_model_reassociates_within_rounding():
    function = rooftop.jit(fp_model="fast")(define("def f(a):\n    s = 0.0\n    for x in a:\n        s += x\n    return s\n"))
    a = np.random.default_rng(1).random(10_001)
    assert function(a) == pytest.approx(a.sum(), rel=1e-12)


def test_mutual_recursion_of_jitted_functions():
    text = """
        import rooftop

        @rooftop.jit
        def even(n):
            return True if n == 0 else odd(n - 1)

        @rooftop.jit
        def odd(n):
            return False if n == 0 else even(n - 1)
    """
    even = define(text, name="even")
    assert even(10) is True
    assert even(7) is False


def test_works_with_other_tools():
    cached = functools.lru_cache(rooftop.jit(define("def f(x):\n    return x + 1\n")))
    assert cached(1) == 2
    assert list(map(rooftop.jit(define("def f(x):\n    return x * x\n")), [1, 2, 3])) == [1, 4, 9]
    assert functools.partial(jitted, b=1.0)(1) == 6.0


def test_result_objects_are_plain():
    function = rooftop.jit(define("def f(x, a):\n    return x, a[0], x > 1, a[0] > 1, x * 1j\n"))
    got = function(2.5, np.array([3.5]))
    assert [type(v) for v in got] == [float, np.float64, bool, np.bool_, complex]


def test_arguments_are_released():
    import gc
    import sys
    import weakref

    function = rooftop.jit(define("def f(a, i):\n    return a[i]\n"))
    a = np.zeros(4)
    seen = weakref.ref(a)
    before = sys.getrefcount(a)
    for i in (0, 0, 9):
        try:
            function(a, i)
        except IndexError:
            pass
    assert sys.getrefcount(a) == before
    del a
    gc.collect()
    assert seen() is None


def test_buffer_is_released():
    data = bytearray(8)
    function = rooftop.jit(define("def f(a):\n    a[0] += 1\n    return a[0]\n"))
    assert function(data) == 1
    data.extend(b"more")  # a BufferError where somebody still holds the buffer
    assert function(data) == 2


def test_many_calls_leak_nothing():
    import tracemalloc

    function = rooftop.jit(define("def f(x, a):\n    return x + a[0], x\n"))
    a = np.zeros(1)
    for _ in range(100):
        function(2.5, a)
    tracemalloc.start()
    first = tracemalloc.take_snapshot()
    for _ in range(5000):
        function(2.5, a)
    second = tracemalloc.take_snapshot()
    tracemalloc.stop()
    grown = sum(s.size_diff for s in second.compare_to(first, "filename") if "tracemalloc" not in s.traceback[0].filename)
    assert grown < 50_000


def product(A, B, C):
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            for k in range(A.shape[1]):
                C[i, j] += A[i, k] * B[k, j]


def halved(x):
    while x > 1.0:
        x *= 0.5
    return x


def test_who_gives_the_interpreter_away():
    """Counted loops from a size on, whatever loops the passes make of them; a `while` at once, a formula never."""
    matrix = np.ones((3, 3))
    for function, arguments, size in (
        (product, [matrix] * 3, 4096),
        (halved, [5.0], 0),
        (lambda x: x + 1.0, [2.0], None),
    ):
        compiled = rooftop.jit(function)
        compiled(*arguments)
        found = compiled._handle(compiled.signatures[0]).releases_gil_from
        assert found == (2**64 - 1 if size is None else size)

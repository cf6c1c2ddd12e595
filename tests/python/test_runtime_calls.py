"""Calls through rooftop._core: binding, argument types, results, guards. The kernels are hand-written C++."""

from __future__ import annotations

import array
import copy
import enum
import gc
import pickle
import warnings
import weakref
from types import SimpleNamespace

import numpy as np
import pytest
from native_kernels import RecordingHooks, dispatcher, handle

from rooftop import _core, jit


def one(x):
    return x


def two(x, y):
    return x + y


def signature(*values):
    return _core.Dispatcher(one if len(values) == 1 else two, SimpleNamespace())._signature(*values)


def test_floats_go_through_the_kernel():
    f = dispatcher(two, "add", "float")
    assert f(1.5, 2.25) == 3.75
    assert f.signatures == ["(float, float)"]


def test_each_combination_of_types_is_compiled_once():
    f = dispatcher(two, "first_slot", "int")
    for _ in range(3):
        assert f(7, 2.0) == 7
        assert f(8, 9) == 8
    assert f.hooks.compiled == ["(int, float)", "(int, int)"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "bool"),
        (3, "int"),
        (-(2**63), "int"),
        (2.5, "float"),
        (1j, "complex"),
        (None, "none"),
        ("abc", "str('abc')"),
        ("it's a \\", r"str('it\'s a \\')"),
        ((), "tuple()"),
        ((1, (2.0, None)), "tuple(int, tuple(float, none))"),
        (np.float64(1), "np.float64"),
        (np.float32(1), "np.float32"),
        (np.bool_(True), "np.bool"),
        (np.int8(1), "np.int8"),
        (np.uint64(1), "np.uint64"),
        (np.longlong(1), "np.int64"),
        (np.intc(1), "np.int32"),
        (np.complex64(1), "np.complex64"),
        (np.complex128(1), "np.complex128"),
    ],
)
def test_scalars_and_tuples_have_signatures(value, text):
    assert signature(value) == f"({text})"


@pytest.mark.parametrize("name", "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64".split())
def test_integer_arrays_have_signatures(name):
    assert signature(np.zeros((2, 3), name)) == f"(array({name}, 2, C))"


@pytest.mark.parametrize("name", "float16 float32 float64 complex64 complex128".split())
def test_inexact_arrays_have_signatures(name):
    assert signature(np.zeros(4, name)) == f"(array({name}, 1, C))"


def test_layouts_are_told_apart():
    base = np.zeros((4, 6))
    assert signature(base) == "(array(float64, 2, C))"
    assert signature(base[:, 1:4]) == "(array(float64, 2, inner))"
    assert signature(base.T) == "(array(float64, 2, A))"
    assert signature(base[0, ::2]) == "(array(float64, 1, A))"
    assert signature(np.array(1.0)) == "(array(float64, 0, C))"


def test_readonly_arrays_are_told_apart():
    frozen = np.zeros(3)
    frozen.flags.writeable = False
    assert signature(frozen) == "(array(float64, 1, C, readonly))"
    assert signature(memoryview(b"abc")) == "(buffer(uint8, 1, C, readonly))"
    assert signature(b"abc") == "(bytes(uint8, 1, C, readonly))"


def test_python_buffers_have_signatures_of_their_own():
    assert signature(array.array("d", [1.0])) == "(arrayarray(float64, 1, C))"
    assert signature(array.array("i", [1])) == "(arrayarray(int32, 1, C))"
    assert signature(bytearray(3)) == "(bytearray(uint8, 1, C))"
    assert signature(memoryview(bytearray(8))) == "(buffer(uint8, 1, C))"
    assert signature(memoryview(bytearray(8)).cast("q")) == "(buffer(int64, 1, C))"
    assert signature(memoryview(np.zeros((2, 3), "c8"))) == "(buffer(complex64, 2, C))"
    assert signature(memoryview(array.array("h", [1, 2, 3]))[::2]) == "(buffer(int16, 1, A))"


def test_memory_maps_are_arrays(tmp_path):
    mapped = np.memmap(tmp_path / "data", dtype="f4", mode="w+", shape=(3,))
    assert signature(mapped) == "(array(float32, 1, C))"


def test_subclasses_that_compute_alike_pass_as_their_base():
    class Colour(enum.IntEnum):
        RED = 3

    class Metres(float):
        pass

    assert signature(Colour.RED) == "(int)"
    assert signature(Metres(2)) == "(float)"


def test_subclasses_with_arithmetic_of_their_own_are_refused():
    class Modular(int):
        def __add__(self, other):
            return Modular((int(self) + other) % 7)

    with pytest.raises(TypeError, match=r"one\(\) argument 'x': .*Modular are not supported.*; pass int\(x\)"):
        signature(Modular(3))


UNALIGNED = np.zeros(17, "u1")[1:].view("f8")
NESTED = ()
for _ in range(20):
    NESTED = (NESTED,)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([1], "values of type list are not supported in compiled functions; pass np.array(x)"),
        ({}, "values of type dict"),
        (range(3), "values of type range .*; pass its start, stop and step"),
        (np.zeros(2, "g"), r"arrays of dtype float128 .*; convert it: x.astype\(np.float64\)"),
        (np.zeros(2, ">i4"), "dtype >i4 .* because their bytes are swapped; convert it"),
        (np.zeros(2, object), "arrays of dtype object .*; convert its elements to numbers"),
        (np.zeros(2, "M8[s]"), r"datetime64\[s\] .*; pass its integers: x.view\(np.int64\)"),
        (np.zeros(2, [("a", "f8")]), r"; pass its fields one by one: x\['name'\]"),
        (np.zeros(2, "U3"), "arrays of dtype <U3"),
        (UNALIGNED, r"do not lie at multiples of their size .*; copy it: x.copy\(\)"),
        (np.longdouble(1), r"numpy.longdouble .*; convert it: np.float64\(x\)"),
        (np.ma.zeros(2), r"numpy.ma.MaskedArray .*; pass x.filled\(value\)"),
        (np.zeros((1, 1)).view(np.matrix), r"numpy.matrix .*; pass np.asarray\(x\)"),
        (array.array("u", "ab"), "array.array with elements of type 'u'"),
        (memoryview(b"ab").cast("c"), "memoryview with elements of type 'c'"),
        (NESTED, "nested too deeply"),
        (print, "builtin_function_or_method"),
        (object(), "values of type object .*; pass numbers, NumPy arrays"),
    ],
)
def test_unsupported_values_are_refused_with_advice(value, message):
    with pytest.raises(TypeError, match=r"^one\(\) argument 'x': ") as caught:
        signature(value)
    assert caught.match(message.replace("(x)", r"\(x\)").replace(r"\\(", r"\("))


def test_ints_beyond_64_bits_overflow():
    with pytest.raises(OverflowError, match=r"one\(\) argument 'x': the int does not fit in 64 bits"):
        signature(2**63)


def test_scalar_slots_hold_the_values():
    f = dispatcher(one, "first_slot", "int")
    assert f(-5) == -5
    assert f(True) == 1
    assert f(np.int8(-3)) == -3
    assert f(np.uint8(253)) == 253
    assert f(np.int32(-(2**31))) == -(2**31)
    assert f(np.bool_(True)) == 1
    assert dispatcher(one, "first_slot", "np.uint64")(np.uint64(2**64 - 1)) == 2**64 - 1
    assert dispatcher(one, "first_slot", "np.float32")(np.float32(0.1)) == np.float32(0.1)


@pytest.mark.parametrize(
    ("value", "result"),
    [
        (True, "bool"),
        (-12, "int"),
        (0.1, "float"),
        (1.5 - 2.5j, "complex"),
        (np.float16(0.1), "np.float16"),
        (np.float32(0.1), "np.float32"),
        (np.float64(0.1), "np.float64"),
        (np.int16(-3), "np.int16"),
        (np.uint64(2**64 - 1), "np.uint64"),
        (np.bool_(True), "np.bool"),
        (np.complex64(1 - 2j), "np.complex64"),
        (np.complex128(1 - 2j), "np.complex128"),
        ((1, 2.5, (3, True)), "tuple(int, float, tuple(int, bool))"),
        (None, "none"),
        ((), "tuple()"),
    ],
)
def test_values_come_back_as_the_type_that_the_compiler_names(value, result):
    returned = dispatcher(one, "copy_8", result)(value)
    assert returned == value
    assert type(returned) is type(value)


def test_string_constants_come_back():
    assert dispatcher(one, "nothing", r"tuple(str('it\'s'), none)")(1) == ("it's", None)


def test_string_constants_are_part_of_the_key():
    f = dispatcher(one, "nothing")
    for text in ("a", "b", "a", "".join(["a", ""])):
        f(text)
    assert f.hooks.compiled == ["(str('a'))", "(str('b'))"]


def test_arrays_are_changed_in_place():
    f = dispatcher(one, "increment_float64")
    data = np.zeros((3, 4))
    f(data[:, 1])
    assert data.tolist() == [[0, 1, 0, 0]] * 3
    numbers = array.array("d", [1, 2])
    f(numbers)
    assert numbers.tolist() == [2, 3]


def test_an_array_cannot_be_resized_while_the_kernel_uses_it():
    numbers = array.array("d", [1, 2])
    view = memoryview(numbers)
    dispatcher(one, "increment_float64")(view)
    with pytest.raises(BufferError):
        numbers.append(3.0)
    view.release()
    numbers.append(3.0)  # the call's own hold is gone


def test_a_whole_argument_comes_back_as_itself():
    data = np.arange(4.0)
    assert dispatcher(one, "copy_8", "array(float64, 1, C)")(data) is data
    numbers = array.array("q", [1, 2])
    assert dispatcher(one, "copy_8", "arrayarray(int64, 1, C)")(numbers) is numbers


def test_a_view_shares_memory_and_keeps_its_owner_alive():
    f = dispatcher(one, "reversed", "array(float64, 1, A)")
    data = np.arange(4.0)
    view = f(data)
    assert view.tolist() == [3, 2, 1, 0]
    assert np.shares_memory(view, data)
    assert view.flags.writeable
    alive = weakref.ref(data)
    del data
    assert alive() is not None
    assert view[0] == 3
    del view
    assert alive() is None


def test_a_view_of_a_readonly_array_is_readonly():
    data = np.arange(4.0)
    data.flags.writeable = False
    assert not dispatcher(one, "reversed", "array(float64, 1, A)")(data).flags.writeable


def test_a_view_of_an_array_in_a_tuple_is_found():
    data = np.arange(4.0)
    view = dispatcher(one, "reversed", "array(float64, 1, A)")((data, 1))
    assert np.shares_memory(view, data)


def test_empty_views_are_possible():
    view = dispatcher(one, "every_other", "array(float64, 1, A)")(np.zeros(0)[:0])
    assert view.shape == (0,)


def test_views_of_python_buffers_are_slices():
    view = dispatcher(one, "every_other", "buffer(int64, 1, A)")(memoryview(array.array("q", range(5))))
    assert isinstance(view, memoryview)
    assert view.tolist() == [0, 2, 4]
    backwards = dispatcher(one, "reversed", "buffer(uint8, 1, A)")(memoryview(b"abc"))
    assert backwards == b"cba"


def test_memory_of_strangers_is_never_returned():
    with pytest.raises(SystemError, match="no part of its arguments"):
        dispatcher(one, "elsewhere", "array(float64, 1, C)")(np.zeros(4))


def test_keywords_and_defaults_are_bound():
    def f(a, b=2, *, c=3):
        pass

    kernel = dispatcher(f, "copy_8", "tuple(int, int, int)")
    assert kernel(1) == (1, 2, 3)
    assert kernel(1, c=5) == (1, 2, 5)
    assert kernel(b=7, a=6) == (6, 7, 3)
    assert kernel(*[1], **{"c": 9}) == (1, 2, 9)
    f.__defaults__ = (20,)
    assert kernel(1) == (1, 20, 3)
    assert len(kernel.hooks.compiled) == 1


def positional(a, b, /, c=1, *, d):
    pass


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        ((), {}),
        ((1,), {}),
        ((1, 2, 3, 4), {"d": 1}),
        ((1, 2), {}),
        ((1, 2), {"d": 1, "e": 2}),
        ((1, 2, 3), {"c": 3, "d": 4}),
        ((), {"a": 1, "b": 2, "d": 3}),
    ],
)
def test_wrong_calls_raise_what_python_raises(args, kwargs):
    with pytest.raises(TypeError) as expected:
        positional(*args, **kwargs)
    with pytest.raises(TypeError) as raised:
        dispatcher(positional, "nothing")(*args, **kwargs)
    assert str(raised.value) == str(expected.value)


def test_wrong_calls_of_methods_name_the_method():
    class Box:
        def put(self, x):
            pass

        compiled = dispatcher(put, "nothing")

    with pytest.raises(TypeError) as expected:
        Box().put(1, 2)
    with pytest.raises(TypeError) as raised:
        Box.compiled(None, 1, 2)
    assert str(raised.value) == str(expected.value)


def test_a_dispatcher_in_a_class_is_a_method():
    class Box:
        method = dispatcher(two, "nothing")

    box = Box()
    with pytest.raises(TypeError, match=r"two\(\) argument 'x': values of type .*Box"):
        box.method(1)
    assert Box.method is Box.__dict__["method"]
    assert box.method.__self__ is box


def test_many_arguments_do_not_fit_the_fast_storage_and_still_work():
    def many(t, *, last):
        pass

    values = tuple(range(300))
    f = dispatcher(many, "copy_8", "tuple(int, int, int, int, int, int, int, int)")
    assert f(values, last=np.zeros((2,) * 30)) == values[:8]


def test_guards_on_globals_recompile_when_the_value_changes():
    names = {"scale": 2.0}
    hooks = RecordingHooks(lambda signature: handle("nothing", "none", guards=[(names, "scale", names["scale"])]))
    f = _core.Dispatcher(one, hooks)
    f(1)
    f(1)
    names["scale"] = float("2.0")  # another object, the same constant
    f(1)
    assert len(hooks.compiled) == 1
    names["scale"] = 3.0
    f(1)
    f(1)
    assert len(hooks.compiled) == 2
    names["scale"] = 3
    f(1)
    del names["scale"]
    with pytest.raises(KeyError):
        f(1)


def test_guards_tell_zeros_apart():
    names = {"zero": 0.0}
    hooks = RecordingHooks(lambda signature: handle("nothing", "none", guards=[(names, "zero", names["zero"])]))
    f = _core.Dispatcher(one, hooks)
    f(1)
    names["zero"] = -0.0
    f(1)
    assert len(hooks.compiled) == 2


def test_guards_on_absent_names_and_on_cells():
    names = {}
    cell = (lambda: names).__closure__[0]
    hooks = RecordingHooks(lambda signature: handle("nothing", "none", guards=[(names, "len"), (cell, names)]))
    f = _core.Dispatcher(one, hooks)
    f(1)
    f(1)
    assert len(hooks.compiled) == 1
    names["len"] = None
    f(1)
    assert len(hooks.compiled) == 2


def test_a_value_that_changes_all_the_time_is_warned_about():
    names = {"n": 0}
    hooks = RecordingHooks(lambda signature: handle("nothing", "none", guards=[(names, "n", names["n"])]))
    f = _core.Dispatcher(one, hooks)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for n in range(20):
            names["n"] = n
            f(1)
    (warning,) = caught
    assert "one() was compiled 9 times because global or closure variables" in str(warning.message)
    assert warning.filename == __file__


def test_a_kernel_may_be_dropped_while_it_runs():
    names = {"n": 0}
    hooks = RecordingHooks(lambda signature: handle("spin_forever", "none", guards=[(names, "n", names["n"])]))
    f = _core.Dispatcher(one, hooks)
    calls = []

    def handler(number, frame):
        names["n"] += 1
        if len(calls) < 3:
            calls.append(number)
            signal.setitimer(signal.ITIMER_REAL, 0.01)
            f(1)
        raise KeyboardInterrupt

    import signal

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(KeyboardInterrupt):
            f(1)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert len(calls) == 3


def test_compile_errors_leave_nothing_behind():
    def broken(signature):
        raise ValueError("no")

    f = _core.Dispatcher(one, RecordingHooks(broken))
    for _ in range(2):
        with pytest.raises(ValueError, match="^no$"):
            f(1)
    assert f.signatures == []


@pytest.mark.parametrize("result", ["what", "array(float64)", "tuple(int", "array(float24, 1, C)", "int int"])
def test_a_malformed_answer_of_the_compiler_is_refused(result):
    with pytest.raises(ValueError, match="type text"):
        dispatcher(one, "nothing", result)(1)


def test_compiling_may_call_the_function_again():
    f = None

    def make(signature):
        if signature == "(int)":
            assert f(1.0) == 1.0
        return handle("first_slot", signature[1:-1])

    hooks = RecordingHooks(make)
    f = _core.Dispatcher(one, hooks)
    assert f(3) == 3
    assert hooks.compiled == ["(int)", "(float)"]


def test_a_dispatcher_is_freed_with_what_it_holds():
    def f(x):
        return x

    kernel = dispatcher(f, "nothing")
    kernel.itself = kernel
    kernel(1)
    alive = weakref.ref(kernel)
    del kernel
    gc.collect()
    assert alive() is None


@jit
def at_module_level(x):
    """The docstring."""
    return x


def test_a_compiled_function_looks_like_the_function():
    assert at_module_level.__name__ == "at_module_level"
    assert at_module_level.__doc__ == "The docstring."
    assert at_module_level.__module__ == __name__
    assert at_module_level.__wrapped__ is at_module_level.py_func
    assert at_module_level.py_func(3) == 3
    assert repr(at_module_level).startswith("<rooftop.jit function at_module_level at 0x")


def test_a_compiled_function_is_pickled_by_name_and_copied_as_itself():
    assert pickle.loads(pickle.dumps(at_module_level)) is at_module_level
    assert copy.deepcopy(at_module_level) is at_module_level


def test_ir_and_asm_compile_for_values_or_types():
    f = dispatcher(two, "nothing")
    assert f.ir(1, 2.0) == "ir of nothing"
    assert f.asm(np.float32, "array(float64, 2, C)") == "asm of nothing"
    assert f.hooks.compiled == ["(int, float)", "(np.float32, array(float64, 2, C))"]
    assert f.ir() == "ir of nothing"
    assert len(f.hooks.compiled) == 2


def test_ir_says_what_is_missing():
    f = dispatcher(two, "nothing")
    with pytest.raises(ValueError, match=r"two\(\) has not been compiled yet"):
        f.ir()
    with pytest.raises(TypeError, match="values or types, not some of both"):
        f.ir(float, 1.0)
    with pytest.raises(ValueError, match="there is no type 'flaot'"):
        f.ir("flaot", "int")

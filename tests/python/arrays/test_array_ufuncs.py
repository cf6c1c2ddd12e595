"""Every ufunc of the table against NumPy's: values, types, warnings, errors; attributes; keyword arguments."""

from __future__ import annotations

import pickle

import numpy
import pytest
from agreement import COMPLEX, DTYPES, FLOATS, agree, compare, hold, outcome, report, sample
from ufunc_table import ALIASES, POWERS, UFUNCS, arguments, takes, ulps

import rooftop

#: Where NumPy warns of what its own steps overflow or compare on the way, and not of the result: docs/deviations.md.
WARNS_OF_ITS_STEPS = {"logaddexp", "logaddexp2"} | {
    (name, dtype) for name in ("less", "less_equal", "greater", "greater_equal") for dtype in COMPLEX
}


def warns(name: str, dtype: str) -> bool:
    return name not in WARNS_OF_ITS_STEPS and (name, dtype) not in WARNS_OF_ITS_STEPS


def test_the_table_has_every_elementwise_function_of_numpy():
    """Those with a signature, and dates, are no elementwise functions of numbers."""
    theirs = {name for name, value in vars(numpy).items() if isinstance(value, numpy.ufunc)}
    named_as_numpys = {name for name in theirs if getattr(numpy, name).signature is None} - {"isnat"}
    assert named_as_numpys <= set(UFUNCS) | set(ALIASES)


@pytest.mark.parametrize("name", UFUNCS)
def test_attributes(name):
    ours, theirs = getattr(rooftop, name), getattr(numpy, name)
    for attribute in ("__name__", "nin", "nout", "nargs", "identity", "signature"):
        assert getattr(ours, attribute) == getattr(theirs, attribute), attribute
    assert type(ours.identity) is type(theirs.identity)
    assert repr(ours) == repr(theirs)
    assert ours.__doc__
    assert pickle.loads(pickle.dumps(ours)) is ours


@pytest.mark.parametrize("name", ALIASES)
def test_aliases_are_the_same_objects(name):
    assert getattr(numpy, name) is getattr(numpy, ALIASES[name].__name__)


@pytest.mark.parametrize("name", UFUNCS)
def test_special_values_of_every_type(name):
    cases = {}
    for dtype in DTYPES:
        inputs = arguments(name, dtype, sample(dtype))

        def call(np, inputs=inputs):
            return getattr(np, name)(*map(np.array, inputs))

        text = compare(outcome(call, rooftop), outcome(call, numpy), ulps(name, dtype), warns(name, dtype))
        if text is not None:
            cases[dtype] = text
    report(cases)


@pytest.mark.parametrize("name", UFUNCS)
def test_warnings_name_the_same_error(name):
    """One element at a time, so that one error does not hide another."""
    cases = {}
    for dtype in ("float64", "float32", "int32"):
        if not warns(name, dtype):
            continue
        for values in zip(*arguments(name, dtype, sample(dtype)[:: 1 if UFUNCS[name].nin == 1 else 2])):
            if name == "power" and not numpy.isfinite(values[1]):
                continue  # NumPy's flags of these are the machine's library's
            with numpy.errstate(all="ignore"):
                given = [numpy.array([value]) for value in values]
            ours, theirs = (
                outcome(lambda np: getattr(np, name)(*map(np.asarray, given)), module) for module in (rooftop, numpy)
            )
            if {str(text) for _, text in ours.warned} != {str(text) for _, text in theirs.warned}:
                cases[dtype, values] = ours.warned, theirs.warned
    report(cases)


@pytest.mark.parametrize("name", UFUNCS)
def test_scalars_zero_dimensions_empty_arrays_and_lists(name):
    nin = UFUNCS[name].nin
    functions = {
        "python floats": lambda np: getattr(np, name)(*[1.5, 2.5][:nin]),
        "python ints": lambda np: getattr(np, name)(*[3, 2][:nin]),
        "bools": lambda np: getattr(np, name)(*[True, False][:nin]),
        "complex": lambda np: getattr(np, name)(*[1 + 2j, 2 + 0j][:nin]),
        "float64": lambda np: getattr(np, name)(*[np.float64(0.5)] * nin),
        "float32": lambda np: getattr(np, name)(*[np.float32(0.5)] * nin),
        "int8": lambda np: getattr(np, name)(*[np.int8(3)] * nin),
        "0-d": lambda np: getattr(np, name)(*[np.array(0.5)] * nin),
        "0-d int": lambda np: getattr(np, name)(*[np.array(3, dtype="u2")] * nin),
        "empty": lambda np: getattr(np, name)(*[np.zeros((0, 3))] * nin),
        "empty int": lambda np: getattr(np, name)(*[np.zeros((2, 0), dtype=int)] * nin),
        "lists": lambda np: getattr(np, name)(*[[1, 2, 3]] * nin),
        "nested lists": lambda np: getattr(np, name)(*[[[0.5], [0.25]]] * nin),
        "strings": lambda np: getattr(np, name)(*["a"] * nin),
        "none": lambda np: getattr(np, name)(*[None] * nin),
        "too few": lambda np: getattr(np, name)(),
        "too many": lambda np: getattr(np, name)(*[1.0] * (nin + UFUNCS[name].nout + 1)),
        "unknown keyword": lambda np: getattr(np, name)(*[1.0] * nin, nothing=1),
    }
    hold(functions, ulps=4 if ulps(name) else 0)


def layouts(values: numpy.ndarray) -> dict:
    """The same number of elements, 24, in memory of every order."""
    block = numpy.resize(values, 96)
    return {
        "contiguous": block[:24].reshape(4, 6),
        "column-major": block[:24].reshape(6, 4).T,
        "reversed": block[:24][::-1].reshape(4, 6)[:, ::-1],
        "every other": block.reshape(8, 12)[::2, ::2],
        "negative steps": block.reshape(8, 12)[::-2, ::-2],
        "broadcast row": numpy.broadcast_to(block[:6], (4, 6)),
        "broadcast column": numpy.broadcast_to(block[:4, None], (4, 6)),
        "one value": numpy.broadcast_to(block[5], (4, 6)),
        "permuted": block[:24].reshape(2, 6, 2).transpose(2, 0, 1).reshape(4, 6),
        "unaligned": numpy.frombuffer(b"x" + block[:24].tobytes(), numpy.uint8)[1:].view(block.dtype).reshape(4, 6),
    }


@pytest.mark.parametrize("name", UFUNCS)
def test_memory_of_every_order(name):
    cases = {}
    for dtype in ("float64", "float32", "int64", "uint8", "bool", "complex128", "float16"):
        if not takes(name, dtype) or (name in POWERS and dtype == "complex128"):
            continue
        values = sample(dtype)
        views = layouts(values[numpy.isfinite(values) & (values != 0)] if dtype != "bool" else values)
        pairs = [(view,) for view in views.items()] if UFUNCS[name].nin == 1 else list(zip(views.items(), [*views.items()][::-1]))
        pairs += [] if UFUNCS[name].nin == 1 else [(view, ("contiguous", views["contiguous"])) for view in views.items()]
        for pair in pairs:
            given = [view for _, view in pair]

            def call(np, given=given):
                result = getattr(np, name)(*map(np.asarray, given))
                return result, [part.strides for part in (result if isinstance(result, tuple) else (result,))]

            text = compare(outcome(call, rooftop), outcome(call, numpy), ulps(name, dtype), warns=False)
            if text is not None:
                cases[dtype, tuple(label for label, _ in pair)] = text
    report(cases)


@pytest.mark.parametrize("name, dtype", [(n, d) for n in UFUNCS for d in ("float64", "int32") if takes(n, d)])
def test_out_that_overlaps_the_inputs(name, dtype):
    """Outputs that are an input, or a part of its memory: inputs are read first."""
    nin, nout = UFUNCS[name].nin, UFUNCS[name].nout
    values = numpy.resize(sample(dtype)[2:9], 36)

    def call(first, second, *outs):
        def run(np):
            memory = np.array(values)
            inputs = [memory[first], memory[second]][:nin]
            result = getattr(np, name)(*inputs, out=tuple(memory[part] for part in outs[:nout]), casting="unsafe")
            return result, memory

        return run

    spread = slice(0, 10), slice(1, 11), slice(12, 22), slice(0, 20, 2)
    second = slice(24, 34)
    hold(
        {
            "in place": call(spread[0], spread[2], spread[0], second),
            "one further": call(spread[0], spread[1], spread[1], second),
            "one before": call(spread[1], spread[0], spread[0], second),
            "reversed": call(spread[0], slice(9, None, -1), slice(9, None, -1), second),
            "every other": call(spread[3], spread[0], spread[0], second),
            "apart": call(spread[0], spread[0], spread[2], second),
        },
        ulps=ulps(name),
        warns=False,
    )


@pytest.mark.parametrize("name", UFUNCS)
def test_where_leaves_other_elements_alone(name):
    ufunc = UFUNCS[name]
    for dtype in ("float64", "int16", "bool"):
        if not takes(name, dtype):
            continue
        values = numpy.resize(sample(dtype)[:2], (3, 4))
        with numpy.errstate(all="ignore"):
            made = getattr(numpy, name)(*[values] * ufunc.nin)
        types = [part.dtype for part in (made if ufunc.nout > 1 else (made,))]

        def call(np, mask):
            outs = tuple(np.zeros((3, 4), dtype=str(kind)) for kind in types)
            return getattr(np, name)(*[np.array(values)] * ufunc.nin, out=outs, where=np.array(mask))

        masks = [True, False, [True, False, True, True], [[True], [False], [True]], numpy.tri(3, 4, 1, dtype=bool)]
        hold({str(m): lambda np, m=m: call(np, m) for m in masks}, ulps=4, warns=False)


@pytest.mark.parametrize("name", UFUNCS)
def test_dtype_and_casting_and_order(name):
    nin = UFUNCS[name].nin
    functions = {}
    for given in ("float32", "int16", "uint64", "complex64", "bool"):
        one = numpy.ones((2, 3), given).T
        for wanted in ("float64", "float32", "int64", "int8", "complex128", "bool", "float16"):
            functions[given, wanted] = lambda np, one=one, wanted=wanted: getattr(np, name)(
                *[np.asarray(one)] * nin, dtype=wanted
            )
            functions[given, wanted, "unsafe"] = lambda np, one=one, wanted=wanted: getattr(np, name)(
                *[np.asarray(one)] * nin, dtype=wanted, casting="unsafe"
            )
        for casting in ("no", "equiv", "safe", "same_kind", "unsafe", "nothing"):
            functions[given, casting] = lambda np, one=one, casting=casting: getattr(np, name)(
                *[np.asarray(one)] * nin, casting=casting
            )
        for order in "CFAK":
            functions[given, order] = lambda np, one=one, order=order: [
                (part, part.strides) for part in np.atleast_1d(getattr(np, name)(*[np.asarray(one)] * nin, order=order))
            ]
    hold(functions, ulps=4, warns=False)


@pytest.mark.parametrize("name", UFUNCS)
def test_out_of_other_types_and_shapes(name):
    ufunc = UFUNCS[name]
    one = numpy.ones(3)

    def call(shape, dtype):
        def run(np):
            outs = tuple(np.zeros(shape, dtype=dtype) for _ in range(ufunc.nout))
            result = getattr(np, name)(*[np.asarray(one)] * ufunc.nin, out=outs)
            parts = result if ufunc.nout > 1 else (result,)
            return all(a is b for a, b in zip(parts, outs)), result

        return run

    functions = {dtype: call((3,), dtype) for dtype in DTYPES}
    functions |= {shape: call(shape, "float64") for shape in [(2, 3), (3, 3), (1, 3), (1,), (), (2,), (3, 2), (0,)]}
    functions["positional"] = lambda np: getattr(np, name)(
        *[np.asarray(one)] * ufunc.nin, *[np.zeros(3) for _ in range(ufunc.nout)]
    )
    functions["wrong"] = lambda np: getattr(np, name)(*[np.asarray(one)] * ufunc.nin, out=3)
    functions["too many"] = lambda np: getattr(np, name)(*[np.asarray(one)] * ufunc.nin, out=(np.zeros(3),) * 3)

    def read_only(np):
        out = np.zeros(3)
        out.flags.writeable = False
        return getattr(np, name)(*[np.asarray(one)] * ufunc.nin, out=(out,) * ufunc.nout)

    functions["read-only"] = read_only
    hold(functions, ulps=4, warns=False)


@pytest.mark.parametrize("name", [name for name in UFUNCS if UFUNCS[name].nin == 2])
def test_shapes_are_broadcast(name):
    shapes = [(), (1,), (3,), (4, 1), (4, 3), (2, 1, 3), (0,), (1, 0), (2,), (2, 4, 1)]
    rng = numpy.random.default_rng(1)
    functions = {}
    for left in shapes:
        for right in shapes:
            a, b = rng.integers(1, 9, left), rng.integers(1, 9, right)
            functions[left, right] = lambda np, a=a, b=b: getattr(np, name)(np.array(a), np.array(b))
    hold(functions, ulps=4, warns=False)


def test_integer_powers_refuse_negative_exponents_where_there_are_elements():
    hold(
        {
            (str(base), str(exponent), symbol): lambda np, b=base, e=exponent, f=function: f(
                np, np.array(b, dtype=int), np.array(e, dtype=int)
            )
            for base in (2, [1, 2], [], [[1], [2]])
            for exponent in (-1, [1, -1], [[]], 2)
            for symbol, function in {"power": lambda np, a, b: np.power(a, b), "**": lambda np, a, b: a**b}.items()
        }
    )


def test_error_texts_name_shapes_and_types():
    with pytest.raises(ValueError, match=r"broadcast.*\(2,\) \(3,\)"):
        rooftop.add(rooftop.ones(2), rooftop.ones(3))
    with pytest.raises(TypeError, match=r"Cannot cast ufunc 'add' output from dtype\('float64'\) to dtype\('int64'\)"):
        rooftop.add(rooftop.ones(2), 1.5, out=rooftop.ones(2, dtype=int))


@pytest.mark.parametrize("dtype", FLOATS)
def test_long_arrays_agree_with_short_ones(dtype):
    """Blocks, threads and vectors' tails give what single elements give."""
    values = numpy.linspace(-4, 4, 70_001).astype(dtype)
    x = rooftop.asarray(values)
    for name in ("exp", "sin", "floor", "negative", "tanh"):
        whole = numpy.asarray(getattr(rooftop, name)(x))
        for begin in (0, 1, 8191, 8192, 40_000, 69_990):
            part = numpy.asarray(getattr(rooftop, name)(x[begin : begin + 11]))
            assert whole[begin : begin + 11].tobytes() == part.tobytes(), (name, begin)


def test_a_large_call_agrees():
    rng = numpy.random.default_rng(2)
    values = rng.normal(size=(700, 301))
    agree(lambda np: np.array(values) * np.array(values.T).T + 2.0)
    agree(lambda np: np.add(np.array(values)[::-1], np.array(values)[:, :1], out=np.zeros((700, 301), dtype="c16")))
    agree(lambda np: np.maximum(np.array(values, dtype="f4"), np.array(values[0])))


@pytest.mark.parametrize("dtype", FLOATS)
def test_clip_keeps_the_zero_that_numpy_keeps(dtype):
    for first, bound in [(-0.0, 0), (0.0, -0.0), (-0.0, 0.0)]:
        for size in (1, 5, 40):
            agree(lambda np: np.clip(np.full(size, first, dtype), bound, 1))
            agree(lambda np: np.clip(np.full(size, first, dtype), -1, bound))
            agree(lambda np: np.full(size, first, dtype).clip(np.full(size, bound, dtype), 1))


def test_python_ints_in_functions_of_floats():
    """They need not fit the type of an array of integers, and make a bool an int64."""
    for name in ("arctan2", "hypot", "copysign", "nextafter", "heaviside", "logaddexp", "float_power", "divide", "logical_and"):
        for number in (-1, 3, 300, -70_000):
            for dtype in ("bool", "int8", "uint8", "uint16", "int32", "uint64"):
                agree(lambda np: getattr(np, name)(np.arange(3).astype(dtype), number), ulps=4, warns=False)
                agree(lambda np: getattr(np, name)(number, np.arange(3).astype(dtype)), ulps=4, warns=False)
    agree(lambda np: np.where(np.arange(3) > 1, np.arange(3, dtype="int8"), 300))


def test_new_arrays_like_others_have_their_strides():
    for shape in [(3, 2, 1), (1, 3), (2, 1, 1, 3)]:
        agree(lambda np: np.empty_like(np.zeros(shape, order="F")).strides)
        agree(lambda np: np.zeros_like(np.zeros(shape, order="F")).strides)
        agree(lambda np: np.zeros(shape).T.copy("K").strides)

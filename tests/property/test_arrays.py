"""Random arrays, subscripts and expressions: rooftop's answers are NumPy's.

A failure prints the example and Hypothesis's blob that reproduces it; every find becomes a line of tests/python/arrays.
"""

from __future__ import annotations

import numpy
from agreement import DTYPES, compare, outcome, to_numpy
from hypothesis import given, note, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from ufunc_table import ROUNDED, UFUNCS

import rooftop

#: A minute by default for all of them; the profile `thorough` runs more.
EXAMPLES = max(settings.default.max_examples, 100)


@st.composite
def arrays(draw, dtypes=DTYPES, min_dims=0, max_dims=4, finite=False):
    """NumPy arrays of any order of memory: steps of any sign, permuted, broadcast, unaligned, read-only."""
    dtype = numpy.dtype(draw(st.sampled_from(dtypes)))
    shape = draw(hnp.array_shapes(min_dims=min_dims, max_dims=max_dims, min_side=0, max_side=4))
    if dtype.kind in "fc":
        width = dtype.itemsize * 8 // (2 if dtype.kind == "c" else 1)
        reals = st.floats(width=width, allow_nan=not finite, allow_infinity=not finite)
        reals = st.one_of(reals, st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, 2.0]))
        elements = st.builds(complex, reals, reals) if dtype.kind == "c" else reals
    elif dtype.kind == "b":
        elements = st.booleans()
    else:
        info = numpy.iinfo(dtype)
        edges = st.sampled_from([info.min, info.max, 0, 1, info.max // 2])
        elements = st.one_of(st.integers(max(info.min, -9), 9), edges)
    base = draw(hnp.arrays(dtype, shape, elements=elements, fill=st.nothing()))
    how = draw(st.sampled_from(["plain", "reversed", "permuted", "spread", "broadcast", "unaligned", "read-only"]))
    if how == "reversed":
        return base[(*(slice(None, None, draw(st.sampled_from([1, -1]))) for _ in shape), ...)]
    if how == "permuted":
        return base.transpose(draw(st.permutations(range(base.ndim))))
    if how == "spread":
        steps = [draw(st.integers(1, 3)) for _ in shape]
        wide = numpy.zeros([max(1, length * step) for length, step in zip(shape, steps)], dtype)
        view = wide[(*(slice(0, length * step, step) for length, step in zip(shape, steps)), ...)]
        view[...] = base
        return view
    if how == "broadcast" and base.ndim:
        axis = draw(st.integers(0, base.ndim - 1))
        return numpy.broadcast_to(base[(slice(None),) * axis + (slice(0, 1),)], base.shape) if base.shape[axis] else base
    if how == "unaligned":
        raw = numpy.frombuffer(bytearray(b"x" + base.tobytes()), numpy.uint8)[1:]
        return raw.view(dtype).reshape(shape)
    if how == "read-only":
        base.flags.writeable = False
    return base


def check(function, *, ulps: float = 0, warns: bool = False) -> None:
    text = compare(outcome(function, rooftop), outcome(function, numpy), ulps, warns)
    if text is not None:
        raise AssertionError(text)


def partner(draw, array: numpy.ndarray) -> numpy.ndarray:
    """An array that can be broadcast with the other one, mostly."""
    if draw(st.booleans()):
        other = draw(arrays(max_dims=0))
        shape = tuple(length if draw(st.booleans()) else 1 for length in array.shape)
        shape = shape[draw(st.integers(0, len(shape))) :]
        return numpy.resize(other, shape) if 0 not in shape else numpy.zeros(shape, other.dtype)
    return draw(arrays())


@given(data=st.data(), name=st.sampled_from(sorted(UFUNCS)))
@settings(max_examples=6 * EXAMPLES)
def test_ufuncs_of_any_arrays(data, name):
    first = data.draw(arrays())
    inputs = [first] if UFUNCS[name].nin == 1 else [first, partner(data.draw, first)]
    if name in ("power", "float_power") and any(x.dtype.kind == "c" for x in inputs):
        return  # infinite and NaN results of complex powers are no single ones
    note((name, [(x.dtype, x.shape, x.strides) for x in inputs]))
    loose = name in ROUNDED or any(x.dtype.kind == "c" for x in inputs)
    if loose and any(x.dtype.kind == "c" and not numpy.isfinite(x).all() for x in inputs):
        return  # nor are those of complex arithmetic
    cancels = ("multiply", "square", "divide", "reciprocal", "expm1", "log1p")
    if name in (*cancels, "tan", "tanh", "arctan", "arctanh", "arcsin", "arccos") and any(
        x.dtype.kind == "c" for x in inputs
    ):
        return  # parts that cancel: the units of one part say nothing of the other's error
    # Which zero is the larger is the machine's to say: the sum takes its sign away.
    zero = 0 if name in ("maximum", "minimum", "fmax", "fmin") and any(x.dtype.kind == "f" for x in inputs) else None
    check(
        lambda np: (lambda made: made if zero is None else made + zero)(getattr(np, name)(*map(np.asarray, inputs))),
        ulps=4 if loose else 0,
    )


OPERATORS = ["+", "-", "*", "//", "%", "&", "|", "^", "<", "<=", "==", "!=", "<<", ">>"]


@given(data=st.data(), symbol=st.sampled_from(OPERATORS))
@settings(max_examples=2 * EXAMPLES)
def test_operators_with_any_numbers(data, symbol):
    array = data.draw(arrays(dtypes=[name for name in DTYPES if "complex" not in name]))
    number = data.draw(st.one_of(st.integers(-(2**65), 2**65), st.integers(-300, 300), st.floats(), st.booleans()))
    texts = [f"a {symbol} n", f"n {symbol} a", f"a[..., :1] {symbol} n"]
    for text in texts:
        note(text)
        check(lambda np: eval(text, {"a": np.asarray(array), "n": number}))


@given(data=st.data(), symbol=st.sampled_from(["+=", "-=", "*=", "|=", "%="]))
@settings(max_examples=2 * EXAMPLES)
def test_in_place_operators_on_overlapping_views(data, symbol):
    dtype = data.draw(st.sampled_from(["int64", "float64", "uint8", "float32"]))
    ends = st.integers(-13, 13) | st.none()
    parts = st.builds(slice, ends, ends, st.sampled_from([1, 2, -1, -2, None]))
    target, source = data.draw(parts), data.draw(parts)

    def run(np):
        memory = np.arange(1, 13).astype(dtype)
        names = {"v": memory[target], "w": memory[source]}
        exec(f"v {symbol} w", names)
        return names["v"], memory

    check(run)


def keys(shape):
    """Subscripts of every kind, of which some do not fit."""
    whole = st.integers(-6, 6)
    part = st.builds(slice, whole | st.none(), whole | st.none(), st.sampled_from([None, 1, 2, -1, -3, 5]))
    side = shape[0] if shape else 1
    lists = st.lists(st.integers(-side, max(side - 1, 0)) | whole, max_size=4)
    inside = st.integers(-max(side, 1), max(side - 1, 0))
    index_arrays = hnp.arrays("int64", hnp.array_shapes(max_dims=2, max_side=3), elements=inside)
    masks = st.one_of(
        hnp.arrays("bool", shape) if shape else st.just(numpy.array(True)),
        hnp.arrays("bool", shape[:1]) if shape else st.booleans(),
        hnp.arrays("bool", hnp.array_shapes(max_dims=2, max_side=4)),
    )
    simple = st.one_of(whole, part, st.just(...), st.none())
    item = st.one_of(simple, simple, lists, index_arrays, masks, st.booleans())
    return st.one_of(item, st.lists(simple, max_size=5).map(tuple), st.lists(item, max_size=4).map(tuple))


def ours(np, key):
    if isinstance(key, numpy.ndarray):
        return np.asarray(key)
    return tuple(ours(np, part) for part in key) if isinstance(key, tuple) else key


@given(data=st.data())
@settings(max_examples=6 * EXAMPLES)
def test_reading_by_any_subscript(data):
    array = data.draw(arrays(dtypes=["int64", "float32", "complex128", "uint8", "bool"]))
    key = data.draw(keys(array.shape))

    def run(np):
        a = np.asarray(array)
        got = a[ours(np, key)]
        return got, bool(np.shares_memory(got, a)) if got.ndim and got.size else None

    check(run)


@given(data=st.data())
@settings(max_examples=6 * EXAMPLES)
def test_writing_by_any_subscript(data):
    array = data.draw(arrays(dtypes=["int64", "float32", "uint8", "bool"], finite=True))
    key = data.draw(keys(array.shape))
    others = arrays(dtypes=["int64", "float64", "int8"], max_dims=3, finite=True)
    value = data.draw(st.one_of(st.integers(0, 9), st.floats(-9, 9), others))

    def run(np):
        memory = np.array(array)
        try:
            memory[ours(np, key)] = ours(np, value)
        except (IndexError, ValueError, OverflowError):  # where both are wrong it is either of them
            return "wrong", memory
        return memory

    check(run)


REDUCTIONS = ["sum", "prod", "min", "max", "any", "all", "argmin", "argmax", "mean", "cumsum", "std"]


@given(data=st.data(), name=st.sampled_from(REDUCTIONS))
@settings(max_examples=3 * EXAMPLES)
def test_reductions_of_any_axes(data, name):
    array = data.draw(arrays(dtypes=[d for d in DTYPES if d not in ("float16", "complex64")], min_dims=1, finite=True))
    if array.dtype.kind in "fc":
        array = numpy.array(array, copy=True)
        array[...] = numpy.round(array.real / 1e300) + 3 if array.dtype.itemsize >= 8 else numpy.round(array.real / 1e37) + 3
    axes = st.integers(-array.ndim, array.ndim - 1)
    one = name in ("argmin", "argmax", "cumsum")
    axis = data.draw(st.none() | axes if one else st.none() | axes | st.lists(axes, unique=True, max_size=3).map(tuple))
    keywords = {"axis": axis} if name == "cumsum" else {"axis": axis, "keepdims": data.draw(st.booleans())}
    check(lambda np: getattr(np.asarray(array), name)(**keywords), ulps=64)


@given(data=st.data())
@settings(max_examples=2 * EXAMPLES)
def test_shapes_strides_and_copies(data):
    array = data.draw(arrays(dtypes=["int16", "float64"]))
    size = array.size
    wanted = data.draw(st.sampled_from([(-1,), (size,), (1, -1), (-1, 2), (2, -1), (-1, 3), (3, 2, -1), (size, 1, 1), ()]))

    def run(np):
        a = np.asarray(array)
        made = a.reshape(wanted)
        shared = bool(np.shares_memory(made, a)) if size else None
        strides = a.copy("F").strides if size > 1 else 0
        return made, shared, a.ravel(), a.T, a.copy(), strides, a.tolist(), a.tobytes(), a.squeeze()

    check(run)


@given(data=st.data(), target=st.sampled_from(DTYPES))
@settings(max_examples=3 * EXAMPLES)
def test_casts_warn_and_wrap_as_numpys(data, target):
    array = data.draw(arrays(finite=True))
    if array.dtype.kind in "fc" and numpy.dtype(target).kind in "iu" and array.size and (abs(array) > 100).any():
        return  # what no integer holds is the machine's to say
    if array.dtype.kind == "f" and numpy.dtype(target).kind == "u" and array.size and (array < 0).any():
        return
    check(lambda np: np.asarray(array).astype(target), warns=True)


@given(
    st.recursive(
        st.integers(-(2**64), 2**65)
        | st.one_of(st.floats(), st.booleans(), st.complex_numbers(), st.none(), st.text(max_size=2)),
        lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner),
        max_leaves=8,
    )
)
@settings(max_examples=3 * EXAMPLES)
def test_nested_lists(value):
    check(lambda np: np.array(value), warns=True)


@given(arrays(), st.sampled_from([2, 4, 5]))
@settings(max_examples=EXAMPLES)
def test_pickles_and_texts(array, protocol):
    import pickle

    mine = rooftop.asarray(array)
    again = pickle.loads(pickle.dumps(mine, protocol))
    assert numpy.asarray(again).tobytes() == array.tobytes() and again.dtype == array.dtype and again.shape == array.shape
    assert repr(mine) == repr(array) and str(mine) == str(array)
    assert to_numpy(mine).tobytes() == array.tobytes()

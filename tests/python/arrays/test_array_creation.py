"""Functions that make arrays, against NumPy's."""

from __future__ import annotations

import array
import fractions

import numpy
import pytest
from agreement import DTYPES, agree, hold

import rooftop

NESTED = {
    "empty": [],
    "empty rows": [[], []],
    "empty tuple": (),
    "ints": [1, 2, 3],
    "floats": [1.0, 2.5],
    "mixed": [1, 2.5, True],
    "bools": [True, False],
    "bools and ints": [True, 2],
    "complex": [1, 2.5, 1j],
    "tuples in lists": [(1, 2), (3, 4)],
    "lists in tuples": ([1.0], [2]),
    "deep": [[[[1], [2]], [[3], [4]]]],
    "one": [[[[[[7]]]]]],
    "big ints": [2**63, 1],
    "large int": [2**63 - 1, -(2**63)],
    "unsigned": [2**64 - 1],
    "huge": [2**64],
    "big and negative": [2**63, -1],
    "big and float": [2**63, 1.5],
    "none": [None, 1],
    "strings": ["a", "bc"],
    "bytes": [b"x"],
    "strings and numbers": ["a", 1],
    "range": range(5),
    "ranges": [range(3), range(3)],
    "ragged": [[1, 2], [3]],
    "ragged deep": [[1, [2, 3]]],
    "scalar and list": [1, [2]],
    "dict": {"a": 1},
    "set": {1},
    "array.array": array.array("f", [1, 2]),
    "bytearray": bytearray(b"abc"),
    "memoryview": memoryview(b"abc"),
    "fraction": [fractions.Fraction(1, 2)],
    "number": 3,
    "float": 2.5,
    "bool": True,
    "complex number": 2j,
    "string": "abc",
    "big number": 2**70,
}


def test_nested_sequences():
    functions = {}
    for label, value in NESTED.items():
        for function in ("array", "asarray", "asanyarray", "ascontiguousarray", "asfortranarray"):
            functions[function, label] = lambda np, f=function, v=value: getattr(np, f)(v)
        for dtype in ("float64", "int64", "uint8", "bool", "complex64", "float16", "U3", "object"):
            functions[dtype, label] = lambda np, v=value, d=dtype: np.array(v, dtype=d)
        for keywords in ({"ndmin": 3}, {"copy": False}, {"copy": None}, {"order": "F"}, {"subok": True}):
            functions[str(keywords), label] = lambda np, v=value, k=keywords: np.array(v, **k)
    hold(functions)


def test_numbers_too_large_for_a_type_warn():
    def filled(np, dtype, value, place):
        array = np.zeros(3, dtype)
        array[place] = value
        return array

    for dtype in ("complex64", "float32", "float16", "complex128"):
        for value in (10**40, -(10**40), 1e40, 70000):
            for place in (..., 1, slice(2), [0, 2]):
                agree(lambda np: filled(np, dtype, value, place))
            agree(lambda np: np.full(2, value, dtype))
            agree(lambda np: np.zeros(2, dtype) + value)
    for value in (1e40j, 1e39 - 2j, -2 + 1e300j, complex("inf"), complex("nan+1j")):
        agree(lambda np: filled(np, "complex64", value, 1))


def test_bools_are_no_lengths():
    for shape in (True, (17, True), [True, 17], (17, False)):
        for name in ("zeros", "ones", "empty"):
            agree(lambda np: getattr(np, name)(shape).shape)
        agree(lambda np: np.full(shape, 2.0))
        agree(lambda np: np.arange(17).reshape(shape))
        agree(lambda np: np.reshape(np.arange(17), shape))
        agree(lambda np: np.broadcast_to(np.arange(17), shape))
    agree(lambda np: np.arange(17).reshape(17, True))
    agree(lambda np: np.arange(17).reshape(True, -1))


def test_generators_and_sequences_of_ones_own():
    class Sequence:
        def __len__(self):
            return 3

        def __getitem__(self, index):
            if index >= 3:
                raise IndexError
            return index * 1.5

    class Index:
        def __index__(self):
            return 7

    class Float:
        def __float__(self):
            return 7.5

    hold(
        {
            "sequence": lambda np: np.array(Sequence()),
            "sequences": lambda np: np.array([Sequence(), [1, 2, 3]]),
            "generator": lambda np: np.array(x for x in [1]).ndim,
            "fromiter": lambda np: np.fromiter((x for x in range(4)), dtype="f4"),
            "index": lambda np: np.array([Index(), 1], dtype="int64"),
            "float": lambda np: np.array([Float(), 1], dtype="float64"),
            "float to int": lambda np: np.array([Float()], dtype="int64"),
        }
    )


def test_lists_of_scalars_and_arrays():
    functions = {}
    for left in DTYPES:
        functions["0-d", left] = lambda np, l=left: np.array([np.array(1, dtype=l), 2])
        for right in DTYPES:
            functions["scalars", left, right] = lambda np, l=left, r=right: np.array([getattr(np, l)(1), getattr(np, r)(2)])
            functions["arrays", left, right] = lambda np, l=left, r=right: np.array([np.ones(3, dtype=l), np.ones(3, dtype=r)])
        for number in (1, 1.5, 1j, True, 2**40):
            functions["number", left, number] = lambda np, l=left, n=number: np.array([getattr(np, l)(1), n])
            functions["to type", left, number] = lambda np, l=left, n=number: np.array([n], dtype=l)
    functions["ragged arrays"] = lambda np: np.array([np.ones(2), np.ones(3)])
    functions["array and row"] = lambda np: np.array([np.ones((2, 2)), [[1, 2], [3, 4]]])
    functions["strided"] = lambda np: np.array([np.arange(6)[::2], np.arange(3)[::-1]])
    functions["deep"] = lambda np: np.array([[np.ones((2, 3))], [np.zeros((2, 3)).T.T]])
    functions["numpy's"] = lambda np: np.array([numpy.float32(1), numpy.ones(())])
    functions["numpy's arrays"] = lambda np: np.array([numpy.ones(2), np.ones(2)])
    hold(functions)


SHAPES = [(), 0, 3, (3,), [2, 3], (2, 0, 3), numpy.int32(2), (1,) * 64]
BAD_SHAPES = [-1, (2, -1), (1,) * 65, 2**62, (2**40, 2**40), (2**63,), 2**70, 1.5, "a", None, (1.5,), (0, 2**62, 4), object()]


@pytest.mark.parametrize("name", ["zeros", "ones", "empty"])
def test_filled_arrays(name):
    functions = {}

    def facts(np, *arguments, **keywords):
        made = getattr(np, name)(*arguments, **keywords)
        # Steps between elements that are not there are nobody's business.
        return (made if name != "empty" else made.shape), made.dtype, made.strides if made.size else 0

    for shape in SHAPES + BAD_SHAPES:
        functions[str(shape)] = lambda np, s=shape: facts(np, s)
    for dtype in [*DTYPES, float, int, bool, complex, "i4,f8", "S3", "object", "nothing", None]:
        functions[dtype] = lambda np, d=dtype: getattr(np, name)((2, 2), d).dtype
    for order in ("C", "F", "A", "K", "X", None):
        functions["order", order] = lambda np, o=order: facts(np, (2, 3), order=o)
    functions["device"] = lambda np: facts(np, 3, device="cpu")
    functions["bad device"] = lambda np: facts(np, 3, device="gpu")
    functions["like"] = lambda np: facts(np, 3, like=np.ones(2))
    functions["nothing"] = lambda np: facts(np)
    functions["unknown"] = lambda np: facts(np, 3, what=1)
    hold(functions)


def test_full_and_like():
    functions = {}
    for value in (0, 1.5, True, 1j, 2**63, [1, 2, 3], "a", None, numpy.float32(2)):
        functions["full", str(value)] = lambda np, v=value: np.full((2, 3), v)
        for dtype in ("int8", "float32", "bool"):
            functions["full", str(value), dtype] = lambda np, v=value, d=dtype: np.full((2, 3), v, dtype=d)
    for shape in BAD_SHAPES:
        functions["full", str(shape)] = lambda np, s=shape: np.full(s, 1)
    for name in ("zeros_like", "ones_like", "empty_like"):
        for label, prototype in {
            "row-major": lambda np: np.ones((2, 3), dtype="f4"),
            "column-major": lambda np: np.ones((2, 3)).T,
            "strided": lambda np: np.ones((4, 6, 2))[::2, ::-3],
            "permuted": lambda np: np.ones((2, 3, 4)).transpose(1, 2, 0),
            "broadcast": lambda np: np.broadcast_to(np.ones(3), (2, 3)),
            "list": lambda np: [[1, 2]],
            "scalar": lambda np: np.float32(2),
            "number": lambda np: 3,
        }.items():
            for keywords in ({}, {"dtype": "int16"}, {"shape": (4,)}, {"order": "F"}, {"order": "C"}, {"subok": False}):
                functions[name, label, str(keywords)] = lambda np, n=name, p=prototype, k=keywords: [
                    (a.shape, a.dtype, a.strides, a if n != "empty_like" else 0) for a in [getattr(np, n)(p(np), **k)]
                ]
    functions["full_like"] = lambda np: np.full_like(np.ones((2, 2), dtype=int), 7)
    hold(functions)


def test_ranges():
    functions = {}
    for arguments in [
        (5,), (0,), (-3,), (2, 7), (7, 2), (7, 2, -1), (0, 10, 3), (10, 0, -3), (0, 10, 100), (0.0, 1.0, 0.1), (1.5,),
        (0, 1, 0.1), (5, 0, -0.5), (0, 0), (1, 1, 0), (0, 5, 0), (0, 1, float("nan")), (float("inf"),), (True,),
        (2**62, 2**62 + 3), (-(2**63), -(2**63) + 2), (2**63, 2**63 + 2), (0, 2**63 - 1, 2**61), (2**70,), (0, 1e18), (1j,),
        ("a",), (), (1, 2, 3, 4), (numpy.float32(3),), (numpy.int8(3),), (None,), (3, None), (0, 4, None),
        (0.0, -1.0), (1e300, 2e300, 1e299), (0, 7.0, 2), (0.5, 4),
    ]:  # fmt: skip
        functions["arange", arguments] = lambda np, a=arguments: np.arange(*a)
        if arguments not in [(2**70,), (0, 1e18)]:
            functions["arange f4", arguments] = lambda np, a=arguments: np.arange(*a, dtype="f4")
    functions["keywords"] = lambda np: np.arange(start=1, stop=4)
    functions["step"] = lambda np: np.arange(1, 9, step=2)
    functions["int8"] = lambda np: np.arange(3, dtype="int8")
    for arguments in [(0, 1), (0, 1, 5), (5, 0, 3), (0, 1, 0), (0, 1, 1), (1j, 2, 3), ([0, 1], [2, 3], 3), (0, 1, -1)]:
        functions["linspace", str(arguments)] = lambda np, a=arguments: np.linspace(*a)
    functions["linspace step"] = lambda np: np.linspace(0, 2, 5, retstep=True)
    functions["linspace open"] = lambda np: np.linspace(0, 2, 5, endpoint=False, dtype=int)
    functions["logspace"] = lambda np: np.logspace(0, 2, 3)
    functions["geomspace"] = lambda np: np.geomspace(1, 100, 3)
    hold(functions, ulps=1)


def test_ranges_that_are_too_long_are_refused():
    """NumPy 2 gives an empty array here: docs/deviations.md."""
    with pytest.raises(ValueError, match="too big"):
        rooftop.arange(0, 2**63 - 1)


def test_other_constructors():
    hold(
        {
            "eye": lambda np: [np.eye(3), np.eye(2, 3, 1), np.eye(3, k=-1, dtype=int)],
            "identity": lambda np: np.identity(2, dtype="f4"),
            "diag": lambda np: [np.diag([1, 2]), np.diag(np.arange(9).reshape(3, 3), 1)],
            "tri": lambda np: [np.tri(3), np.tril(np.ones((3, 3))), np.triu(np.ones((3, 3)), 1)],
            "meshgrid": lambda np: np.meshgrid(np.arange(2), np.arange(3), indexing="ij"),
            "indices": lambda np: np.indices((2, 3)),
            "mgrid": lambda np: np.mgrid[0:2, 0:3],
            "ogrid": lambda np: np.ogrid[0:2, 0:3],
            "r_": lambda np: np.r_[1:4, 0, np.array([7, 8])],
            "c_": lambda np: np.c_[np.array([1, 2]), np.array([3, 4])],
            "fromfunction": lambda np: np.fromfunction(lambda i, j: i + j, (2, 2)),
            "frombuffer": lambda np: np.frombuffer(b"\x01\x02\x03\x04", dtype="<u2"),
            "fromstring": lambda np: np.fromstring("1 2 3", sep=" "),
            "vander": lambda np: np.vander([1, 2, 3]),
            "copy": lambda np: np.copy(np.arange(3)),
            "stack": lambda np: [np.stack([np.ones(2), np.zeros(2)]), np.hstack([[1], [2]]), np.vstack([[1], [2]])],
            "concatenate": lambda np: np.concatenate([np.ones(2), np.zeros(1, dtype=int)]),
            "ndarray": lambda np: np.ndarray((2,), dtype="i4", buffer=bytes(range(8))),
            "ndarray strides": lambda np: np.ndarray((2,), "u1", bytes(range(8)), 1, (4,)),
            "ndarray too long": lambda np: np.ndarray((9,), "u1", bytes(range(8))),
            "ndarray bad strides": lambda np: np.ndarray((2,), "u1", bytes(range(8)), 1, (400,)),
            "ndarray order": lambda np: np.ndarray((2, 3), order="F").strides,
            "ndarray negative": lambda np: np.ndarray((-1,)),
        }
    )


def test_asarray_shares_memory():
    theirs = numpy.arange(6.0).reshape(2, 3)
    for view in (theirs, theirs.T, theirs[:, ::-2], theirs[0]):
        ours = rooftop.asarray(view)
        assert isinstance(ours, rooftop.ndarray)
        assert ours.strides == view.strides
        ours[(0,) * ours.ndim] = -1.0
        assert view[(0,) * view.ndim] == -1.0
        view[...] = 0.0
        assert not ours.any()
    ours = rooftop.arange(4.0)
    assert rooftop.asarray(ours) is ours
    assert rooftop.array(ours) is not ours
    assert numpy.shares_memory(numpy.asarray(ours), numpy.asarray(ours))
    assert rooftop.asarray(ours, dtype="float32").tolist() == [0.0, 1.0, 2.0, 3.0]
    copied = rooftop.asarray(ours, copy=True)
    copied[0] = 9
    assert ours[0] == 0


def test_memory_that_is_read_only_stays_so():
    ours = rooftop.asarray(numpy.broadcast_to(numpy.ones(1), (3,)))
    assert not ours.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        ours[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        rooftop.frombuffer(b"12345678")[0] = 1


def test_types_that_are_not_held_stay_numpys():
    for value in (["a"], [None], [b"x"], numpy.zeros(2, "i4,f8"), numpy.array(["2001-01-01"], "M8[D]"), [2**70]):
        assert type(rooftop.asarray(value)) is numpy.ndarray
    assert type(rooftop.zeros(2, dtype="longdouble")) is numpy.ndarray
    assert type(rooftop.asarray(numpy.zeros(2, ">f8"))) is numpy.ndarray


def test_self_containing_lists_end():
    loop: list = []
    loop.append(loop)
    hold({"loop": lambda np: np.array(loop), "loop, float": lambda np: np.array(loop, dtype=float)})


ROWS = [
    [1, 2, 3], [1.0, 2.0], [1, 2.0], [2.0, 1], [[1, 2], [3, 4]], ([1.0, 2.0], (3.0, 4.0)), [[1.0, 2], [3, 4]], [[1, 2], [3]],
    [[1, 2], 3], [1, [2]], [[], []], [[]], [[1], [2]], [2**63 - 1, -(2**63)], [2**63, 1], [[1, 2], [3, 2**70]], [True, 1], [1, True],
    [[1, None]], [[1.0, "x"]], [1, None], [[1, 2], [[3], [4]]], [numpy.float64(1), 2.0], [1.0, numpy.float64(2)], [numpy.int8(1), 2],
    [numpy.float32(1), numpy.float32(2)], [[numpy.float16(1)], [numpy.complex64(2)]], [numpy.longdouble(1)], [numpy.bool_(True), 1],
    [numpy.uint64(2**64 - 1), 1], [numpy.datetime64("2020")], [numpy.int64(3), [1]],
]  # fmt: skip


@pytest.mark.parametrize("rows", ROWS, ids=repr)
def test_rows_of_numbers(rows):
    """Through the quick ways for floats and ints, and past them."""
    for dtype in (None, "float64", "int64", "float32", "bool", "complex128"):
        agree(lambda np: np.array(rows, dtype=dtype))
        agree(lambda np: np.asarray(tuple(rows), dtype=dtype))


@pytest.mark.parametrize("dtype", DTYPES)
def test_lists_of_every_type_and_layout(dtype):
    for shape in ((), (5,), (0,), (2, 3), (2, 0), (2, 3, 2)):
        for step in (1, -1, 2):
            agree(lambda np: np.arange(int(numpy.prod(shape))).astype(dtype).reshape(shape)[..., ::step].tolist() if shape else np.ones((), dtype).tolist())


def test_asarray_of_an_array_is_the_array():
    a = rooftop.ones(3)
    assert rooftop.asarray(a) is a


@pytest.mark.parametrize("dtype", DTYPES)
def test_sequences_of_a_type(dtype):
    for arguments in (
        *((0,), (1,), (2,), (7,), (-3,), (3, 8), (8, 3, -2), (0, 300, 100), (120, 140, 3), (-5, 5, 2), (2.5,), (0, 1, 0.1)),
        *((1, 10, 0.1), (0.5, 6, 1.7), (300, 302), (-1, 0), (2**62, 2**63 - 1, 2**61), (0, 1e300, 1e299), (True, 4)),
        *((0, 5, 0), (None,), ("x",), (0, 2**40, 2**36), (1e300,), (float("nan"),), (5, 1), (255, 257), (254, 257)),
    ):
        if isinstance(arguments[0], float) and arguments[0] > 1e20:
            continue
        agree(lambda np: np.arange(*arguments, dtype=dtype))
        agree(lambda np: np.arange(*arguments, dtype=np.dtype(dtype)))
    agree(lambda np: np.arange(0, 5, 1, dtype))
    agree(lambda np: np.arange(5, dtype=None))
    agree(lambda np: np.arange(5, like=None))
    agree(lambda np: np.arange(stop=5, dtype=dtype))

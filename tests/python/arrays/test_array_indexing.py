"""Subscripts: integers, slices, `newaxis`, ellipsis, masks and arrays of indices, read and written, against NumPy's."""

from __future__ import annotations

import itertools

import numpy
import pytest
from agreement import hold

import rooftop

KEYS = {
    "0": 0,
    "-1": -1,
    "out": 5,
    "far out": -9,
    "huge": 10**30,
    "numpy int": numpy.int8(1),
    "0-d array": numpy.array(1),
    "bool": True,
    "numpy bool": numpy.False_,
    "none": None,
    "ellipsis": ...,
    "slice": slice(None),
    "reversed": slice(None, None, -1),
    "part": slice(1, -1),
    "empty": slice(3, 1),
    "beyond": slice(-100, 100, 2),
    "step 0": slice(None, None, 0),
    "float slice": slice(1.0, 2),
    "int8 slice": slice(numpy.int8(0), numpy.int64(2)),
    "float": 1.0,
    "string": "a",
    "list": [0, 1, 1],
    "empty list": [],
    "empty tuple": (),
    "nested list": [[0, 1], [1, 0]],
    "bool list": [True, False],
    "long bools": [True, False, True, True],
    "float list": [1.0],
    "negative list": [-1, -2],
    "outside list": [0, 7],
    "range": range(2),
    "two": (1, 0),
    "three": (0, 1, 2),
    "four": (0, 0, 0, 0),
    "int, slice": (0, slice(None, 2)),
    "slice, int": (slice(None), 1),
    "ellipsis, int": (..., 0),
    "int, ellipsis, int": (0, ..., -1),
    "two ellipses": (..., 0, ...),
    "none, int, none": (None, 0, None),
    "list, int": ([0, 1], 1),
    "list, list": ([0, 1], [1, 0]),
    "lists that do not fit": ([0, 1], [0, 1, 1]),
    "list, slice, list": ([0, 1], slice(None), [0, 1]),
    "slice, list": (slice(None), [1, 0, 1]),
    "list, none, list": ([0], None, [1]),
    "column, row": ([[0], [1]], [0, 1]),
    "mask": numpy.array([True, False]),
    "mask, int": (numpy.array([True, False]), 0),
    "mask of two": numpy.array([[True, False, True], [False, True, False]]),
    "0-d mask": numpy.array(True),
    "bool and none": (True, None),
    "tuple with tuple": ((0, 1), 0),
    "dict": {},
    "set": {1},
    "object": object(),
    "ints as floats": numpy.array([0.0, 1.0]),
    "uint64": numpy.array([1], dtype="uint64"),
    "empty ints": numpy.array([], dtype=int),
    "empty floats": numpy.array([]),
}
MAKERS = {
    "scalar": lambda np: np.array(7),
    "vector": lambda np: np.arange(4),
    "matrix": lambda np: np.arange(6.0).reshape(2, 3),
    "transposed": lambda np: np.arange(6.0).reshape(3, 2).T,
    "cube": lambda np: np.arange(24).reshape(2, 3, 4).astype("u1"),
    "strided cube": lambda np: np.arange(48).reshape(4, 3, 4)[::-2, :, ::-1],
    "empty": lambda np: np.zeros((0, 3)),
}


def ours(np, key):
    """The key with arrays of the module in the place of NumPy's."""
    if isinstance(key, numpy.ndarray):
        return np.asarray(key)
    return tuple(ours(np, part) for part in key) if isinstance(key, tuple) else key


@pytest.mark.parametrize("maker", MAKERS)
def test_reading(maker):
    def call(key):
        def run(np):
            a = MAKERS[maker](np)
            got = a[ours(np, key)]
            return got, bool(np.shares_memory(got, a)) if got.ndim else None

        return run

    hold({label: call(key) for label, key in KEYS.items()})


@pytest.mark.parametrize("maker", MAKERS)
def test_writing(maker):
    values = {
        "int": lambda np: 9,
        "float": lambda np: 2.75,
        "array": lambda np: np.arange(3) + 50,
        "wide": lambda np: np.ones((1, 1, 1, 1)) * 3,
        "list": lambda np: [[1], [2]],
        "scalar": lambda np: np.float32(5),
        "string": lambda np: "12",
        "bad string": lambda np: "x",
        "none": lambda np: None,
        "nothing": lambda np: [],
    }

    def call(key, value):
        def run(np):
            a = MAKERS[maker](np).copy()
            a[ours(np, key)] = values[value](np)
            return a

        return run

    # Where index and value are both wrong it is nobody's business which is said.
    cases = itertools.product(set(KEYS) - {"outside list"}, values)
    hold({(label, value): call(KEYS[label], value) for label, value in sorted(cases)}, warns=False)


def test_views_of_views_write_through():
    hold(
        {
            "chain": lambda np: [(a[1:][::2].__setitem__(slice(None), 9), a) for a in [np.arange(6)]],
            "row": lambda np: [(a[1].__setitem__(0, 9), a) for a in [np.zeros((2, 2))]],
            "column": lambda np: [(a[:, 1].__iadd__(5), a) for a in [np.zeros((2, 2))]],
            "fancy is a copy": lambda np: [(a[[0, 1]].__setitem__(0, 9), a) for a in [np.zeros(3)]],
            "in place fancy": lambda np: [(a.__setitem__([0, 0, 1], a[[0, 0, 1]] + 1), a) for a in [np.zeros(3)]],
            "0-d view": lambda np: [(a[1, ...].__setitem__((), 5), a) for a in [np.zeros(3)]],
            "overlap up": lambda np: [(a.__setitem__(slice(1, None), a[:-1]), a) for a in [np.arange(6)]],
            "overlap down": lambda np: [(a.__setitem__(slice(None, -1), a[1:]), a) for a in [np.arange(6)]],
            "overlap reversed": lambda np: [(a.__setitem__(slice(None), a[::-1]), a) for a in [np.arange(6)]],
            "overlap transposed": lambda np: [(a.__setitem__(..., a.T), a) for a in [np.arange(9).reshape(3, 3)]],
            "overlap broadcast": lambda np: [(a.__setitem__(..., a[1]), a) for a in [np.arange(9).reshape(3, 3)]],
            "overlap mask": lambda np: [(a.__setitem__(a > 2, a[a > 2][::-1]), a) for a in [np.arange(6)]],
        }
    )


def test_overlapping_memory_of_another_type_is_read_first():
    """NumPy reads some of it after it was written: docs/deviations.md."""
    a = rooftop.arange(8)
    a[1:5] = a.view("i4")[2:6]
    assert a.tolist() == [0, 1, 0, 2, 0, 5, 6, 7]


def test_take_put_and_their_like():
    hold(
        {
            "take": lambda np: [np.take(np.arange(6), [0, 5]), np.arange(6).reshape(2, 3).take([1], axis=1)],
            "take mode": lambda np: np.take(np.arange(3), [5, -7], mode="wrap"),
            "take out": lambda np: np.arange(3).take(9),
            "put": lambda np: [(np.put(a, [0, 2], [7, 8]), a) for a in [np.arange(4)]],
            "place": lambda np: [(np.place(a, a > 1, [9]), a) for a in [np.arange(4)]],
            "putmask": lambda np: [(np.putmask(a, a > 1, -a), a) for a in [np.arange(4)]],
            "copyto": lambda np: [(np.copyto(a, [9.0, 8], where=[True, False]), a) for a in [np.zeros(2)]],
            "copyto casts": lambda np: np.copyto(np.zeros(2, dtype=int), 1.5),
            "choose": lambda np: np.choose([0, 1], [np.array([1, 2]), np.array([3, 4])]),
            "compress": lambda np: np.compress([True, False], np.arange(4).reshape(2, 2), axis=1),
            "extract": lambda np: np.extract(np.arange(4) > 1, np.arange(4)),
            "nonzero": lambda np: [np.nonzero(np.array([[0, 1], [1, 0]])), np.array([0, 3]).nonzero()],
            "argwhere": lambda np: np.argwhere(np.array([[0, 1], [1, 0]])),
            "where": lambda np: [np.where(np.array([True, False]), 1, 2.5), np.where([0, 1])],
            "ix_": lambda np: np.arange(12).reshape(3, 4)[np.ix_([0, 2], [1, 3])],
            "s_": lambda np: np.arange(6)[np.s_[1::2]],
            "take_along": lambda np: np.take_along_axis(np.array([[3, 1]]), np.array([[1, 0]]), axis=1),
            "fill_diagonal": lambda np: [(np.fill_diagonal(a, 5), a) for a in [np.zeros((3, 3))]],
            "unravel": lambda np: [np.unravel_index(5, (2, 3)), np.ravel_multi_index((1, 2), (2, 3))],
            "item": lambda np: [np.arange(6).reshape(2, 3).item(1, 2), np.arange(6).item(-1), np.array([1]).item()],
            "item out": lambda np: np.arange(6).item(6),
            "item of many": lambda np: np.arange(6).item(),
            "diag_indices": lambda np: np.ones((2, 2))[np.diag_indices(2)],
            "nditer": lambda np: [int(x) for x in np.nditer(np.arange(3))],
            "ndenumerate": lambda np: [(i, int(x)) for i, x in np.ndenumerate(np.arange(3))],
            "ndindex": lambda np: list(np.ndindex(2, 2)),
        }
    )


def test_errors_name_index_axis_and_size():
    a = rooftop.zeros((2, 3))
    with pytest.raises(IndexError, match="index 5 is out of bounds for axis 1 with size 3"):
        a[0, 5]
    with pytest.raises(IndexError, match="too many indices for array: array is 2-dimensional, but 3 were indexed"):
        a[0, 0, 0]
    with pytest.raises(IndexError, match="single ellipsis"):
        a[..., ...]
    with pytest.raises(ValueError, match=r"could not broadcast input array from shape \(4,\) into shape \(2,3\)"):
        a[...] = rooftop.zeros(4)
    with pytest.raises(IndexError, match="only integers, slices"):
        a["x"]


def test_many_dimensions():
    """Up to 64 axes, of which objects hold only a few themselves."""
    for rank in (4, 5, 33, 63, 64):
        a = rooftop.arange(3).reshape((1,) * (rank - 1) + (3,))
        assert a.ndim == rank and a[(0,) * (rank - 1)].tolist() == [0, 1, 2]
        assert a[..., 1].ndim == rank - 1 and a.T.shape == (3,) + (1,) * (rank - 1)
        assert (a + a).shape == a.shape and (a + a).sum() == 6
        assert a.sum(axis=-1).shape == (1,) * (rank - 1)
        assert a.copy().tolist() == a.tolist()
    with pytest.raises(IndexError):
        rooftop.zeros((1,) * 64)[None]
    with pytest.raises(ValueError):
        rooftop.zeros((1,) * 65)


def test_every_small_slice():
    ends = [None, -7, -3, -1, 0, 1, 2, 6]
    for start, stop, step in itertools.product(ends, ends, [None, -3, -1, 1, 2, 2**62, -(2**63)]):
        key = slice(start, stop, step)
        assert rooftop.arange(4)[key].tolist() == numpy.arange(4)[key].tolist(), key
        assert rooftop.arange(8).reshape(4, 2)[key].tolist() == numpy.arange(8).reshape(4, 2)[key].tolist(), key


def test_a_key_that_shrinks_the_array_is_no_crash():
    """Keys are objects of the user's: their methods may do anything meanwhile."""
    a = rooftop.arange(1000)

    class Shrinks:
        def __index__(self):
            a.resize(1, refcheck=False)
            return 900

    with pytest.raises(ValueError):
        a[Shrinks()]
    b = rooftop.arange(1000).reshape(10, 100)

    class Reshapes:
        def __index__(self):
            b.shape = (100, 10)
            return 90

    assert b[0, Reshapes()] == 90  # as the array was when the key was given
    c = rooftop.arange(10)

    class Bound:
        def __index__(self):
            c.shape = (2, 5)
            return 9

    assert c[Bound() :].tolist() == [9]
    d = rooftop.arange(8)

    class Deeper:
        def __index__(self):
            d.shape = (2, 1, 1, 1, 1, 4)
            return 7

    assert d[Deeper()] == 7

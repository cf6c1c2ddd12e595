"""Elements at other places, diagonals and triangles, against NumPy: results, strides, views, the type of every error."""

import itertools

import numpy
import pytest
from agreement import DTYPES, agree

import rooftop

SHAPES = [(), (1,), (3,), (0,), (2, 3), (3, 3), (4, 2), (2, 0), (2, 3, 4), (3, 3, 3), (1, 3, 1)]
INTS = [0, 1, -1, 2, -2, 3, 7, -7, 2**40, -(2**40), 2**63 - 1, -(2**63), 2**70, 1.5, None, True, "x"]
KINDS = ["row", "column", "strided", "reversed"]


def made(package, shape, kind="row", dtype="float64"):
    count = int(numpy.prod(shape))
    if kind == "strided":
        return package.arange(2 * count).astype(dtype).reshape((*shape, 2))[..., 0]
    a = package.arange(count).astype(dtype).reshape(shape)
    if kind == "reversed":
        return a[..., ::-1] if shape else a
    return a.T.copy().T if kind == "column" else a


def layout(value):
    """The value, its strides and whether it can be written."""
    if getattr(value, "size", 0) == 0 or getattr(value, "flags", None) is None:
        return value
    return value, value.strides, value.flags.writeable


def check(call, shape, kinds=KINDS):
    for kind in kinds:
        agree(lambda np: layout(call(np, made(np, shape, kind))))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_roll(shape):
    for shift in [*INTS, (1, 2), [1, -1], (1,), (), (1, 2, 3), (1.5, 2)]:
        for axis in [None, 0, 1, -1, 5, (0, 1), (0, 0), (1, 0), (0,), (), [0, 1], (0, 1, 2), 1.5, "x"]:
            check(lambda np, a: np.roll(a, shift, axis), shape, ["row", "column", "reversed"])
    check(lambda np, a: np.roll(a, np.array([1, 2])), shape)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_rot90_and_rollaxis(shape):
    for k in INTS:
        check(lambda np, a: np.rot90(a, k), shape)
        for start in (0, 1, -1, 2, 3, 4, -4, None):
            check(lambda np, a: np.rollaxis(a, k, start), shape, ["row"])
    for axes in itertools.product([0, 1, -1, 2, 5], repeat=2):
        for k in (1, 2, 3):
            check(lambda np, a: np.rot90(a, k, axes), shape)
    check(lambda np, a: np.rot90(a, axes=(0, 1, 2)), shape)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_tile(shape):
    for times in [0, 1, 2, 3, -1, 2.5, None, (), (1,), (1, 1), (2, 1), (2, 3), (1, 2, 3), [2, 2], (0, 2)]:
        check(lambda np, a: np.tile(a, times), shape)
    check(lambda np, a: np.tile(a, np.array([2, 2])), shape)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_repeat(shape):
    counts = [0, 1, 2, 20, -1, 2.5, None, True, [1, 2, 0], (2, 2), [1], [3, 0, 20, 1], [-1, 1, 1], [1.5, 2, 3], "x"]
    for count in counts:
        for axis in (None, 0, 1, -1, 5, "x"):
            check(lambda np, a: np.repeat(a, count, axis), shape)
            check(lambda np, a: a.repeat(count, axis=axis), shape, ["column"])
    for dtype in DTYPES:
        agree(lambda np: np.repeat(np.arange(3), np.array([1, 2, 3], dtype)))


def test_too_many_repetitions():
    """NumPy's sum wraps."""
    for count in (2**61, [2**62] * 8):
        with pytest.raises(ValueError, match="longer than an address can count"):
            rooftop.repeat(rooftop.ones(8), count)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_resize(shape):
    for wanted in [0, 1, 5, 100, -1, (), (3, 3), [2, 7], (0, 3), (2, -1), 2.5, None]:
        check(lambda np, a: np.resize(a, wanted), shape)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", ["diagonal", "trace", "diag", "diagflat", "tril", "triu"])
def test_diagonals(name, shape):
    for offset in [o for o in INTS if name not in ("diag", "diagflat") or not isinstance(o, int) or abs(o) < 10]:
        check(lambda np, a: getattr(np, name)(a, offset), shape)
    if hasattr(numpy.ndarray, name):
        check(lambda np, a: getattr(a, name)(), shape)
        for first, second in itertools.product([0, 1, -1, 2, 5, 1.5], repeat=2):
            check(lambda np, a: getattr(np, name)(a, 1, first, second), shape)
            check(lambda np, a: getattr(a, name)(offset=-1, axis1=first, axis2=second), shape)


@pytest.mark.parametrize("name", ["eye", "tri", "identity"])
def test_ones_on_diagonals(name):
    for n in (0, 1, 3, -1, 2.5, None, True, "x"):
        agree(lambda np: layout(getattr(np, name)(n)))
        for dtype in [*DTYPES, "U3", None, "wrong"]:
            agree(lambda np: layout(getattr(np, name)(n, dtype=dtype)))
        if name != "identity":
            for m, k in itertools.product((None, 0, 2, 5, -1), INTS):
                agree(lambda np: layout(getattr(np, name)(n, m, k)))
    agree(lambda np: layout(np.eye(3, 4, order="F")))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_fill_diagonal(shape):
    for value in (7, 2.5, True, 1j, [1, 2, 3], None, "x", 2**70):
        for wrap in (False, True):

            def filled(np, kind):
                a = made(np, shape, kind)
                return np.fill_diagonal(a, value, wrap), a

            for kind in KINDS:
                agree(lambda np: filled(np, kind))


@pytest.mark.parametrize("dtype", DTYPES)
def test_types(dtype):
    for shape in [(3,), (4, 3)]:
        for call in (
            lambda np, a: np.roll(a, 1), lambda np, a: np.roll(a, 1, 0), lambda np, a: np.tile(a, (2, 3)),
            lambda np, a: np.repeat(a, 3), lambda np, a: np.repeat(a, 20, 0), lambda np, a: np.resize(a, 50),
            lambda np, a: np.diag(a), lambda np, a: np.tril(a), lambda np, a: np.triu(a, 1), lambda np, a: np.trace(a),
            lambda np, a: np.rot90(a), lambda np, a: np.fill_diagonal(a, 2),
        ):  # fmt: skip
            for kind in KINDS:
                agree(lambda np: layout(call(np, made(np, shape, kind, dtype))))


def test_large():
    agree(lambda np: np.roll(np.arange(400_000.0).reshape(2000, 200), (333, -7), (0, 1)))
    agree(lambda np: np.tile(np.arange(300.0).reshape(3, 100), (50, 20)))
    agree(lambda np: np.tile(np.arange(3), 200_000))
    agree(lambda np: np.repeat(np.arange(1000), np.arange(1000)))
    agree(lambda np: np.triu(np.ones((3, 300, 500)), 100))


def test_what_is_no_array():
    for value in (5, 2.5, [1, 2], [[1, 2], [3, 4]], (1, 2), "abc", None, True):
        for name in ("roll", "tile", "repeat", "resize", "diagflat"):
            agree(lambda np: getattr(np, name)(value, 2))
        for name in ("rot90", "diag", "trace", "tril", "diagonal"):
            agree(lambda np: getattr(np, name)(value))


def test_a_list_is_not_written_to():
    agree(lambda np: np.fill_diagonal([[1, 2], [3, 4]], 0))


def test_views_share_memory():
    a = rooftop.zeros((2, 3))
    rooftop.rot90(a)[0, 0] = 5
    rooftop.rollaxis(a, 1)[0, 1] = 7
    assert a.tolist() == [[0, 0, 5], [7, 0, 0]]
    assert rooftop.diagonal(a).base is a


class Named(rooftop.ndarray):
    pass


def test_subclasses():
    a = rooftop.ones((2, 2)).view(Named)
    for made in (rooftop.roll(a, 1), rooftop.rot90(a), a.repeat(2), a.diagonal()):
        assert type(made) is Named

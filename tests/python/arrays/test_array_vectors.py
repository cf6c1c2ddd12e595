"""What goes through whole registers and blocks: every second element, masks, places and limits, at their edges."""

from __future__ import annotations

import numpy
import pytest
from agreement import DTYPES, INTEGERS, agree

import rooftop

#: Around the lanes of registers, and around the blocks that are looked at together.
LENGTHS = [0, 1, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 127, 129, 1023, 1025, 5000]
LAYOUTS = {
    "contiguous": slice(None),
    "every second": slice(None, None, 2),
    "every third": slice(None, None, 3),
    "backwards": slice(None, None, -1),
}


def numbers(dtype: str, length: int) -> numpy.ndarray:
    """Numbers of all signs that the type has; more than the widest layout takes."""
    values = numpy.random.default_rng(length).integers(-100, 100, 3 * length + 1)
    return (values + 1j * values[::-1] if dtype.startswith("c") else values).astype(dtype)


def mask(length: int, density: float) -> numpy.ndarray:
    return numpy.random.default_rng(length + 1).random(3 * length + 1) < density


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_copies_conversions_and_functions(dtype, layout):
    for length in LENGTHS:
        values = numbers(dtype, length)

        def view(np):
            return np.array(values)[layout][:length]

        agree(lambda np: view(np).copy())
        agree(lambda np: view(np).astype(np.complex128))
        agree(lambda np: view(np) == 3)
        agree(lambda np: np.multiply(view(np), view(np)[::-1]))
        agree(lambda np: view(np).tobytes())
        if dtype in INTEGERS:
            agree(lambda np: np.bitwise_count(view(np)))
            agree(lambda np: view(np).astype("float32"))


def test_bools_of_other_packages_are_true_where_they_are_not_zero():
    data = numpy.arange(200, dtype="uint8") % 3
    for step in (1, 2):
        ours = rooftop.asarray(data.view("bool"))[::step]
        assert rooftop.logical_not(ours).tolist() == [value == 0 for value in data[::step].tolist()]
        assert ours.copy().astype("int8").tolist() == [int(value != 0) for value in data[::step].tolist()]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_masks(dtype, layout):
    for length in LENGTHS:
        for density in (0.0, 0.02, 0.5, 1.0):
            values, wanted = numbers(dtype, length), mask(length, density)

            def view(np):
                return np.array(values)[layout][:length]

            def chosen(np):
                return np.array(wanted)[layout][:length]

            def assigned(np, way):
                target = view(np)
                way(np, target, chosen(np))
                return target

            agree(lambda np: view(np)[chosen(np)])
            agree(lambda np: np.compress(chosen(np), view(np)))
            agree(lambda np: np.extract(chosen(np), view(np)))
            agree(lambda np: np.nonzero(view(np)))
            agree(lambda np: np.nonzero(chosen(np)))
            agree(lambda np: np.count_nonzero(chosen(np)))
            agree(lambda np: assigned(np, lambda np, target, m: target.__setitem__(m, 1)))
            agree(lambda np: assigned(np, lambda np, target, m: target.__setitem__(m, target[::-1][m])))
            if length > 0:
                agree(lambda np: assigned(np, lambda np, target, m: np.place(target, m, target.copy())))


def test_masks_of_matrices_go_in_row_major_order():
    values, wanted = numbers("float64", 2000)[:6000].reshape(60, 100), mask(2000, 0.3)[:6000].reshape(60, 100)
    for turn in (lambda a: a, lambda a: a.T, lambda a: a[::2, ::3], lambda a: a[::-1].T):
        agree(lambda np: turn(np.array(values))[turn(np.array(wanted))])
        agree(lambda np: np.argwhere(turn(np.array(values))))
        agree(lambda np: np.array(values)[turn(np.array(wanted))] if turn(wanted).shape == values.shape else 0)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_places(dtype, layout):
    for length in LENGTHS[1:]:
        values = numbers(dtype, length)
        generator = numpy.random.default_rng(length)
        for low, high in ((0, length), (-length, length), (-length, 0)):
            places = generator.integers(low, high, length)

            def view(np):
                return np.array(values)[layout][:length]

            def put(np):
                target = view(np)
                np.put(target, np.array(places), view(np).copy())
                return target

            agree(lambda np: np.take(view(np), np.array(places)))
            agree(lambda np: view(np)[np.array(places)])
            agree(lambda np: np.take_along_axis(view(np), np.array(places), 0))
            agree(put)
        for outside in (length, -length - 1, 2**62, -(2**62)):
            for at in {0, length // 2, length - 1}:
                wrong = numpy.zeros(length, int)
                wrong[at] = outside
                agree(lambda np: np.take(view(np), np.array(wrong)))


@pytest.mark.parametrize("dtype", [name for name in DTYPES if not name.startswith("complex")])
def test_clip(dtype):
    bounds = [(0, 1), (2, 1), (-3, 50), (True, 7), (0.5, 2.5), (float("nan"), 2), (0, float("inf")), (0, 1000), (-1, 1)]
    for length in (1, 3, 70, 1025):
        values = numbers(dtype, length)
        for layout in LAYOUTS.values():
            for low, high in bounds:
                agree(lambda np: np.clip(np.array(values)[layout][:length], low, high))
                agree(lambda np: np.array(values)[layout][:length].clip(np.array(low), np.array(high)))
        agree(lambda np: np.clip(np.array(values), np.array([[1]]), np.array([[2]])))
    matrix = numbers(dtype, 400).reshape(-1)[:1200].reshape(30, 40)
    agree(lambda np: np.clip(np.array(matrix).T, 0, 1))
    agree(lambda np: np.clip(np.array(matrix).T, 0, 1).flags.f_contiguous)
    agree(lambda np: np.clip(np.array(matrix)[::2, ::3], 0, 1))


def test_squeeze_gives_what_has_no_axis_to_lose():
    for shape in ((3,), (2, 3), (), (0,)):
        a = rooftop.ones(shape)
        assert a.squeeze() is a and rooftop.squeeze(a) is a and a.squeeze(axis=None) is a and a.squeeze(axis=()) is a
    assert rooftop.ones((1, 3)).squeeze().shape == (3,)


@pytest.mark.parametrize("dtype", DTYPES)
def test_repeats(dtype):
    values = numbers(dtype, 1000)
    for count in (0, 1, 2, 3, 7, 15, 16, 20):
        agree(lambda np: np.repeat(np.array(values), count))
        agree(lambda np: np.repeat(np.array(values[:60]).reshape(3, 4, 5), count, axis=1))


@pytest.mark.parametrize("dtype", DTYPES)
def test_columns_side_by_side(dtype):
    for length in (1, 100, 200_000):
        values = numbers(dtype, length)[:length]
        agree(lambda np: np.column_stack((np.array(values), np.array(values[::-1]))))
        agree(lambda np: np.concatenate([np.array(values).reshape(-1, 1)] * 3, axis=1))

"""Elementwise functions of arrays whose rows are short: the walk goes along another axis."""

from __future__ import annotations

import numpy
import pytest

import rooftop

COLUMNS = (1, 2, 3, 7, 15, 16, 17)
LONG = (15, 16, 300, 9000)


def numbers(shape: tuple[int, ...], dtype: str) -> numpy.ndarray:
    return (numpy.random.default_rng(7).integers(1, 60, shape)).astype(dtype)


def same(found, wanted: numpy.ndarray) -> None:
    assert found.dtype == wanted.dtype and found.shape == wanted.shape
    numpy.testing.assert_array_equal(numpy.asarray(found), wanted)


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("rows", LONG)
@pytest.mark.parametrize("dtype", ["float64", "float32", "uint8", "complex128", "float16"])
def test_row_and_column(rows, columns, dtype):
    a, b = numbers((rows, 1), dtype), numbers((columns,), dtype)
    ra, rb = rooftop.asarray(a), rooftop.asarray(b)
    same(ra + rb, a + b)
    same(ra * rb, a * b)
    same(rb - ra, b - a)
    same(ra == rb, a == b)


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("rows", LONG)
def test_slices_conversions_and_masks(rows, columns):
    a, b = numbers((rows, 40), "float64"), numbers((rows, 40), "int32")
    ra, rb = rooftop.array(a), rooftop.asarray(b)
    same(ra[:, :columns] + rb[:, :columns], a[:, :columns] + b[:, :columns])
    same(rooftop.sqrt(ra[::-1, :columns]), numpy.sqrt(a[::-1, :columns]))
    same(rooftop.square(rb[:, columns::-1]), numpy.square(b[:, columns::-1]))
    mask = a[:, :columns] > 20
    into, wanted = rooftop.zeros((rows, columns)), numpy.zeros((rows, columns))
    rooftop.multiply(ra[:, :columns], 2, out=into, where=rooftop.asarray(mask))
    numpy.multiply(a[:, :columns], 2, out=wanted, where=mask)
    same(into, wanted)
    ra[:, :columns] *= 3
    a[:, :columns] *= 3
    same(ra, a)


@pytest.mark.parametrize("columns", [2, 3, 15])
def test_three_axes_and_two_results(columns):
    a = numbers((5, 200, 17), "float64") / 7
    ra = rooftop.asarray(a)
    for axes in [(0, 1, 2), (1, 0, 2), (2, 1, 0), (0, 2, 1)]:
        part, wanted = ra.transpose(axes)[..., :columns], a.transpose(axes)[..., :columns]
        for found, other in zip(rooftop.divmod(part, 0.5), numpy.divmod(wanted, 0.5), strict=True):
            same(found, other)


def test_what_overlaps_is_read_before_it_is_written():
    a = numbers((400, 9), "float64")
    ra = rooftop.array(a)
    ra[1:, :3] += ra[:-1, 1:4]
    a[1:, :3] += a[:-1, 1:4]
    same(ra, a)


@pytest.mark.parametrize("place", [(0, 0), (17, 2), (399, 1)])
def test_errors_of_any_element_are_told(place):
    a = numpy.ones((400, 9))
    a[place] = 0.0
    with rooftop.errstate(divide="raise"), pytest.raises(FloatingPointError, match="divide by zero"):
        1.0 / rooftop.asarray(a)[:, :3]
    with rooftop.errstate(all="raise"):
        same(1.0 / rooftop.asarray(a)[:, 4:7], 1.0 / a[:, 4:7])

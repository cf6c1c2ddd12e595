"""Sorting and partitions against NumPy's stable sort: every type, lengths around the sizes of networks and vectors."""

import os
import subprocess
import sys

import numpy
import pytest
from agreement import DTYPES, FLOATS, INTEGERS, agree, same_values, to_numpy

import rooftop

LENGTHS = [0, 1, 2, 3, 8, 9, 16, 17, 31, 33, 64, 65, 127, 128, 129, 255, 257, 511, 513, 1000, 1025, 5000, 70_000]
AXES = [-1, 0, 1, None]
SHAPES = [(5, 7), (3, 4, 5), (1, 6), (6, 1), (0, 3), (3, 0), (300, 20)]


def elements(dtype, length, kind):
    """Anything the type holds, few different values with zeros of both signs, NaN among the rest, or descending."""
    generator = numpy.random.default_rng(length)
    if kind == "any" and dtype in INTEGERS:
        info = numpy.iinfo(dtype)
        return generator.integers(info.min, info.max, length, endpoint=True, dtype=dtype)
    values = generator.standard_normal(length) * 100
    if kind == "few":
        values = numpy.round(values / 60) * generator.choice([1.0, -1.0], length)
    if kind == "nan" and length:
        values[generator.random(length) < 0.3] = numpy.nan
    if kind == "falling":
        values = numpy.sort(values)[::-1]
    if numpy.dtype(dtype).kind == "c":
        values = values + 1j * generator.permutation(values)
    with numpy.errstate(all="ignore"):
        return values.astype(dtype)


def kinds(dtype):
    return ["any", "few", "falling"] + (["nan"] if dtype in FLOATS or dtype.startswith("c") else [])


def reference(values):
    """float32 sorts as float16 does; NumPy's own sorts of float16 take -0.0 and 0.0 for different."""
    return values.astype("float32") if values.dtype == "float16" else values


@pytest.mark.parametrize("dtype", DTYPES)
def test_sorts_are_stable(dtype):
    for length in LENGTHS:
        for kind in kinds(dtype):
            values = elements(dtype, length, kind)
            places = numpy.argsort(reference(values), kind="stable")
            ours = rooftop.array(values)
            assert to_numpy(rooftop.argsort(ours)).tolist() == places.tolist(), (length, kind)
            assert same_values(to_numpy(rooftop.sort(ours)), values[places], 0), (length, kind)
            ours.sort()
            assert same_values(to_numpy(ours), values[places], 0), (length, kind)


@pytest.mark.parametrize("dtype", DTYPES)
def test_partitions(dtype):
    for length in LENGTHS[1:]:
        for kind in kinds(dtype):
            values = elements(dtype, length, kind)
            wanted = sorted({0, length // 3, length // 2, length - 1})
            in_order = values[numpy.argsort(reference(values), kind="stable")]
            ours = rooftop.array(values)
            places = to_numpy(rooftop.argpartition(ours, wanted))
            assert sorted(places.tolist()) == list(range(length))
            for made in (to_numpy(rooftop.partition(ours, wanted)), values[places]):
                begin = 0
                for end in [*wanted, length]:
                    part = reference(made[begin:end])
                    whole = reference(in_order[begin:end])
                    assert numpy.array_equal(numpy.sort(part), whole, equal_nan=True), (length, kind, wanted)
                    begin = end


@pytest.mark.parametrize("dtype", [name for name in DTYPES if not name.startswith("c")])
def test_one_place_of_a_partition(dtype):
    for length in LENGTHS[1:]:
        for kind in kinds(dtype):
            values = elements(dtype, length, kind)
            expected = numpy.argsort(reference(values), kind="stable")
            for wanted in {0, length // 2, length - 1}:
                places = to_numpy(rooftop.argpartition(rooftop.array(values), wanted))
                assert places[wanted] == expected[wanted], (length, kind, wanted)
                assert sorted(places[:wanted].tolist()) == sorted(expected[:wanted].tolist()), (length, kind, wanted)
                assert sorted(places.tolist()) == list(range(length))


def test_keys_that_differ_below_what_is_packed():
    # One outlier makes the range of keys wide: what tells the others apart is cut off first.
    generator = numpy.random.default_rng(1)
    values = 1.0 + generator.integers(0, 1000, 50_000) * 2.0**-52
    values[17] = 1e300
    values[18] = -1e300
    places = numpy.argsort(values, kind="stable")
    ours = rooftop.array(values)
    assert to_numpy(rooftop.argsort(ours)).tolist() == places.tolist()
    wanted = [5, 20_000, 20_001, 49_999]
    found = values[to_numpy(rooftop.argpartition(ours, wanted))]
    assert found[wanted].tolist() == values[places][wanted].tolist()
    for place in wanted:
        assert (found[:place] <= found[place]).all() and (found[place:] >= found[place]).all()


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("name", ["sort", "argsort"])
def test_axes_and_layouts(name, axis, shape):
    values = numpy.random.default_rng(0).permutation(numpy.prod(shape)).reshape(shape) * 0.5
    layouts = {
        "rows": lambda np: np.array(values),
        "columns": lambda np: np.array(values, order="F"),
        "strided": lambda np: np.repeat(np.array(values), 2, axis=-1)[..., ::2],
        "backwards": lambda np: np.array(values)[::-1],
    }
    for make in layouts.values():
        agree(lambda np: getattr(np, name)(make(np), axis=axis))
        agree(lambda np: getattr(np, name)(make(np), axis=axis).flags.f_contiguous)
        agree(lambda np: getattr(make(np), name)(axis))

        def in_place(np):
            a = make(np)
            a.sort(axis=-1 if axis is None else axis)
            return a

        agree(in_place)


def places_of_ranks(np, array, kth):
    """What argpartition says of the ranks that were asked for: the order of the others depends on the processor."""
    places = np.argpartition(array, kth)
    return np.sort(places), [int(places[rank]) for rank in numpy.ravel(numpy.asarray(kth)).astype(int)]


def test_options():
    values = [3.0, 1.0, 2.0, 1.0]
    for options in (
        *({"kind": kind} for kind in ("quicksort", "heapsort", "mergesort", "stable", "q", "x", None, 3)),
        *({"stable": stable} for stable in (True, False, None)),
        *({"axis": axis} for axis in (0, -1, 1, None, 1.5, "x")),
        {"kind": "stable", "stable": True},
        {"order": "x"},
        {"unknown": 1},
    ):
        for name in ("sort", "argsort"):
            agree(lambda np: getattr(np, name)(np.array(values), **options))
            agree(lambda np: getattr(np.array(values), name)(**options))
    for kth in (0, -1, 3, 4, -5, (), [], [0, 2], (1, 1), 1.5, "x", None, True):
        for make in (lambda np: kth, lambda np: np.array(kth)):
            agree(lambda np: np.partition(np.array([1.0, 2.0, 3.0, 4.0]), make(np)))
            agree(lambda np: places_of_ranks(np, np.array([1.0, 2.0, 3.0, 4.0]), make(np)))


def test_what_is_no_array():
    for value in ([3, 1, 2], (3, 1), [[2, 1], [4, 3]], 5, [], None, "ab", ["b", "a"]):
        for name in ("sort", "argsort"):
            agree(lambda np: getattr(np, name)(value))


def test_arrays_that_cannot_be_written():
    def fixed(np):
        a = np.array([2, 1])
        a.flags.writeable = False
        return a

    for name in ("sort", "partition"):
        agree(lambda np: getattr(fixed(np), name)(0))


def test_bfloat16_sorts_as_float32_does():
    for length in (5, 30, 600, 3000):
        for kind in ("any", "few", "nan"):
            ours = rooftop.array(elements("float32", length, kind)).astype(rooftop.bfloat16)
            wide = to_numpy(ours.astype(rooftop.float32))
            places = numpy.argsort(wide, kind="stable")
            assert rooftop.argsort(ours).tolist() == places.tolist()
            assert same_values(to_numpy(rooftop.sort(ours).astype(rooftop.float32)), wide[places], 0)


def test_descending_order_is_stable():
    values = [1.0, 3.0, 1.0, 2.0]
    a = rooftop.array([values, values])
    assert rooftop.sort(a, descending=True).tolist() == [[3.0, 2.0, 1.0, 1.0]] * 2
    assert rooftop.argsort(a, descending=True).tolist() == [[1, 3, 0, 2]] * 2
    assert rooftop.argsort(a, axis=0, descending=True).tolist() == [[0] * 4, [1] * 4]
    assert rooftop.sort(a, axis=None, descending=True).tolist() == [3.0, 3.0, 2.0, 2.0, 1.0, 1.0, 1.0, 1.0]


@pytest.mark.parametrize("level", ["x86-64-v2", "x86-64-v3"])
def test_lower_levels_of_the_processor_sort_alike(level):
    program = """
import numpy, rooftop
generator = numpy.random.default_rng(0)
for length in (5, 100, 1000, 100_000):
    for dtype in ("int16", "int32", "uint64", "float32", "float64"):
        values = (generator.standard_normal(length) * 100).astype(dtype)
        ours = rooftop.array(values)
        assert rooftop.argsort(ours).tolist() == numpy.argsort(values, kind="stable").tolist()
        assert rooftop.sort(ours).tolist() == numpy.sort(values).tolist()
        assert rooftop.partition(ours, length // 2)[length // 2] == numpy.sort(values)[length // 2]
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True, env={**os.environ, "ROOFTOP_CPU": level})

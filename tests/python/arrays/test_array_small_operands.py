"""Small arrays that meet in rows, results that go to an array that is there, and arrays that hold their own elements:
what takes a way of its own through the bindings."""

from __future__ import annotations

import itertools

import pytest
from agreement import DTYPES, FLOATS, agree

import rooftop

SHAPES = [(), (1,), (3,), (4,), (3, 1), (1, 4), (3, 4), (2, 1, 4), (2, 3, 1), (2, 3, 4), (1, 1, 1), (2, 1, 3, 4), (0,)]
SHAPES += [(3, 0), (1, 2, 1, 3, 4)]
FUNCTIONS = ["add", "multiply", "divide", "floor_divide", "maximum", "less", "logical_and", "hypot", "power"]


def numbers(np, shape, dtype, first=-3):
    count = 1
    for length in shape:
        count *= length
    return (np.arange(count) % 7 + first).astype(dtype).reshape(shape)


@pytest.mark.parametrize(("left", "right"), list(itertools.product(SHAPES, SHAPES)))
def test_shapes_that_meet(left, right):
    agree(lambda np: np.subtract(numbers(np, left, "float64"), numbers(np, right, "float64", 1)))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("shapes", [((3, 4), (4,)), ((3, 1), (3, 4)), ((2, 1, 4), (3, 1)), ((3, 1), (1, 4))])
def test_functions_of_rows(name, dtype, shapes):
    """With divisors of zero, negative arguments and what they warn of."""
    ulps = 4 if name in ("hypot", "power") else 0
    first = 1 if name == "power" else -3  # integers have no negative powers

    def call(np):
        return getattr(np, name)(numbers(np, shapes[0], dtype), numbers(np, shapes[1], dtype, first))

    agree(call, ulps=ulps)


@pytest.mark.parametrize("dtype", ["int64", "float32", "float64", "complex128"])
@pytest.mark.parametrize(
    "shapes", [((3, 4), (4,)), ((3, 4), (3, 1)), ((4,), (3, 4)), ((2, 3, 4), (3, 1)), ((3, 4), (1, 1))]
)
def test_rows_in_place(dtype, shapes):
    def call(np):
        x = numbers(np, shapes[0], dtype)
        x *= numbers(np, shapes[1], dtype, 1)
        return x

    agree(call)


@pytest.mark.parametrize("part", ["x[0]", "x[:, :1]", "x[1:2]", "x[:, 0]"])
def test_rows_in_place_of_their_own_memory(part):
    def call(np):
        x = numbers(np, (4, 4), "float64")
        x += eval(part)
        return x

    agree(call)


@pytest.mark.parametrize("dtype", FLOATS)
def test_an_error_in_a_late_row_is_raised_and_leaves_no_result(dtype):
    def call(np):
        with np.errstate(all="raise"):
            return numbers(np, (3, 4), dtype, 1) / np.array([[1.0], [1.0], [0.0]], dtype)

    agree(call)


@pytest.mark.parametrize("name", ["add", "divide", "less", "logaddexp", "sqrt", "isfinite", "negative", "log"])
@pytest.mark.parametrize("dtype", ["int32", "float32", "float64"])
@pytest.mark.parametrize("out", ["made", "left", "shifted", "typed", "wrong", "flat", "read-only"])
@pytest.mark.parametrize("how", ["keyword", "position", "tuple"])
def test_results_into_an_array(name, dtype, out, how):
    def call(np):
        memory = numbers(np, (9,), dtype, 0)
        left, right = memory[:6], numbers(np, (6,), dtype, 0)
        operands = [left, right][: getattr(np, name).nin]
        result = getattr(np, name)(*operands).dtype
        target = {
            "made": lambda: np.zeros(6, result),
            "left": lambda: left,
            "shifted": lambda: memory[1:7],
            "typed": lambda: np.zeros(6, "complex64"),
            "wrong": lambda: np.zeros(5, result),
            "flat": lambda: np.zeros((2, 6), result),
            "read-only": lambda: np.zeros(6, result),
        }[out]()
        if out == "read-only":
            target.flags.writeable = False
        if how == "position":
            given = getattr(np, name)(*operands, target)
        else:
            given = getattr(np, name)(*operands, out=target if how == "keyword" else (target,))
        assert given is target
        return given, memory

    agree(call, ulps=4 if name in ("log", "logaddexp") else 0)


def test_a_number_into_an_array():
    def call(np):
        target = np.zeros(3)
        return np.multiply(np.array([1.0, 2.0, 3.0]), 2.5, out=target), np.add(target, 2**60, out=target), target

    agree(call)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "shape", [(), (1,), (3,), (1, 3), (3, 1), (2, 2), (1, 1, 1), (2, 1, 3), (2, 2, 2, 2), (0,), (2, 0), (1, 2, 1, 2, 1)]
)
def test_arrays_that_hold_their_own_elements(dtype, shape):
    def call(np):
        made = [np.zeros(shape, dtype), np.ones(shape, dtype), numbers(np, shape, dtype)]
        made += [made[2].copy(), made[2].astype("float32"), made[2].copy("F"), np.array(made[2].T), made[2].T.copy()]
        # NumPy's strides of arrays without elements differ from version to version.
        strides = [array.strides for array in made if array.size]
        return (
            made,
            strides,
            [(array.flags.c_contiguous, array.flags.f_contiguous, array.flags.writeable) for array in made],
        )

    agree(call)


@pytest.mark.parametrize("size", [1, 32, 33, 128, 129, 512, 513, 2048, 2049, 5000])
def test_elements_beside_the_header_and_elsewhere(size):
    """At the ends of the size classes: alignment, and views that outlive the array."""
    arrays = [rooftop.zeros(size, "uint8") for _ in range(100)]  # more than wait for their next use
    for number, array in enumerate(arrays):
        array[:] = number
    views = [array[size // 2 :] for array in arrays]
    assert all((array == number).all() for number, array in enumerate(arrays))
    lines = {array.__array_interface__["data"][0] % 64 for array in arrays}
    assert size <= 128 or lines == {0}
    del arrays, array
    again = [rooftop.full(size, 255, "uint8") for _ in range(100)]
    assert all((view == number).all() for number, view in enumerate(views))
    assert all((array == 255).all() for array in again)

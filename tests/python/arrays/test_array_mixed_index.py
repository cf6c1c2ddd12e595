"""Subscripts that mix arrays, masks, numbers and slices, against NumPy: values, strides, types of errors; and writing."""

import itertools
import random

import numpy
import pytest
from agreement import DTYPES, agree

import rooftop

LENGTHS = (4, 3, 5, 2)
# Texts of what may stand in a subscript of axis `k` of length `n`; {n} and {k} are filled in.
PARTS = [
    ":", "::-1", "1:", "::2", "5:2", "None", "...", "0", "-1", "np.int64(1)", "{n}",
    "np.arange(3) % {n}", "np.array([0, -1, 1])", "np.array([[0], [-1]])", "np.array([1])", "[0, 1, 1]", "[[0, 1], [1, 0]]",
    "np.array([0, {n}, 1])", "np.array([-{n}, -1 - {n}])", "np.arange(3, dtype='uint8') % {n}", "np.arange(6, dtype='int32')[::2] % {n}",
    "np.arange({n}) > 0", "np.arange({n}) > 9", "[True] * {n}", "np.ones(7, bool)", "np.ones((4, 3), bool)", "np.array(1)", "True",
    "np.array([0.5])", "[]", "'x'", "(0, 1)",
]  # fmt: skip
KINDS = ["row", "column", "strided", "reversed", "swapped"]


def made(package, kind, dtype="int64", rank=4):
    lengths = LENGTHS[:rank]
    count = int(numpy.prod(lengths))
    a = package.arange(count).astype(dtype).reshape(lengths)
    if kind == "column":
        return a.T.copy().T
    if kind == "strided":
        return package.arange(2 * count).astype(dtype).reshape((*lengths, 2))[..., 1]
    if kind == "reversed":
        return a[::-1, ..., ::-1]
    if kind == "swapped":
        return package.arange(count).astype(dtype).reshape([*lengths[1:], lengths[0]]).transpose(rank - 1, *range(rank - 1))
    return a


def text_of(parts):
    """A subscript; every part gets the length of the axis it stands for, as far as that is easy to say."""
    filled, axis = [], 0
    for part in parts:
        filled.append(part.format(n=LENGTHS[min(axis, 3)], k=axis))
        axis += 0 if part == "None" else 2 if "(4, 3)" in part else 1
    return ", ".join(filled)


def key(np, text):
    return eval(f"np.index_exp[{text}]", {"np": np, "numpy": numpy}) if np is numpy else eval(f"take[{text}]", {"np": np, "take": Take()})


class Take:
    def __getitem__(self, key):
        return key if isinstance(key, tuple) else (key,)


def layout(value):
    return (value, value.strides) if getattr(value, "size", 0) > 0 and value.ndim > 1 else value


def check(text, kinds=("row",)):
    for kind in kinds:
        agree(lambda np: layout(made(np, kind)[key(np, text)]))

        def assigned(np, value):
            a = made(np, kind)
            a[key(np, text)] = value(a)
            return a

        agree(lambda np: assigned(np, lambda a: -7))
        agree(lambda np: assigned(np, lambda a: -a[key(np, text)]))


@pytest.mark.parametrize("first", PARTS)
def test_pairs(first):
    check(text_of([first]), KINDS)
    for second in PARTS:
        check(text_of([first, second]))
        check(text_of([":", first, second]))


@pytest.mark.parametrize("seed", range(8))
def test_random(seed):
    chosen = random.Random(seed)
    usual = [part for part in PARTS if "9" not in part and "0.5" not in part][:24]
    for _ in range(400):
        parts = [chosen.choice(usual) for _ in range(chosen.randint(2, 5))]
        check(text_of(parts), [chosen.choice(KINDS)])


@pytest.mark.parametrize("dtype", DTYPES)
def test_types(dtype):
    for text in (":, [0, 1, 1]", "[0, 1], [1, 2]", "..., np.array([1, 0])", "np.arange(4) > 1, :, 0", "[1, 1, 1]"):
        agree(lambda np: made(np, "row", dtype)[key(np, text)])
        for value in (1, 0.5, True, 1j, numpy.float32(2.5), numpy.int8(-3), "x", None, [1], [[1, 2]]):

            def assigned(np):
                a = made(np, "row", dtype)
                a[key(np, text)] = value
                return a

            agree(assigned)


def test_values_are_broadcast():
    for lengths in [(), (1,), (5, 1), (2, 1, 1), (4, 2, 5, 2), (4, 1, 5, 1), (3,), (1, 4, 2, 5, 2)]:
        for text in (":, [0, 2]", "[0, 2], :, :, [1]", ":, [[0, 2]], :, [[1], [0]]", "..., [1, 0]", "np.arange(4) > 1"):

            def assigned(np):
                a = made(np, "column", "float64")
                a[key(np, text)] = np.arange(int(numpy.prod(lengths))).reshape(lengths)
                return a

            agree(assigned)


def test_values_and_places_of_the_array_itself():
    def mixed(np):
        a = np.arange(12).reshape(3, 4)
        a[:, [0, 1, 2]] = a[:, [3, 2, 1]]
        a[:, [3, 0]] = a[:, 1:3]
        a[a[:2, 0] % 3, a[:2, 1] % 4] = a[0, 0]
        a[:, a[0] % 4] = a[:, ::-1]
        return a

    agree(mixed)


def test_the_last_of_several_writes_stays():
    a = rooftop.zeros((2, 3))
    a[:, [1, 1, 1]] = [5, 6, 7]
    assert a.tolist() == [[0, 7, 0], [0, 7, 0]]


def test_large():
    def mixed(np):
        a = np.arange(200_000.0).reshape(400, 500)
        rows, columns = np.arange(0, 400, 3), np.arange(500)[::-2]
        b = a[:, columns] + a[rows[:133]][:1, columns]
        a[np.ix_(rows, columns)] = 1.0
        a[rows[:100], columns[:100]] = np.arange(100)
        return b, a, a[a[:, 0] > 1, 3], a[np.arange(400) % 2 == 0]

    agree(mixed)


def test_messages_name_the_axis():
    a = rooftop.zeros((2, 3, 4))
    with pytest.raises(IndexError, match="index 3 is out of bounds for axis 1 with size 3"):
        a[:, [0, 3]]
    with pytest.raises(IndexError, match="index -5 is out of bounds for axis 2 with size 4"):
        a[..., [0, -5]] = 1
    with pytest.raises(IndexError, match="index 7 is out of bounds for axis 0 with size 2"):
        a[7, [0]]


def test_read_only():
    a = rooftop.broadcast_to(rooftop.zeros(3), (2, 3))
    with pytest.raises(ValueError, match="read-only"):
        a[:, [0]] = 1


def test_subclasses_and_combinations():
    class Named(rooftop.ndarray):
        pass

    a = rooftop.zeros((2, 3)).view(Named)
    assert type(a[:, [0]]) is Named
    for first, second in itertools.product([rooftop, numpy], repeat=2):
        assert rooftop.arange(6).reshape(2, 3)[first.array([0, 1]), second.array([2, 0])].tolist() == [2, 3]

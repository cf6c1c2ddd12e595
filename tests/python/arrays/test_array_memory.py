"""Nothing is kept that is not used: counts of references and of memory over many calls; arrays end in any order."""

from __future__ import annotations

import gc
import resource
import sys
import threading

import numpy
import pytest
from ufunc_table import UFUNCS

import rooftop

VECTOR = rooftop.arange(1, 9, dtype="float64") / 10
MATRIX = rooftop.ones((8, 8))
BROKEN = rooftop.ones(3)


def attempt(function):
    def run():
        try:
            function()
        except (TypeError, ValueError, IndexError, OverflowError, FloatingPointError, RuntimeWarning):
            pass

    return run


WORK = {
    "operators": lambda: (VECTOR + VECTOR) * 2.0 - VECTOR / 3 + rooftop.float64(1),
    "in place": lambda: VECTOR.copy().__iadd__(1).__imul__(2.0),
    "mixed types": lambda: rooftop.ones(8, dtype="i4") + VECTOR,
    "numpy's": lambda: VECTOR + numpy.ones(8),
    "views": lambda: VECTOR[::2][1:].reshape(1, -1).T[0],
    "deep views": lambda: MATRIX.reshape((1,) * 6 + (8, 8)).T[0],
    "elements": lambda: [VECTOR[i] for i in range(8)],
    "assignment": lambda: VECTOR.copy().__setitem__(slice(None), 3),
    "fancy": lambda: (VECTOR[[1, 2]], VECTOR[VECTOR > 0.3], MATRIX[[0, 1], 1]),
    "fancy assignment": lambda: VECTOR.copy().__setitem__([1, 2], [3.0, 4.0]),
    "reductions": lambda: (MATRIX.sum(), MATRIX.sum(axis=0), MATRIX.mean(), MATRIX.max(axis=(0, 1)), MATRIX.std()),
    "creation": lambda: (rooftop.array([[1, 2], [3, 4.5]]), rooftop.zeros(3), rooftop.arange(5), rooftop.full(2, 7)),
    "shapes that are errors": attempt(lambda: VECTOR + BROKEN),
    "types that are errors": attempt(lambda: VECTOR.__iadd__(1j)),
    "indices that are errors": attempt(lambda: VECTOR[9]),
    "ragged": attempt(lambda: rooftop.array([[1, 2], [3]])),
    "bad elements": attempt(lambda: rooftop.array([1.0, 2.0, object()], dtype=float)),
    "scalars": lambda: [rooftop.float64(1.5) + rooftop.int8(2), rooftop.complex128(1j) * 2, rooftop.float32(1).item()],
    "text": lambda: (repr(VECTOR), str(VECTOR[0]), f"{VECTOR[0]:.2f}"),
    "numpy": lambda: numpy.asarray(rooftop.asarray(numpy.ones(3))),
    "dispatch": lambda: numpy.add(VECTOR, numpy.ones(8)),
    "buffer": lambda: memoryview(MATRIX.T).tolist(),
    "interface": lambda: (MATRIX.T.__array_interface__, MATRIX.__array_struct__),
    "dlpack": lambda: rooftop.from_dlpack(VECTOR),
    "delegated": lambda: rooftop.concatenate([VECTOR, VECTOR]),
    "iteration": lambda: list(MATRIX),
    "flat": lambda: list(MATRIX.flat),
    "attributes": lambda: (MATRIX.shape, MATRIX.strides, MATRIX.dtype, MATRIX.T, MATRIX.flags.c_contiguous, MATRIX.real),
    "out and where": lambda: rooftop.add(VECTOR, 1, out=rooftop.zeros(8), where=VECTOR > 0.2),
    "two results": lambda: rooftop.divmod(VECTOR, 0.3),
    "products": lambda: (MATRIX @ MATRIX, VECTOR @ VECTOR, MATRIX @ VECTOR),
    "tolist": lambda: (MATRIX.tolist(), VECTOR.item(3)),
    "shape": lambda: setattr(MATRIX.copy(), "shape", (2, 2, 2, 2, 2, 2)),
    "errstate": lambda: rooftop.errstate(all="ignore").__call__(lambda: VECTOR / 0)(),
}


@pytest.mark.parametrize("name", WORK)
def test_calls_leak_neither_objects_nor_memory(name):
    work = WORK[name]

    def repeat(times):
        for _ in range(times):
            work()

    repeat(300)
    gc.collect()
    counted = [VECTOR, MATRIX, BROKEN, None, True, VECTOR.dtype, 3, "axis"]
    before = sys.getallocatedblocks(), [sys.getrefcount(item) for item in counted]
    repeat(500)
    gc.collect()
    after = sys.getallocatedblocks(), [sys.getrefcount(item) for item in counted]
    # An object for each call would be 500 of them.
    assert after[0] - before[0] < 150
    assert all(abs(b - a) < 150 for a, b in zip(before[1], after[1]))


@pytest.mark.parametrize("name", UFUNCS)
def test_ufuncs_leak_nothing(name):
    ufunc = getattr(rooftop, name)
    arguments = [rooftop.ones(4, dtype="i4" if name in ("ldexp",) else "f4")] * ufunc.nin
    wrong = [rooftop.ones(2), rooftop.ones(3)][: ufunc.nin]

    def work():
        try:
            with rooftop.errstate(all="ignore"):
                ufunc(*arguments)
                ufunc(*arguments, where=[True, False, True, False], out=None)
        except TypeError:
            pass
        try:
            ufunc(*wrong, out=rooftop.ones(1))
        except (TypeError, ValueError):
            pass

    for _ in range(60):
        work()
    before = sys.getallocatedblocks()
    for _ in range(120):
        work()
    assert sys.getallocatedblocks() - before < 60


def test_large_blocks_go_back():
    """Thousands of large temporaries take no more than a few of them at once."""
    a = rooftop.ones(1_000_000)
    for _ in range(20):
        a = a * 1.5 - a
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(200):
        a = (a + 1.0) * 0.5
        a[::2].sum()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start < 120_000  # kB: 200 temporaries are 1.6 GB


def test_views_and_arrays_end_in_any_order():
    rng = numpy.random.default_rng(8)
    alive: list = []
    for step in range(4000):
        choice = rng.integers(6)
        if choice == 0 or not alive:
            alive.append(rooftop.full(int(rng.integers(1, 40)), step))
        elif choice == 1:
            alive.append(alive[rng.integers(len(alive))][: int(rng.integers(1, 5))])
        elif choice == 2:
            alive.append(numpy.asarray(alive[rng.integers(len(alive))]))
        elif choice == 3:
            alive.append(memoryview(alive[rng.integers(len(alive))]))
        elif choice == 4:
            alive.append(rooftop.asarray(alive[rng.integers(len(alive))]))
        else:
            del alive[rng.integers(len(alive))]
        if len(alive) > 60:
            del alive[: len(alive) // 2]
    for item in alive:
        values = numpy.asarray(item)
        assert (values == values[0]).all()


def test_threads_use_arrays_at_once():
    errors = []

    def work(seed):
        try:
            rng = numpy.random.default_rng(seed)
            for _ in range(200):
                values = rng.integers(0, 9, int(rng.integers(1, 300)))
                a = rooftop.asarray(values)
                assert ((a + a) * 2).sum() == int(values.sum()) * 4
                assert a[::-1][0] == values[-1] and repr(rooftop.float64(1)) == "np.float64(1.0)"
        except BaseException as error:  # noqa: BLE001 - it is raised below
            errors.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors


def test_threads_share_what_they_read_and_write_their_own_parts():
    """Large enough for helpers and for work without the GIL; blocks, free lists and first uses meet in every thread."""
    shared = rooftop.arange(200_000, dtype="float64").reshape(200, 1000)
    places = rooftop.arange(199, -1, -1)
    target = rooftop.zeros((8, 50_000))
    wanted = {"sum": shared.sum(), "rows": shared.sum(axis=1).tolist(), "product": (shared[:50, :60] @ shared[:60, :40]).tolist()}
    errors = []

    def work(number):
        try:
            own = target[number]
            for turn in range(12):
                assert shared.sum() == wanted["sum"] and shared.sum(axis=1).tolist() == wanted["rows"]
                assert (shared[:50, :60] @ shared[:60, :40]).tolist() == wanted["product"]
                assert (shared[places][0] == shared[-1]).all() and shared.copy().max() == 199_999
                assert numpy.asarray(shared).shape == (200, 1000) and shared[shared > 199_990].size == 9
                own[...] = number
                own += turn
                rooftop.multiply(own, 2.0, out=own, where=own >= 0)
                own[own > 1e9] = 0
                assert own.min() == own.max() == 2.0 * (number + turn)
        except BaseException as error:  # noqa: BLE001 - it is raised below
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert target.max(axis=1).tolist() == [2.0 * (number + 11) for number in range(8)]


def test_absurd_sizes_are_refused():
    for shape in [(2**62,), (2**40, 2**30), (2**31, 2**31, 2**31), (0, 2**63 - 1, 2)]:
        with pytest.raises((MemoryError, ValueError)):
            rooftop.zeros(shape)
    with pytest.raises((MemoryError, ValueError)):
        rooftop.ones(3)[:, None].repeat(2**60, axis=1)
    wide = rooftop.broadcast_to(rooftop.ones(1), (2**40,))
    with pytest.raises(MemoryError):
        wide + wide
    assert wide.shape == (2**40,) and wide[2**39] == 1

"""linalg: NumPy's results bit by bit where both call the same LAPACK, its types, layouts, errors and warnings."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from time import perf_counter

import numpy
import pytest
from agreement import agree, to_numpy
from linalg_calls import (
    FACTORISATIONS,
    HELD,
    LAYOUTS,
    ROUNDED,
    UNSTACKED,
    call,
    hold_all,
    hold_close,
    matrices,
    numbers,
)

import rooftop
from rooftop import _delegate


@pytest.mark.parametrize("dtype", HELD)
def test_factorisations(dtype):
    hold_all(FACTORISATIONS, matrices(dtype))
    hold_all(UNSTACKED, matrices(dtype))


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
@pytest.mark.parametrize("n", [1, 2, 3, 17])
def test_factorisations_of_other_sizes(dtype, n):
    hold_all(FACTORISATIONS, matrices(dtype, n))


@pytest.mark.parametrize("dtype", ["int32", "float32", "float64", "complex128"])
def test_factorisations_of_stacks(dtype):
    hold_all(FACTORISATIONS, matrices(dtype, 3, (2, 5)))


@pytest.mark.parametrize("dtype", ["float64", "complex128"])
def test_stacks_that_are_dealt_out_to_threads(dtype):
    hold_all(FACTORISATIONS, matrices(dtype, 4, (1500,)))


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
@pytest.mark.parametrize("stack", [(), (3,)])
def test_what_is_put_together_of_them(dtype, stack):
    hold_close(ROUNDED, matrices(dtype, 4, stack))


def test_large_matrices_leave_small_residuals():
    a = rooftop.asarray(numbers(1, (300, 300), "float64"))
    assert rooftop.linalg.norm(a @ rooftop.linalg.inv(a) - rooftop.eye(300)) < 1e-8
    q, r = rooftop.linalg.qr(a)
    assert rooftop.linalg.norm(q @ r - a) < 1e-10
    u, s, vh = rooftop.linalg.svd(a)
    assert rooftop.linalg.norm((u * s) @ vh - a) < 1e-10


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(layout):
    values = {name: LAYOUTS[layout](value) for name, value in matrices("float64", 3, (2,)).items() if name != "v"}
    for value in values.values():
        value.flags.writeable = False
    hold_all({name: text for name, text in FACTORISATIONS.items() if name != "solve, vector"}, values)


@pytest.mark.parametrize("name", ["solve", "inv", "cholesky", "qr", "eigh", "svd, t"])
def test_results_are_row_major(name):
    values = {key: LAYOUTS["columns"](value) for key, value in matrices("float64").items()}
    found = call(FACTORISATIONS[name], values)(rooftop)
    for part in found if isinstance(found, tuple) else [found]:
        assert part.flags.c_contiguous and part.flags.owndata and part.flags.writeable


def test_real_eigenvalues_lie_side_by_side():
    values, vectors = rooftop.linalg.eig(rooftop.asarray(matrices("float64")["s"]))
    assert values.flags.c_contiguous and values.flags.owndata and vectors.flags.c_contiguous


def test_raw_factors_keep_the_order_of_memory():
    for order in "CF":
        for dtype in ("float64", "float32", "int32"):
            a = matrices(dtype)["t"].copy(order=order)
            ours, theirs = rooftop.linalg.qr(rooftop.asarray(a), "raw")[0], numpy.linalg.qr(a, "raw")[0]
            assert ours.strides == theirs.strides


def test_arguments_of_one_stack_repeat_for_the_other():
    a, b = numbers(1, (3, 1, 4, 4), "float64"), numbers(2, (5, 4, 2), "float64")
    agree(lambda np: np.linalg.solve(np.asarray(a), np.asarray(b)))
    agree(lambda np: np.linalg.solve(np.asarray(a[0, 0]), np.asarray(b)))
    agree(lambda np: np.linalg.solve(np.asarray(a), np.asarray(b[0])))
    agree(lambda np: np.linalg.solve(np.asarray(a), np.asarray(b[0, :, 0])))
    agree(lambda np: np.linalg.solve(np.asarray(a), np.asarray(b[:3, :, 0])))  # three columns, and they do not fit


def test_elements_at_odd_addresses():
    block = bytearray(1 + 9 * 8)
    odd = numpy.frombuffer(block, offset=1).reshape(3, 3)
    odd[...] = matrices("float64", 3)["a"]
    hold_all({text: text for text in ("inv(a)", "det(a)", "qr(a, 'raw')", "svd(a)", "norm(a)")}, {"a": odd})


def test_types_mix():
    kinds = ["bool", "int8", "float32", "float64", "complex64", "complex128"]
    for first in kinds:
        for second in kinds:
            values = {"a": matrices(first)["a"], "b": matrices(second)["b"]}
            hold_all({f"{first}, {second}": "solve(a, b)", f"fit of {first}, {second}": "lstsq(a, b)"}, values)


def test_lists_and_arrays_of_numpy():
    theirs = matrices("float64")
    for function in ("inv", "det", "qr", "eigvals", "svd", "norm", "pinv", "cond", "matrix_rank"):
        found = getattr(rooftop.linalg, function)(theirs["a"].tolist())
        same = getattr(rooftop.linalg, function)(theirs["a"])
        wanted = getattr(rooftop.linalg, function)(rooftop.asarray(theirs["a"]))
        for one, other, third in zip(*(x if isinstance(x, tuple) else [x] for x in (found, same, wanted))):
            assert type(one) is type(other) is type(third)
            assert (numpy.asarray(to_numpy(one)) == numpy.asarray(to_numpy(other))).all()
            assert (numpy.asarray(to_numpy(one)) == numpy.asarray(to_numpy(third))).all()


def test_named_tuples_are_numpys():
    for text in ("slogdet(a)", "qr(a)", "eig(a)", "eigh(a)", "svd(a)", "svd(s, hermitian=True)"):
        function = call(text, matrices("float64"))
        ours, theirs = function(rooftop), function(numpy)
        assert type(ours) is type(theirs) and ours._fields == theirs._fields
        assert type(pickle.loads(pickle.dumps(ours))) is type(ours)


# --- Around them


def test_what_is_native_does_not_call_numpy():
    values = {name: rooftop.asarray(value) for name, value in matrices("float64").items()}
    _delegate.calls.clear()
    native = {**FACTORISATIONS, **ROUNDED, **UNSTACKED}
    asked_anyway = {name for name in native if "Hermitian" in name or name == "matrix_power, 0"}
    for name, text in native.items():
        if name not in asked_anyway:
            eval(f"np.linalg.{text}", {"np": rooftop, **values})
            assert not _delegate.calls, (name, _delegate.calls)


def test_native_names_are_counted():
    found = rooftop.coverage().sections["linalg"]
    wanted = """cholesky cond det eig eigh eigvals eigvalsh inv lstsq matrix_norm matrix_power matrix_rank multi_dot norm pinv
        qr slogdet solve svd svdvals tensorinv tensorsolve vector_norm matmul matrix_transpose"""
    assert set(wanted.split()) <= set(found.native)
    for name in ("trace", "diagonal", "outer", "cross", "vecdot", "tensordot"):
        is_native = name in rooftop.coverage().sections["main namespace"].native
        assert (name in found.native) == is_native


def test_functions_can_be_pickled():
    for name in ("inv", "norm", "pinv", "matmul"):
        assert pickle.loads(pickle.dumps(getattr(rooftop.linalg, name))) is getattr(rooftop.linalg, name)


def test_many_threads_at_once():
    a = rooftop.asarray(matrices("float64", 5, (500,))["a"])
    wanted = to_numpy(rooftop.linalg.inv(a)).copy()
    found = []

    def work():
        found.extend((to_numpy(rooftop.linalg.inv(a)) == wanted).all() for _ in range(10))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 40


def test_ctrl_c_ends_a_long_stack():
    a = rooftop.asarray(numbers(1, (40000, 16, 16), "float64"))
    start = perf_counter()
    rooftop.linalg.svd(a[:1000])
    least = 20 * (perf_counter() - start)  # of the whole stack, with room for other programs
    timer = threading.Timer(0.1, signal.raise_signal, [signal.SIGINT])
    start = perf_counter()
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        rooftop.linalg.svd(a)
    assert perf_counter() - start < max(least, 0.5)


def test_forked_processes_go_on():
    a = rooftop.asarray(numbers(1, (600, 8, 8), "float64"))
    wanted = to_numpy(rooftop.linalg.svdvals(a)).copy()
    child = os.fork()
    if child == 0:
        os._exit(0 if (to_numpy(rooftop.linalg.svdvals(a)) == wanted).all() else 1)
    assert os.waitpid(child, 0)[1] == 0


PROGRAM = """
import numpy, rooftop as np
from rooftop import _delegate
a = np.asarray(numpy.random.default_rng(0).random((4, 4)))
assert numpy.allclose(numpy.asarray(np.linalg.inv(a) @ a), numpy.eye(4))
assert numpy.allclose(numpy.asarray(np.linalg.eigvals(a)), numpy.linalg.eigvals(numpy.asarray(a)))
assert float(np.linalg.norm(np.asarray([3.0, 4.0]))) == 5 and float(np.linalg.cond(np.eye(2))) == 1
assert numpy.allclose(numpy.asarray(np.linalg.lstsq(a, a[0])[0]), numpy.linalg.lstsq(numpy.asarray(a), numpy.asarray(a[0]))[0])
try:
    np.linalg.inv(a * 0)
except np.linalg.LinAlgError as error:
    assert str(error) == "Singular matrix"
else:
    raise AssertionError("a singular matrix has no inverse")
print(sum(count for name, count in _delegate.calls.items() if name.startswith("linalg")))
"""


def run_with(lapack: str, warning: str = "") -> int:
    """How many calls of the program went to NumPy."""
    environment = {**os.environ, "ROOFTOP_LAPACK": lapack}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (warning in done.stderr) and (warning or not done.stderr)
    return int(done.stdout)


def test_without_lapack_numpy_is_asked():
    assert run_with("none") >= 5
    assert run_with("no-such-library.so", "ROOFTOP_LAPACK='no-such-library.so' is no library with all of LAPACK") >= 5


def test_with_lapack_it_is_not():
    assert run_with("") == 0


def test_another_lapack_can_be_named():
    try:
        assert run_with("liblapack.so.3") == 0
    except AssertionError:
        import ctypes

        with pytest.raises(OSError):  # it is not there
            ctypes.CDLL("liblapack.so.3")

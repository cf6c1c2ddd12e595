"""Out of memory, in compiled code and in the compiler: a MemoryError, and everything is usable afterwards."""

from __future__ import annotations

import pytest

LIMITED = """
import resource
import numpy as np
import rooftop

def limit_memory(more):
    used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + more, resource.RLIM_INFINITY))

def free_memory():
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

@rooftop.jit
def shift(a):
    a[1:] = a[:-1]

@rooftop.jit
def matmul(a, b, c):
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            for k in range(a.shape[1]):
                c[i, j] += a[i, k] * b[k, j]
"""


def test_a_temporary_that_does_not_fit_is_a_memory_error(run_python):
    result = run_python(
        LIMITED
        + """
shift(np.zeros(10))
large = np.zeros(1 << 26)  # 512 MiB, none of them touched
limit_memory(64 << 20)
for _ in range(3):
    try:
        shift(large)
    except MemoryError:
        print("MemoryError")
small = np.arange(4.0)
shift(small)
print(small.tolist())
"""
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.split("\n")[:4] == ["MemoryError"] * 3 + ["[0.0, 0.0, 1.0, 2.0]"]


@pytest.mark.parametrize("spare", [0, 1 << 18, 1 << 20, 3 << 20, 6 << 20])
def test_a_compiler_without_memory_is_a_memory_error(run_python, spare):
    """At whatever stage the memory ends."""
    result = run_python(
        LIMITED
        + f"""
shift(np.zeros(10))
x, y = np.ones((20, 20)), np.zeros((20, 20))
limit_memory({spare})
try:
    matmul(x, x.copy(), y)
except MemoryError:
    assert not y.any()
free_memory()
y[:] = 0
matmul(x, x.copy(), y)
print((y == 20).all())
"""
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "True"


def test_panels_that_do_not_fit_are_a_memory_error(run_python):
    """The packed panels of a matrix product are scratch memory of each thread."""
    result = run_python(
        LIMITED
        + """
x, y = np.ones((300, 300)), np.zeros((300, 300))
matmul(np.ones((2, 2)), np.ones((2, 2)), np.zeros((2, 2)))
limit_memory(0)
try:
    matmul(x, x, y)
except MemoryError:
    pass
free_memory()
y[:] = 0
matmul(x, x, y)
print((y == 300).all())
"""
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "True"

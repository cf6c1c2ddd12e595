"""The ufuncs of the table, and what their tests must know of each beyond its name."""

from __future__ import annotations

import numpy

import rooftop
from rooftop import _core

#: All ufunc objects by their own names; aliases are left out.
UFUNCS = {
    name: value
    for name, value in sorted(vars(_core).items())
    if isinstance(value, _core.ufunc) and value.__name__ == name
}
ALIASES = {
    name: value
    for name, value in sorted(vars(_core).items())
    if isinstance(value, _core.ufunc) and value.__name__ != name
}
BINARY = [name for name, ufunc in UFUNCS.items() if ufunc.nin == 2 and ufunc.nout == 1]

#: Functions whose results are rounded by no rule: within 4 units in the last place.
ROUNDED = set(
    "exp exp2 expm1 log log2 log10 log1p logaddexp logaddexp2 sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh "
    "arcsinh arccosh arctanh cbrt hypot power float_power degrees rad2deg radians deg2rad".split()
)

#: NumPy's of complex numbers are off by hundreds of units, and of infinities what the C library's steps are:
#: test_array_complex_powers.py has them.
POWERS = ("power", "float_power")


def ulps(name: str, dtype: str = "") -> float:
    """Units in the last place that a result may be off NumPy's."""
    # NumPy's loops over complex arrays use fused operations or do not, by the machine.
    inexact_complex = "complex" in str(dtype) and name not in ("add", "subtract", "negative", "positive", "conjugate")
    if inexact_complex and name == "expm1":
        return 8  # NumPy's real part, a difference
    return 4 if name in ROUNDED or inexact_complex else 0


def arguments(name: str, dtype: str, values: numpy.ndarray) -> tuple:
    """Inputs of the function: every value, or every pair of values."""
    if UFUNCS[name].nin == 1:
        return (values,)
    left, right = (side.ravel().copy() for side in numpy.meshgrid(values, values))
    if name in POWERS and left.dtype.kind == "c":
        same = numpy.isfinite(left) & (right.imag == 0) & (abs(right.real) <= 1)
        return left[same], right[same]
    return left, right


def takes(name: str, dtype: str) -> bool:
    """Whether NumPy has a loop for inputs of the type."""
    one = numpy.ones(1, dtype)
    with numpy.errstate(all="ignore"):
        try:
            getattr(numpy, name)(*[one] * UFUNCS[name].nin)
        except TypeError:
            return False
    return True


def ours(name: str):
    return getattr(rooftop, name)

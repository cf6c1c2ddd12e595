"""Linear algebra: NumPy's `linalg` on our arrays, natively on LAPACK."""

# ruff: noqa: F401 - what is imported here is what the module has
import sys as _sys

import numpy.linalg as _numpy

from rooftop import _core, _delegated_names
from rooftop import _linalg_forwarded as _forwarded
from rooftop._linalg_factors import cond, matrix_rank, pinv, tensorinv, tensorsolve
from rooftop._linalg_norms import matrix_norm, vector_norm
from rooftop._linalg_products import matrix_power, multi_dot

#: What stands in the main namespace, too: native where that is.
_FORWARDED = ("cross", "diagonal", "matmul", "matrix_transpose", "outer", "tensordot", "trace", "vecdot")

globals().update({_name: _value for _name, _value in vars(_core._linalg).items() if not _name.startswith("_")})
globals().update({_name: getattr(_forwarded, _name) for _name in _FORWARDED})
for _value in tuple(globals().values()):
    if getattr(_value, "__module__", "").startswith("rooftop._linalg_"):
        _value.__module__ = __name__

_delegated_names.fill_module(_sys.modules[__name__], _numpy)

"""NumPy's functions that compiled code does not know itself, as plain functions that are compiled along.

They are written in what `jit` compiles and never run as Python. What depends on `a.ndim`, the length of a tuple or a
constant argument is decided while compiling; an if on `a.dtype(0.5) == 0.5` (floats) is decided when it runs, so that
both of its branches have to compile and to give the same type. Constant arguments stay constants in what these
functions call, and functions may be such arguments.
"""

from __future__ import annotations

from rooftop._compiled import _elements, _joining, _matrices, _order, _places, _quantiles, _sequences, _statistics
from rooftop._compiled._common import refuse
from rooftop._compiled._matrices import cholesky, det, inv, norm, solve

__all__ = ["FUNCTIONS", "refuse"]

#: By the names under which compiled code finds them; "ndarray." stands before what arrays' methods do otherwise.
FUNCTIONS = {
    **{
        f"numpy.{function.__name__.rstrip('_')}": function
        for module in (_elements, _joining, _matrices, _order, _places, _quantiles, _sequences, _statistics)
        for function in module.FUNCTIONS
    },
    **{f"numpy.linalg.{function.__name__}": function for function in (cholesky, det, inv, norm, solve)},
    "numpy.around": _elements.round_,
    "ndarray.sort": _order.array_sort,
    "builtins.sum": _statistics.sum_,
}

"""What stands in the place of NumPy's classes and functions where views of our arrays are not enough."""

from __future__ import annotations

import numpy

from rooftop import _delegate
from rooftop._core import dtype as _dtype
from rooftop._flat import flatiter as flatiter


class vectorize(numpy.vectorize):
    __doc__ = numpy.vectorize.__doc__
    __module__ = "rooftop"

    def __call__(self, *arguments, **keywords):
        return _delegate.run(super().__call__, arguments, keywords)


class __array_namespace_info__:
    """What this namespace can do, as the array API asks.

    Examples
    --------
    >>> import rooftop as np
    >>> np.__array_namespace_info__().default_dtypes()["real floating"]
    dtype('float64')
    """

    __module__ = "rooftop"

    def __init__(self) -> None:
        self._numpys = numpy.__array_namespace_info__()

    def capabilities(self) -> dict:
        return self._numpys.capabilities()

    def default_device(self) -> str:
        return "cpu"

    def devices(self) -> list[str]:
        return ["cpu"]

    def default_dtypes(self, *, device=None) -> dict:
        return {kind: _dtype(name) for kind, name in self._numpys.default_dtypes(device=device).items()}

    def dtypes(self, *, device=None, kind=None) -> dict:
        return {name: _dtype(held) for name, held in self._numpys.dtypes(device=device, kind=kind).items()}

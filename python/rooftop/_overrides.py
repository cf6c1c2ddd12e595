"""What stands in the place of NumPy's classes and functions where views of our arrays are not enough."""

from __future__ import annotations

import numpy

from rooftop import _delegate
from rooftop._flat import flatiter as flatiter


class vectorize(numpy.vectorize):
    __doc__ = numpy.vectorize.__doc__
    __module__ = "rooftop"

    def __call__(self, *arguments, **keywords):
        return _delegate.run(super().__call__, arguments, keywords)


def unique_values(x, /):
    """Find the different elements of an array.

    Parameters
    ----------
    x : array_like

    Returns
    -------
    ndarray
        In ascending order: NumPy's have none, and not everybody who asks knows.
    """
    return _delegate.call("unique", (x,), {"equal_nan": False})


unique_values.__module__ = "rooftop"

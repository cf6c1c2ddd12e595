"""NumPy's `fft` on our arrays."""

import sys as _sys

import numpy.fft as _numpy

from rooftop import _delegated_names

_delegated_names.fill_module(_sys.modules[__name__], _numpy)

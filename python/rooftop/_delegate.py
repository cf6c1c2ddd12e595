"""Calls of NumPy for what is not native: its functions on views of our memory, its results as our arrays.

Nothing is copied on the way: an array and NumPy's view of it are the same memory, so functions that write into their
arguments write into ours. The conversions themselves are in the core (`delegate_conversion`).
"""

from collections import Counter

import numpy

from rooftop._core import _call as call
from rooftop._core import _run as run
from rooftop._core import _unwrap as unwrap
from rooftop._core import _wrap as wrap

__all__ = ["call", "calls", "numpy", "run", "unwrap", "wrap"]

#: How often each function of NumPy was called in the place of one of ours.
calls: Counter[str] = Counter()

"""What several of these functions need, and how they refuse."""

from __future__ import annotations

import rooftop as np


def refuse(message):
    """Ends the compilation with this message; the compiler's own function stands for it."""
    raise NotImplementedError(message)


def _total(a):
    """An empty vector of the type that sums of such elements have."""
    return np.empty((1, 0), a.dtype).sum(axis=0)

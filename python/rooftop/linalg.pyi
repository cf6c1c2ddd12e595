# To type checkers the names are NumPy's: they mean the same, arrays and all.
from numpy.linalg import *  # noqa: F403

"""What `import numpy` is in a script under `rooftop run`: NumPy's names and no others, as rooftop has them.

It also passes for NumPy where that is asked: `__name__`, `__version__` and the path of submodules are NumPy's.
"""

import sys as _sys

import numpy as _numpy

import rooftop as _rooftop
from rooftop import _core

__doc__ = _numpy.__doc__
__all__ = list(_numpy.__all__)
__version__ = _numpy.__version__
__file__ = _numpy.__file__
__path__ = _numpy.__path__


def __getattr__(name: str):
    theirs = getattr(_numpy, name)  # its AttributeError, and its words about names that were removed
    found = theirs if name.startswith("_") else getattr(_rooftop, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return dir(_numpy)


_sys.modules[__name__].__class__ = _core._Namespace
__name__ = "numpy"

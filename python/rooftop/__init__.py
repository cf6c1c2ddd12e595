"""rooftop: NumPy's interface at the limit of the machine.

`import rooftop as np` gives NumPy's names and semantics; `jit` compiles plain Python loops; `rooftop ladder` on the
command line shows what that gives on this machine.
"""

# ruff: noqa: F401 - what is imported here is what the package has
import sys as _sys

from rooftop import _core
from rooftop._core import *  # noqa: F403 - the array type, its scalars, universal functions and constructors
from rooftop._core import __version__, get_num_threads, set_num_threads
from rooftop._errors import CompileError, InternalError
from rooftop._errstate import errstate, geterr, geterrcall, seterr, seterrcall
from rooftop._jit import jit
from rooftop._namespace import *  # noqa: F403 - constants and aliases

_sys.modules[__name__].__class__ = _core._Namespace


def __getattr__(name: str):
    """What is not native is NumPy's, on views of our arrays."""
    if name == "__all__":  # for `from rooftop import *`, which then needs NumPy to know all names
        from rooftop import _delegated_names

        return _delegated_names.public_names(globals())
    if name.startswith("_") and name != "__array_namespace_info__":  # also modules of the package on their first import
        raise AttributeError(f"module 'rooftop' has no attribute {name!r}")
    from rooftop import _composed

    if name in _composed.MODULES:
        import importlib

        found = getattr(importlib.import_module(f"rooftop.{_composed.MODULES[name]}"), name)
        globals()[name] = found
        return found
    from rooftop import _delegated_names

    return _delegated_names.find(name, globals())


def __dir__() -> list[str]:
    from rooftop import _delegated_names

    return sorted({*globals(), *_delegated_names.names()})

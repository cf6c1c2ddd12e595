"""The names of NumPy that are not native: functions that work on views of our arrays, and everything else as it is."""

from __future__ import annotations

import importlib
from types import ModuleType

import numpy

from rooftop import _delegate, _overrides
from rooftop._core import _Delegated

#: Modules of NumPy that are wrapped as modules of ours.
SUBMODULES = ("linalg", "fft", "random")


class _Wrapper(_Delegated):
    """A function of NumPy that takes and gives our arrays."""

    def __init__(self, function, name: str) -> None:
        self.__wrapped__ = function
        self.__name__ = function.__name__
        self.__qualname__ = getattr(function, "__qualname__", function.__name__)
        self.__doc__ = function.__doc__
        self.__module__ = "rooftop" if "." not in name else "rooftop." + name.rpartition(".")[0]
        self._name = name

    def __reduce__(self):
        return _named, (self._name,)

    def __repr__(self) -> str:
        return f"<function {self.__name__} (of numpy)>"

    def __get__(self, instance, owner=None):
        return self


def _named(name: str):
    import rooftop

    found = rooftop
    for part in name.split("."):
        found = getattr(found, part)
    return found


class _Subscripted:
    """An object of NumPy that makes arrays when it is subscripted: `r_`, `mgrid` and their like."""

    def __init__(self, object, name: str) -> None:
        self.__doc__ = object.__doc__
        self._object = object
        self._name = name

    def __getitem__(self, key):
        _delegate.calls[self._name] += 1
        return _delegate.run(self._object.__getitem__, (key,), {})

    def __reduce__(self):
        return _named, (self._name,)

    def __repr__(self) -> str:
        return f"<{self._name} (of numpy)>"


def leads_to_numpy(value) -> bool:
    """Whether what is found under a name of ours calls NumPy's."""
    name = getattr(value, "__name__", "")
    return isinstance(value, (_Wrapper, _Subscripted)) or (name != "" and getattr(_overrides, name, None) is value)


def wrap(value, name: str):
    """What stands for NumPy's `value` in our namespace."""
    if name in vars(_overrides) and not isinstance(value, ModuleType):
        return getattr(_overrides, name)
    if isinstance(value, (type, ModuleType)):
        return value
    if callable(value) and hasattr(value, "__name__"):
        return _Wrapper(value, name)
    if hasattr(value, "__getitem__") and not isinstance(value, (tuple, dict, numpy.generic)):
        return _Subscripted(value, name)
    return _delegate.wrap(value)


def find(name: str, namespace: dict):
    """The attribute `name` of module rooftop, put into its namespace."""
    if name.startswith("_") and name not in ("__array_namespace_info__",):
        raise AttributeError(f"module 'rooftop' has no attribute {name!r}")
    if name in SUBMODULES:
        return importlib.import_module("rooftop." + name)
    if name == "coverage":
        from rooftop._coverage import coverage as found
    elif not hasattr(numpy, name):
        raise AttributeError(f"module 'rooftop' has no attribute {name!r}")
    else:
        found = wrap(getattr(numpy, name), name)
    namespace[name] = found
    return found


def public_names(namespace: dict) -> list[str]:
    """What `from rooftop import *` gives: NumPy's public names and our own."""
    own = {name for name in namespace if not name.startswith("_")} | {"__version__", "coverage"}
    return sorted(own.union(numpy.__all__) - {"__array_namespace_info__"})


def names() -> list[str]:
    return [name for name in dir(numpy) if not name.startswith("_")]


def fill_module(module: ModuleType, source: ModuleType) -> None:
    """Puts wrappers of the public names of NumPy's module into ours, where it has none of its own."""
    prefix = module.__name__.partition(".")[2] + "."
    for name in getattr(source, "__all__", dir(source)):
        if not name.startswith("_") and not hasattr(module, name):
            setattr(module, name, wrap(getattr(source, name), prefix + name))

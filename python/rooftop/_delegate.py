"""Calls of NumPy for what is not native: its functions on views of our memory, its results as our arrays.

Nothing is copied on the way: an array and NumPy's view of it are the same memory, so functions that write into their
arguments write into ours.
"""

from __future__ import annotations

from collections import Counter

import numpy

from rooftop import _core
from rooftop._core import _from_numpy, _from_numpy_dtype, _numpy_dtype, _numpy_view, dtype, generic, ndarray

#: How often each function of NumPy was called in the place of one of ours.
calls: Counter[str] = Counter()


class _Arguments:
    """The arguments of one call as NumPy takes them; remembers whose memory each view is."""

    __slots__ = ("views",)

    def __init__(self) -> None:
        self.views: dict[int, tuple[object, object]] = {}

    def unwrap(self, value):
        if isinstance(value, ndarray):
            view = _numpy_view(value)
            self.views[id(view)] = (view, value)
            return view
        if isinstance(value, (generic, dtype)):
            return _numpy_view(value) if isinstance(value, generic) else _numpy_dtype(value)
        kind = type(value)
        if kind is tuple or kind is list:
            return kind(self.unwrap(item) for item in value)
        if kind is dict:
            return {key: self.unwrap(item) for key, item in value.items()}
        if kind is type:
            return _numpy_dtype(value) if issubclass(value, generic) else value
        if isinstance(value, _core.ufunc):
            return getattr(numpy, value.__name__)
        return value

    def wrap(self, value):
        kind = type(value)
        if kind is numpy.ndarray:
            known = self.views.get(id(value))
            return _from_numpy(value) if known is None else known[1]
        if isinstance(value, numpy.generic):
            return _from_numpy(value)
        if kind is tuple:
            return tuple(self.wrap(item) for item in value)
        if kind is list:
            return [self.wrap(item) for item in value]
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return kind(*(self.wrap(item) for item in value))
        if isinstance(value, numpy.dtype):
            return _from_numpy_dtype(value)
        return value


def unwrap(value):
    """The value as NumPy takes it."""
    return _Arguments().unwrap(value)


def wrap(value):
    """A result of NumPy as ours."""
    return _Arguments().wrap(value)


def run(function, arguments, keywords):
    """Calls a function of NumPy with views of our arrays; its results as ours."""
    conversion = _Arguments()
    unwrap = conversion.unwrap
    positional = [unwrap(value) for value in arguments]
    named = {name: unwrap(value) for name, value in keywords.items()} if keywords else {}
    return conversion.wrap(function(*positional, **named))


def call(name: str, arguments, keywords):
    """`numpy.<name>(*arguments, **keywords)`; the name may have dots."""
    calls[name] += 1
    function = numpy
    for part in name.split("."):
        function = getattr(function, part)
    return run(function, arguments, keywords)


def method(name: str, array, arguments, keywords):
    """`numpy.ndarray.<name>(array, *arguments, **keywords)`."""
    calls["ndarray." + name] += 1
    return run(getattr(numpy.ndarray, name), (array, *arguments), keywords)


def ufunc(name: str, part: str, arguments, keywords):
    """`numpy.<name>(...)`, or its method `part`."""
    calls[name + "." + part if part else name] += 1
    function = getattr(numpy, name)
    return run(getattr(function, part) if part else function, arguments, keywords)


def asarray(value, wanted):
    """Any object as an array, without a copy where it has memory of a type that we hold."""
    conversion = _Arguments()
    return conversion.wrap(numpy.asarray(conversion.unwrap(value), dtype=conversion.unwrap(wanted)))

"""Types of elements as the array API asks for them: astype, isdtype."""

from __future__ import annotations

from rooftop import _core
from rooftop._composed import numpys
from rooftop._core import dtype as dtype_type
from rooftop._core import ndarray

__all__ = ["astype", "isdtype"]

_SIGNED, _UNSIGNED = frozenset("bhil"), frozenset("BHIL")
_FLOATS, _COMPLEX = frozenset("efd"), frozenset("FD")
#: The letters of each kind of types.
_KINDS = {
    "bool": frozenset("?"),
    "signed integer": _SIGNED,
    "unsigned integer": _UNSIGNED,
    "integral": _SIGNED | _UNSIGNED,
    "real floating": _FLOATS,
    "complex floating": _COMPLEX,
    "numeric": _SIGNED | _UNSIGNED | _FLOATS | _COMPLEX,
}

#: The letter of each scalar type.
_LETTERS = {getattr(_core, dtype_type(letter).name): letter for letter in _KINDS["numeric"]} | {_core.bool: "?"}


def astype(x, dtype, /, *, copy=True, device=None):
    """An array of the same elements in another type; as numpy.astype."""
    if isinstance(x, ndarray) and (device is None or device == "cpu"):
        return x.astype(dtype, copy=copy)
    return numpys("astype", x, dtype, copy=copy, device=device)


def isdtype(dtype, kind):
    """Whether a type is of a kind, is another type, or is any of a tuple of these; as numpy.isdtype."""
    letter = dtype.char if type(dtype) is dtype_type else _LETTERS.get(dtype) if isinstance(dtype, type) else None
    kinds = kind if isinstance(kind, tuple) else (kind,)
    if letter is not None and letter != "E" and all(type(each) is str and each in _KINDS for each in kinds):
        return any(letter in _KINDS[each] for each in kinds)
    return numpys("isdtype", dtype, kind)


for _function in (astype, isdtype):
    _function.__module__ = "rooftop"

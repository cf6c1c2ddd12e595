"""Parameter annotations of @jit functions: which types they ask for, and conversion to these."""

from __future__ import annotations

import sys
from types import FunctionType
from typing import Any

_BUILTIN = (bool, int, float, complex)
_NUMPY_NAMES = frozenset(
    "bool bool_ int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split()
) | {"ndarray"}
# What a value must at most be to be taken for one of these without loss of meaning.
_KINDS = {"b": 0, "u": 1, "i": 1, "f": 2, "c": 3}


def wanted_types(function: FunctionType) -> tuple[str | None, ...] | None:
    """The types that annotations ask for.

    Parameters
    ----------
    function : function

    Returns
    -------
    tuple of (str or None), or None
        For each parameter the full name of a scalar type or of an array type, NumPy's or ours; None where there is no
        annotation or one that says nothing about numbers. None altogether when no parameter has one.
    """
    annotations = _annotations(function)
    if not annotations:
        return None
    code = function.__code__
    parameters = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    wanted = tuple(_type_name(annotations.get(name), function) for name in parameters)
    return wanted if any(wanted) else None


def _annotations(function: FunctionType) -> dict[str, Any]:
    try:
        return function.__annotations__
    except NameError:  # evaluated late from Python 3.14 on: it names something that does not exist yet
        return {}


def _type_name(annotation: Any, function: FunctionType) -> str | None:
    for _ in range(2):  # `from __future__ import annotations` quotes what is quoted already
        if not isinstance(annotation, str):
            break
        try:
            annotation = eval(annotation, function.__globals__)
        except Exception:
            return None  # for readers only, as annotations may be
    if annotation in _BUILTIN:
        return annotation.__name__
    origin = getattr(annotation, "__origin__", annotation)  # np.ndarray[...] and numpy.typing.NDArray
    if isinstance(origin, type) and origin.__module__ in ("numpy", "rooftop") and origin.__name__ in _NUMPY_NAMES:
        return f"{origin.__module__}.{origin.__name__}"
    return None


def convert(function_name: str, parameter: str, wanted: str, value: Any) -> Any:
    """Converts an argument to the type that its annotation asks for.

    Numbers convert when nothing of their meaning is lost: bool to int to float to complex.

    Raises
    ------
    TypeError
        If the value is no such number. Names both types.
    OverflowError
        If it is too large for the type.
    """
    if wanted.endswith(".ndarray"):
        if hasattr(value, "__array_interface__") and hasattr(value, "strides"):
            return value
    else:
        target = _target(wanted)
        if type(value) is target:
            return value
        kind = _kind(value)
        if kind is not None and kind <= _target_kind(target):
            return _converted(value, kind, target)
    given = type(value)
    given_name = given.__qualname__ if given.__module__ == "builtins" else f"{given.__module__}.{given.__qualname__}"
    raise TypeError(f"{function_name}() argument '{parameter}' is annotated as {wanted}, but a {given_name} was given")


def _target(wanted: str) -> type:
    module, _, name = wanted.rpartition(".")
    if not module:
        return {"bool": bool, "int": int, "float": float, "complex": complex}[wanted]
    return getattr(sys.modules[module], name)  # the annotation is an object of it


def _kind(value: Any) -> int | None:
    for kind, python_type in enumerate(_BUILTIN):
        if isinstance(value, python_type):
            return kind
    dtype = getattr(value, "dtype", None)
    if dtype is None or getattr(value, "ndim", None) != 0 or hasattr(value, "__setitem__"):
        return None  # arrays, also those without dimensions, are no numbers
    return _KINDS.get(dtype.kind)


def _target_kind(target: type) -> int:
    if target in _BUILTIN:
        return _BUILTIN.index(target)
    import numpy

    return _KINDS[numpy.dtype(target).kind]


def _converted(value: Any, kind: int, target: type) -> Any:
    if kind <= 1 and target not in _BUILTIN:
        value = int(value)  # NumPy checks the range of Python's integers only
    return target(value)

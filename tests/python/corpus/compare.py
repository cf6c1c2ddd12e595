"""What it means that a compiled function did the same as CPython: results, mutated buffers, exceptions.

Values are compared bit by bit (any NaN equals any NaN, signed zeros differ) or within a tolerance.
"""

from __future__ import annotations

import array
import math
import struct
import warnings
from dataclasses import dataclass

import numpy as np

_KINDS = (
    (bool, (np.bool_,)),
    (int, (np.integer,)),
    (float, (np.floating,)),
    (complex, (np.complexfloating,)),
)


def same_type(expected, got, merged: bool = False) -> bool:
    """Whether the two results have the same Python type.

    Compiled code has one type for a value. Where paths of a function give scalars of several types, it gives one
    that holds them all; ``merged`` allows exactly that (docs/deviations.md, "Merged scalar types").
    """
    if type(expected) is type(got):
        return True
    if not merged:
        return False
    # A weak Python scalar takes the type, Python's or NumPy's, of its own or of a wider kind.
    kinds = [position for position, (python, _) in enumerate(_KINDS) if type(expected) is python]
    return bool(kinds) and any(type(got) is python or isinstance(got, numpy) for python, numpy in _KINDS[kinds[0] :])


@dataclass
class Tolerance:
    """How far a float may lie from CPython's: units in the last place of its type, or an absolute distance."""

    ulps: int = 0
    atol: float = 0.0


EXACT = Tolerance()


def _float_bits(value: float) -> bytes:
    return b"nan" if value != value else struct.pack("<d", value)


def _same_float(expected: float, got: float, epsilon: float, tolerance: Tolerance) -> bool:
    if _float_bits(expected) == _float_bits(got):
        return True
    if tolerance is EXACT or not (math.isfinite(expected) and math.isfinite(got)):
        return False
    distance = abs(expected - got)
    return distance <= max(tolerance.ulps * max(epsilon * abs(expected), 5e-324), tolerance.atol)


def _epsilon(value) -> float:
    return float(np.finfo(value.dtype).eps) if isinstance(value, np.inexact) else 2.0**-52


def same_scalar(expected, got, tolerance: Tolerance = EXACT) -> bool:
    """Whether two scalars of one kind have the same value; the types are compared by ``same_type``."""
    if isinstance(expected, (bool, int, np.bool_, np.integer)) and not isinstance(got, (np.inexact, float, complex)):
        return int(expected) == int(got)
    a, b = complex(expected), complex(got)
    epsilon = max(_epsilon(expected), _epsilon(got))
    if isinstance(expected, (complex, np.complexfloating)) and tolerance is not EXACT and np.isfinite(a):
        # Contraction moves a part by ulps of the whole number.
        size = max(abs(a.real), abs(a.imag))
        wider = Tolerance(tolerance.ulps, max(tolerance.atol, tolerance.ulps * epsilon * size))
    else:
        wider = tolerance
    return _same_float(a.real, b.real, epsilon, wider) and _same_float(a.imag, b.imag, epsilon, wider)


def _array_difference(expected: np.ndarray, got: np.ndarray, tolerance: Tolerance) -> str | None:
    if expected.dtype != got.dtype or expected.shape != got.shape:
        return f"expected {brief(expected)}, got {brief(got)}"
    if expected.tobytes() == got.tobytes():
        return None
    for index in np.ndindex(expected.shape):
        if not same_scalar(expected[index], got[index], tolerance):
            return f"at {list(index)}: expected {expected[index]!r}, got {got[index]!r}"
    return None


def difference(expected, got, tolerance: Tolerance = EXACT, merged: bool = False) -> str | None:
    """What differs between two results, in words, or None."""
    if isinstance(expected, tuple) and isinstance(got, tuple):
        if len(expected) != len(got):
            return f"expected a tuple of {len(expected)}, got {len(got)}"
        parts = (difference(e, g, tolerance, merged) for e, g in zip(expected, got))
        return next((f"element {k}: {text}" for k, text in enumerate(parts) if text), None)
    if not same_type(expected, got, merged):
        return f"expected {expected!r} of {_type_name(expected)}, got {got!r} of {_type_name(got)}"
    if expected is None:
        return None
    if isinstance(expected, np.ndarray):
        return _array_difference(expected, got, tolerance)
    if isinstance(expected, (array.array, memoryview, bytearray, bytes)):
        return _array_difference(np.asarray(expected), np.asarray(got), tolerance)
    if not same_scalar(expected, got, tolerance):
        return f"expected {expected!r}, got {got!r}"
    return None


def _type_name(value) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}"


def _aliases(result, args: tuple) -> list:
    """For each array among the results, where it lies in which argument."""
    found = []
    for value in result if isinstance(result, tuple) else (result,):
        if not isinstance(value, np.ndarray):
            continue
        for position, arg in enumerate(args):
            if isinstance(arg, np.ndarray) and value.size and np.shares_memory(value, arg):
                distance = value.__array_interface__["data"][0] - arg.__array_interface__["data"][0]
                found.append((position, distance, value.strides))
    return found


@dataclass
class Outcome:
    """What a call did: its result or its exception, and its arguments afterwards."""

    args: tuple
    value: object = None
    error: BaseException | None = None


def run(function, args: tuple) -> Outcome:
    """Calls the function on these arguments, with NumPy's warnings silenced."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return Outcome(args, value=function(*args))
        except Exception as error:  # noqa: BLE001 - the exception is the outcome
            return Outcome(args, error=error)


def outcome_difference(
    expected: Outcome, got: Outcome, tolerance: Tolerance = EXACT, merged: bool = False, message: bool = True
) -> str | None:
    """What differs between two calls, in words, or None."""
    if expected.error is not None or got.error is not None:
        text = _error_difference(expected, got, message)
    else:
        text = difference(expected.value, got.value, tolerance, merged)
        if text is None and _aliases(expected.value, expected.args) != _aliases(got.value, got.args):
            text = "the result is another view of the arguments"
    if text is None:
        for position, (e, g) in enumerate(zip(expected.args, got.args)):
            text = difference(e, g, tolerance)
            if text is not None:
                return f"argument {position} afterwards: {text}"
    return text


def _error_difference(expected: Outcome, got: Outcome, message: bool) -> str | None:
    if expected.error is None:
        return f"expected {expected.value!r}, but it raised {got.error!r}"
    if got.error is None:
        return f"expected {expected.error!r}, got {got.value!r}"
    if type(expected.error) is not type(got.error):
        return f"expected {expected.error!r}, got {got.error!r}"
    if message and str(expected.error) != str(got.error):
        return f"expected message {str(expected.error)!r}, got {str(got.error)!r}"
    return None


def _root(value: np.ndarray) -> np.ndarray:
    while isinstance(value.base, np.ndarray):
        value = value.base
    return value


def clone(args: tuple) -> tuple:
    """Copies arguments: arrays keep strides, offset and flags, and arrays that overlapped overlap again."""
    roots: dict[int, np.ndarray] = {}

    def copy(value):
        if isinstance(value, tuple):
            return tuple(copy(v) for v in value)
        if isinstance(value, np.ndarray):
            root = _root(value)
            memory = roots.setdefault(id(root), root.copy(order="K"))
            if root is value:
                result = memory.view()
            else:
                offset = value.__array_interface__["data"][0] - root.__array_interface__["data"][0]
                result = np.ndarray(
                    value.shape, value.dtype, memory, offset if value.size else 0, value.strides
                )
            result.flags.writeable = value.flags.writeable
            return result
        if isinstance(value, (array.array, bytearray)):
            return value[:]
        assert not isinstance(value, memoryview), "a case with a memoryview is `built`"
        return value

    return copy(tuple(args))


def brief(value) -> str:
    """A short name of a value for test ids."""
    if isinstance(value, tuple):
        return ",".join(brief(v) for v in value)
    if isinstance(value, np.ndarray):
        shape = "x".join(str(n) for n in value.shape)
        return f"{value.dtype.str[1:]}[{shape}]"
    if isinstance(value, array.array):
        return f"array-{value.typecode}[{len(value)}]"
    if isinstance(value, (bytes, bytearray)):
        return f"{type(value).__name__}[{len(value)}]"
    if isinstance(value, np.generic):
        return f"{type(value).__name__}({value})"
    return repr(value).replace(" ", "")

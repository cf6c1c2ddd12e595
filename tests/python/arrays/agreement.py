"""One text, two modules: runs a function of `np` with NumPy and with rooftop and compares everything that shows.

`agree(lambda np: np.array([1, 2]) + 1)` holds values, types, shapes, dtypes, warnings and the types of exceptions equal.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field

import numpy
import pytest

import rooftop

#: The dtypes that rooftop's arrays hold and NumPy knows.
DTYPES = (
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split()
)
INTEGERS = [name for name in DTYPES if "int" in name]
FLOATS = ["float16", "float32", "float64"]
COMPLEX = ["complex64", "complex128"]


@dataclass
class Outcome:
    value: object = None
    error: BaseException | None = None
    warned: set = field(default_factory=set)


def outcome(function, module, *arguments) -> Outcome:
    """What the function of a module does: its value or its exception, and the warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = Outcome(function(module, *arguments))
        except Exception as error:  # noqa: BLE001 - whatever it is, the other must raise it too
            result = Outcome(error=error)
    result.warned = {(item.category, str(item.message)) for item in caught}
    return result


def to_numpy(value):
    """NumPy's view of an array or scalar, whoever's it is."""
    return rooftop._core._numpy_view(value) if isinstance(value, (rooftop.ndarray, rooftop.generic)) else value


def same_values(ours: numpy.ndarray, theirs: numpy.ndarray, ulps: float) -> bool:
    """Equal up to `ulps` units in the last place of the type; NaN equals NaN, -0.0 is not 0.0."""
    if ours.dtype.kind not in "fc":
        return bool((ours == theirs).all())
    if ours.dtype.kind == "c":
        return same_values(ours.real, theirs.real, ulps) and same_values(ours.imag, theirs.imag, ulps)
    with numpy.errstate(all="ignore"):
        both_nan = numpy.isnan(ours) & numpy.isnan(theirs)
        equal = (ours == theirs) & (numpy.signbit(ours) == numpy.signbit(theirs))
        if ulps:
            spacing = numpy.spacing(numpy.maximum(abs(ours), abs(theirs)))
            distance = numpy.abs(ours.astype(numpy.longdouble) - theirs.astype(numpy.longdouble))
            equal |= distance <= ulps * spacing.astype(numpy.longdouble)
    return bool((both_nan | equal).all())


def difference(ours, theirs, ulps: float = 0) -> str | None:
    """How our value is not what NumPy's is; None where they agree."""
    if isinstance(theirs, (numpy.ndarray, numpy.generic)):
        wanted = numpy.ndarray if isinstance(theirs, numpy.ndarray) else numpy.generic
        is_held = theirs.dtype.name in DTYPES and theirs.dtype.isnative
        if is_held:
            wanted = rooftop.ndarray if wanted is numpy.ndarray else rooftop.generic
        if not isinstance(ours, wanted):
            return f"{type(ours)} where NumPy has {type(theirs)} of {theirs.dtype}"
        if ours.dtype.name != theirs.dtype.name or ours.shape != theirs.shape:
            return f"{ours.dtype}{ours.shape} where NumPy has {theirs.dtype}{theirs.shape}"
        if not is_held:
            same = numpy.array_equal(ours, theirs) or repr(ours) == repr(theirs)
            return None if same else f"{ours!r} where NumPy has {theirs!r}"
        if same_values(numpy.asarray(to_numpy(ours)), numpy.asarray(theirs), ulps):
            return None
        return f"{ours!r} where NumPy has {theirs!r}"
    if isinstance(theirs, numpy.dtype):
        good = ours == theirs and isinstance(ours, rooftop.dtype if theirs.name in DTYPES and theirs.isnative else numpy.dtype)
        return None if good else f"{ours!r} where NumPy has {theirs!r}"
    if isinstance(theirs, type) and issubclass(theirs, numpy.generic):
        return None if ours.__name__ == theirs.__name__ else f"{ours!r} where NumPy has {theirs!r}"
    if isinstance(theirs, (tuple, list)):
        if type(ours).__name__ != type(theirs).__name__ or len(ours) != len(theirs):
            return f"{ours!r} where NumPy has {theirs!r}"
        found = (difference(a, b, ulps) for a, b in zip(ours, theirs))
        return next((text for text in found if text is not None), None)
    if isinstance(theirs, dict):
        if not isinstance(ours, dict) or list(ours) != list(theirs):
            return f"{ours!r} where NumPy has {theirs!r}"
        return difference(list(ours.values()), list(theirs.values()), ulps)
    if type(ours) is not type(theirs):
        return f"{ours!r} of {type(ours)} where NumPy has {theirs!r} of {type(theirs)}"
    if isinstance(theirs, (float, complex)) and type(theirs) in (float, complex):
        return difference(rooftop.asarray(ours), numpy.asarray(theirs), ulps)
    return None if ours == theirs else f"{ours!r} where NumPy has {theirs!r}"


def compare(ours: Outcome, theirs: Outcome, ulps: float = 0, warns: bool = True) -> str | None:
    """How our outcome is not NumPy's. Of warnings the categories must agree, not the words."""
    if (ours.error is None) != (theirs.error is None):
        return f"{ours.error or ours.value!r} where NumPy has {theirs.error or theirs.value!r}"
    if theirs.error is not None:
        # An exception may be of a narrower type than NumPy's.
        if isinstance(ours.error, type(theirs.error)):
            return None
        return f"{ours.error!r} where NumPy raises {theirs.error!r}"
    categories = [{category for category, _ in side.warned} for side in (ours, theirs)]
    if warns and categories[0] != categories[1]:
        return f"warnings {ours.warned} where NumPy has {theirs.warned}"
    return difference(ours.value, theirs.value, ulps)


def agree(function, *, ulps: float = 0, warns: bool = True) -> object:
    """Holds that the function of a module does the same with both; returns rooftop's value."""
    theirs = outcome(function, numpy)
    ours = outcome(function, rooftop)
    text = compare(ours, theirs, ulps, warns)
    assert text is None, text
    return ours.value


def disagreements(functions: dict, *, ulps: float = 0, warns: bool = True) -> dict[str, str]:
    """Those of many functions, by name, that do not agree, each with how."""
    found = {}
    for name, function in functions.items():
        text = compare(outcome(function, rooftop), outcome(function, numpy), ulps, warns)
        if text is not None:
            found[str(name)] = text
    return found


def report(found: dict) -> None:
    """Fails with one line for each of the found differences; passes where there are none."""
    if found:
        lines = [f"{name}: {text}"[:400] for name, text in found.items()]
        pytest.fail("\n".join([f"{len(lines)} differences:", *lines[:30]]), pytrace=False)


def hold(functions: dict, *, ulps: float = 0, warns: bool = True) -> None:
    """Holds that each of the functions does the same with both modules."""
    report(disagreements(functions, ulps=ulps, warns=warns))


#: Values where functions turn: of each kind, cut to what a type holds.
SPECIAL_FLOATS = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 3.0, -7.25, 10.0, 1e-3, 1e-8, 100.0, -1e4]
NOT_FINITE = [float("inf"), -float("inf"), float("nan")]


def sample(dtype: str) -> numpy.ndarray:
    """Values of a type that matter: zeros of both signs, ones, halves, extremes, infinities, NaN."""
    kind = numpy.dtype(dtype)
    if kind.kind == "b":
        return numpy.array([False, True])
    if kind.kind in "iu":
        info = numpy.iinfo(kind)
        few = [0, 1, 2, 3, 5, 7, 31, 100, info.max, info.max - 1, info.max // 2]
        if kind.kind == "i":
            few += [-1, -2, -3, -8, -100, info.min, info.min + 1]
        return numpy.array(few, dtype=kind)
    if kind.kind == "f":
        info = numpy.finfo(kind)
        edges = [info.max, -info.max, info.tiny, -info.smallest_subnormal, info.eps, 1 + info.eps]
        return numpy.array(SPECIAL_FLOATS + edges + NOT_FINITE, dtype=kind)
    parts = [0.0, -0.0, 1.0, -2.5, 1e3, float("inf"), float("nan")]
    return numpy.array([complex(a, b) for a in parts for b in parts], dtype=kind)

"""Elements that conditions choose: select, piecewise."""

from __future__ import annotations

from rooftop._composed import numpys, plain
from rooftop._core import asarray, broadcast_shapes, copyto, full, ndarray, result_type, zeros_like

__all__ = ["piecewise", "select"]

_NUMBERS = (int, float, complex)


def _are_conditions(condlist) -> bool:
    return type(condlist) in (list, tuple) and all(
        type(condition) is ndarray and condition.dtype.kind == "b" for condition in condlist
    )


def _choice(value):
    """A number as it is, anything else as an array; None for what only NumPy takes."""
    if type(value) in _NUMBERS:
        return value
    value = asarray(value)
    return value if type(value) is ndarray else None


def select(condlist, choicelist, default=0):
    """Take each element from the choice of the first condition that is true; as numpy.select."""
    is_native = _are_conditions(condlist) and type(choicelist) in (list, tuple) and 0 < len(condlist) == len(choicelist)
    choices = [_choice(value) for value in (*choicelist, default)] if is_native else [None]
    if any(choice is None for choice in choices):
        return numpys("select", condlist, choicelist, default)
    dtype = result_type(*choices)
    shapes = [choice.shape for choice in choices if type(choice) is ndarray]
    try:
        shape = broadcast_shapes(*(condition.shape for condition in condlist), *shapes)
        result = full(shape, choices.pop(), dtype)
    except (ValueError, OverflowError):  # NumPy says what does not fit
        return numpys("select", condlist, choicelist, default)
    for condition, choice in zip(reversed(condlist), reversed(choices)):
        if type(choice) is not ndarray or choice.dtype != dtype:
            choice = asarray(choice, dtype) if type(choice) in _NUMBERS else choice.astype(dtype)
        copyto(result, choice, where=condition)
    return result


def piecewise(x, condlist, funclist, *args, **kw):
    """Compute each element by the function of the condition that is true of it; as numpy.piecewise."""
    values = plain(x)
    is_native = values is not None and _are_conditions(condlist) and type(funclist) in (list, tuple)
    is_native = is_native and all(condition.shape == values.shape for condition in condlist)
    if not is_native or len(funclist) - len(condlist) not in (0, 1) or not condlist:
        return numpys("piecewise", x, condlist, funclist, *args, **kw)
    conditions = list(condlist)
    if len(funclist) > len(conditions):
        any_of_them = conditions[0]
        for condition in conditions[1:]:
            any_of_them = any_of_them | condition
        conditions.append(~any_of_them)
    result = zeros_like(values)
    for condition, function in zip(conditions, funclist):
        if not callable(function):
            result[condition] = function
            continue
        chosen = values[condition]
        if chosen.size > 0:
            result[condition] = function(chosen, *args, **kw)
    return result


for _function in (piecewise, select):
    _function.__module__ = "rooftop"

"""What floating-point errors do: `seterr`, `geterr`, `seterrcall`, `geterrcall`; `errstate` is the core's."""

from __future__ import annotations

import sys
from functools import wraps

from rooftop._core import _error_callback, _get_error_modes, _set_error_modes, errstate

_KINDS = ("divide", "over", "under", "invalid")
_MODES = ("ignore", "warn", "raise", "call", "print", "log")


def geterr() -> dict[str, str]:
    """The current treatment of each kind of error.

    Returns
    -------
    dict
        With the keys "divide", "over", "under" and "invalid".
    """
    modes = _get_error_modes()
    return {kind: _MODES[modes >> 4 * place & 15] for place, kind in enumerate(_KINDS)}


def seterr(all=None, divide=None, over=None, under=None, invalid=None) -> dict[str, str]:
    """Set how floating-point errors are handled, from now on.

    Parameters
    ----------
    all, divide, over, under, invalid : {"ignore", "warn", "raise", "call", "print", "log"}, optional
        What to do about all errors, or about one kind.

    Returns
    -------
    dict
        The treatment until now.
    """
    before = geterr()
    _set_error_modes(all, divide, over, under, invalid)
    if "numpy" in sys.modules:
        sys.modules["numpy"].seterr(**geterr())
    return before


def seterrcall(function):
    """Set the function to call, or the log to write to, where the treatment is "call" or "log".

    Returns
    -------
    callable or object with a method `write` or None
        The one until now.
    """
    if function is not None and not callable(function) and not hasattr(function, "write"):
        raise TypeError("python object must be callable or have a callable write method")
    before = _error_callback.get()
    _error_callback.set(function)
    if "numpy" in sys.modules:
        sys.modules["numpy"].seterrcall(function)
    return before


def geterrcall():
    """The function to call, or the log to write to, on floating-point errors."""
    return _error_callback.get()


def numpys_mode(kind: int) -> int:
    """Called by the core before it warns: what NumPy would do. Others use its `errstate` around our arrays."""
    numpy = sys.modules.get("numpy")
    return _MODES.index(numpy.geterr()[_KINDS[kind]]) if hasattr(numpy, "geterr") else _MODES.index("warn")


def handle(text: str, error: int, mode: int, function: str) -> None:
    """Called by the core for the treatments that are not warnings and exceptions."""
    message = f"{text} encountered in {function}"
    callback = _error_callback.get()
    if _MODES[mode] == "print":
        print(f"Warning: {message}")
    elif callback is None:
        raise NameError(f"{_MODES[mode]} specified for {text} (in {function}) but no function found.")
    elif _MODES[mode] == "call":
        callback(text, error)
    else:
        callback.write(f"Warning: {message}\n")


def decorated(function, options: dict):
    """Called by the core for an `errstate` that is a decorator."""

    @wraps(function)
    def inside(*arguments, **keywords):
        with errstate(**options):
            return function(*arguments, **keywords)

    return inside

"""What floating-point errors do: `errstate`, `seterr`, `geterr`, `seterrcall`, `geterrcall`."""

from __future__ import annotations

import sys
from contextvars import ContextVar

from rooftop._core import _get_error_modes, _reset_error_modes, _set_error_modes

_KINDS = ("divide", "over", "under", "invalid")
_MODES = ("ignore", "warn", "raise", "call", "print", "log")
_UNSET = object()
_callback: ContextVar = ContextVar("rooftop.errcall", default=None)


def geterr() -> dict[str, str]:
    """The current treatment of each kind of error.

    Returns
    -------
    dict
        With the keys "divide", "over", "under" and "invalid".
    """
    modes = _get_error_modes()
    return {kind: _MODES[modes >> 4 * place & 15] for place, kind in enumerate(_KINDS)}


def _combined(all=None, divide=None, over=None, under=None, invalid=None) -> int:
    given = dict(zip(_KINDS, (divide, over, under, invalid)))
    modes = 0
    for place, (kind, now) in enumerate(geterr().items()):
        wanted = given[kind] if given[kind] is not None else all if all is not None else now
        if wanted not in _MODES:
            raise ValueError(f"{kind} must be one of {', '.join(map(repr, _MODES))}, not {wanted!r}")
        modes |= _MODES.index(wanted) << 4 * place
    return modes


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
    _set_error_modes(_combined(all, divide, over, under, invalid))
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
    before = _callback.get()
    _callback.set(function)
    return before


def geterrcall():
    """The function to call, or the log to write to, on floating-point errors."""
    return _callback.get()


def numpys_mode(kind: int) -> int:
    """Called by the core before it warns: what NumPy would do. Others use its `errstate` around our arrays."""
    numpy = sys.modules.get("numpy")
    return _MODES.index(numpy.geterr()[_KINDS[kind]]) if hasattr(numpy, "geterr") else _MODES.index("warn")


def handle(text: str, error: int, mode: int, function: str) -> None:
    """Called by the core for the treatments that are not warnings and exceptions."""
    message = f"{text} encountered in {function}"
    callback = _callback.get()
    if _MODES[mode] == "print":
        print(f"Warning: {message}")
    elif callback is None:
        raise NameError(f"{_MODES[mode]} specified for {text} (in {function}) but no function found.")
    elif _MODES[mode] == "call":
        callback(text, error)
    else:
        callback.write(f"Warning: {message}\n")


class errstate:
    """A context, or a decorator, in which floating-point errors are handled in another way.

    Parameters
    ----------
    call : callable, optional
        For the treatment "call".
    all, divide, over, under, invalid : {"ignore", "warn", "raise", "call", "print", "log"}, optional
        What to do about all errors, or about one kind.

    Examples
    --------
    >>> import rooftop as np
    >>> with np.errstate(divide="ignore"):
    ...     np.array([1.0]) / 0
    array([inf])
    """

    def __init__(self, *, call=_UNSET, **modes) -> None:
        unknown = set(modes) - {"all", *_KINDS}
        if unknown:
            raise TypeError(f"errstate() got an unexpected keyword argument {min(unknown)!r}")
        self._call = call
        self._modes = modes
        self._tokens = None

    def __enter__(self) -> None:
        if self._tokens is not None:
            raise TypeError("Cannot enter `np.errstate` twice.")
        modes = _set_error_modes(_combined(**self._modes))
        call = None if self._call is _UNSET else _callback.set(self._call)
        theirs = None
        if "numpy" in sys.modules:  # what is delegated is handled in the same way
            theirs = sys.modules["numpy"].errstate(**self._modes)
            theirs.__enter__()
        self._tokens = modes, call, theirs

    def __exit__(self, *exception) -> None:
        modes, call, theirs = self._tokens
        if theirs is not None:
            theirs.__exit__(*exception)
        if call is not None:
            _callback.reset(call)
        _reset_error_modes(modes)

    def __call__(self, function):
        from functools import wraps

        @wraps(function)
        def inside(*arguments, **keywords):
            with errstate(call=self._call, **self._modes):
                return function(*arguments, **keywords)

        return inside

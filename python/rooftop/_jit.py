"""The decorator, and what rooftop._core calls when a call is not an ordinary one."""

from __future__ import annotations

import os
from _thread import RLock
from types import FunctionType

from rooftop._core import Dispatcher

TYPE_CHECKING = False  # importing typing would take longer than all the rest
if TYPE_CHECKING:
    from typing import Any

FP_MODELS = ("default", "strict", "fast")

# What functools.wraps copies.
_COPIED = ("__module__", "__name__", "__qualname__", "__doc__", "__annotations__", "__type_params__")

# One compilation at a time, and none while the process forks: a child must not inherit a code generator at work.
_compiling = RLock()
os.register_at_fork(before=_compiling.acquire, after_in_parent=_compiling.release, after_in_child=_compiling.release)


def jit(function=None, *, fp_model: str = "default"):
    """Compile a function of numbers and arrays to machine code.

    The function is compiled when it is called, once for each combination of argument types (for arrays: element type,
    number of dimensions, layout). It means what it means in Python, exceptions included; what cannot be compiled
    raises `CompileError`.

    Parameters
    ----------
    function : function
        A Python function whose source is available. Parameters annotated with `bool`, `int`, `float`, `complex` or a
        NumPy scalar type convert what is passed to it; `np.ndarray` demands an array.
    fp_model : {"default", "strict", "fast"}
        "default": IEEE arithmetic in the order of the source; `a*b + c` may be rounded once instead of twice.
        "strict": results are equal to CPython's, bit by bit.
        "fast": sums and products may also be reordered.

    Returns
    -------
    callable
        With the attributes `py_func`, `signatures`, `ir()`, `asm()` and `explain()`. Without `function`: a decorator.

    Raises
    ------
    TypeError
        If `function` is no Python function.
    ValueError
        If there is no such `fp_model`.

    Examples
    --------
    >>> from rooftop import jit
    >>> @jit
    ... def dot(a, b):
    ...     total = 0.0
    ...     for i in range(a.shape[0]):
    ...         total += a[i] * b[i]
    ...     return total
    """
    if fp_model not in FP_MODELS:
        raise ValueError(f"fp_model must be one of {', '.join(map(repr, FP_MODELS))}, not {fp_model!r}")
    if function is None:
        return lambda decorated: jit(decorated, fp_model=fp_model)
    if isinstance(function, Dispatcher):
        function = function.py_func
    if not isinstance(function, FunctionType):
        raise TypeError(_misuse(function))
    dispatcher = Dispatcher(function, Hooks, _wanted_types(function))
    _wrap(dispatcher, function)
    dispatcher.fp_model = fp_model
    return dispatcher


def _wanted_types(function: FunctionType):
    if not function.__code__.co_argcount and not function.__code__.co_kwonlyargcount:
        return None
    try:
        if not function.__annotations__:
            return None
    except NameError:
        return None
    from rooftop._annotations import wanted_types

    return wanted_types(function)


def _wrap(dispatcher: Dispatcher, function: FunctionType) -> None:
    for name in _COPIED:
        try:
            setattr(dispatcher, name, getattr(function, name))
        except (AttributeError, NameError):
            pass  # not of this Python, or an annotation that cannot be evaluated yet
    dispatcher.__dict__.update(function.__dict__)
    dispatcher.__wrapped__ = function


def _misuse(value: Any) -> str:
    message = f"jit() takes a Python function, not {type(value).__name__} {value!r:.60}"
    if isinstance(value, str):
        return message + "; options are given by keyword: jit(fp_model=...)"
    if isinstance(value, type):
        return message + "; decorate its methods instead"
    if isinstance(value, (staticmethod, classmethod, property)):
        return message + f"; put @jit below @{type(value).__name__}"
    if callable(value) and hasattr(value, "__func__"):
        return message + "; pass the function that it is bound from: jit(Class.method)"
    return message


class CompileRequest:
    """What `rooftop._compiler.compile` gets.

    Attributes
    ----------
    source : rooftop._source.FunctionSource
        The function's syntax tree, file, globals and closure.
    signature : str
        The argument types: `(array(float64, 2, C), int)`.
    fp_model : str
        One of `FP_MODELS`.
    dispatcher : Dispatcher
        For calls of the function by itself.
    """

    __slots__ = ("source", "signature", "fp_model", "dispatcher")

    def __init__(self, source, signature: str, fp_model: str, dispatcher: Dispatcher) -> None:
        self.source = source
        self.signature = signature
        self.fp_model = fp_model
        self.dispatcher = dispatcher


class Hooks:
    """The functions that `rooftop._core.Dispatcher` calls."""

    @staticmethod
    def compile(dispatcher: Dispatcher, signature: str):
        """Compiles one version. The result has: `entry` (int), `result` (type text), `releases_gil_from` (int, a size
        of the arguments), `guards` (list of (dict, name), (dict, name, value) or (cell, value)), `ir` (str), `asm`
        (callable returning str)."""
        from rooftop._source import function_source

        source = function_source(dispatcher.py_func)
        with _compiling:
            from rooftop import _compiler

            return _compiler.compile(CompileRequest(source, signature, dispatcher.fp_model, dispatcher))

    @staticmethod
    def bind_error(function: FunctionType, arguments: tuple, keywords: dict[str, Any]) -> None:
        """Raises what Python raises when a call does not fit the function's signature."""
        code = function.__code__
        has_args, has_kwargs = 0x04, 0x08
        for flag, stars in ((has_args, "*"), (has_kwargs, "**")):
            if code.co_flags & flag:
                raise _unsupported_parameters(function, stars)
        # A function of the same signature and name that does nothing: its message is Python's own, in any version.
        stand_in = (lambda: None).__code__.replace(
            co_argcount=code.co_argcount,
            co_posonlyargcount=code.co_posonlyargcount,
            co_kwonlyargcount=code.co_kwonlyargcount,
            co_varnames=code.co_varnames[: code.co_argcount + code.co_kwonlyargcount],
            co_nlocals=code.co_argcount + code.co_kwonlyargcount,
            co_name=code.co_name,
        )
        same = FunctionType(stand_in, {}, code.co_name, function.__defaults__)
        same.__qualname__ = function.__qualname__
        same.__kwdefaults__ = function.__kwdefaults__
        try:
            same(*arguments, **keywords)
        except TypeError as error:
            raise _without_frames(error) from None

    @staticmethod
    def convert(dispatcher: Dispatcher, index: int, wanted: str, value: Any) -> Any:
        from rooftop._annotations import convert

        function = dispatcher.py_func
        parameter = function.__code__.co_varnames[index]
        try:
            return convert(function.__qualname__, parameter, wanted, value)
        except (TypeError, OverflowError) as error:
            raise _without_frames(error) from None

    @staticmethod
    def inspect(dispatcher: Dispatcher, what: str, arguments: tuple) -> str:
        """The text of `dispatcher.ir(*arguments)` or `.asm(*arguments)`."""
        handle = dispatcher._handle(_inspected_signature(dispatcher, what, arguments))
        return handle.ir if what == "ir" else handle.asm()

    @staticmethod
    def explain(dispatcher: Dispatcher, arguments: tuple) -> str:
        """The text of `dispatcher.explain(*arguments)`."""
        from rooftop._explain import explain

        first = _inspected_signature(dispatcher, "explain", arguments)
        return explain(dispatcher, [first] if arguments else list(dispatcher.signatures) or [first])


def _without_frames(error: Exception) -> Exception:
    error._hides_machinery = True
    return error.with_traceback(None)


def _unsupported_parameters(function: FunctionType, stars: str):
    from rooftop._errors import CompileError
    from rooftop._source import function_source

    source = function_source(function)
    parameters = source.node.args
    parameter = parameters.vararg if stars == "*" else parameters.kwarg
    name = function.__qualname__
    return CompileError(
        f"{name}() has a parameter {stars}{parameter.arg}",
        filename=source.filename,
        lineno=parameter.lineno,
        column=parameter.col_offset,
        end_lineno=parameter.end_lineno,
        end_column=parameter.end_col_offset,
        function=name,
        why="compiled functions take a fixed number of arguments",
        hint="name each parameter, or pass a tuple",
    )


def _inspected_signature(dispatcher: Dispatcher, what: str, arguments: tuple) -> str:
    name = dispatcher.py_func.__qualname__
    if not arguments and (dispatcher.signatures or dispatcher.py_func.__code__.co_argcount):
        if not dispatcher.signatures:
            raise ValueError(
                f"{name}() has not been compiled yet: call it before, or name the argument types, "
                f"as in {name}.{what}(float, 'array(float64, 2, C)')"
            )
        return dispatcher.signatures[0]
    texts = [_type_text(argument) for argument in arguments]
    if None not in texts:
        return f"({', '.join(texts)})"
    if any(text is not None for text in texts):
        raise TypeError(f"{name}.{what}() takes values or types, not some of both")
    return dispatcher._signature(*arguments)


def _type_text(argument: Any) -> str | None:
    """A type's text in a signature; None when the argument is a value."""
    if isinstance(argument, str):
        return argument
    if not isinstance(argument, type):
        return None
    if argument in (bool, int, float, complex):
        return argument.__name__
    if argument.__module__ == "numpy":
        import numpy

        return f"np.{numpy.dtype(argument).name}"
    raise TypeError(
        f"there is no signature for {argument.__qualname__}: write it as text, as in 'array(float64, 2, C)'"
    )

from collections.abc import Callable
from typing import Any, Literal, ParamSpec, TypeAlias, TypeVar, overload

from rooftop._core import Dispatcher

_P = ParamSpec("_P")
_R = TypeVar("_R")
_FpModel: TypeAlias = Literal["default", "strict", "fast"]

FP_MODELS: tuple[str, ...]

@overload
def jit(function: Callable[_P, _R], *, fp_model: _FpModel = "default") -> Dispatcher[_P, _R]: ...
@overload
def jit(
    function: None = None, *, fp_model: _FpModel = "default"
) -> Callable[[Callable[_P, _R]], Dispatcher[_P, _R]]: ...

class CompileRequest:
    source: Any
    signature: str
    fp_model: str
    dispatcher: Dispatcher[..., Any]
    def __init__(self, source: Any, signature: str, fp_model: str, dispatcher: Dispatcher[..., Any]) -> None: ...

class Hooks:
    @staticmethod
    def compile(dispatcher: Dispatcher[..., Any], signature: str) -> Any: ...
    @staticmethod
    def bind_error(function: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None: ...
    @staticmethod
    def convert(dispatcher: Dispatcher[..., Any], index: int, wanted: str, value: Any) -> Any: ...
    @staticmethod
    def inspect(dispatcher: Dispatcher[..., Any], what: str, arguments: tuple[Any, ...]) -> str: ...
    @staticmethod
    def explain(dispatcher: Dispatcher[..., Any], arguments: tuple[Any, ...]) -> str: ...

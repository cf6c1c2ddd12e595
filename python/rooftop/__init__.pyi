# To type checkers the names are NumPy's: they mean the same, arrays and all.
from typing import Any

from numpy import *  # noqa: F403

from rooftop._errors import CompileError as CompileError
from rooftop._errors import InternalError as InternalError
from rooftop._jit import jit as jit

__version__: str

def get_num_threads() -> int: ...
def set_num_threads(threads: int, /) -> None: ...
def coverage() -> Any: ...

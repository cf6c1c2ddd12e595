"""rooftop: plain Python loops over NumPy arrays at the speed of the machine.

`jit` compiles a function; `rooftop ladder` on the command line shows what that gives on this machine.
"""

from rooftop._core import __version__, get_num_threads, set_num_threads
from rooftop._errors import CompileError, InternalError
from rooftop._jit import jit

__all__ = ["CompileError", "InternalError", "__version__", "get_num_threads", "jit", "set_num_threads"]

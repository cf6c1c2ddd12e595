"""Builds native_kernels.cpp and makes dispatchers that call its kernels, without any compiler of ours."""

from __future__ import annotations

import ctypes
import functools
import os
import subprocess
import tempfile
from pathlib import Path
from types import FunctionType, SimpleNamespace

from rooftop import _core
from rooftop._jit import Hooks

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


@functools.cache
def library() -> ctypes.CDLL:
    folder = tempfile.TemporaryDirectory(prefix="rooftop-kernels-")
    target = Path(folder.name) / "kernels.so"
    command = [os.environ.get("CXX", "c++"), "-std=c++20", "-O1", "-shared", "-fPIC", f"-I{ROOT / 'src'}"]
    subprocess.run([*command, str(HERE / "native_kernels.cpp"), "-o", str(target)], check=True)
    loaded = ctypes.CDLL(str(target))
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    loaded.set_runtime(ctypes.c_void_p(pointer(_core._runtime_symbols, b"rooftop.RuntimeSymbols")))
    loaded.keep = folder
    return loaded


def handle(kernel: str, result: str, *, releases_gil: bool = True, guards=()) -> SimpleNamespace:
    """What the compiler returns."""
    entry = ctypes.cast(getattr(library(), kernel), ctypes.c_void_p).value
    return SimpleNamespace(
        entry=entry,
        result=result,
        releases_gil_from=0 if releases_gil else 2**64 - 1,
        guards=guards,
        ir=f"ir of {kernel}",
        asm=lambda: f"asm of {kernel}",
    )


class RecordingHooks(Hooks):
    """Hooks that return a kernel instead of compiling; remember the signatures that were asked for."""

    def __init__(self, make_handle) -> None:
        self.make_handle = make_handle
        self.compiled: list[str] = []

    def compile(self, dispatcher, signature):
        self.compiled.append(signature)
        return self.make_handle(signature)


def dispatcher(function: FunctionType, kernel: str, result: str = "none", *, conversions=None, **details):
    """A dispatcher of `function` that runs `kernel` whatever the argument types."""
    hooks = RecordingHooks(lambda signature: handle(kernel, result, **details))
    made = _core.Dispatcher(function, hooks, conversions)
    made.hooks = hooks
    return made

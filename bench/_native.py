"""C texts to shared libraries: which compilers there are, and each text built once for a text, a size and flags."""

from __future__ import annotations

import hashlib
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import _report
import _suite

from rooftop.ladder.programs import Skip, find, run_tool

FOLDER = _report.DEFAULT_FOLDER / "c"
FLAGS = ("-std=c11", "-O3", "-march=native", "-fPIC", "-shared")


@dataclass(frozen=True)
class Compiler:
    """A compiler with its flags.

    Attributes
    ----------
    name : str
        As in the tables.
    command : str
        What is looked for on PATH.
    flags : tuple of str
        Beyond `FLAGS`.
    libraries : tuple of str
    """

    name: str
    command: str
    flags: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()

    def path(self) -> str:
        """
        Raises
        ------
        Skip
            When there is none.
        """
        return find(self.command)

    def line(self) -> str:
        """What a table's note says."""
        return " ".join([self.command, *FLAGS[1:3], *self.flags, *self.libraries])


POLLY = ("-mllvm", "-polly")
GCC = Compiler("gcc", "gcc")
CLANG = Compiler("clang", "clang-19")
# Debian's clang-19 has Polly built in.
CLANG_POLLY = Compiler("Polly", "clang-19", POLLY)
CLANG_POLLY_PARALLEL = Compiler("Polly par.", "clang-19", (*POLLY, "-mllvm", "-polly-parallel"), ("-lgomp",))


@lru_cache
def version(path: str) -> str:
    """The compiler's own words: a new one builds anew."""
    return subprocess.run([path, "--version"], capture_output=True, text=True).stdout.partition("\n")[0]


def build(compiler: Compiler, kernel: _suite.Kernel, sizes: dict[str, int], folder: Path = FOLDER) -> Path:
    """The library with the kernel's C text; where sizes are macros, for these.

    Raises
    ------
    Skip
        When there is no such compiler, or it refuses the text.
    """
    path = compiler.path()
    macros = [f"-D{name.upper()}={size}" for name, size in sizes.items()] if kernel.is_static else []
    arguments = [*FLAGS, *compiler.flags, *macros, str(kernel.source)]
    libraries = [*compiler.libraries, "-lm"]
    text = kernel.source.read_text(encoding="utf-8")
    key = hashlib.sha256("\0".join([version(path), *arguments, *libraries, text]).encode()).hexdigest()[:16]
    library = folder / f"{kernel.source.stem}-{key}.so"
    if not library.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = library.with_suffix(f".{os.getpid()}")
        run_tool([path, *arguments, "-o", str(fresh), *libraries], kernel.source.name)
        fresh.replace(library)
    return library


def build_all(
    compilers: list[Compiler], kernels: list[_suite.Kernel], small: bool
) -> dict[tuple[str, str], Path | Skip]:
    """Each kernel's library by each compiler, or why there is none."""

    def one(pair: tuple[Compiler, _suite.Kernel]) -> Path | Skip:
        compiler, kernel = pair
        try:
            return build(compiler, kernel, kernel.small if small else kernel.sizes)
        except Skip as skip:
            return skip

    # Several kernels may be in one text: one at a time of each text, which the first builds for all.
    pairs = {(c.name, k.source, k.problem(small) if k.is_static else ""): (c, k) for c in compilers for k in kernels}
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        list(pool.map(one, pairs.values()))
    return {(c.name, k.title): one((c, k)) for c in compilers for k in kernels}

"""What a kernel of the ladder is: a folder with a `kernel.py` that defines `KERNEL`, and its rungs' programs."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import ndarray
    from numpy.random import Generator

KERNELS = Path(__file__).parent / "kernels"


class LadderError(Exception):
    """The ladder cannot start as asked; the message says why, in the user's words."""


@dataclass(frozen=True)
class Rung:
    """One way to run a kernel.

    Attributes
    ----------
    name : str
        What `--rungs` calls it.
    title : str
        What it is, in a few words.
    language : str
        Which entry of `programs.LANGUAGES` builds and starts it.
    source : str
        The program, a file in the kernel's folder.
    rate : float
        Operations a second on one thread, roughly and rather too low: how much of the problem a first try computes.
    parallel : bool
        It uses the threads that the user asked for; otherwise one.
    groups : tuple of str
        Further names by which `--rungs` finds it.
    flags, libraries : tuple of str
        What the compiler gets before and after the source.
    needs : str
        What to install when the program cannot be built.
    grain : int
        Parts are computed in multiples of this for each thread: the blocks in which the program works.
    bytes_per_number : int
        Memory that the program takes for each number of input; 0 stands for the size of the dtype.
    """

    name: str
    title: str
    language: str
    source: str
    rate: float
    parallel: bool = False
    groups: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    needs: str = ""
    grain: int = 1
    bytes_per_number: int = 0


@dataclass(frozen=True)
class Kernel:
    """A problem of size n, the programs that solve it, and how to tell whether they are right.

    A problem can be cut: a program computes the first `part` of `parts(n)` equal slices of the result (rows, say),
    so that a slow program shows its speed on the real problem without the whole of it.

    Attributes
    ----------
    name, title : str
        What `--kernel` calls it, and a formula or a few words for headings.
    baseline : str
        The rung that the others are compared with; it always runs.
    slices : tuple of two str
        What one slice is called, and several.
    parts : callable
        n -> number of slices of the whole problem.
    flops : callable
        (n, part) -> floating-point operations.
    numbers : callable
        n -> numbers in the inputs and the result together.
    inputs : callable
        (n, dtype, random generator) -> arrays by name. A program finds each as NAME.bin, raw.
    reference : callable
        (inputs, part) -> the result of the first `part` slices, in float64.
    tolerance : callable
        (n, dtype, reference) -> how far each number of a right result may be from the reference.
    """

    name: str
    title: str
    baseline: str
    slices: tuple[str, str]
    rungs: tuple[Rung, ...]
    parts: Callable[[int], int]
    flops: Callable[[int, int], float]
    numbers: Callable[[int], int]
    inputs: Callable[[int, str, Generator], Mapping[str, ndarray]]
    reference: Callable[[Mapping[str, ndarray], int], ndarray]
    tolerance: Callable[[int, str, ndarray], ndarray]
    folder: Path = field(default=Path())

    def rung(self, name: str) -> Rung:
        """The rung of that exact name."""
        return next(rung for rung in self.rungs if rung.name == name)

    def smallest_part(self, rung: Rung, n: int, threads: int) -> int:
        """The least that `rung` can sensibly compute of a problem of size n."""
        return min(self.parts(n), rung.grain * (threads if rung.parallel else 1))

    def round_part(self, rung: Rung, n: int, threads: int, part: float) -> int:
        """`part` as a multiple of the rung's grain, at least one and at most the whole."""
        grain = self.smallest_part(rung, n, threads)
        return min(self.parts(n), grain * max(1, math.floor(part / grain)))


def names() -> list[str]:
    """The kernels that come with rooftop."""
    return sorted(path.parent.name for path in KERNELS.glob("*/kernel.py"))


def load(name: str) -> Kernel:
    """The kernel of that name, or the one in the folder `name`.

    Raises
    ------
    LadderError
        When there is none, or its description cannot be loaded.
    """
    folder = KERNELS / name
    if name not in names():
        folder = Path(name)
        if not (folder / "kernel.py").is_file():
            raise LadderError(f"no kernel {name!r}; the kernels are {', '.join(names())}, or a folder with a kernel.py")
    spec = importlib.util.spec_from_file_location(f"rooftop_ladder_{folder.name}", folder / "kernel.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        kernel = module.KERNEL
    except Exception as error:
        raise LadderError(f"{folder / 'kernel.py'} cannot be loaded: {type(error).__name__}: {error}") from error
    if not isinstance(kernel, Kernel):
        raise LadderError(f"{folder / 'kernel.py'}: KERNEL is a {type(kernel).__name__}, not a Kernel")
    return kernel

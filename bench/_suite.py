"""The kernels of lanes, nests and checks: each a Python text and a C text, side by side under kernels/.

Needs nothing but NumPy: it also runs in the peers' environment.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).resolve().parent / "kernels"
SUITES = ("lanes", "nests")
SEED = 20_240_607


@dataclass(frozen=True)
class Kernel:
    """One function as a user would write it, its problem, and what counts as the same result.

    Attributes
    ----------
    function : function
        Plain Python. Loops whose rounds are independent, so that a Numba user would write `prange`, end in the
        comment `# independent`. The C text is the function of the same name in the file of the same name.
    inputs : function
        Makes the arguments, by name and in order, from a random generator and the sizes.
    outputs : tuple of str
        The arguments that are written.
    sizes, small : dict of str to int
        The problem that is measured, and one that plain Python does at once.
    allowed : float
        Largest error, relative to the largest number of an output; 0: the same bits.
    differing : float
        Share of elements that may be different altogether: where a rounding decides a branch.
    helpers : tuple of functions
        Functions of the module that `function` calls.
    returns : int
        How many ints it returns.
    lengths : tuple of str
        The sizes that the C function takes before the arguments; None: all of them.
    name : str
        As in the table; by default the function's.
    """

    function: Callable
    inputs: Callable[..., dict[str, Any]]
    outputs: tuple[str, ...]
    sizes: dict[str, int]
    small: dict[str, int]
    allowed: float = 1e-11
    differing: float = 0.0
    helpers: tuple[Callable, ...] = ()
    returns: int = 0
    lengths: tuple[str, ...] | None = None
    name: str = ""

    @property
    def title(self) -> str:
        """The name, with dashes and without spaces: what --kernels takes."""
        return (self.name or self.function.__name__).replace("_", "-").replace(" ", "-")

    @property
    def is_static(self) -> bool:
        """Whether the C text has its sizes as macros, as C programs for Polly do, or as arguments."""
        return self.function.__module__.split(".")[-2] == "nests"

    @property
    def source(self) -> Path:
        """The C text."""
        return FOLDER.joinpath(*self.function.__module__.split(".")[1:]).with_suffix(".c")

    def problem(self, small: bool = False) -> str:
        """The sizes in words."""
        return ", ".join(f"{name}={value}" for name, value in (self.small if small else self.sizes).items())

    def arguments(self, small: bool = False) -> dict[str, Any]:
        """The same arguments every time."""
        return self.inputs(np.random.default_rng(SEED), **(self.small if small else self.sizes))


def load(suite: str) -> list[Kernel]:
    """All kernels of a suite, in alphabetical order of their files."""
    found: list[Kernel] = []
    for path in sorted((FOLDER / suite).glob("*.py")):
        found += importlib.import_module(f"kernels.{suite}.{path.stem}").KERNELS
    return found


def sized(kernel: Kernel, **sizes: int) -> Kernel:
    """The kernel with other sizes, under a title that says so and that `find` knows."""
    title = "@".join([kernel.title, *(f"{name}={value}" for name, value in sizes.items())])
    return replace(kernel, sizes=kernel.sizes | sizes, name=title)


def find(suite: str, title: str) -> Kernel:
    name, *sizes = title.split("@")
    found = next(kernel for kernel in load(suite) if kernel.title == name)
    return (
        sized(found, **{size: int(value) for size, _, value in (one.partition("=") for one in sizes)})
        if sizes
        else found
    )


@dataclass(frozen=True)
class Agreement:
    """How a result compares with the reference.

    Attributes
    ----------
    problem : str
        What is wrong; empty when the result counts as the same.
    error : float
        The largest error, relative to the largest number, of the elements that are not different altogether.
    differing : float
        The share of those that are.
    """

    problem: str
    error: float
    differing: float

    def __str__(self) -> str:
        if self.problem:
            return self.problem
        parts = [f"{self.error:.0e}"] if self.error else []
        parts += [f"{100 * self.differing:.3g}% differ"] if self.differing else []
        return ", ".join(parts) or "same bits"


def compare(kernel: Kernel, found: dict[str, np.ndarray], wanted: dict[str, np.ndarray]) -> Agreement:
    """Whether `found` counts as the result `wanted`."""
    worst, most = 0.0, 0.0
    for name, want in wanted.items():
        got = found[name]
        if got.shape != want.shape or got.dtype.kind != want.dtype.kind:
            return Agreement(f"{name} is {got.dtype}{got.shape} and not {want.dtype}{want.shape}", 0.0, 0.0)
        error, differing, where = _difference(kernel, got, want)
        worst, most = max(worst, error), max(most, differing)
        if differing > kernel.differing:
            place = [int(i) for i in np.unravel_index(where, want.shape)]
            text = f"{name}{place} is {got.flat[where]} and not {want.flat[where]}"
            return Agreement(f"{text} ({100 * differing:.3g}% of {name} differ)", worst, most)
    return Agreement("", worst, most)


def _difference(kernel: Kernel, got: np.ndarray, want: np.ndarray) -> tuple[float, float, int]:
    """Largest error among what agrees, share of what does not, and the place of the largest error of all."""
    scale = float(np.max(np.abs(want), initial=0.0)) or 1.0
    with np.errstate(invalid="ignore"):
        errors = np.abs(got.astype(np.float64) - want.astype(np.float64)) / scale
    errors[(got == want) | ((got != got) & (want != want))] = 0.0
    errors[~np.isfinite(errors)] = np.inf
    # Whole numbers agree or do not: there is no nearly.
    allowed = kernel.allowed if want.dtype.kind == "f" else 0.0
    agreeing = errors <= allowed
    worst = float(np.max(errors, where=agreeing, initial=0.0))
    return worst, float(np.mean(~agreeing)) if errors.size else 0.0, int(np.argmax(errors)) if errors.size else 0

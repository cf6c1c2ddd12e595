"""Collects the functions of the corpus with their argument cases.

A function is entered by the decorators below; it stays the plain function that CPython runs.
"""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from .compare import brief, clone

MODULES = (
    "scalars",
    "integers",
    "floats",
    "complexes",
    "numpy_scalars",
    "numpy_functions",
    "control_flow",
    "raising",
    "loops",
    "arrays",
    "views",
    "whole_arrays",
    "array_reductions",
    "buffers",
    "calls",
    "recursion",
    "math_module",
    "bits_and_primes",
    "sorting",
    "tables",
    "linear",
    "simulation",
    "algorithms",
)


@dataclass
class Case:
    """One set of arguments, and what a documented deviation makes of it."""

    make: Callable[[], tuple]
    label: str
    deviation: str | None = None
    raises: type[BaseException] | None = None
    message: str | None = None


@dataclass
class Entry:
    """A function of the corpus.

    ``merged``: paths return Python and NumPy scalars of one kind, which compiled code may merge into one type.
    ``ulps``, ``atol``: tolerance under the default fp_model. ``strict_only``: why only strict can be compared.
    ``strict_ulps``: tolerance under strict, for functions that NumPy itself has in many versions.
    """

    function: Callable
    cases: list[Case] = field(default_factory=list)
    merged: bool = False
    ulps: int = 16
    atol: float = 0.0
    strict_only: str | None = None
    strict_ulps: int = 0

    @property
    def module(self) -> str:
        return self.function.__module__.rpartition(".")[2]

    @property
    def name(self) -> str:
        return f"{self.module}.{self.function.__name__}"


_entries: dict[Callable, Entry] = {}


def _entry(function: Callable) -> Entry:
    return _entries.setdefault(function, Entry(function))


def _add(make: Callable[[], list[Case]]) -> Callable[[Callable], Callable]:
    """A decorator that puts cases in front: decorators apply bottom up, ids follow the text."""

    def enter(function: Callable) -> Callable:
        entry = _entry(function)
        entry.cases[:0] = make()
        return function

    return enter


def case(*args, deviation=None, raises=None, message=None):
    """One case. The arguments are cloned before each run, with their layout and their overlaps."""
    return _add(lambda: [Case(lambda: clone(args), brief(args), deviation, raises, message)])


def cases(*tuples: tuple):
    """Several cases; an argument tuple each, or a bare value for a function of one argument."""
    rows = [row if isinstance(row, tuple) else (row,) for row in tuples]
    return _add(lambda: [Case(lambda row=row: clone(row), brief(row)) for row in rows])


def grid(*axes: Iterable):
    """All combinations of the values of each argument."""
    return cases(*itertools.product(*axes))


def built(make: Callable[[], tuple], label: str, deviation=None, raises=None, message=None):
    """One case whose arguments cannot be cloned and are made anew for each run."""
    return _add(lambda: [Case(make, label, deviation, raises, message)])


def options(**settings):
    """Sets fields of the function's entry."""

    def enter(function: Callable) -> Callable:
        entry = _entry(function)
        for key, value in settings.items():
            assert hasattr(entry, key), key
            setattr(entry, key, value)
        return function

    return enter


def entries() -> list[Entry]:
    """Every function of every module, in the order of the text."""
    for module in MODULES:
        importlib.import_module(f"{__package__}.{module}")
    order = {module: position for position, module in enumerate(MODULES)}
    return sorted(_entries.values(), key=lambda e: (order[e.module], e.function.__code__.co_firstlineno))

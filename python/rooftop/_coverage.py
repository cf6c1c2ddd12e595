"""`rooftop.coverage()`: which of NumPy's names are native, and which are NumPy's on views of our arrays.

Nothing is listed by hand: the names are NumPy's own, and what stands for each is looked at.
"""

from __future__ import annotations

import argparse
import importlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

#: The sections, and where their names are in both packages.
_MODULES = {"main namespace": "", "linalg": "linalg", "fft": "fft", "random": "random"}
_METHODS = "ndarray"


@dataclass(frozen=True)
class Section:
    """The names of one module, or of the array type.

    Attributes
    ----------
    native : tuple of str
        What rooftop does itself. Options and types of elements that it does not know may still be NumPy's.
    delegated : tuple of str
        What NumPy does, on views of our memory.
    missing : dict of str to str
        What can't be had, and why.
    """

    native: tuple[str, ...] = ()
    delegated: tuple[str, ...] = ()
    missing: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Coverage:
    """What there is of NumPy, by section.

    Attributes
    ----------
    sections : dict of str to Section
        The "main namespace", "ndarray", "linalg", "fft" and "random".
    """

    sections: dict[str, Section]

    def _names(self, kind: str) -> tuple[str, ...]:
        return tuple(prefix + name for prefix, section in self._prefixed() for name in getattr(section, kind))

    def _prefixed(self) -> Iterator[tuple[str, Section]]:
        for title, section in self.sections.items():
            yield (title + "." if _MODULES.get(title, _METHODS) else ""), section

    @property
    def native(self) -> tuple[str, ...]:
        """All native names: "sin", "ndarray.sum", ..."""
        return self._names("native")

    @property
    def delegated(self) -> tuple[str, ...]:
        """All names that NumPy stands for."""
        return self._names("delegated")

    @property
    def missing(self) -> dict[str, str]:
        """The names that can't be had, and why."""
        return {prefix + name: why for prefix, part in self._prefixed() for name, why in part.missing.items()}

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Numbers of names: section, then "native", "delegated" and "missing"."""
        return {
            title: {kind: len(getattr(section, kind)) for kind in ("native", "delegated", "missing")}
            for title, section in self.sections.items()
        }

    def __repr__(self) -> str:
        lines = [f"{'':<16}{'native':>8}{'of NumPy':>10}{'missing':>9}"]
        for title, count in self.counts.items():
            lines.append(f"{title:<16}{count['native']:>8}{count['delegated']:>10}{count['missing']:>9}")
        lines.append(f"{'all':<16}{len(self.native):>8}{len(self.delegated):>10}{len(self.missing):>9}")
        return "\n".join(lines)

    def text(self, width: int = 100) -> str:
        """The table, and every name."""
        import textwrap

        parts = [repr(self)]
        for title, section in self.sections.items():
            for kind, names in (("native", section.native), ("of NumPy", section.delegated)):
                if names:
                    words = textwrap.fill(", ".join(names), width, initial_indent="  ", subsequent_indent="  ")
                    parts.append(f"{title}, {kind}:\n{words}")
            if section.missing:
                parts.append(f"{title}, missing:\n" + "\n".join(f"  {n}: {why}" for n, why in section.missing.items()))
        return "\n\n".join(parts)


def coverage() -> Coverage:
    """List which of NumPy's public names are native and which NumPy stands for.

    Returns
    -------
    Coverage
        With `native`, `delegated`, `missing`, `counts` and, by module, `sections`. Printed, it is a table.

    Examples
    --------
    >>> import rooftop as np
    >>> "sin" in np.coverage().native
    True
    """
    sections = {}
    for title, name in _MODULES.items():
        sections[title] = _module_section(name)
        if not name:
            sections[_METHODS] = _array_section()
    return Coverage(sections)


def _module_section(name: str) -> Section:
    numpy, main = importlib.import_module("numpy"), importlib.import_module("rooftop")
    theirs = importlib.import_module("numpy" + (name and "." + name))
    ours = importlib.import_module("rooftop" + (name and "." + name))
    # The main namespace lists its modules, too.
    names = {n for n in {*theirs.__all__, *(() if name else dir(theirs))} if not n.startswith("_")}
    native, delegated, missing = [], [], {}
    for public in sorted(names):
        try:
            found = getattr(ours, public)
        except AttributeError as error:
            missing[public] = str(error)
            continue
        if public in getattr(ours, "_FORWARDED", ()):  # what it is said to be in the main namespace
            found, numpys = getattr(main, public), getattr(numpy, public)
        else:
            numpys = getattr(theirs, public)
        (delegated if _is_numpys(found, numpys) else native).append(public)
    return Section(tuple(native), tuple(delegated), missing)


def _is_numpys(found, theirs) -> bool:
    """Whether what stands for a name of NumPy's is NumPy's or leads to it."""
    from rooftop import _delegated_names

    if _delegated_names.leads_to_numpy(found):
        return True
    return found is theirs and not isinstance(theirs, (int, float, type(None)))


def _array_section() -> Section:
    import numpy

    from rooftop import _core

    delegated = set(_core._delegated_methods)
    names = [name for name in dir(numpy.ndarray) if name not in dir(object)]
    ours = [name for name in names if hasattr(_core.ndarray, name)]
    return Section(
        tuple(name for name in ours if name not in delegated),
        tuple(name for name in ours if name in delegated),
        {name: "not an attribute of rooftop.ndarray" for name in names if name not in ours},
    )


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--names", action="store_true", help="every name, not only how many")
    parser.add_argument("--json", action="store_true", help="as JSON")


def run(options: argparse.Namespace) -> int:
    found = coverage()
    if options.json:
        sections = {title: vars(section) for title, section in found.sections.items()}
        print(json.dumps({"counts": found.counts, "sections": sections}, indent=2))
    else:
        print(found.text() if options.names else repr(found))
    return 0

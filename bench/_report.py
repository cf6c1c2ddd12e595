"""What every bench writes: tables as plain text, and the same figures as JSON under build/bench."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_FOLDER = ROOT / "build" / "bench"


def say(text: str) -> None:
    """Progress, on standard error and at once."""
    print(text, file=sys.stderr, flush=True)


def number(value: Any, digits: int = 3) -> str:
    """A cell: numbers to that many significant digits and never in powers of ten, nothing as a dash."""
    if value is None:
        return "-"
    if not isinstance(value, (int, float)):
        return str(value)
    if value == 0 or abs(value) >= 10 ** (digits - 1):
        return f"{value:.0f}"
    text = f"{value:.{digits}g}"
    return f"{value:.{digits + 3}f}".rstrip("0") if "e" in text else text


class Table:
    """Rows of named cells under one title.

    Parameters
    ----------
    title : str
    columns : list of str
        The first is the row's name; the others stand right-aligned.
    note : str, optional
        A line below the title: what is measured, and how.
    """

    def __init__(self, title: str, columns: list[str], note: str = "") -> None:
        self.title = title
        self.columns = columns
        self.note = note
        self.rows: list[dict[str, Any]] = []

    def add(self, *cells: Any, **more: Any) -> None:
        """Adds a row. Cells that have no column are kept for the JSON alone; those left out are empty."""
        row = dict(zip(self.columns, cells, strict=False))
        self.rows.append({**row, **more})

    def text(self) -> str:
        cells = [[number(row.get(column)) for column in self.columns] for row in self.rows]
        widths = [max(len(line[i]) for line in [self.columns, *cells]) for i in range(len(self.columns))]
        lines = [self.title, *([self.note] if self.note else []), ""]
        for line in [self.columns, ["-" * width for width in widths], *cells]:
            padded = [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:]))]
            lines.append("  " + "  ".join(padded).rstrip())
        return "\n".join(lines) + "\n"

    def as_json(self) -> dict[str, Any]:
        return {"title": self.title, "note": self.note, "columns": self.columns, "rows": self.rows}


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "cpu": _cpu_name(),
        "cores": len(os.sched_getaffinity(0)),
        "load": os.getloadavg()[0],
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def _cpu_name() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def write(
    name: str, tables: list[Table], skipped: dict[str, str], folder: Path, lines: Iterable[str] = (), **more: Any
) -> Path:
    """Writes NAME.txt and NAME.json into the folder.

    Parameters
    ----------
    name : str
    tables : list of Table
    skipped : dict of str to str
        What was not measured, and why.
    folder : Path
    lines : iterable of str
        They end the text.
    **more
        Further entries of the JSON.

    Returns
    -------
    Path
        The JSON.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    content = {
        "bench": name,
        "machine": machine(),
        **more,
        "skipped": skipped,
        "tables": [table.as_json() for table in tables],
    }
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    (folder / f"{name}.txt").write_text(page(tables, skipped, lines), encoding="utf-8")
    return path


def page(tables: list[Table], skipped: dict[str, str], lines: Iterable[str] = ()) -> str:
    """All tables, what was left out, and these lines."""
    parts = [table.text() for table in tables]
    parts += [f"skipped: {what}: {reason}\n" for what, reason in skipped.items()]
    parts += ["".join(f"{line}\n" for line in lines)] if lines else []
    return "\n".join(parts)


def spread(values: list[float]) -> dict[str, float]:
    """Median, least and most of repeated measurements."""
    return {"median": median(values), "least": min(values), "most": max(values), "repeats": len(values)}

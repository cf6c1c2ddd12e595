"""What a climb says: lines while it runs, the table at its end, and the same as JSON."""

from __future__ import annotations

import json
import platform
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rooftop.ladder.kernel import Kernel
from rooftop.ladder.machine import Ceiling, cpu_model
from rooftop.ladder.measure import Outcome


@dataclass
class Climb:
    """One run of the ladder: what was asked for, the machine's ceilings, and the outcomes so far."""

    kernel: Kernel
    n: int
    dtype: str
    threads: int
    ceilings: dict[int, Ceiling]
    no_ceiling: str
    cpu: str = field(default_factory=cpu_model)
    outcomes: list[Outcome] = field(default_factory=list)
    interrupted: bool = False

    @property
    def title(self) -> str:
        """What is climbed, where."""
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        return f"{self.kernel.name}, {self.kernel.title}, n = {self.n}, {self.dtype}, {threads}, {self.cpu}"

    @property
    def file_name(self) -> str:
        """The name of the files of this climb, without its ending."""
        return f"{self.kernel.name}-{self.n}-{self.dtype}-{self.threads}t"

    def done(self) -> list[Outcome]:
        """The rungs that were climbed, slowest first."""
        return sorted((o for o in self.outcomes if o.status == "ok"), key=lambda outcome: -outcome.seconds)

    def left(self) -> list[Outcome]:
        """The rungs that were skipped or failed."""
        return [outcome for outcome in self.outcomes if outcome.status != "ok"]

    def times_baseline(self, outcome: Outcome) -> float | None:
        """How many times faster than the baseline; None while that has not been climbed."""
        base = next((o for o in self.outcomes if o.rung.name == self.kernel.baseline and o.status == "ok"), None)
        return base.seconds / outcome.seconds if base else None

    def share_of_ceiling(self, outcome: Outcome, threads: int | None = None) -> float | None:
        """The fraction reached of the ceiling at `threads`, by default those of the whole climb."""
        ceiling = self.ceilings.get(threads or self.threads)
        return outcome.flops_per_second / ceiling.flops_per_second if ceiling else None


def significant(number: float, digits: int = 3) -> str:
    """`number` rounded to that many digits, without exponents: 0.00120, 0.123, 12.3, 1,234."""
    exponent = int(f"{number:.{digits - 1}e}".partition("e")[2])
    return f"{number:,.{max(0, digits - 1 - exponent)}f}"


def seconds_text(outcome: Outcome) -> str:
    """Seconds at the size asked for, with an x where they are extrapolated."""
    return significant(outcome.seconds) + ("x" if outcome.extrapolated else "")


def run_text(climb: Climb, outcome: Outcome) -> str:
    """What was really run."""
    if outcome.part == outcome.parts:
        return str(outcome.n)
    return f"{outcome.part} {climb.kernel.slices[outcome.part > 1]} of {outcome.n}"


def times_text(climb: Climb, outcome: Outcome) -> str:
    """How many times faster than the baseline."""
    times = climb.times_baseline(outcome)
    return "" if times is None else significant(times)


def share_text(climb: Climb, outcome: Outcome) -> str:
    """The per cent of the ceiling."""
    share = climb.share_of_ceiling(outcome)
    return "" if share is None else significant(100 * share, 2 if share < 0.1 else 3)


def progress(climb: Climb, outcome: Outcome) -> str:
    """One line on a rung that was just tried."""
    if outcome.status != "ok":
        return f"{outcome.status}: {outcome.reason}"
    words = [f"{significant(outcome.seconds)} s", f"{significant(outcome.flops_per_second / 1e9)} GFLOP/s"]
    if outcome.rung.name != climb.kernel.baseline and climb.times_baseline(outcome) is not None:
        words.append(f"{times_text(climb, outcome)} times {climb.kernel.baseline}")
    if outcome.extrapolated:
        words.append("extrapolated")
    return ", ".join(words)


def table(climb: Climb) -> str:
    """The whole climb as plain text, slowest rung first."""
    heads = ("rung", "what it is", "threads", "run", "seconds", "GFLOP/s", "x Python", "% ceiling")
    rows = [
        (
            outcome.rung.name,
            outcome.rung.title,
            str(outcome.threads),
            run_text(climb, outcome),
            seconds_text(outcome) + ("" if outcome.extrapolated else " "),
            significant(outcome.flops_per_second / 1e9),
            times_text(climb, outcome),
            share_text(climb, outcome),
        )
        for outcome in climb.done()
    ]
    widths = [max(map(len, column)) for column in zip(heads, *rows)]
    lines = [climb.title, ""]
    for row in (heads, tuple("-" * width for width in widths), *rows):
        left = [cell.ljust(width) for cell, width in zip(row[:2], widths)]
        right = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:])]
        lines.append("  ".join(left + right).rstrip())
    lines += [f"{o.rung.name.ljust(widths[0])}  {o.status.upper()}: {o.reason}" for o in climb.left()]
    return "\n".join([*lines, "", *footnotes(climb)])


def footnotes(climb: Climb) -> list[str]:
    """How to read the table."""
    notes = []
    if any(outcome.extrapolated for outcome in climb.done()):
        notes.append("x: extrapolated to the whole problem from the part under `run`.")
    if climb.ceilings:
        known = climb.ceilings.items()
        each = ", ".join(f"{significant(c.flops_per_second / 1e9)} GFLOP/s on {threads}" for threads, c in known)
        instructions = climb.ceilings[climb.threads].instructions
        words = "thread" if climb.threads == 1 else "threads"
        notes.append(f"Ceiling: {each} {words}, measured with independent {instructions} multiply-adds.")
    else:
        notes.append(f"Ceiling: {climb.no_ceiling}.")
    if climb.interrupted:
        notes.append("Interrupted: the rungs that follow were not run.")
    return notes


def outcome_json(climb: Climb, outcome: Outcome) -> dict[str, Any]:
    """One rung as JSON values."""
    known: dict[str, Any] = {
        "name": outcome.rung.name,
        "title": outcome.rung.title,
        "status": outcome.status,
        "threads": outcome.threads,
        "wall_seconds": outcome.wall_seconds,
    }
    if outcome.command:
        known["command"] = shlex.join(outcome.command)
        known["flags"] = list(outcome.rung.flags)
    if outcome.status != "ok":
        return known | {"reason": outcome.reason, "details": outcome.details}
    return known | {
        "seconds": outcome.seconds,
        "extrapolated": outcome.extrapolated,
        "flops_per_second": outcome.flops_per_second,
        "times_baseline": climb.times_baseline(outcome),
        "share_of_ceiling": climb.share_of_ceiling(outcome),
        "share_of_ceiling_of_its_threads": climb.share_of_ceiling(outcome, outcome.threads),
        "run": {"n": outcome.n, "part": outcome.part, "parts": outcome.parts},
        "best_seconds": outcome.best,
        "median_seconds": outcome.median,
        "sample_seconds": outcome.times,
        "build_seconds": outcome.build_seconds,
        "compile_seconds": outcome.compile_seconds,
        "error_of_allowed": outcome.error,
        "notes": outcome.notes,
    }


def write_json(climb: Climb, folder: Path) -> Path:
    """Write the climb to `folder` and return the file."""
    ceilings = [
        {"threads": c.threads, "flops_per_second": c.flops_per_second, "instructions": c.instructions}
        for c in climb.ceilings.values()
    ]
    content = {
        "kernel": climb.kernel.name,
        "n": climb.n,
        "dtype": climb.dtype,
        "threads": climb.threads,
        "baseline": climb.kernel.baseline,
        "machine": {"cpu": climb.cpu, "system": platform.platform(), "python": platform.python_version()},
        "ceilings": ceilings,
        "interrupted": climb.interrupted,
        "rungs": [outcome_json(climb, outcome) for outcome in climb.outcomes],
    }
    path = folder / f"{climb.file_name}.json"
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return path


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """1 when a rung failed; one that was skipped is no failure."""
    return int(any(outcome.status == "failed" for outcome in outcomes))

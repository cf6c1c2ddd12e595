"""Runs one rung's program in its own process and reads what it reports."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from rooftop.ladder.programs import Program, Skip, clean_environment

# A line of Python's or Java's that names an exception.
EXCEPTION = re.compile(r"(Exception in thread|([A-Za-z_]\w*\.)*[A-Z]\w*(Error|Exception|Interrupt)\b)")


class Failure(Exception):
    """A rung's program ended badly, took too long or gave a wrong result.

    The message is one line; `details` are the last words of the program.
    """

    def __init__(self, reason: str, details: str = "") -> None:
        super().__init__(reason)
        self.details = details


@dataclass(frozen=True)
class Job:
    """What one run computes: the leading `part` slices of a problem of size n, `repeats` times.

    The first sample is one call on zeroed output; each later one is `calls` calls.
    """

    n: int
    part: int
    threads: int
    repeats: int
    calls: int = 1


@dataclass
class Report:
    """What a program said: seconds a call for each sample, seconds of compiling, and notes."""

    times: list[float] = field(default_factory=list)
    compile_seconds: float | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def best(self) -> float:
        """The shortest sample: the one that other programs disturbed least."""
        return min(self.times)


def parse(text: str) -> Report:
    """Read the lines of a program's output; those that are not for the driver are left out."""
    report = Report()
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word == "time":
            report.times.append(max(float(rest), 1e-9))  # a clock may not have moved
        elif word == "compile":
            report.compile_seconds = float(rest)
        elif word == "note":
            report.notes.append(rest)
        elif word == "skip":
            raise Skip(rest)
    return report


def stop(child: subprocess.Popen[str]) -> None:
    """End the child and whatever it started: it leads a process group of its own."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


def describe_exit(code: int, errors: str) -> str:
    """Why a program ended: its signal, the exception that it names, or the last line of what it said."""
    if code < 0:
        try:
            return f"ended by {signal.Signals(-code).name}"
        except ValueError:
            return f"ended by signal {-code}"
    said = [line.strip() for line in errors.splitlines() if line.strip()]
    named = [line for line in said if EXCEPTION.match(line)]
    return (named or said or [f"exit code {code}"])[-1]


def run(program: Program, job: Job, inputs: Path, output: Path, dtype: str, timeout: float) -> Report:
    """Start the program, wait, and read its report; `output` then holds the first call's result.

    Ctrl-C reaches this process alone, which ends the child: programs in every language stop at once.

    Raises
    ------
    Skip
        When the program says that it cannot run here.
    Failure
        When it crashes, is not done after `timeout` seconds or reports nothing.
    """
    numbers = (job.n, job.part, job.threads, job.repeats, job.calls)
    words = [*program.command, *map(str, numbers), str(inputs), str(output)]
    if program.takes_dtype:
        words.append(dtype)
    output.unlink(missing_ok=True)
    child = subprocess.Popen(
        words,
        env=clean_environment(job.threads) | program.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        said, errors = child.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        stop(child)
        raise Failure(f"stopped: not done after {timeout:.0f} seconds") from None
    except BaseException:
        stop(child)
        raise
    report = parse(said)
    if child.returncode != 0:
        raise Failure(describe_exit(child.returncode, errors), "\n".join(errors.strip().splitlines()[-12:]))
    if not report.times:
        raise Failure("the program reported no time")
    return report

"""Measures one rung: a first try on a small part of the problem, then as much of it as the time allows."""

from __future__ import annotations

import math
import statistics
import time
from dataclasses import dataclass, field

from rooftop.ladder.kernel import Kernel, Rung
from rooftop.ladder.machine import available_memory
from rooftop.ladder.process import Failure, Job, Report, run
from rooftop.ladder.programs import Program, Skip, Toolbox, prepare
from rooftop.ladder.workspace import Workspace

FIRST_TRY_SECONDS = 0.1  # what the first try aims at
SHORTEST_SAMPLE = 0.002  # shorter calls are timed several at once
MOST_REPEATS = 40  # of a whole problem: on a busy machine, some of many short samples are undisturbed
PARTIAL_REPEATS = 6
MOST_CALLS = 1_000_000
GRACE_SECONDS = 120.0  # for starting, compiling and reading, on top of a generous estimate of the run


@dataclass
class Outcome:
    """What became of one rung. Times are seconds of the kernel alone.

    Attributes
    ----------
    status : str
        "ok", "skipped" or "failed"; `reason` and `details` say why for the last two.
    n, part, parts : int
        The problem that was run, and how many of its slices.
    times : list of float
        Seconds a call of each sample at that size; the figure that counts is the shortest.
    seconds : float
        At the size that was asked for: the shortest sample, scaled by the operations when it was of less.
    extrapolated : bool
    flops_per_second : float
    error : float
        The largest error of the result, in units of what is allowed.
    """

    rung: Rung
    threads: int
    status: str = "ok"
    reason: str = ""
    details: str = ""
    n: int = 0
    part: int = 0
    parts: int = 0
    times: list[float] = field(default_factory=list)
    seconds: float = 0.0
    extrapolated: bool = False
    flops_per_second: float = 0.0
    error: float = 0.0
    build_seconds: float = 0.0
    compile_seconds: float | None = None
    notes: list[str] = field(default_factory=list)
    command: tuple[str, ...] = ()
    wall_seconds: float = 0.0

    @property
    def best(self) -> float:
        """The shortest sample."""
        return min(self.times)

    @property
    def median(self) -> float:
        """The sample in the middle."""
        return statistics.median(self.times)


@dataclass(frozen=True)
class Climber:
    """All that stays the same from rung to rung."""

    kernel: Kernel
    workspace: Workspace
    toolbox: Toolbox
    n: int
    threads: int
    budget: float  # seconds that the timed runs of one rung may take

    def climb(self, rung: Rung) -> Outcome:
        """Build, run, verify and time `rung`; what goes wrong with it becomes its outcome."""
        outcome = Outcome(rung, self.threads if rung.parallel else 1)
        start = time.perf_counter()
        try:
            program = prepare(self.kernel, rung, self.toolbox)
            outcome.build_seconds, outcome.command = program.build_seconds, program.command
            self._measure(program, outcome)
        except Skip as skip:
            outcome.status, outcome.reason, outcome.details = "skipped", str(skip), skip.details
        except Failure as failure:
            outcome.status, outcome.reason, outcome.details = "failed", str(failure), failure.details
        except (OSError, ValueError) as error:  # the program cannot be started, or its lines cannot be read
            outcome.status, outcome.reason = "failed", f"{type(error).__name__}: {error}"
        outcome.wall_seconds = time.perf_counter() - start
        return outcome

    def _measure(self, program: Program, outcome: Outcome) -> None:
        rung = outcome.rung
        rate = rung.rate * outcome.threads
        job = self._first_try(rung, rate, outcome.threads)
        report = self._run(program, job, rate)
        self._settle(outcome, job, report)
        rate = outcome.flops_per_second
        better = self._second_try(rung, rate, job)
        if better is None:
            return
        self._settle(outcome, better, self._run(program, better, rate))
        # A part may be slower than the whole, where much is done once (operands packed, threads woken): then the whole
        # fits into the time after all.
        rate, parts = outcome.flops_per_second, self.kernel.parts(better.n)
        if better.part < parts:
            whole = self._second_try(rung, rate, better)
            if whole is not None and whole.part == parts:
                self._settle(outcome, whole, self._run(program, whole, rate))

    def _run(self, program: Program, job: Job, rate: float) -> Report:
        expected = self.kernel.flops(job.n, job.part) / rate * (1 + job.calls * (job.repeats - 1))
        inputs = self.workspace.inputs(job.n)
        return run(program, job, inputs, self.workspace.output, self.workspace.dtype, GRACE_SECONDS + 20 * expected)

    def _first_try(self, rung: Rung, rate: float, threads: int) -> Job:
        n = self._largest_n(rung, rate, threads)
        a_slice = self.kernel.flops(n, 1) / rate
        part = self.kernel.round_part(rung, n, threads, FIRST_TRY_SECONDS / a_slice)
        return Job(n, part, threads, 1 if a_slice * part > self.budget / 4 else 2)

    def _largest_n(self, rung: Rung, rate: float, threads: int) -> int:
        """The n that was asked for, or the first half, quarter, … that fits into time and memory."""
        n = self.n
        memory = available_memory() / 2
        while n > 1:
            least = self.kernel.flops(n, self.kernel.smallest_part(rung, n, threads)) / rate
            if least <= self.budget and self.kernel.numbers(n) * rung.bytes_per_number <= memory:
                break
            n //= 2
        return n

    def _second_try(self, rung: Rung, rate: float, first: Job) -> Job | None:
        """The run that counts, now that the speed is known; None when the first try was as good."""
        n, threads = first.n, first.threads
        whole = self.kernel.flops(n, self.kernel.parts(n)) / rate
        if whole <= self.budget:
            calls = min(MOST_CALLS, math.ceil(SHORTEST_SAMPLE / whole))
            repeats = max(2, min(MOST_REPEATS, round(self.budget / 3 / (whole * calls))))
            return Job(n, self.kernel.parts(n), threads, repeats, calls)
        a_slice = self.kernel.flops(n, 1) / rate
        part = self.kernel.round_part(rung, n, threads, self.budget / PARTIAL_REPEATS / a_slice)
        repeats = max(1, min(PARTIAL_REPEATS, round(self.budget / (a_slice * part))))
        return None if part == first.part and repeats <= first.repeats else Job(n, part, threads, repeats)

    def _settle(self, outcome: Outcome, job: Job, report: Report) -> None:
        outcome.error = self.workspace.verify(job.n, job.part)
        if (outcome.n, outcome.part) != (job.n, job.part):
            outcome.times = []
        outcome.n, outcome.part, outcome.parts = job.n, job.part, self.kernel.parts(job.n)
        outcome.times += report.times
        flops = self.kernel.flops(job.n, job.part)
        outcome.flops_per_second = flops / outcome.best
        whole = self.kernel.flops(self.n, self.kernel.parts(self.n))
        outcome.extrapolated = (job.n, job.part) != (self.n, self.kernel.parts(self.n))
        outcome.seconds = outcome.best * whole / flops
        outcome.compile_seconds = report.compile_seconds
        outcome.notes = report.notes

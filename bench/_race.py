"""Races: several ways to run a kernel, each in a process of its own, verified, then timed in turns.

In each round every runner gives one sample, so that what else happens on the machine meets all of them alike. Figures
are medians over the rounds, ratios the medians of the rounds' ratios.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import _suite
import numpy as np

from rooftop.ladder.process import describe_exit
from rooftop.ladder.programs import clean_environment

WORKER = Path(__file__).resolve().parent / "_worker.py"
LONGEST_ANSWER = 120.0  # seconds
SHORTEST_SAMPLE = 0.02  # seconds
MOST_CALLS = 200
FAR_BEHIND = 8


class Lost(Exception):
    """A runner could not do what it was asked. The message is one line, `details` all that is known."""

    def __init__(self, reason: str, details: str = "") -> None:
        super().__init__(reason)
        self.details = details


@dataclass(frozen=True)
class Runner:
    """One way to run a kernel.

    Attributes
    ----------
    name : str
        A column of the table.
    engine : str
        "rooftop", "numba" or "c".
    interpreter : str
        The Python of its process.
    options : dict
        For the engine: `fp_model`, `parallel`, or which C library.
    variables : dict
        Of the process's environment.
    """

    name: str
    engine: str
    interpreter: str = sys.executable
    options: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)


class Worker:
    """The process of one runner."""

    def __init__(self, runner: Runner, threads: int) -> None:
        environment = clean_environment(threads) | runner.variables
        if runner.interpreter != sys.executable:
            environment.pop("PYTHONPATH", None)
        self._log = tempfile.TemporaryFile("w+", errors="replace")
        self._child = subprocess.Popen(
            [runner.interpreter, str(WORKER)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        self.ask(do="start", engine=runner.engine)

    @property
    def is_alive(self) -> bool:
        return self._child.poll() is None

    def ask(self, **request: Any) -> dict[str, Any]:
        """
        Raises
        ------
        Lost
            When the answer is an error, takes too long, or the process ends.
        """
        try:
            self._child.stdin.write(json.dumps(request).encode() + b"\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            raise self._ended() from None
        if not select.select([self._child.stdout], [], [], LONGEST_ANSWER)[0]:
            self.stop()
            raise Lost(f"stopped: no answer in {LONGEST_ANSWER:.0f} seconds")
        line = self._child.stdout.readline()
        if not line:
            raise self._ended()
        answer = json.loads(line)
        if "error" in answer:
            raise Lost(answer["error"].partition("\n")[0], answer["details"])
        return answer

    def _ended(self) -> Lost:
        code = self._child.wait()
        self._log.seek(0)
        said = self._log.read()
        return Lost(describe_exit(code, said), "\n".join(said.splitlines()[-12:]))

    def stop(self) -> None:
        if self.is_alive:
            self._child.send_signal(signal.SIGKILL)
        self._child.wait()
        self._child.stdin.close()
        self._child.stdout.close()
        self._log.close()


@dataclass
class Standing:
    """What became of one runner on one kernel.

    Attributes
    ----------
    reason, details : str
        Why it has no times; empty when it has.
    agreement : Agreement
        With the reference.
    first, second : float
        Seconds of its first call, compiling included, and of the next.
    times : list of float
        Seconds a call, round by round.
    """

    reason: str = ""
    details: str = ""
    agreement: _suite.Agreement | None = None
    first: float | None = None
    second: float = 0.0
    times: list[float] = field(default_factory=list)

    def lose(self, reason: str, details: str = "") -> None:
        """No figures of a runner that failed or was wrong."""
        self.reason, self.details, self.times = reason, details, []

    @property
    def calls(self) -> int:
        """In one sample."""
        return max(1, min(MOST_CALLS, round(SHORTEST_SAMPLE / max(self.second, 1e-7))))

    @property
    def median(self) -> float | None:
        return median(self.times) if self.times else None


def ratios(slow: Standing | None, fast: Standing | None) -> list[float]:
    """How many times longer `slow` takes in each round that both were in."""
    return [a / b for a, b in zip(slow.times, fast.times)] if slow and fast else []


def ratio(slow: Standing | None, fast: Standing | None) -> float | None:
    """The median of the rounds' ratios."""
    found = ratios(slow, fast)
    return median(found) if found else None


class Race:
    """All processes of a bench.

    Parameters
    ----------
    threads : int
    rounds : int
    seconds : float
        The rounds of one kernel end after so long, but not before three.
    small : bool
        Small problems: everything works, and the figures mean nothing.
    clock : str
        "wall", or "processor": the time of all threads together, which other programs disturb less.
    """

    def __init__(self, threads: int, rounds: int, seconds: float, small: bool, clock: str = "wall") -> None:
        self.threads, self.rounds, self.seconds, self.small = threads, rounds, seconds, small
        self.clock = clock
        self._workers: dict[str, Worker] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="rooftop-bench-")
        self._result = os.path.join(self._folder.name, "result.npz")

    def __enter__(self) -> Race:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers.values():
            worker.stop()
        self._folder.cleanup()

    def run(self, suite: str, kernel: _suite.Kernel, runners: list[Runner], timed: list[str]) -> dict[str, Standing]:
        """The first runner that gives a result is the reference; those of `timed` whose results agree are timed.

        The result of the first call must agree, and again that of the last.
        """
        standings = {runner.name: Standing() for runner in runners}
        reference: dict[str, np.ndarray] | None = None
        ready: list[Runner] = []
        for runner in runners:
            standing = standings[runner.name]
            try:
                found = self._prepare(suite, kernel, runner, standing)
            except Lost as lost:
                standing.lose(str(lost), lost.details)
                continue
            reference = found if reference is None else reference
            self._judge(kernel, found, reference, standing)
            if not standing.reason and runner.name in timed:
                ready.append(runner)
        self._time(ready, standings)
        for runner in ready:
            try:
                self._ask(runner, "save", save=self._result)
            except Lost as lost:
                standings[runner.name].lose(str(lost), lost.details)
            else:
                self._judge(kernel, self._saved(), reference, standings[runner.name])
        return standings

    @staticmethod
    def _judge(
        kernel: _suite.Kernel, found: dict[str, np.ndarray], reference: dict[str, np.ndarray], standing: Standing
    ) -> None:
        standing.agreement = _suite.compare(kernel, found, reference)
        if standing.agreement.problem:
            standing.lose(f"wrong result: {standing.agreement.problem}")

    def _worker(self, runner: Runner) -> Worker:
        worker = self._workers.get(runner.name)
        if worker is None or not worker.is_alive:
            worker = self._workers[runner.name] = Worker(runner, self.threads)
        return worker

    def _ask(self, runner: Runner, what: str, **more: Any) -> dict[str, Any]:
        return self._workers[runner.name].ask(do=what, **more)

    def _saved(self) -> dict[str, np.ndarray]:
        with np.load(self._result) as arrays:
            return dict(arrays)

    def _prepare(self, suite: str, kernel: _suite.Kernel, runner: Runner, standing: Standing) -> dict[str, np.ndarray]:
        self._worker(runner).ask(do="load", suite=suite, kernel=kernel.title, small=self.small, clock=self.clock)
        answer = self._ask(runner, "prepare", engine=runner.engine, save=self._result, **runner.options)
        standing.first, standing.second = answer["first"], answer["second"]
        return self._saved()

    def _time(self, ready: list[Runner], standings: dict[str, Standing]) -> None:
        """Rounds, in turns. What goes wrong with a runner takes it out of `ready`."""
        begin = time.perf_counter()
        running = list(ready)
        for index in range(self.rounds):
            if index >= 3 and time.perf_counter() - begin > self.seconds:
                break
            turn = index % max(len(running), 1)
            for runner in [*running[turn:], *running[:turn]]:
                standing = standings[runner.name]
                try:
                    standing.times.append(self._ask(runner, "sample", calls=standing.calls)["seconds"])
                except Lost as lost:
                    standing.lose(str(lost), lost.details)
                    running.remove(runner)
                    ready.remove(runner)
            running = self._still_racing(running, standings)

    @staticmethod
    def _still_racing(running: list[Runner], standings: dict[str, Standing]) -> list[Runner]:
        """Without the peers that are far behind: one sample of theirs says enough, and takes too long."""
        least = {runner.name: min(standings[runner.name].second, *standings[runner.name].times) for runner in running}
        limit = max(FAR_BEHIND * min(least.values(), default=0.0), SHORTEST_SAMPLE)
        return [runner for runner in running if runner.engine == "rooftop" or least[runner.name] <= limit]

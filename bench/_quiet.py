"""What keeps contenders of one process out of each other's way when they use several threads."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time, sleep

STEP = 0.02  # seconds; what a thread that runs has used is counted at ticks, every 4 ms to 10 ms
WARM_UP = 0.05  # seconds
LONGEST = 0.3  # seconds; OpenBLAS's threads spin for a tenth


def settle() -> None:
    """Wait until no thread of this process runs, or for as long as it makes sense."""
    begin = perf_counter()
    while perf_counter() - begin < LONGEST:
        start, used = perf_counter(), process_time()
        sleep(STEP)
        if process_time() - used < 0.1 * (perf_counter() - start):
            return


def warm_up(run: Callable[[], object]) -> None:
    """Run for a while: several threads first have to be woken, and spread over cores."""
    start = perf_counter()
    while perf_counter() - start < WARM_UP:
        run()


def spread_threads() -> None:
    """Give this thread and the helpers of other libraries processors of their own, from now on.

    Some systems wake a helper on its owner's processor and leave both there, which halves what OpenBLAS does. Rooftop's
    helpers see to it themselves; they must exist already, or they inherit this thread's single processor.
    """
    owner, *others = sorted(os.sched_getaffinity(0))
    if not others:
        return
    places = itertools.cycle(others)
    for task in sorted(Path("/proc/self/task").iterdir(), key=lambda path: int(path.name)):
        thread = int(task.name)
        try:
            if thread == os.getpid():
                os.sched_setaffinity(thread, {owner})
            elif not (task / "comm").read_text().startswith("rooftop"):
                os.sched_setaffinity(thread, {next(places)})
        except OSError:  # it ended
            continue

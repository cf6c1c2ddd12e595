"""What this machine is: processor, usable cores and memory, and its measured ceilings."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ceiling:
    """The most operations a second that `threads` threads were seen to do, and with which instructions."""

    threads: int
    flops_per_second: float
    instructions: str


def cpu_model() -> str:
    """The processor's name for itself."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() in ("model name", "Model"):
                return " ".join(value.split())
    except OSError:
        pass
    return platform.processor() or platform.machine()


def usable_cpus() -> int:
    """How many processors this process may keep busy, as rooftop's own runtime counts them."""
    try:
        from rooftop._core import get_num_threads

        return int(get_num_threads())
    except ImportError:
        return len(os.sched_getaffinity(0))


def available_memory() -> int:
    """Bytes that programs can still take without swapping."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def busy() -> str:
    """A warning when other programs keep the processors busy; empty when they do not."""
    load = os.getloadavg()[0]
    if load < 0.3 * usable_cpus():
        return ""
    return f"other programs are running here (load {load:.1f}): the figures may be low, repeat them on a quiet machine"


def measure_ceilings(dtype: str, threads: int) -> tuple[dict[int, Ceiling], str]:
    """The multiply-add ceilings on one and on `threads` threads, or none and the reason."""
    try:
        from rooftop._core import measure_fma
    except ImportError as error:
        return {}, f"not measured: {error}"
    try:
        return {count: Ceiling(count, *measure_fma(dtype, count)) for count in sorted({1, threads})}, ""
    except (ValueError, RuntimeError) as error:
        return {}, f"not measured: {error}"

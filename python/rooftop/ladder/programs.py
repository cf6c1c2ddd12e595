"""How a rung's program is built and started: one function per language, each returning a command or raising Skip."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rooftop.ladder.kernel import Kernel, Rung

HARNESS = Path(__file__).parent / "harness"

# These make a library take certain kernels or blocks instead of what it finds best for the CPU.
PINNING = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "MKL_ENABLE_INSTRUCTIONS", "MKL_DEBUG_CPU_TYPE", "NUMBA_CPU_NAME")


class Skip(Exception):
    """A rung cannot run on this machine. The message is one line; `details` are what a tool said."""

    def __init__(self, reason: str, details: str = "") -> None:
        super().__init__(reason)
        self.details = details


@dataclass(frozen=True)
class Toolbox:
    """Where things are built, for which dtype, and which Python has the optional peers."""

    folder: Path
    dtype: str
    peers: Path = field(default_factory=lambda: Path(sys.executable))


@dataclass(frozen=True)
class Program:
    """A program that is ready to start: the words before its arguments, and the environment it wants."""

    command: tuple[str, ...]
    environment: dict[str, str]
    build_seconds: float = 0.0
    takes_dtype: bool = True


def find(*names: str) -> str:
    """The first of these programs that PATH has."""
    for name in names:
        path = shutil.which(name)
        if path:
            return path
    raise Skip(f"{names[0]} is not on PATH")


def pinned() -> list[str]:
    """Variables of the user's that `clean_environment` leaves out, with their values."""
    return [f"{name}={os.environ[name]}" for name in PINNING if name in os.environ]


def clean_environment(threads: int) -> dict[str, str]:
    """The user's environment with the number of threads set for every library that a rung may use."""
    environment = {name: value for name, value in os.environ.items() if name not in PINNING}
    for prefix in ("OMP", "OPENBLAS", "MKL", "BLIS", "NUMBA", "ROOFTOP"):
        environment[prefix + "_NUM_THREADS"] = str(threads)
    environment["OMP_DYNAMIC"] = "false"
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    return environment


def run_tool(command: list[str], what: str, needs: str = "") -> None:
    """Run a compiler. When it fails, Skip with its first error and all that it said."""
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL)
    if done.returncode == 0:
        return
    said = done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}"
    errors = [line for line in said.splitlines() if "error" in line or "cannot find" in line]
    reason = f"needs {needs}" if needs else f"{what} does not compile: {(errors or said.splitlines())[0].strip()}"
    raise Skip(reason, said)


def python_path(*folders: Path | str, inherit: bool) -> str:
    """PYTHONPATH for a rung: the harness, these folders, and the user's own where the rung is of the same Python."""
    user = [os.environ["PYTHONPATH"]] if inherit and os.environ.get("PYTHONPATH") else []
    return os.pathsep.join([str(HARNESS), *map(str, folders), *user])


def python_program(kernel: Kernel, rung: Rung, toolbox: Toolbox) -> Program:
    """This Python."""
    return Program((sys.executable, str(kernel.folder / rung.source)), {"PYTHONPATH": python_path(inherit=True)})


def rooftop_program(kernel: Kernel, rung: Rung, toolbox: Toolbox) -> Program:
    """This Python, with the rooftop that is running now."""
    package = Path(__file__).parents[2]
    # Where an installation finds rooftop by other means than a folder of sys.path, its means work in the child too.
    on_path = [package] if package in [Path(entry or ".").resolve() for entry in sys.path] else []
    return Program(
        (sys.executable, str(kernel.folder / rung.source)), {"PYTHONPATH": python_path(*on_path, inherit=True)}
    )


def pypy_program(kernel: Kernel, rung: Rung, toolbox: Toolbox) -> Program:
    """The PyPy on PATH."""
    command = (find("pypy3", "pypy"), str(kernel.folder / rung.source))
    return Program(command, {"PYTHONPATH": python_path(inherit=False)})


def numba_program(kernel: Kernel, rung: Rung, toolbox: Toolbox) -> Program:
    """The Python of the peers' environment, or this one."""
    same = toolbox.peers == Path(sys.executable)
    return Program((str(toolbox.peers), str(kernel.folder / rung.source)), {"PYTHONPATH": python_path(inherit=same)})


def c_program(kernel: Kernel, rung: Rung, toolbox: Toolbox) -> Program:
    """The compiler in CC, or the first of cc, gcc, clang."""
    compiler = os.environ.get("CC", "").split() or [find("cc", "gcc", "clang")]
    binary = toolbox.folder / f"{rung.name}-{toolbox.dtype}"
    real = ["-DRUNG_FLOAT32"] if toolbox.dtype == "float32" else []
    source = kernel.folder / rung.source
    command = [*compiler, "-std=c11", *rung.flags, *real, f"-I{HARNESS}", str(source), "-o", str(binary)]
    start = time.perf_counter()
    try:
        run_tool([*command, *rung.libraries], rung.source, rung.needs)
    except FileNotFoundError:
        raise Skip(f"the compiler {compiler[0]} (from CC) does not exist") from None
    environment = {"OMP_PROC_BIND": "true"} if "-fopenmp" in rung.flags else {}
    return Program((str(binary),), environment, time.perf_counter() - start, takes_dtype=False)


def java_program(kernel: Kernel, rung: Rung, toolbox: Toolbox) -> Program:
    """The JDK on PATH."""
    java, javac = find("java"), find("javac")
    classes = toolbox.folder / "java"
    start = time.perf_counter()
    run_tool([javac, "-d", str(classes), str(HARNESS / "Rung.java"), str(kernel.folder / rung.source)], rung.source)
    command = (java, "-cp", str(classes), Path(rung.source).stem)
    return Program(command, {}, time.perf_counter() - start)


LANGUAGES: dict[str, Callable[[Kernel, Rung, Toolbox], Program]] = {
    "python": python_program,
    "rooftop": rooftop_program,
    "pypy": pypy_program,
    "numba": numba_program,
    "c": c_program,
    "java": java_program,
}


def prepare(kernel: Kernel, rung: Rung, toolbox: Toolbox) -> Program:
    """Build `rung` and say how to start it.

    Raises
    ------
    Skip
        When this machine lacks what the rung needs, or its compiler refuses the program.
    """
    return LANGUAGES[rung.language](kernel, rung, toolbox)

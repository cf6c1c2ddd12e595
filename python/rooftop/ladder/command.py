"""`rooftop ladder`: the options, and the climb from rung to rung."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rooftop.ladder.kernel import Kernel, LadderError, Rung, load
from rooftop.ladder.selection import select


def positive(text: str) -> int:
    """A whole number of at least 1."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"a whole number of at least 1 is wanted, not {text!r}")
    return number


def seconds(text: str) -> float:
    """A number of seconds above 0."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"a number of seconds above 0 is wanted, not {text!r}")
    return number


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add("--n", type=positive, help="size of the problem; by default one with which the ladder ends within two minutes")
    add("--threads", type=positive, help="threads for the parallel rungs; by default one for each usable processor")
    add("--rungs", metavar="NAME,...", help="which rungs to run: names, families (c) or beginnings of names")
    add("--dtype", choices=("float64", "float32"), default="float64", help="default: float64")
    add(
        "--out", type=Path, default=Path("ladder-results"), metavar="DIR", help="for JSON and PNG; default: %(default)s"
    )
    add("--peers", action="store_true", help="install Numba into an environment of its own and run it from there")
    add("--budget", type=seconds, default=3.0, metavar="SECONDS", help="time for the runs of each rung; default: 3")
    add("--kernel", default="matmul", metavar="NAME", help="which kernel, or a folder with one; default: matmul")
    add("--list", action="store_true", help="list the rungs and end")
    parser.set_defaults(parser=parser)


def say(text: str, end: str = "\n") -> None:
    """Progress goes to stderr, so that stdout is the table alone."""
    print(text, end=end, file=sys.stderr, flush=True)


def run(options: argparse.Namespace) -> int:
    """Climb; the exit code is 1 when a rung failed and 130 after Ctrl-C."""
    try:
        kernel = load(options.kernel)
        rungs = select(kernel, options.rungs)
        if options.list:
            print("\n".join(f"{rung.name:<16}{rung.title}" for rung in rungs))
            return 0
        return climb(kernel, rungs, options)
    except LadderError as error:
        options.parser.print_usage(sys.stderr)
        say(f"rooftop ladder: error: {error}")
        return 2


def make_folder(path: Path) -> None:
    """The folder for the results, made now: not to find out at the end that it can't be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / ".ladder-probe"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise LadderError(f"cannot write to --out {path}: {error.strerror or error}") from error


def climb(kernel: Kernel, rungs: Sequence[Rung], options: argparse.Namespace) -> int:
    """Run the rungs one after the other, then show and write what they did."""
    try:
        from rooftop.ladder import machine, programs, report, sizes, workspace
        from rooftop.ladder.measure import Climber
    except ImportError as error:
        raise LadderError(f"the ladder needs NumPy: {error}") from error
    make_folder(options.out)
    threads = options.threads or machine.usable_cpus()
    n = options.n or sizes.choose(kernel, rungs, options.dtype, options.budget)
    with workspace.Workspace(kernel, options.dtype) as space:
        space.check_room(n)
        toolbox = programs.Toolbox(space.folder, options.dtype, peers_interpreter(options.peers))
        result = report.Climb(kernel, n, options.dtype, threads, *machine.measure_ceilings(options.dtype, threads))
        say(result.title)
        if machine.busy():
            say(machine.busy())
        for setting in programs.pinned():
            say(f"left out for the rungs, so that libraries choose their own kernels: {setting}")
        climber = Climber(kernel, space, toolbox, n, threads, options.budget)
        try:
            for number, rung in enumerate(rungs, 1):
                say(f"[{number:2}/{len(rungs)}] {rung.title:<36} ", end="")
                outcome = climber.climb(rung)
                result.outcomes.append(outcome)
                say(report.progress(result, outcome))
                if outcome.details:
                    say("\n".join("    " + line for line in outcome.details.splitlines()[:12]))
        except KeyboardInterrupt:
            result.interrupted = True
            say("interrupted")
    show(result, options.out)
    return 130 if result.interrupted else report.exit_code(result.outcomes)


def peers_interpreter(wanted: bool) -> Path:
    """The Python that has the peers: of their own environment when they are wanted and it can be made."""
    if wanted:
        from rooftop.ladder import peers

        say("the peers' environment: ", end="")
        try:
            interpreter = peers.prepare()
            say(str(interpreter))
            return interpreter
        except LadderError as error:
            say(f"{error}\nthe peers that this Python lacks are skipped")
    return Path(sys.executable)


def show(result: object, folder: Path) -> None:
    """Print the table and write the files."""
    from rooftop.ladder import chart, report

    assert isinstance(result, report.Climb)
    print("\n" + report.table(result), flush=True)
    written = [report.write_json(result, folder)]
    if result.done():
        try:
            written.append(chart.draw(result, folder))
        except LadderError as error:
            say(str(error))
    print("\n" + "\n".join(f"written: {path}" for path in written))

"""The command `rooftop`: finds the subcommand and hands over to its module.

A subcommand is a module with `configure(parser)`, which declares its options, and `run(options) -> int`, whose
result is the exit code. It is imported only when it is asked for, so that every command starts fast.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

COMMANDS = {
    "coverage": ("rooftop._coverage", "which of NumPy's names are native, and which NumPy does for us"),
    "ladder": ("rooftop.ladder.command", "one kernel in every tool of this machine, from plain Python to the ceiling"),
    "run": ("rooftop.run", "a NumPy script, unmodified, on rooftop's arrays"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line `rooftop ARGUMENTS...`.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after the program's name; those of the process when left out.

    Returns
    -------
    int
        The exit code: 0 for success, 1 when something that was run failed, 2 for bad usage, 130 after Ctrl-C.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["run"]:  # all that follows is the script's
        return importlib.import_module("rooftop.run").main(words[1:])
    parser = argparse.ArgumentParser(prog="rooftop", description="An array-and-compiler engine for plain Python.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (module, summary) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        if words[:1] == [name]:
            importlib.import_module(module).configure(command)
    options = parser.parse_args(words)
    run = importlib.import_module(COMMANDS[options.command][0]).run
    try:
        return int(run(options))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130

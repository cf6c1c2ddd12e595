"""Runs the texts of tests/ir: modules in the ir's text that hold their commands and what these must print.

Usage: run_ir_tests.py ROOFTOP_OPT FOLDER_OR_FILE... [--update] [--filter TEXT] [-j JOBS]

A test file is a module. Its comments name commands and, right below each, the expected output:

    // run: --passes=simplify --print
    // expect:
    //   module float_model=contract
    //   ...

rooftop-opt gets the options and the file. Standard output and error are compared together, followed by a
line `exit status N` when that is not 0. `--update` writes what came out into the files: read the diff.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import difflib
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

RUN = "// run:"
EXPECT = "// expect:"
SECONDS = 60

# Where in our own sources a check failed is no part of its meaning.
OWN_PLACE = re.compile(r"rooftop/[\w/]+\.(?:cpp|h):\d+: ")


@dataclass
class Command:
    """One `// run:` with the lines of its expectation: lines[first:last] of the file."""

    options: list[str]
    first: int
    last: int
    expected: list[str] | None


def read_commands(lines: list[str]) -> list[Command]:
    """The commands of a test file."""
    commands = []
    for number, line in enumerate(lines):
        if not line.startswith(RUN):
            continue
        first = last = number + 1
        expected = None
        if first < len(lines) and lines[first] == EXPECT:
            last = first + 1
            while last < len(lines) and lines[last].startswith("//") and not lines[last].startswith(RUN):
                last += 1
            expected = [text[5:] for text in lines[first + 1 : last]]
        commands.append(Command(shlex.split(line[len(RUN) :]), first, last, expected))
    return commands


def run_command(tool: Path, options: list[str], file: Path) -> list[str]:
    """The lines that rooftop-opt prints."""
    command = [str(tool), *options, file.name]
    try:
        done = subprocess.run(
            command,
            cwd=file.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return [f"not done after {SECONDS} s"]
    output = OWN_PLACE.sub("", done.stdout).rstrip().splitlines()
    if done.returncode != 0:
        output.append(f"exit status {done.returncode}")
    return [line.rstrip() for line in output]


def as_expectation(output: list[str]) -> list[str]:
    """The comment lines that expect this output."""
    return [EXPECT, *(f"//   {line}".rstrip() for line in output)]


def update_file(tool: Path, file: Path) -> None:
    """Writes what the commands print as their expectations."""
    lines = file.read_text().split("\n")
    for command in reversed(read_commands(lines)):  # from the end, so that the numbers of lines stay right
        lines[command.first : command.last] = as_expectation(run_command(tool, command.options, file))
    file.write_text("\n".join(lines))


def run_file(tool: Path, file: Path, update: bool) -> str:
    """An empty text when the file passes, else what is wrong with it."""
    if update:
        # Expectations that grow move the text below them, and with it the lines that messages name.
        update_file(tool, file)
        update_file(tool, file)
    lines = file.read_text().split("\n")
    commands = read_commands(lines)
    if not commands:
        return f"{file}: no '{RUN}' in it"
    problems = []
    for command in commands:
        output = run_command(tool, command.options, file)
        if output == command.expected:
            continue
        shown = "\n".join(difflib.unified_diff(command.expected or [], output, "expected", "printed", lineterm=""))
        problems.append(f"{file}:{command.first}: {' '.join(command.options)}\n{shown}")
    return "\n".join(problems)


def find_files(places: list[Path], wanted: str) -> list[Path]:
    """Test files below the folders, and files named themselves."""
    found = [file for place in places for file in (sorted(place.rglob("*.ir")) if place.is_dir() else [place])]
    return [file.resolve() for file in found if wanted in file.as_posix()]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool", type=Path, help="the program rooftop-opt")
    parser.add_argument("places", type=Path, nargs="+", help="test files and folders of them")
    parser.add_argument("--update", action="store_true", help="write what came out into the files")
    parser.add_argument("--filter", default="", help="only files whose path contains this")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)

    files = find_files(options.places, options.filter)
    tool = options.tool.resolve()
    if not files:
        print(f"no test files in {', '.join(map(str, options.places))}", file=sys.stderr)
        return 1
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        problems = [text for text in pool.map(lambda f: run_file(tool, f, options.update), files) if text]
    for text in problems:
        print(text)
    print(f"ir texts: {len(files) - len(problems)} of {len(files)} pass")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

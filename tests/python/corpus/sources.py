"""Functions made from text while the tests run, the way a notebook makes them: the text is known to linecache."""

from __future__ import annotations

import itertools
import linecache
import textwrap

_numbers = itertools.count(1)


def define(text: str, name: str = "f", filename: str | None = None, **names):
    """Runs the text as a module of its own and returns one of its names.

    The function's file is ``filename``, or a made-up one that only linecache knows.
    """
    text = textwrap.dedent(text).lstrip("\n")
    filename = filename or f"<test input {next(_numbers)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    namespace = {"__name__": "made_while_testing", **names}
    exec(compile(text, filename, "exec"), namespace)  # noqa: S102 - our own text
    return namespace[name]


def line_of(text: str, fragment: str) -> int:
    """The number of the first line that holds the fragment, as ``define`` counts."""
    lines = textwrap.dedent(text).lstrip("\n").splitlines()
    return next(number for number, line in enumerate(lines, 1) if fragment in line)

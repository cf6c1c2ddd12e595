"""Checks the ir shown in a page of the docs against what the passes print today.

The page's first ```ir block is a whole module. Every later one begins with `// after PASS` (`// after PASS 2`: the
second time that the pass runs) and shows lines of the module at that point, in order; `…` stands for lines left out.
The machine is rooftop-opt's avx512 with two threads.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PASSES = ["--passes=all", "--print-after=all", "--machine=avx512", "--threads=2", "-"]


def printed_sections(tool: str, module: str) -> dict[str, list[str]]:
    """Lines of the module after each pass, by `PASS` and `PASS 2`."""
    run = subprocess.run([tool, *PASSES], input=module, capture_output=True, text=True)
    if run.returncode != 0:
        raise SystemExit(f"rooftop-opt: {run.stderr.strip()}")
    sections: dict[str, list[str]] = {}
    times: dict[str, int] = {}
    lines: list[str] = []
    for line in (run.stdout + run.stderr).splitlines():
        if line.startswith("# after "):
            name = line.removeprefix("# after ")
            times[name] = times.get(name, 0) + 1
            lines = []
            sections[name if times[name] == 1 else f"{name} {times[name]}"] = lines
        else:
            lines.append(line.strip())
    return sections


def first_missing(shown: list[str], printed: list[str]) -> str | None:
    """The first line shown that is not printed after the one before it."""
    at = 0
    for line in shown:
        if not line or line == "…":
            continue
        try:
            at = printed.index(line, at) + 1
        except ValueError:
            return line
    return None


def main() -> int:
    if len(sys.argv) != 3:
        raise SystemExit("usage: check_doc_ir.py ROOFTOP_OPT PAGE")
    tool, page = sys.argv[1], Path(sys.argv[2])
    blocks = re.findall(r"^```ir\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    if len(blocks) < 2:
        raise SystemExit(f"{page}: needs a module and what passes make of it")
    sections = printed_sections(tool, blocks[0])
    failures = 0
    for block in blocks[1:]:
        head, *shown = [line.strip() for line in block.splitlines()]
        name = head.removeprefix("// after ")
        if name == head or name not in sections:
            raise SystemExit(f"{page}: a block begins with '{head}', not with '// after PASS'")
        missing = first_missing(shown, sections[name])
        if missing is not None:
            failures += 1
            print(f"{page}: after {name} there is no line\n  {missing}")
    print(f"{page.name}: {len(blocks) - 1 - failures} of {len(blocks) - 1} blocks are what the passes print")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

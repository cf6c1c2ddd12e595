"""Reports source files that have grown: over 400 lines they are named, over 700 the check fails.

Usage: check_sizes.py [ROOT].
"""

from __future__ import annotations

import sys
from pathlib import Path

REPORTED = 400
REFUSED = 700
FOLDERS = ("src", "python", "tools", "tests", "bench", "cmake")
SUFFIXES = {".h", ".cpp", ".def", ".py", ".cmake"}


def line_counts(root: Path) -> list[tuple[int, str]]:
    """(lines, path) of every source file, longest first."""
    files = (path for folder in FOLDERS for path in (root / folder).rglob("*") if path.suffix in SUFFIXES)
    counts = [(path.read_bytes().count(b"\n"), path.relative_to(root).as_posix()) for path in files]
    return sorted(counts, reverse=True)


def main(arguments: list[str]) -> int:
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    counts = line_counts(root)
    for lines, path in counts:
        if lines > REPORTED:
            print(f"{path}: {lines} lines{': split it by concept' if lines > REFUSED else ''}")
    median = counts[len(counts) // 2][0] if counts else 0
    print(f"sizes: {len(counts)} files, {sum(lines for lines, _ in counts)} lines, median {median}")
    return 1 if any(lines > REFUSED for lines, _ in counts) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Checks that the rooms of the house look one way: every include goes to the same or an earlier room.

Usage: check_layers.py [ROOT]. Prints FILE:LINE: what is wrong, and exits with 1 when anything is.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

# The order of docs/architecture.md. A room includes itself and the rooms before it.
ROOMS = "base array ops ir frontend graph opt profile backend runtime lib api".split()
# Sub-folders of backend/: each sees itself, backend/'s own headers, and those named here.
BACKENDS = {"interp": (), "llvm": (), "cpu": ("llvm",), "cuda": ("llvm",), "wasm": ("llvm",)}
LLVM_BACKENDS = ("llvm", "cpu", "cuda", "wasm")
# What the module that loads with `import rooftop` may see: nothing that drags the compiler in.
CORE_MODULE_ROOMS = ("base", "array", "ops", "profile", "backend", "runtime", "lib")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
LLVM_HEADER = re.compile(r"^(llvm|llvm-c)/")
PYTHON_HEADER = re.compile(r"^(Python\.h$|structmember\.h$|nanobind/|pybind11/|numpy/)")
CUDA_HEADER = re.compile(r"^(cuda|cuda_runtime|cublas\w*|nvrtc)\.h$")
SOURCES = ("*.h", "*.cpp", "*.def", "*.inc")


def room_of(path: str) -> tuple[str, str]:
    """The room of "ir/expr.h" is ("ir", ""), that of "backend/llvm/emit.h" is ("backend", "llvm")."""
    parts = path.split("/")
    return parts[0], parts[1] if parts[0] == "backend" and len(parts) > 2 else ""


def wrong_direction(path: str, target: str) -> str | None:
    """Why the file `path` may not include `target` (both below src/rooftop), or None."""
    room, backend = room_of(path)
    other, other_backend = room_of(target)
    if other not in ROOMS:
        return f"there is no room {other!r}"
    if ROOMS.index(other) > ROOMS.index(room):
        return f"{room} may not look at {other}, which comes after it"
    if room == other == "backend" and other_backend not in ("", backend, *BACKENDS.get(backend, ())):
        return f"backend/{backend or '*'} may not look at backend/{other_backend}"
    return None


def is_public_header(path: str) -> bool:
    """Whether the file (below src/rooftop) is one that an installation holds."""
    return re.fullmatch(r"api/\w+\.h", path) is not None


def check_library_include(path: str, quoted: bool, target: str) -> str | None:
    """Checks an include of a file of src/rooftop; `path` is relative to that folder."""
    room, backend = room_of(path)
    if is_public_header(path) and "rooftop/" in target and not is_public_header(target.removeprefix("rooftop/")):
        return "public headers may include only each other: no others are installed"
    if target.startswith("rooftop/"):
        return wrong_direction(path, target.removeprefix("rooftop/"))
    if LLVM_HEADER.match(target) and backend not in LLVM_BACKENDS:
        return "LLVM headers are for backend/llvm, cpu, cuda and wasm only"
    if PYTHON_HEADER.match(target):
        return "Python headers are for python/bindings only"
    if CUDA_HEADER.match(target) and backend != "cuda":
        return "the CUDA driver's headers are for backend/cuda only"
    if quoted and not LLVM_HEADER.match(target):
        return 'write the whole path: "rooftop/…"'
    return None


def check_outer_include(path: str, target: str) -> str | None:
    """Checks an include of a binding, a tool or a test; `path` is relative to the root."""
    if LLVM_HEADER.match(target) and not path.startswith("tests/unit/backend"):
        return "LLVM headers are for backend/llvm, cpu, cuda and wasm only"
    if PYTHON_HEADER.match(target) and not path.startswith("python/bindings/"):
        return "Python headers are for python/bindings only"
    if path.startswith(("python/bindings/core/", "python/bindings/array/")) and target.startswith("rooftop/"):
        room, backend = room_of(target.removeprefix("rooftop/"))
        if room not in CORE_MODULE_ROOMS or backend:
            return f"_core loads without the compiler: it may not look at {'/'.join(filter(None, (room, backend)))}"
    return None


def source_files(folder: Path) -> list[Path]:
    return sorted(path for pattern in SOURCES for path in folder.rglob(pattern))


def includes(path: Path) -> Iterator[tuple[int, bool, str]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if match := INCLUDE.match(line):
            yield number, match[1] == '"', match[2]


def check(root: Path) -> list[str]:
    """Every violation below `root`, as "file:line: message"."""
    found = []
    library = root / "src" / "rooftop"
    for path in source_files(library):
        inner = path.relative_to(library).as_posix()
        where = path.relative_to(root).as_posix()
        room, backend = room_of(inner)
        if room not in ROOMS or (backend and backend not in BACKENDS):
            found.append(f"{where}:1: not in a room of docs/architecture.md")
            continue
        for number, quoted, target in includes(path):
            if message := check_library_include(inner, quoted, target):
                found.append(f"{where}:{number}: {message} ({target})")
    for folder in ("python/bindings", "tools", "tests/unit"):
        for path in source_files(root / folder):
            where = path.relative_to(root).as_posix()
            for number, _, target in includes(path):
                if message := check_outer_include(where, target):
                    found.append(f"{where}:{number}: {message} ({target})")
    return found


def main(arguments: list[str]) -> int:
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    found = check(root)
    print("\n".join(found) or "layers: every include goes to the same or an earlier room")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

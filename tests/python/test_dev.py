"""./dev on a machine that lacks something says what is missing and what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

TOOLS = "bash cat cut dirname env find flock grep head id mkdir sed sha256sum sort tail tr".split()


@pytest.fixture
def machine(tmp_path: Path, root: Path):
    """A tree with ./dev alone, and a PATH that holds the basic tools and what a test adds."""
    tree = tmp_path / "tree"
    programs = tmp_path / "bin"
    tree.mkdir()
    programs.mkdir()
    for name in ("dev", "requirements-dev.txt", "CMakePresets.json"):
        shutil.copy(root / name, tree / name)
    for tool in TOOLS:
        (programs / tool).symlink_to(shutil.which(tool))
    return tree, programs


def add_program(programs: Path, name: str, text: str) -> None:
    path = programs / name
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def dev(machine, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    tree, programs = machine
    return subprocess.run(
        [shutil.which("bash"), str(tree / "dev"), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        env={"PATH": str(programs), "HOME": os.environ.get("HOME", "/"), **variables},
    )


def test_another_system_without_compilers(machine):
    result = dev(machine, "test")
    assert result.returncode == 1
    assert "not a Debian system, and these tools are missing: g++ cmake ninja" in result.stderr
    assert "LLVM 19" in result.stderr


def debian_without_packages(programs: Path, *, user: int, apt: str) -> None:
    add_program(programs, "dpkg-query", "exit 1")
    add_program(programs, "id", f"echo {user}")
    add_program(programs, "apt-get", apt)


def test_no_root_and_no_sudo(machine):
    debian_without_packages(machine[1], user=1000, apt="exit 100")
    result = dev(machine, "ladder")
    assert result.returncode == 1
    assert "neither root nor sudo" in result.stderr
    assert "apt-get install g++ cmake ninja-build ccache llvm-19-dev" in result.stderr


def test_no_network(machine):
    debian_without_packages(
        machine[1], user=0, apt="echo \"W: Failed to fetch x  Temporary failure resolving 'x'\" >&2; exit 100"
    )
    result = dev(machine, "ladder")
    assert result.returncode == 1
    assert "servers can't be reached, and these packages are missing: g++" in result.stderr
    assert "check the network" in result.stderr


def test_a_release_without_the_package(machine):
    debian_without_packages(machine[1], user=0, apt="echo 'E: Unable to locate package llvm-19-dev' >&2; exit 100")
    result = dev(machine, "test")
    assert result.returncode == 1
    assert "package lists have no llvm-19-dev" in result.stderr


def test_a_python_that_cannot_be_used(machine):
    for tool in ("g++", "cmake", "ninja"):
        add_program(machine[1], tool, "exit 0")
    result = dev(machine, "test", ROOFTOP_PYTHON="/bin/true")
    assert result.returncode == 1
    assert "ROOFTOP_PYTHON=/bin/true can't be used" in result.stderr
    assert "Python.h" in result.stderr


def test_a_package_index_without_the_package(machine):
    for tool in ("g++", "cmake", "ninja"):
        add_program(machine[1], tool, "exit 0")
    # An interpreter that makes an environment whose pip finds nothing.
    python = machine[1] / "python3"
    add_program(
        machine[1],
        "python3",
        f"""case "$1" in
  -) echo {python} ;;
  -m) case "$2" in
        venv) mkdir -p "$4/bin"; cat {python} > "$4/bin/python"; chmod +x "$4/bin/python" ;;
        pip) echo "ERROR: No matching distribution found for nanobind>=2.4"; exit 1 ;;
      esac ;;
esac""",
    )
    (machine[1] / "chmod").symlink_to(shutil.which("chmod"))
    result = dev(machine, "test")
    assert result.returncode == 1
    assert "pip can't install nanobind>=2.4" in result.stderr


def test_an_unknown_command_shows_the_usage(machine):
    result = dev(machine, "tset")
    assert result.returncode == 1
    assert "unknown command: tset" in result.stderr
    assert "usage: ./dev COMMAND" in result.stderr

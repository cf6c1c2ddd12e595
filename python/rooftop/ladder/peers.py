"""An environment for the peers that rooftop itself never needs: made once, in the user's cache folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from rooftop.ladder.kernel import LadderError

PACKAGES = ("numba",)
READY = "ready"


def folder() -> Path:
    """Where the environment for this Python lies."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "rooftop" / f"peers-python{sys.version_info.major}.{sys.version_info.minor}"


def interpreter(place: Path) -> Path:
    """The environment's Python."""
    return place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def works(place: Path) -> bool:
    """Whether the environment was finished and its interpreter still starts."""
    if not (place / READY).exists():
        return False
    try:
        found = subprocess.run([interpreter(place), "-c", "import numba"], capture_output=True, timeout=120)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return found.returncode == 0


def prepare(place: Path | None = None) -> Path:
    """Make the environment unless it is there, and return its interpreter.

    Raises
    ------
    LadderError
        When it cannot be made; the message ends with what the installer said.
    """
    place = place or folder()
    if works(place):
        return interpreter(place)
    try:
        if (place / "pyvenv.cfg").exists():  # only ever an unfinished or broken environment of ours
            shutil.rmtree(place)
        place.parent.mkdir(parents=True, exist_ok=True)
        venv.create(place, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise LadderError(f"cannot make an environment in {place}: {error}") from error
    command = [str(interpreter(place)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        said = "\n  ".join((done.stderr.strip() or done.stdout.strip()).splitlines()[-3:])
        raise LadderError(f"cannot install {', '.join(PACKAGES)} into {place}:\n  {said}")
    (place / READY).touch()
    return interpreter(place)

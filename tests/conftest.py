"""Shared by all Python tests: where the tree is, programs in processes of their own, how Hypothesis runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

# A failing example prints what reproduces it; compiling within a test makes the first example slow.
hypothesis.settings.register_profile(
    "rooftop", deadline=None, print_blob=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("thorough", hypothesis.settings.get_profile("rooftop"), max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("ROOFTOP_HYPOTHESIS", "rooftop"))

# Every pass's output is verified, also in the programs that tests start.
os.environ.setdefault("ROOFTOP_VERIFY", "1")

# A shell's background job ignores Ctrl-C, and so would every process that a test starts in order to interrupt it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the source tree."""
    return ROOT


@pytest.fixture
def run_python(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a Python text, from a file so that its source can be found, in a process of its own."""

    def run(text: str, *arguments: str, timeout: float = 60, **variables: str) -> subprocess.CompletedProcess[str]:
        script = tmp_path / "script.py"
        script.write_text(textwrap.dedent(text), encoding="utf-8")
        return subprocess.run(
            [sys.executable, str(script), *arguments],
            capture_output=True,
            text=True,
            timeout=timeout,
            env={**os.environ, **variables},
        )

    return run

"""Fixtures that several test files here use."""

import pytest
from contractions import Contractions


@pytest.fixture
def contractions(capfd, monkeypatch):
    """Compiles loops, sees whether they became a contraction, and compares them with Python."""
    monkeypatch.setenv("ROOFTOP_PRINT", "after:contract")
    return Contractions(capfd)

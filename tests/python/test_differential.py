"""Every function of the corpus, compiled against CPython: results, mutated arguments, exceptions and their texts."""

from __future__ import annotations

from functools import cache

import pytest
from corpus import registry, wide
from corpus.compare import EXACT, Outcome, Tolerance, outcome_difference, run

import rooftop

ENTRIES = registry.entries()
WIDE = "Ints beyond 64 bits"


def _parameters(entries):
    for entry in entries:
        for position, case in enumerate(entry.cases):
            yield pytest.param(entry, case, id=f"{entry.name}-{position}:{case.label}"[:100])


PARAMETERS = list(_parameters(ENTRIES))
TOLERANT = list(_parameters(entry for entry in ENTRIES if entry.strict_only is None))


@cache
def compiled(function, fp_model: str):
    return rooftop.jit(function) if fp_model == "default" else rooftop.jit(fp_model=fp_model)(function)


def expected_outcome(entry: registry.Entry, case: registry.Case) -> tuple[Outcome, bool]:
    """What the compiled function is to do, and whether the message of its exception is CPython's."""
    checked = run(wide.twin(entry.function), case.make())
    if isinstance(checked.error, wide.Beyond64Bits):
        return Outcome(checked.args, error=OverflowError()), False
    outcome = run(entry.function, case.make())
    if case.deviation is not None:
        outcome = Outcome(outcome.args, error=case.raises())
    return outcome, case.deviation is None


def compare(entry: registry.Entry, case: registry.Case, fp_model: str, tolerance: Tolerance) -> None:
    expected, message = expected_outcome(entry, case)
    function = compiled(entry.function, fp_model)
    # The second call takes the fast way, by the signature that the first one compiled.
    for call in ("first", "second"):
        got = run(function, case.make())
        text = outcome_difference(expected, got, tolerance, entry.merged, message)
        if text is not None:
            pytest.fail(f"{call} call of {entry.name}({case.label}), {fp_model}: {text}", pytrace=False)
        if case.message is not None:
            assert case.message in str(got.error)


@pytest.mark.parametrize("entry, case", PARAMETERS)
def test_strict_is_bit_exact(entry, case):
    compare(entry, case, "strict", Tolerance(entry.strict_ulps) if entry.strict_ulps else EXACT)


@pytest.mark.parametrize("entry, case", TOLERANT)
def test_default_differs_by_ulps_at_most(entry, case):
    compare(entry, case, "default", Tolerance(entry.ulps, entry.atol))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_checked_twin_is_the_function(entry):
    """Where no int leaves 64 bits, the checked text does what the plain text does."""
    for case in entry.cases:
        checked = run(wide.twin(entry.function), case.make())
        if not isinstance(checked.error, wide.Beyond64Bits):
            assert outcome_difference(run(entry.function, case.make()), checked) is None, case.label


def test_corpus_is_large():
    assert len(ENTRIES) >= 200
    assert all(entry.cases for entry in ENTRIES)


def test_deviations_are_documented(root):
    text = (root / "docs" / "deviations.md").read_text(encoding="utf-8")
    used = {case.deviation for entry in ENTRIES for case in entry.cases if case.deviation}
    used |= {WIDE, "Merged scalar types"}
    assert sorted(name for name in used if name not in text) == []

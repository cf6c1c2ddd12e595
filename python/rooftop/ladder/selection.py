"""Which rungs the user's words mean."""

from __future__ import annotations

from collections.abc import Sequence

from rooftop.ladder.kernel import Kernel, LadderError, Rung


def matches(rungs: Sequence[Rung], word: str) -> list[Rung]:
    """The rungs that `word` names: exactly or as a family (`c` is all of `c-…`) or group; else those that begin so."""
    family = [rung for rung in rungs if rung.name == word or rung.name.startswith(word + "-") or word in rung.groups]
    return family or [rung for rung in rungs if rung.name.startswith(word)]


def select(kernel: Kernel, words: str | None) -> list[Rung]:
    """The rungs to run, in the ladder's order; the baseline is always among them.

    Parameters
    ----------
    kernel : Kernel
    words : str or None
        Names, families or beginnings of names, separated by commas; None for all rungs.

    Raises
    ------
    LadderError
        When a word names no rung; the message lists those that exist.
    """
    if words is None:
        return list(kernel.rungs)
    chosen = {kernel.baseline}
    listed = [word.strip() for word in words.split(",") if word.strip()]
    for word in listed:
        found = matches(kernel.rungs, word)
        if not found:
            everything = ", ".join(rung.name for rung in kernel.rungs)
            raise LadderError(f"no rung {word!r}; the rungs of {kernel.name} are {everything}")
        chosen.update(rung.name for rung in found)
    if not listed:
        raise LadderError("--rungs names no rung")
    return [rung for rung in kernel.rungs if rung.name in chosen]

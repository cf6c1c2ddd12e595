"""The climb as a picture: a bar for each rung on a logarithmic scale, below the machine's ceiling."""

from __future__ import annotations

from pathlib import Path

from rooftop.ladder.kernel import LadderError
from rooftop.ladder.measure import Outcome
from rooftop.ladder.report import Climb, significant, times_text

PLAIN, OURS, PALE, INK = "#4878a8", "#d1603d", "#e4e7ea", "#22303c"


def label(climb: Climb, outcome: Outcome) -> str:
    """What stands at a bar's end."""
    seconds = f"{significant(outcome.seconds)} s{' (extrapolated)' if outcome.extrapolated else ''}"
    times = times_text(climb, outcome)
    return f"{seconds}   {times}×" if times else seconds


def draw(climb: Climb, folder: Path) -> Path:
    """Write the picture to `folder` and return the file.

    Raises
    ------
    LadderError
        When matplotlib is missing.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.ticker import FuncFormatter, NullLocator
    except ImportError as error:
        raise LadderError(f"no picture: matplotlib is missing ({error}); pip install matplotlib") from None
    outcomes = climb.done()
    rates = [outcome.flops_per_second / 1e9 for outcome in outcomes]
    figure = Figure(figsize=(11, 1.9 + 0.4 * len(outcomes)), dpi=130, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    ceiling = climb.ceilings.get(climb.threads)
    top = max([*rates, ceiling.flops_per_second / 1e9 if ceiling else 0])
    bottom = min(rates) / 3
    for height, (outcome, rate) in enumerate(zip(outcomes, rates)):
        colour = OURS if outcome.rung.language == "rooftop" else PLAIN
        fill, hatch = (PALE, "////") if outcome.extrapolated else (colour, None)
        axes.barh(height, rate - bottom, left=bottom, height=0.72, color=fill, edgecolor=colour, hatch=hatch)
        inside = rate / bottom > (top / bottom) ** 0.5
        axes.annotate(
            label(climb, outcome),
            (rate, height),
            xytext=(-6 if inside else 6, 0),
            textcoords="offset points",
            ha="right" if inside else "left",
            va="center",
            fontsize=9,
            color="white" if inside and not outcome.extrapolated else INK,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5} if inside and outcome.extrapolated else None,
        )
    if ceiling:
        limit = ceiling.flops_per_second / 1e9
        axes.axvline(limit, color=INK, linewidth=1.4, linestyle="--")
        axes.annotate(
            f"ceiling {significant(limit)} GFLOP/s",
            (limit, len(outcomes) - 0.45),
            xytext=(-5, 0),
            textcoords="offset points",
            ha="right",
            va="bottom",
            fontsize=9,
            color=INK,
        )
    axes.set_xscale("log")
    axes.set_xlim(bottom, top * 1.6)
    axes.set_ylim(-0.6, len(outcomes) + (0.2 if ceiling else -0.4))
    axes.set_yticks(range(len(outcomes)), [outcome.rung.title for outcome in outcomes])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("GFLOP/s, logarithmic; each bar: seconds for the whole problem, and times faster than plain Python")
    axes.grid(axis="x", color="#d5d9dd", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    figure.suptitle(climb.title, fontsize=12, color=INK)
    path = folder / f"{climb.file_name}.png"
    figure.savefig(path)
    return path

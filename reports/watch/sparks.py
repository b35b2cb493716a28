"""A control chart as small as a word: the line, its limits as a band, and what is flagged."""

from collections.abc import Callable, Iterable, Sequence

import polars as pl

from metrics.metric import Better
from metrics.spc import ControlChart
from reports import charts_base as base
from reports.palette import INK
from reports.watch.charts_control import look_of
from reports.watch.icons import CHANGED, CONCERN, GOOD, Drawing

WIDE, HIGH, EDGE = 168.0, 40.0, 4.0  # pixels
Heights = Callable[[Iterable[float]], list[float]]  # pixels from the top
COLOURS = {"improving": GOOD, "worsening": CONCERN, "special": CHANGED}


def spark(drawn: ControlChart, better: Better, target: float | None, words: str) -> Drawing:
    """One drawing, the target as a dashed line where it lies near enough."""
    points = drawn.points
    low, high = _reached(points, target)
    steps = max(1, points.height - 1)
    x = [EDGE + (WIDE - 2 * EDGE) * place / steps for place in range(points.height)]

    def heights(values: Iterable[float]) -> list[float]:
        return [HIGH - EDGE - (HIGH - 2 * EDGE) * (each - low) / (high - low) for each in values]

    parts = [_phase(points.slice(phase.start, phase.points), x[phase.start :], heights) for phase in drawn.phases]
    if target is not None and low <= target <= high:
        parts.append(_stroke([x[0], x[-1]], heights([target, target]), base.GOOD, 'stroke-dasharray="4 2"'))
    value = heights(points["value"].to_list())
    parts.append(_stroke(x, value, INK, ""))
    for at, height, point in zip(x, value, points.iter_rows(named=True), strict=True):
        look = look_of(point, drawn, better)
        if look in COLOURS:
            parts.append(f'<circle cx="{at:.1f}" cy="{height:.1f}" r="2.2" fill="{COLOURS[look]}"/>')
    parts.append(f'<circle cx="{x[-1]:.1f}" cy="{value[-1]:.1f}" r="3" fill="none" stroke="{INK}"/>')
    return Drawing("".join(parts), WIDE, HIGH, words)


def _reached(points: pl.DataFrame, target: float | None) -> tuple[float, float]:
    """From what to what it is drawn: all of it, and the target where the rest stays readable."""
    known = [each for name in ("value", "lower", "upper") for each in points[name].to_list() if each is not None]
    low, high = min(known), max(known)
    room = high - low
    if target is not None and low - room <= target <= high + room:
        low, high = min(low, target), max(high, target)
    return (low, high) if high > low else (low - 1, high + 1)


def _phase(rows: pl.DataFrame, x: Sequence[float], heights: Heights) -> str:
    """The band between the limits of a phase, and its centre; `x` from its first point on."""
    places = x[: rows.height]
    centre = _stroke(places, heights(rows["centre"].to_list()), base.QUIET, 'stroke-opacity="0.8"')
    if rows["lower"].null_count() or rows["upper"].null_count():
        return centre
    there = [f"{at:.1f},{height:.1f}" for at, height in zip(places, heights(rows["upper"].to_list()), strict=True)]
    back = [f"{at:.1f},{height:.1f}" for at, height in zip(places, heights(rows["lower"].to_list()), strict=True)]
    return f'<polygon points="{" ".join([*there, *reversed(back)])}" fill="{base.QUIET}" fill-opacity="0.22"/>{centre}'


def _stroke(x: Sequence[float], y: Sequence[float], colour: str, more: str) -> str:
    path = " ".join(f"{at:.1f},{height:.1f}" for at, height in zip(x, y, strict=True))
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.2" {more}/>'

"""Charts over time: a metric with its interval, and counts as columns."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

import plotly.graph_objects as go
import polars as pl

from data_access.own_events import OwnEvent
from metrics.metric import AnyMetric, Status, Unit
from reports import charts_base as base
from reports import text
from reports.text import _

Figure = go.Figure  # what every chart is


def trend(
    frame: pl.DataFrame,
    metric: AnyMetric,
    grain: str,
    target: float | None = None,
    marks: Sequence[tuple[date, str]] = (),
    own: Sequence[OwnEvent] = (),
    limit: str = "",
) -> go.Figure:
    """A metric over time with its interval as a band; hollow grey points are not final or too few.

    Args:
        frame: rows of one metric with `grain` (a date column), value, low, high, denominator, mature, status.
        marks: days on which something changed, drawn as vertical lines.
        own: events of the site's calendar, drawn beside the seasons.
        limit: what the line at `target` is called, where it is no target.
    """
    shown = frame.drop_nulls("value").sort(grain)
    firm = (shown["mature"] & (shown["status"] == Status.OK)).to_list()
    colour = base.colour_of(metric)
    days = shown[grain].to_list()
    line = {"type": "scatter", "x": days, "y": shown["value"].to_list(), "mode": "lines+markers"} | {
        "name": _(metric.name),
        "line": {"color": colour, "width": 2},
        "marker": _points(firm, colour),
        "hovertext": base.hover(shown, metric, lambda row: base.grain_label(row[grain], grain)),
        "hoverinfo": "text",
        "showlegend": False,
    }
    x, shapes, annotations = _along(days, marks, own)
    if target is not None:
        shapes.append(base.level(target, base.TARGET_LINE))
        annotations.append(base.line_words(limit or text.target(target, metric)))
    reached = [each for each in (*shown["low"], *shown["high"], *shown["value"]) if each is not None] or [0.0, 1.0]
    is_time = metric.unit is Unit.SECONDS
    values = base.seconds_axis(min(reached), max(reached)) if is_time else base.values_axis(metric.unit)
    traces = [*_band(days, shown, colour), line]
    return base.figure(traces, x=x, y=values, shapes=shapes, annotations=annotations)


def _along(
    days: list[date], marks: Sequence[tuple[date, str]], own: Sequence[OwnEvent]
) -> tuple[base.Part, list[base.Part], list[base.Part]]:
    """The axis of days, and what is drawn along it: the calendar's seasons and events, and what people marked."""
    calendar = base.calendar(days, own)
    lines, words = base.marks(marks, days)
    return base.days_axis(calendar.rows), [*calendar.shapes, *lines], [*calendar.words, *words]


def _points(firm: list[bool], colour: str) -> base.Part:
    line = {"width": 1.5, "color": [colour if each else base.QUIET for each in firm]}
    return {"size": 7, "color": [colour if each else base.CLEAR for each in firm], "line": line}


def _band(days: list[date], shown: pl.DataFrame, colour: str) -> list[base.Part]:
    edge: base.Part = {"type": "scatter", "x": days, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    edge |= {"showlegend": False}
    filled = {"fill": "tonexty", "fillcolor": base.faded(colour, 0.15)}
    return [edge | {"y": shown["high"].to_list()}, edge | {"y": shown["low"].to_list()} | filled]


def standing(days: list[date], grain: str) -> dict[str, list[float]]:
    """Offset and width of columns that stand on their own days: a change's line then falls between two of them."""
    months = [monthrange(day.year, day.month)[1] for day in days]
    lengths = {"day": [1] * len(days), "week": [7] * len(days), "month": months}[grain]
    return {"offset": [each * 0.1 * base.DAY for each in lengths], "width": [each * 0.8 * base.DAY for each in lengths]}


def counts(
    frame: pl.DataFrame,
    grain: str,
    name: str,
    marks: Sequence[tuple[date, str]] = (),
    own: Sequence[OwnEvent] = (),
) -> go.Figure:
    """Counts over time as columns; a period that the data or the scope cut short is lighter.

    Args:
        frame: `grain` (a date), `count`, `whole` (does the data cover the whole period?).
    """
    shown = frame.sort(grain)
    days = shown[grain].to_list()
    columns = {
        "type": "bar",
        "x": days,
        "y": shown["count"].to_list(),
        **standing(days, grain),
        "customdata": [each.isoformat() for each in days],
        "marker": {"color": base.COMPLAINTS, "opacity": [1.0 if each else 0.45 for each in shown["whole"]]},
        "hovertext": [
            f"<b>{base.grain_label(row[grain], grain)}</b><br>{text.number(row['count'])}"
            + ("" if row["whole"] else f"<br>{_('part of the period only')}")
            for row in shown.iter_rows(named=True)
        ],
        "hoverinfo": "text",
        "name": name,
        "showlegend": False,
    }
    x, shapes, annotations = _along(days, marks, own)
    most = max(shown["count"].to_list(), default=0)
    values = base.values_axis(None) | {"tickformat": ",d", "dtick": 1 if most < 6 else None}
    return base.figure([columns], x=x, y=values, shapes=shapes, annotations=annotations)

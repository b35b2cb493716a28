"""The figure of a control chart: points, centre, limits by phase, and what is flagged."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

import plotly.graph_objects as go
import polars as pl

from data_access.own_events import OwnEvent
from data_access.watch.control import Controlled
from metrics.metric import AnyMetric, Better, Status, Unit
from metrics.results import NotEstimable
from metrics.spc import ControlChart
from reports import charts_base as base
from reports import text
from reports.text import N_, _
from reports.watch.control_words import pattern
from reports.watch.icons import CHANGED, CONCERN, GOOD

LIMIT, CENTRE = {"color": base.QUIET, "dash": "dot", "width": 1.5}, {"color": base.QUIET, "width": 1.2}
#: How points look: colour, symbol, name in the legend. Shape says what colour says.
LOOKS = {
    "common": (None, "circle", ""),
    "improving": (GOOD, "triangle-up", N_("better, more than chance")),
    "worsening": (CONCERN, "diamond", N_("worse, more than chance")),
    "special": (CHANGED, "square", N_("changed, more than chance")),
    "left out": (base.QUIET, "x-thin-open", N_("left out of the limits")),
    "open": (base.QUIET, "circle-open", N_("not final, or too few")),
}


def control(
    found: Controlled,
    target: float | None = None,
    marks: Sequence[tuple[date, str]] = (),
    own: Sequence[OwnEvent] = (),
) -> go.Figure:
    """A control chart over time; flagged points have another shape and colour.

    Args:
        marks: days on which something changed, drawn as vertical lines.
        own: events of the site's calendar.
    """
    metric, grain = found.metric, found.grain.value
    rows = found.rows.drop_nulls([grain, "value"]).sort(grain)
    days = rows[grain].to_list()
    looked = _looks(found, rows, grain)
    colour = base.colour_of(metric)
    line = {"x": days, "y": rows["value"].to_list(), "mode": "lines", "line": {"color": colour, "width": 1.5}}
    traces = [{"type": "scatter", "hoverinfo": "skip", "showlegend": False} | line]
    traces += [_points(looked, look, colour, grain) for look in LOOKS if look in looked["look"]]
    if isinstance(found.chart, ControlChart):
        traces += list(_lines(found.chart, grain))
    calendar = base.calendar(days, own)
    lines, words = base.marks(marks, days)
    shapes, annotations = [*calendar.shapes, *lines], [*calendar.words, *words]
    if target is not None:
        shapes.append(base.level(target, base.TARGET_LINE))
        annotations.append(base.line_words(text.target(target, metric)))
    y = _values_axis(found, metric, rows)
    return base.figure(traces, x=base.days_axis(calendar.rows), y=y, shapes=shapes, annotations=annotations, height=380)


def _values_axis(found: Controlled, metric: AnyMetric, rows: pl.DataFrame) -> base.Part:
    if metric.unit is not Unit.SECONDS:
        return base.values_axis(metric.unit)
    reached = rows["value"].to_list()
    if isinstance(found.chart, ControlChart):
        reached += [each for each in (*found.chart.points["lower"], *found.chart.points["upper"]) if each is not None]
    return base.seconds_axis(min(reached, default=0.0), max(reached, default=1.0))


def _looks(found: Controlled, rows: pl.DataFrame, grain: str) -> pl.DataFrame:
    """Each row with how its point looks and what it says when it is pointed at."""
    drawn, metric = found.chart, found.metric
    if isinstance(drawn, NotEstimable):
        final = rows["mature"] & (rows["status"] == Status.OK)
        look = ["common" if each else "open" for each in final]
        return rows.with_columns(look=pl.Series(look, dtype=pl.String), said=pl.Series(_hover(found, rows, [])))
    told = {row["period"]: row for row in drawn.points.iter_rows(named=True)}
    looks = [look_of(told.get(day), drawn, metric.better) for day in rows[grain]]
    points = [told.get(day) for day in rows[grain]]
    return rows.with_columns(look=pl.Series(looks, dtype=pl.String), said=pl.Series(_hover(found, rows, points)))


def look_of(point: dict | None, drawn: ControlChart, better: Better) -> str:
    """How a point looks; None: a row that is no point of the chart."""
    if point is None:
        return "open"
    if point["is_excluded"]:
        return "left out"
    signs = [point[rule.name] for rule in drawn.rules.rules if point[rule.name]]
    if not signs:
        return "common"
    if better is Better.NEITHER or not any(rule.is_directed and point[rule.name] for rule in drawn.rules.rules):
        return "special"
    return "improving" if (signs[0] > 0) == (better is Better.HIGHER) else "worsening"


def _hover(found: Controlled, rows: pl.DataFrame, points: Sequence[dict | None]) -> list[str]:
    """Value and n of each point, its limits, and the rules that it breaks."""
    metric, grain = found.metric, found.grain.value
    lines = base.hover(rows, metric, lambda row: base.grain_label(row[grain], grain))
    if isinstance(found.chart, NotEstimable):
        return lines
    names = [rule.name for rule in found.chart.rules.rules]
    said = []
    for line, point in zip(lines, points, strict=True):
        more = []
        if point is not None and point["lower"] is not None:
            lower, upper = text.value(point["lower"], metric.unit), text.value(point["upper"], metric.unit)
            more.append(_("limits {low} to {high}").format(low=lower, high=upper))
        if point is not None:
            more += [part_of(name, point[name]) for name in names if point[name]]
        said.append("<br>".join([line, *more]))
    return said


def part_of(rule: str, sign: int) -> str:
    """The pattern that a point belongs to, whose length its rule's name says."""
    length = rule.rpartition("_")[2]
    return pattern(rule, sign, int(length) if length.isdecimal() else 0)


def _points(looked: pl.DataFrame, look: str, colour: str, grain: str) -> base.Part:
    shown = looked.filter(pl.col("look") == look)
    own, symbol, words = LOOKS[look]
    size = 7 if look in {"common", "open"} else 10
    marker = {"color": own or colour, "symbol": symbol, "size": size, "line": {"width": 1.5, "color": own or colour}}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": shown[grain].to_list(),
        "y": shown["value"].to_list(),
        "marker": marker,
        "hovertext": shown["said"].to_list(),
        "hoverinfo": "text",
        "name": _(words) if words else "",
        "showlegend": bool(words),
    }


def _lines(drawn: ControlChart, grain: str) -> Iterator[base.Part]:
    """Centre and limits of each phase, as steps over the whole of each period; those of trial limits are fainter."""
    for number, phase in enumerate(drawn.phases, start=1):
        rows = drawn.points.filter(pl.col("phase") == number)
        for name, line in (("centre", CENTRE), ("lower", LIMIT), ("upper", LIMIT)):
            if rows[name].null_count() == rows.height:
                continue
            yield {
                "type": "scatter",
                "mode": "lines",
                "x": _edges(rows["period"].to_list(), grain),
                "y": [each for value in rows[name] for each in (value, value)],
                "line": line,
                "opacity": 0.55 if phase.is_trial and name != "centre" else 1.0,
                "hoverinfo": "skip",
                "showlegend": False,
            }


def _edges(days: Sequence[date], grain: str) -> list[datetime]:
    """Half a period before and after each point, so that limits that vary are steps around their points."""
    half = {"day": timedelta(hours=12), "week": timedelta(days=3.5), "month": timedelta(days=15)}[grain]
    starts = [datetime.combine(day, time()) for day in days]
    return [each for start in starts for each in (start - half, start + half)]

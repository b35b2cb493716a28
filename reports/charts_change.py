"""Charts of one change: what was counted before and after it, and the mean level of each side."""

import plotly.graph_objects as go
import polars as pl

from metrics.metric import Metric, Unit
from metrics.results import BeforeAfter, Side
from reports import charts, text
from reports import charts_base as base
from reports.text import _


def before_after(
    series: pl.DataFrame, result: BeforeAfter, metric: Metric, name: str, *, grain: str, as_rate: bool
) -> go.Figure:
    """Counts as columns or a rate as points, with the change marked and the mean of each side as a line.

    Args:
        series: `period`, `days`, `numerator`, `denominator`.
    """
    days = series["period"].to_list()
    means = [
        _mean(side, label, metric=metric, as_rate=as_rate)
        for side, label in ((result.before, _("Mean before")), (result.after, _("Mean after")))
    ]
    lines, words = base.marks([(result.start, name)])
    rangemode = "normal" if as_rate and metric.unit is Unit.PERCENT else "tozero"
    return base.figure(
        [_points(series, metric, grain, as_rate=as_rate), *(line for line, _words in means)],
        x=base.days_axis() | {"range": [min(days).isoformat(), result.after.end.isoformat()]},
        y=base.values_axis(metric.unit if as_rate else None) | {"rangemode": rangemode},
        shapes=lines,
        annotations=[*words, *(said for _line, said in means)],
    )


def _points(series: pl.DataFrame, metric: Metric, grain: str, *, as_rate: bool) -> base.Part:
    colour, days = base.colour_of(metric), series["period"].to_list()
    rate = pl.when(pl.col("denominator") > 0).then(pl.col("numerator") / pl.col("denominator") * metric.unit.scale)
    values = series.select(rate if as_rate else "numerator").to_series().to_list()
    shown = [text.value(each, metric.unit) if as_rate else text.number(each) for each in values]
    hover = [
        f"<b>{base.grain_label(day, grain)}</b><br>{value}<br>{text.number(row[0])} / {text.number(row[1])}"
        for day, value, row in zip(days, shown, series.select("numerator", "denominator").iter_rows(), strict=True)
    ]
    named: base.Part = {"x": days, "y": values, "hovertext": hover, "hoverinfo": "text", "name": _(metric.name)}
    named |= {"showlegend": False}
    if as_rate:
        return {"type": "scatter", "mode": "lines+markers", "line": {"color": colour, "width": 2}, **named}
    marker = {"color": colour, "opacity": 0.55}
    return {"type": "bar", "marker": marker, **charts.standing(days, grain), **named}


def _mean(side: Side, label: str, *, metric: Metric, as_rate: bool) -> tuple[base.Part, base.Part]:
    """A side's mean as a line, and what it says."""
    value = side.rate.value if as_rate and side.rate else side.per_period
    shown = text.value(value, metric.unit) if as_rate else text.number(value, 1)
    line = {
        "type": "scatter",
        "x": [side.start, side.end],
        "y": [value, value],
        "mode": "lines",
        "line": {"color": base.QUIET, "width": 2, "dash": "dash"},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    place = {"x": side.start.isoformat(), "y": value, "xanchor": "left", "yanchor": "bottom", "showarrow": False}
    return line, {"text": text.labelled(label, shown), **place}

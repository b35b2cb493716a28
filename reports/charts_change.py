"""Charts of one change: what was counted before and after it, and the mean level of each side."""

from datetime import date

import plotly.graph_objects as go
import polars as pl

from metrics.metric import Metric, Unit
from metrics.results import BeforeAfter, Side
from reports import charts, text
from reports.text import _


def before_after(
    series: pl.DataFrame, result: BeforeAfter, metric: Metric, name: str, *, grain: str, as_rate: bool
) -> go.Figure:
    """Counts as columns or a rate as points, with the change marked and the mean of each side as a line.

    Args:
        series: `period`, `days`, `numerator`, `denominator`.
    """
    figure = go.Figure()
    colour = charts.colour_of(metric)
    days = series["period"].to_list()
    rate = pl.when(pl.col("denominator") > 0).then(pl.col("numerator") / pl.col("denominator") * metric.unit.scale)
    values = series.select(rate if as_rate else "numerator").to_series().to_list()
    shown = [text.value(each, metric.unit) if as_rate else text.number(each) for each in values]
    hover = [
        f"<b>{charts.grain_label(day, grain)}</b><br>{value}<br>{text.number(row[0])} / {text.number(row[1])}"
        for day, value, row in zip(days, shown, series.select("numerator", "denominator").iter_rows(), strict=True)
    ]
    named = {"hovertext": hover, "hoverinfo": "text", "name": _(metric.name), "showlegend": False}
    if as_rate:
        figure.add_scatter(x=days, y=values, mode="lines+markers", line={"color": colour, "width": 2}, **named)
    else:
        place = charts.standing(days, grain)
        figure.add_bar(x=days, y=values, marker={"color": colour, "opacity": 0.55}, **place, **named)
    for side, label in ((result.before, _("Mean before")), (result.after, _("Mean after"))):
        _mean(figure, side, label, metric=metric, as_rate=as_rate)
    charts.mark(figure, [(result.start, name)])
    charts.days_axis(charts.layout(figure, metric.unit if as_rate else None))
    figure.update_xaxes(range=[min(days), result.after.end])
    figure.update_yaxes(rangemode="normal" if as_rate and metric.unit is Unit.PERCENT else "tozero")
    return figure


def _mean(figure: go.Figure, side: Side, label: str, *, metric: Metric, as_rate: bool) -> None:
    value = side.rate.value if as_rate and side.rate else side.per_period
    shown = text.value(value, metric.unit) if as_rate else text.number(value, 1)
    ends: list[date] = [side.start, side.end]
    figure.add_scatter(
        x=ends, y=[value, value], mode="lines", line={"color": charts.QUIET, "width": 2, "dash": "dash"},
        hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    figure.add_annotation(
        x=side.start, y=value, xanchor="left", yanchor="bottom", showarrow=False, text=f"{label}: {shown}"
    )

"""The funnel: groups by their size and figure, between limits that narrow as there are more cases."""

from collections.abc import Callable

import plotly.graph_objects as go
import polars as pl

from metrics.fair import Comparison, funnel
from metrics.metric import Metric
from reports import charts_base as base
from reports import text
from reports.text import N_, _

STEPS = 60
STATES = {
    "inside": (base.QUIET, "circle", N_("as chance would have it")),
    "warning": ("#b7791f", "diamond", N_("outside 95 %")),
    "alarm": (base.BAD, "x", N_("outside 99.8 %")),
}


def funnel_plot(found: Comparison, metric: Metric, group: str, label: Callable[[str | None], str]) -> go.Figure:
    """Adjusted figures over the number of cases; those outside the limits are named.

    Points carry the group's code in `customdata`.
    """
    shown = found.groups.drop_nulls("adjusted")
    largest = max(shown["denominator"].to_list(), default=1.0) * 1.05
    smallest = max(1.0, min(shown["denominator"].to_list(), default=1.0) * 0.6)
    sizes = [smallest + (largest - smallest) * place / STEPS for place in range(STEPS + 1)]
    limits = funnel(found.overall, sizes, metric.unit)
    traces = [_line(limits, name, dash) for name, dash in LINES.items()]
    for state, (colour, symbol, words) in STATES.items():
        rows = shown.filter(pl.col("outside") == state)
        if rows.height:
            traces.append(_points(rows, metric, group, label, {"color": colour, "symbol": symbol, "size": 9}, _(words)))
    x = {"title": {"text": _(metric.counted), "standoff": 6}, "rangemode": "tozero"}
    lines = [base.level(found.overall, {"color": base.QUIET, "width": 1})]
    return base.figure(traces, x=x, y=base.values_axis(metric.unit), shapes=lines, height=380)


LINES = {"low_998": "solid", "low_95": "dot", "high_95": "dot", "high_998": "solid"}


def _line(limits: pl.DataFrame, name: str, dash: str) -> base.Part:
    return {
        "type": "scatter",
        "x": limits["denominator"].to_list(),
        "y": limits[name].to_list(),
        "mode": "lines",
        "line": {"color": base.QUIET, "width": 1.2, "dash": dash, "shape": "spline"},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _points(
    rows: pl.DataFrame, metric: Metric, group: str, label: Callable[[str | None], str], marker: base.Part, words: str
) -> base.Part:
    names = [base.plain(label(each)) for each in rows[group]]
    hover = [
        "<br>".join(
            [
                f"<b>{name}</b>",
                _("adjusted {value}").format(value=text.value(row["adjusted"], metric.unit)),
                _("as counted {value}").format(value=text.value(row["value"], metric.unit)),
                f"n = {text.number(row['denominator'])}",
            ]
        )
        for name, row in zip(names, rows.iter_rows(named=True), strict=True)
    ]
    is_named = words != _(STATES["inside"][2]) and rows.height <= 12
    return {
        "type": "scatter",
        "x": rows["denominator"].to_list(),
        "y": rows["adjusted"].to_list(),
        "mode": "markers+text" if is_named else "markers",
        "text": names if is_named else None,
        "textposition": "middle right",
        "marker": marker,
        "customdata": rows[group].to_list(),
        "hovertext": hover,
        "hoverinfo": "text",
        "name": words,
        "showlegend": True,
    }

"""The funnel: groups by their size and figure, between limits that narrow as there are more cases."""

from collections.abc import Callable, Mapping

import plotly.graph_objects as go
import polars as pl

from metrics.fair import Comparison, funnel
from metrics.metric import Metric
from reports import charts_base as base
from reports import text
from reports.text import N_, _

STEPS = 60
MOST_NAMES = 12  # of one state: more would lie on each other
CLOSE = 0.1  # of the height of all named points: two names nearer than that would touch
STATES = {
    "few": (base.QUIET, "circle-open", N_("too few to judge")),
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
    sizes = sorted({round(smallest + (largest - smallest) * place / STEPS) for place in range(STEPS + 1)})
    limits = funnel(found.overall, sizes, metric.unit)
    traces = [_line(limits, name, dash) for name, dash in LINES.items()]
    sides = _sides(shown.filter(pl.col("outside").is_in(["warning", "alarm"])), group, (smallest + largest) / 2)
    for state, (colour, symbol, words) in STATES.items():
        rows = shown.filter(pl.col("outside") == state)
        if rows.height:
            marker = {"color": colour, "symbol": symbol, "size": 9}
            traces.append(_points(rows, metric, group, label, marker, sides) | {"name": _(words)})
    x = {
        "title": {"text": _("n ({counted})").format(counted=_(metric.counted)), "standoff": 6},
        "range": [smallest, largest],
    }
    lines = [base.level(found.overall, {"color": base.QUIET, "width": 1})]
    return base.figure(traces, x=x, y=base.values_axis(metric.unit), shapes=lines, height=380)


LINES = {"low_998": "solid", "low_95": "dot", "high_95": "dot", "high_998": "solid"}


def _line(limits: pl.DataFrame, name: str, dash: str) -> base.Part:
    return {
        "type": "scatter",
        "x": limits["denominator"].to_list(),
        "y": limits[name].to_list(),
        "mode": "lines",
        "line": {"color": base.QUIET, "width": 1.2, "dash": dash},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _sides(named: pl.DataFrame, group: str, middle: float) -> dict[str, str]:
    """On which side of its point a name stands: inwards, and to and fro where one lies close above another."""
    heights = named["adjusted"].to_list()
    close = CLOSE * (max(heights, default=0.0) - min(heights, default=0.0))
    sides: dict[str, str] = {}
    side, last = "", float("inf")
    for row in named.sort("adjusted", descending=True).iter_rows(named=True):
        inwards = "middle left" if row["denominator"] > middle else "middle right"
        other = {"middle left": "middle right", "middle right": "middle left"}.get(side)
        side, last = other if other and last - row["adjusted"] < close else inwards, row["adjusted"]
        sides[row[group]] = side
    return sides


def _points(
    rows: pl.DataFrame, metric: Metric, group: str, label: Callable[[str | None], str], marker: base.Part,
    sides: Mapping[str, str],
) -> base.Part:  # fmt: skip
    """Points of one state; `sides` has those that are named."""
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
    is_named = rows.height <= MOST_NAMES and all(each in sides for each in rows[group])
    return {
        "type": "scatter",
        "x": rows["denominator"].to_list(),
        "y": rows["adjusted"].to_list(),
        "mode": "markers+text" if is_named else "markers",
        "text": names if is_named else None,
        "textposition": [sides.get(each, "middle right") for each in rows[group]],
        "marker": marker,
        "customdata": rows[group].to_list(),
        "hovertext": hover,
        "hoverinfo": "text",
        "showlegend": True,
    }

"""Causes in charts: how many complaints each kind makes, and how much the first ones make together."""

from collections.abc import Callable

import plotly.graph_objects as go
import polars as pl

from metrics.desk.causes import MOST, vital_few
from metrics.metric import Unit
from reports import charts_base as base
from reports import text
from reports.text import _


def pareto(rows: pl.DataFrame, by: str, label: Callable[[str | None], str]) -> go.Figure:
    """Bars by the most frequent first, the vital few in full colour, and the line of their cumulative share.

    Points carry the code in `customdata`.

    Args:
        rows: as `metrics.desk.causes.pareto` gives them.
    """
    few, places = vital_few(rows).height, list(range(rows.height))
    hover = [_told(row, label(row[by])) for row in rows.iter_rows(named=True)]
    colours = [base.COMPLAINTS if place < few else base.faded(base.COMPLAINTS, 0.35) for place in places]
    bars = {
        "type": "bar", "x": places, "y": rows["count"].to_list(), "marker": {"color": colours}, "hovertext": hover,
        "hoverinfo": "text", "customdata": [[each] for each in rows[by]], "name": _("Complaints"), "showlegend": True,
        "width": 0.6,
    }  # fmt: skip
    line = {
        "type": "scatter", "mode": "lines+markers", "x": places, "y": rows["cumulative"].to_list(), "yaxis": "y2",
        "line": {"color": base.QUIET, "width": 2}, "marker": {"size": 6}, "hoverinfo": "skip",
        "name": _("Cumulative share"), "showlegend": True,
    }  # fmt: skip
    most = max(rows["count"], default=1)
    x = {"tickvals": places, "ticktext": [base.plain(label(each)) for each in rows[by]], "showgrid": False}
    y = base.values_axis(None) | {"tickformat": ",d", "dtick": 1 if most < 6 else None}
    second: base.Part = {"overlaying": "y", "side": "right", "range": [0, 105], "showgrid": False}
    second |= {"tickvals": [0, 20, 40, 60, 80, 100], "ticktext": [f"{each}%" for each in range(0, 101, 20)]}
    mark = base.level(MOST, {"color": base.QUIET, "width": 1, "dash": "dot"}) | {"yref": "y2"}
    return base.figure([bars, line], x=x, y=y, shapes=[mark], height=360, more={"yaxis2": second})


def _told(row: dict, name: str) -> str:
    lines = [
        f"<b>{base.plain(name)}</b>",
        _("{count} complaints, {share} (95 % interval: {low} to {high})").format(
            count=text.number(row["count"]),
            **{each: text.value(row[each], Unit.PERCENT) for each in ("share", "low", "high")},
        ),
        _("with those before it {share}").format(share=text.value(row["cumulative"], Unit.PERCENT)),
    ]
    return "<br>".join(lines)

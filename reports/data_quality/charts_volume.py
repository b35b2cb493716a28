"""A table's days beside what was expected of them; unusual ones stand out by their shape as well."""

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from data_access.own_events import OwnEvent
from reports import charts_base as base
from reports import text
from reports.text import _


def course(found: pl.DataFrame, own: Sequence[OwnEvent] = ()) -> go.Figure:
    """Rows of each day as points on a line over the band of what was expected.

    Args:
        found: `day count expected low high unusual`.
    """
    shown = found.sort("day")
    days, unusual = shown["day"].to_list(), shown["unusual"].to_list()
    edge: base.Part = {"type": "scatter", "x": days, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    band = {
        "fill": "tonexty",
        "fillcolor": base.faded(base.QUIET, 0.25),
        "name": _("Expected (95 %)"),
        "showlegend": True,
    }
    marker = {
        "size": [11 if each else 5 for each in unusual],
        "symbol": ["diamond" if each else "circle" for each in unusual],
        "color": [base.BAD if each else base.QA for each in unusual],
    }
    came = {
        "type": "scatter", "mode": "lines+markers", "x": days, "y": shown["count"].to_list(), "name": _("Came"),
        "line": {"color": base.QA, "width": 1.5}, "marker": marker, "showlegend": True, "hoverinfo": "text",
        "hovertext": [_told(row) for row in shown.iter_rows(named=True)],
    }  # fmt: skip
    calendar = base.calendar(days, own)
    traces = [
        edge | {"y": shown["high"].to_list(), "showlegend": False},
        edge | {"y": shown["low"].to_list()} | band,
        came,
    ]
    values = base.values_axis(None) | {"tickformat": ",d"}
    return base.figure(
        traces, x=base.days_axis(calendar.rows), y=values, shapes=calendar.shapes, annotations=calendar.words
    )


def _told(row: dict) -> str:
    interval = _("95 % interval: {low} to {high}").format(low=text.number(row["low"]), high=text.number(row["high"]))
    expected = _("expected: {count}").format(count=text.number(row["expected"], 1))
    head = f"<b>{text.day(row['day'])} ({text.weekday(row['day'])})</b>"
    return "<br>".join([head, text.number(row["count"]), expected, interval])

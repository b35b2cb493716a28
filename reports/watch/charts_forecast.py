"""Forecasts in charts: what came, what is expected with its interval, and the agents that each hour needs."""

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from data_access.own_events import OwnEvent
from reports import charts_base as base
from reports import text
from reports.charts_metric import ALL_DAYS
from reports.text import _
from reports.wings.charts_heat import Cell, heat_map

HOURS, NAMED = 24, 3  # every third hour is named


def course(past: pl.DataFrame, ahead: pl.DataFrame, grain: str, colour: str, own: Sequence[OwnEvent] = ()) -> go.Figure:
    """What came as a line, what is expected as a dashed one with its 95 % interval as a band.

    Args:
        past: `period count`.
        ahead: `period expected low high`.
        own: events of the site's calendar, drawn beside the seasons.
    """
    came = {
        "type": "scatter", "mode": "lines", "x": past["period"].to_list(), "y": past["count"].to_list(),
        "line": {"color": colour, "width": 2}, "name": _("Came"), "showlegend": True, "hoverinfo": "text",
        "hovertext": [_came(row, grain) for row in past.iter_rows(named=True)],
    }  # fmt: skip
    days = ahead["period"].to_list()
    edge: base.Part = {"type": "scatter", "x": days, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    band = {"fill": "tonexty", "fillcolor": base.faded(colour, 0.18), "name": _("95 % interval"), "showlegend": True}
    expected = {
        "type": "scatter", "mode": "lines", "x": days, "y": ahead["expected"].to_list(), "name": _("Expected"),
        "line": {"color": colour, "width": 2, "dash": "dot"}, "showlegend": True, "hoverinfo": "text",
        "hovertext": [_told(row, grain) for row in ahead.iter_rows(named=True)],
    }  # fmt: skip
    traces = [
        edge | {"y": ahead["high"].to_list(), "showlegend": False},
        edge | {"y": ahead["low"].to_list()} | band,
        came,
        expected,
    ]
    calendar = base.calendar([*past["period"], *days], own)
    start = base.upright(days[0].isoformat(), {"color": base.QUIET, "dash": "dot", "width": 1.5})
    values = base.values_axis(None) | {"tickformat": ",d"}
    return base.figure(
        traces, x=base.days_axis(calendar.rows), y=values, shapes=[*calendar.shapes, start],
        annotations=calendar.words, height=360,
    )  # fmt: skip


def _when(row: dict, grain: str) -> str:
    named = base.grain_label(row["period"], grain)
    return f"{named} ({text.weekday(row['period'])})" if grain == "day" else named


def _came(row: dict, grain: str) -> str:
    return f"<b>{_when(row, grain)}</b><br>{text.number(row['count'])}"


def _told(row: dict, grain: str) -> str:
    low, high = text.number(row["low"]), text.number(row["high"])
    interval = _("95 % interval: {low} to {high}").format(low=low, high=high)
    return f"<b>{_when(row, grain)}</b><br>{text.number(row['expected'], 1)}<br>{interval}"


def staff(needs: pl.DataFrame) -> go.Figure:
    """Agents needed by day and hour, the more the stronger; nothing where nobody is needed.

    Args:
        needs: metrics.forecast.staff.STAFF.
    """
    days = needs["day"].unique().sort().to_list()
    most = max(1, *needs["agents"])
    known = {(row["day"], row["hour"]): row for row in needs.iter_rows(named=True)}
    cells = [[_cell(known.get((day, hour)), most) for hour in range(HOURS)] for day in days]
    names = [f"{text.short_day(each)} {_(ALL_DAYS[each.isoweekday()])}" for each in days]
    hours = [f"{hour:02d}" if hour % NAMED == 0 else "" for hour in range(HOURS)]
    return heat_map(cells, names, hours, tilt=0)


def _cell(row: dict | None, most: int) -> Cell:
    if row is None or not row["agents"]:
        return Cell(0, "", "" if row is None else _need(row))
    return Cell(-row["agents"] / most, text.number(row["agents"]), _need(row))


def _need(row: dict) -> str:
    hour = f"{row['hour']:02d}:00–{row['hour'] + 1:02d}:00"
    return "<br>".join(
        [
            f"<b>{text.short_day(row['day'])} {hour}</b>",
            _("{agents} agents, {paid} paid").format(agents=text.number(row["agents"]), paid=text.number(row["paid"])),
            _("{contacts} contacts expected, up to {high}").format(
                contacts=text.number(row["contacts"], 1), high=text.number(row["high"], 1)
            ),
            _("at the upper end {agents} agents").format(agents=text.number(row["agents_high"])),
        ]
    )

"""Quotas kept, team by team and week by week."""

from collections.abc import Callable

import plotly.graph_objects as go
import polars as pl

from metrics.metric import AnyMetric, Status
from reports import charts_base as base
from reports import text
from reports.text import _

SCALE = [[0, base.COMPLAINTS], [0.5, "#c9d1db"], [1, base.QA]]
ROW = 30


def attainment(frame: pl.DataFrame, metric: AnyMetric, target: float, label: Callable[[str | None], str]) -> go.Figure:
    """A row for each team and a column for each week, in percent: blue where it was kept, orange where little was done.

    Args:
        frame: `team_id week value low high numerator denominator status mature`.
    """
    weeks = sorted(frame["week"].drop_nulls().unique())
    teams = sorted(frame["team_id"].drop_nulls().unique(), reverse=True)
    known = {(row["team_id"], row["week"]): row for row in frame.iter_rows(named=True)}
    cells = [[known.get((team, week)) for week in weeks] for team in teams]
    values = [[_value(cell) for cell in row] for row in cells]
    heat = {
        "type": "heatmap",
        "x": list(range(len(weeks))),
        "y": list(range(len(teams))),
        "z": values,
        "zmin": 0,
        "zmax": target,
        "colorscale": SCALE,
        "text": [["" if value is None else text.number(value) for value in row] for row in values],
        "texttemplate": "%{text}",
        "textfont": {"size": 11},
        "hovertext": [
            [_told(cell, metric, label(team), week) for cell, week in zip(row, weeks, strict=True)]
            for row, team in zip(cells, teams, strict=True)
        ],
        "hoverinfo": "text",
        "xgap": 2,
        "ygap": 2,
        "showscale": False,
    }
    days = [text.short_day(week) for week in weeks]
    x = {"tickvals": list(range(len(weeks))), "ticktext": days, "showgrid": False, "side": "top"}
    names = [f"{base.plain(label(team))} " for team in teams]
    y = {"tickvals": list(range(len(teams))), "ticktext": names, "showgrid": False}
    return base.figure(
        [heat], x=x, y=y, height=ROW * len(teams) + 90, more={"margin": {"l": 8, "r": 8, "t": 48, "b": 8}}
    )


def _value(cell: dict | None) -> float | None:
    return None if cell is None or cell["value"] is None else cell["value"]


def _told(cell: dict | None, metric: AnyMetric, name: str, week: object) -> str:
    head = f"<b>{base.plain(name)}</b><br>{base.grain_label(week, 'week')}"  # ty: ignore[invalid-argument-type]
    if cell is None or cell["value"] is None:
        return f"{head}<br>{_('no cases')}"
    low, high = text.value(cell["low"], metric.unit), text.value(cell["high"], metric.unit)
    counts = f"{text.number(cell['numerator'])}/{text.number(cell['denominator'])}"
    notes = [] if cell["mature"] else [_("not final yet")]
    notes += [_("too few to judge")] if cell["status"] == Status.TOO_FEW else []
    interval = _("95 % interval: {low} to {high}").format(low=low, high=high)
    return "<br>".join([head, f"{text.value(cell['value'], metric.unit)} ({counts})", interval, *notes])

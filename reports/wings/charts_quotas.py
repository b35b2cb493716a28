"""Quotas kept, team by team and week by week."""

from collections.abc import Callable
from datetime import date

import plotly.graph_objects as go
import polars as pl

from metrics.metric import AnyMetric, Status
from reports import charts_base as base
from reports import text
from reports.text import _
from reports.wings.charts_heat import Cell, bounded, heat_map


def attainment(frame: pl.DataFrame, metric: AnyMetric, target: float, label: Callable[[str | None], str]) -> go.Figure:
    """A row for each team and a column for each week, in percent: blue where it was kept, orange where little was done.

    Args:
        frame: `team_id week value low high numerator denominator status mature`.
    """
    weeks = sorted(frame["week"].drop_nulls().unique())
    teams = sorted(frame["team_id"].drop_nulls().unique())
    known = {(row["team_id"], row["week"]): row for row in frame.iter_rows(named=True)}
    cells = [[_cell(known.get((team, week)), metric, target, label(team), week) for week in weeks] for team in teams]
    return heat_map(cells, list(map(label, teams)), list(map(text.short_day, weeks)))


def _cell(row: dict | None, metric: AnyMetric, target: float, name: str, week: date) -> Cell:
    head = f"<b>{base.plain(name)}</b><br>{base.grain_label(week, 'week')}"
    if row is None or row["value"] is None:
        return Cell(None, "", f"{head}<br>{_('no cases')}")
    low, high = text.value(row["low"], metric.unit), text.value(row["high"], metric.unit)
    counts = f"{text.number(row['numerator'])}/{text.number(row['denominator'])}"
    notes = [] if row["mature"] else [_("not final")]
    notes += [_("too few to judge")] if row["status"] == Status.TOO_FEW else []
    interval = _("95 % interval: {low} to {high}").format(low=low, high=high)
    hover = "<br>".join([head, f"{text.value(row['value'], metric.unit)} ({counts})", interval, *notes])
    return Cell(bounded(1 - 2 * row["value"] / target), text.number(row["value"]), hover)

"""Chains of complaints as timelines, and how long it takes until a customer is back."""

from collections.abc import Callable

import plotly.graph_objects as go
import polars as pl

from metrics.complaint_facts import LEVELS
from reports import charts_base as base
from reports import text
from reports.text import _

ROW = 30  # pixels
Label = Callable[[str, str | None], str]


def timelines(frame: pl.DataFrame, label: Label) -> go.Figure:
    """A line a chain, the longest on top: when each complaint came, how long it was open, and which went up.

    Args:
        frame: `number place received_at ended_at issue_type gap_days escalation_level`, in order.
    """
    count = int(frame["number"].max() or 0)  # ty: ignore[invalid-argument-type]
    first = frame.unique("number", keep="first", maintain_order=True)
    names = {
        row["number"]: _("Customer {number} · {issue}").format(
            number=row["number"], issue=label("issue_type", row["issue_type"])
        )
        for row in first.iter_rows(named=True)
    }
    traces = [_open_times(frame), *_points(frame, names)]
    ticks = {"tickvals": list(names), "ticktext": [f"{base.plain(each)} " for each in names.values()]}
    y = ticks | {"range": [count + 0.6, 0.4], "showgrid": False}
    return base.figure(traces, x=base.days_axis(), y=y, height=max(200, ROW * count + 100))


def _open_times(frame: pl.DataFrame) -> base.Part:
    """From receipt to solution, as one broken line."""
    x: list[str | None] = []
    y: list[int | None] = []
    for row in frame.iter_rows(named=True):
        x += [row["received_at"].isoformat(), row["ended_at"].isoformat(), None]
        y += [row["number"], row["number"], None]
    line = {"color": base.faded(base.COMPLAINTS, 0.55), "width": 7}
    return {
        "type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip", "connectgaps": False,
        "name": _("Until it was solved"), "showlegend": True,
    }  # fmt: skip


def _points(frame: pl.DataFrame, names: dict[int, str]) -> list[base.Part]:
    gone = pl.col("escalation_level").is_in(LEVELS[1:]).fill_null(value=False)
    kinds = [
        (frame.filter(~gone), base.COMPLAINTS, "circle", _("Complaint")),
        (frame.filter(gone), base.BAD, "diamond", _("Went to head office, a regulator or the media")),
    ]
    return [
        {
            "type": "scatter", "mode": "markers", "x": [each.isoformat() for each in rows["received_at"]],
            "y": rows["number"].to_list(), "marker": {"color": colour, "symbol": symbol, "size": 11},
            "customdata": [[each] for each in rows["chain"]], "name": words, "showlegend": True, "hoverinfo": "text",
            "hovertext": [_told(row, names) for row in rows.iter_rows(named=True)],
        }
        for rows, colour, symbol, words in kinds
        if rows.height
    ]  # fmt: skip


def _told(row: dict, names: dict[int, str]) -> str:
    lines = [
        f"<b>{base.plain(names[row['number']])}</b>",
        _("Complaint number {place}, received {moment}").format(
            place=row["place"], moment=text.moment(row["received_at"])
        ),
    ]
    if row["gap_days"] is not None:
        lines.append(_("{days} days after the one before").format(days=text.number(row["gap_days"], 1)))
    return "<br>".join(lines)


def gaps(weeks: pl.DataFrame, wait: int) -> go.Figure:
    """How many customers came back in which week after a complaint, with a line where a repeat ends to count as one.

    Args:
        weeks: `week complaints`.
        wait: days within which a complaint is a repeat.
    """
    hover = [
        "<br>".join([
            f"<b>{_('Days {first} to {last}').format(first=7 * row['week'] + 1, last=7 * row['week'] + 7)}</b>",
            _("{count} came back").format(count=text.number(row["complaints"])),
        ])
        for row in weeks.iter_rows(named=True)
    ]  # fmt: skip
    bars = {
        "type": "bar", "x": [7 * each + 3.5 for each in weeks["week"]], "y": weeks["complaints"].to_list(), "width": 6,
        "marker": {"color": base.COMPLAINTS}, "hovertext": hover, "hoverinfo": "text", "showlegend": False,
    }  # fmt: skip
    line = base.upright(wait, {"color": base.QUIET, "dash": "dash", "width": 1.5})
    said = {
        "x": wait, "y": 1, "yref": "paper", "yanchor": "top", "xanchor": "left", "xshift": 4, "showarrow": False,
        "text": _("counted as a repeat up to here"),
    }  # fmt: skip
    x = {"title": {"text": _("Days since the complaint before"), "standoff": 6}, "dtick": 14, "rangemode": "tozero"}
    return base.figure([bars], x=x, y=base.values_axis(None), shapes=[line], annotations=[said], height=300)

"""Early warning in charts: what was counted against what is usual, in both wings, and the alarms of the past."""

from collections.abc import Callable
from datetime import timedelta

import plotly.graph_objects as go
import polars as pl

from reports import charts_base as base
from reports import text
from reports.text import N_, _

COLOURS = {"complaints": base.COMPLAINTS, "quality": base.QA}
NAMES = {"complaints": N_("Complaints"), "quality": N_("QA reviews")}
ROW = 30
Point = dict[str, object]


def course(frame: pl.DataFrame, alarms: dict[str, object], nouns: dict[str, str]) -> go.Figure:
    """Complaints above, reviews below, each against what is usual by the week; a line where the alarm began.

    Args:
        frame: as `metrics.wings.clusters.course` gives it.
        alarms: the first week's end of each side's alarm that stands.
        nouns: what each side counts, in the reader's words.
    """
    sides = frame["side"].unique(maintain_order=True).to_list()
    traces, shapes, words = [], [], []
    for place, side in enumerate(sides):
        axis = "" if not place else str(place + 1)
        rows = frame.filter(pl.col("side") == side)
        traces += [_columns(rows, side, nouns[side], axis), _usual(rows, axis, is_named=not place)]
        if side in alarms:
            at = str(alarms[side])
            shapes.append(
                base.upright(at, {"color": base.BAD, "dash": "dash", "width": 1.5}) | {"yref": f"y{axis} domain"}
            )
            said = {"text": _("Alarm"), "showarrow": False, "xanchor": "right", "xshift": -4}
            words.append(said | {"x": at, "y": 1, "yref": f"y{axis} domain", "yanchor": "top"})
    heights = {1: [[0, 1]], 2: [[0.56, 1], [0, 0.44]]}[len(sides)]
    axes = [
        _counts(frame.filter(pl.col("side") == side)) | {"domain": at} for side, at in zip(sides, heights, strict=True)
    ]
    more = {"yaxis2": axes[1] | {"automargin": True}} if len(sides) == 2 else {}
    x = base.days_axis() | ({"anchor": "y2"} if len(sides) == 2 else {})
    return base.figure(traces, x=x, y=axes[0], shapes=shapes, annotations=words, height=380, more=more)


def _counts(rows: pl.DataFrame) -> base.Part:
    """Whole numbers only, however few there are."""
    most = max([*rows["observed"], *rows["usual"]], default=0.0)
    return base.values_axis(None) | {"tickformat": ",d", "dtick": 1 if most < 6 else None}


def _columns(rows: pl.DataFrame, side: str, noun: str, axis: str) -> base.Part:
    hover = [
        f"<b>{base.grain_label(row['end'] - timedelta(days=7), 'week')}</b><br>"
        + _("{count} counted, {usual} usual").format(
            count=text.number(row["observed"]), usual=text.number(row["usual"], 1)
        )
        for row in rows.iter_rows(named=True)
    ]
    drawn = {"type": "bar", "x": _middle(rows), "y": rows["observed"].to_list(), "name": noun, "hovertext": hover}
    return drawn | {"hoverinfo": "text", "marker": {"color": COLOURS[side]}, "yaxis": f"y{axis}", "showlegend": True}


def _usual(rows: pl.DataFrame, axis: str, *, is_named: bool) -> base.Part:
    drawn = {"type": "scatter", "mode": "lines", "x": _middle(rows), "y": rows["usual"].to_list(), "hoverinfo": "skip"}
    line = {"color": base.QUIET, "width": 2, "shape": "hvh"}
    return drawn | {"name": _("Usual"), "line": line, "yaxis": f"y{axis}", "showlegend": is_named}


def _middle(rows: pl.DataFrame) -> list[str]:
    return [(each - timedelta(days=4)).isoformat() for each in rows["end"]]


def past(frame: pl.DataFrame, name: Callable[[dict], str]) -> go.Figure:
    """From when to when each cluster alarmed: a bar for each wing, the newest on top.

    Args:
        frame: as `metrics.wings.clusters.history` gives it.
    """
    named = [base.plain(name(row)) for row in frame.iter_rows(named=True)]
    order = list(dict.fromkeys(named))
    traces = []
    for side in COLOURS:
        rows = [
            (row, label) for row, label in zip(frame.iter_rows(named=True), named, strict=True) if row["side"] == side
        ]
        shift = 0.14 if side == "complaints" else -0.14
        if rows:
            traces.append(_bars([(row, order.index(label) - shift, label) for row, label in rows], side))
    y: base.Part = {"tickvals": list(range(len(order))), "ticktext": [f"{each} " for each in order], "showgrid": False}
    y |= {"range": [len(order) - 0.4, -0.6]}
    return base.figure(traces, x=base.days_axis(), y=y, height=max(150, ROW * len(order) + 90))


def _bars(rows: list[tuple[dict, float, str]], side: str) -> base.Part:
    hover = [
        f"<b>{label}</b><br>"
        + _("{side}: alarm from {first} to {last}").format(
            side=_(NAMES[side]), first=text.day(row["first"]), last=text.day(row["last"])
        )
        for row, _place, label in rows
    ]
    starts = [(row["first"] - timedelta(days=7)).isoformat() for row, _place, _label in rows]
    lengths = [((row["last"] - row["first"]).days + 7) * base.DAY for row, _place, _label in rows]
    drawn = {
        "type": "bar",
        "orientation": "h",
        "base": starts,
        "x": lengths,
        "y": [place for _row, place, _label in rows],
    }
    return drawn | {
        "width": 0.26, "name": _(NAMES[side]), "marker": {"color": COLOURS[side]}, "hovertext": hover,
        "hoverinfo": "text", "showlegend": True,
    }  # fmt: skip

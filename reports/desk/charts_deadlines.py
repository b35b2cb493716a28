"""Deadlines in charts: curves of waiting, overdue cases by age, who held the clock."""

import math
from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go
import polars as pl

from data_access.desk.deadlines import Curves, Held
from metrics.desk.survival import Curve, drawn
from metrics.metric import Unit
from metrics.rules import DAY, HOUR, MINUTE, Rules
from metrics.working_time import runs_always
from reports import charts_base as base
from reports import text
from reports.desk import deadline_words as words
from reports.text import _

TICKS = (MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 8 * HOUR, DAY, 2 * DAY, 7 * DAY, 30 * DAY)
SHORTEST = 30  # seconds at which the axis begins
#: Each severity has a colour and a dash of its own; others share the last.
LOOKS = {"urgent": (base.BAD, "solid"), "serious": (base.COMPLAINTS, "dash"), "general": (base.QA, "dot")}
OTHER = (base.QUIET, "dashdot")
SHADES = {"urgent": (base.BAD, "/"), "serious": (base.COMPLAINTS, "x"), "general": (base.QA, "")}
UNDER_NUMBERS = {"fillmode": "overlay", "solidity": 0.15}  # a hatch on which a number can be read
BAR = 34
Label = Callable[[str | None], str]


def curves(found: Curves, leg: str, rules: Rules, label: Label) -> go.Figure:
    """The share that still waits after each time, with its band, and the deadline of each severity."""
    traces, shapes, words_ = [], [], []
    longest = 0.0
    for severity, curve in found.items():
        if not isinstance(curve, Curve):
            continue
        colour, dash = LOOKS.get(severity or "", OTHER)
        points = drawn(curve.points)
        longest = max(longest, points["seconds"][-1])
        traces += _curve(points, base.plain(label(severity)), colour, dash)
        limit = rules.deadlines.get(severity or "")
        if limit and runs_always(rules, severity):
            at = getattr(limit, leg)
            shapes.append(base.upright(at, {"color": colour, "dash": dash, "width": 1}))
            words_.append(_limit(at))
    ticks = [each for each in TICKS if each <= max(longest, HOUR) * 2]
    x = {
        "type": "log",
        "tickvals": ticks,
        "ticktext": [text.round_time(each) for each in ticks],
        "range": [_log(SHORTEST), _log(max(longest, HOUR) * 1.1)],
        "title": {"text": _("Time since receipt")},
    }
    y = {"range": [0, 102], "ticksuffix": "%"}
    return base.figure(traces, x=x, y=y, shapes=shapes, annotations=words_, height=400)


def _log(seconds: float) -> float:
    return math.log10(seconds)


def _limit(at: int) -> base.Part:
    """The deadline's time, at the head of its line; on an axis of logarithms words stand at the logarithm."""
    place = {"x": _log(at), "y": 1, "yref": "paper", "yanchor": "top", "xanchor": "left", "xshift": 3}
    return {"text": text.span(at), "showarrow": False, **place}


def _curve(points: pl.DataFrame, name: str, colour: str, dash: str) -> list[base.Part]:
    """The band below the line; steps fall at their times."""
    begun = np.array([SHORTEST, 100.0, 100.0, 100.0])[:, None]
    columns = points.select(pl.col("seconds").clip(lower_bound=SHORTEST), "low", "high", "open")
    at, low, high, middle = np.hstack([begun, columns.cast(pl.Float64).to_numpy().T])
    shape = {"shape": "hv", "width": 0}
    hidden = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "showlegend": False, "legendgroup": name}
    share, count = _("{share} still wait ({low} to {high})"), _("under observation: {count}")
    hover = [
        f"<b>{name}</b><br>{text.duration(row['seconds'])}<br>"
        + share.format(share=_percent(row["open"]), low=_percent(row["low"]), high=_percent(row["high"]))
        + "<br>"
        + count.format(count=text.number(row["at_risk"]))
        for row in points.iter_rows(named=True)
    ]
    line = {
        "type": "scatter", "mode": "lines", "x": at, "y": middle, "name": name, "legendgroup": name,
        "line": {"shape": "hv", "color": colour, "dash": dash, "width": 2}, "hovertext": ["", *hover],
        "hoverinfo": "text", "showlegend": True,
    }  # fmt: skip
    return [
        hidden | {"x": at, "y": low, "line": shape},
        hidden | {"x": at, "y": high, "line": shape, "fill": "tonexty", "fillcolor": base.faded(colour, 0.15)},
        line,
    ]


def _percent(share: float) -> str:
    return text.value(share, Unit.PERCENT)


def ages(frame: pl.DataFrame, label: Label) -> go.Figure:
    """Overdue open cases by how long they are overdue, each severity a part of the bar."""
    names = words.bands()
    places = [[place] for place in range(len(names))]
    traces = []
    known = [each for each in SHADES if each in frame["severity"]]
    others = sorted(set(frame["severity"].drop_nulls()) - set(SHADES)) + (
        [None] if frame["severity"].has_nulls() else []
    )
    for severity in [*known, *others]:
        colour, shape = SHADES.get(severity or "", (base.QUIET, "."))
        rows = frame.filter(pl.col("severity").eq_missing(severity))
        counts = dict(rows.select("band", "count").iter_rows())
        values = [counts.get(place, 0) for place in range(len(names))]
        said = base.plain(label(severity))
        traces.append(
            {
                "type": "bar", "orientation": "h", "name": said, "x": values, "y": names, "customdata": places,
                "text": [text.number(each) if each else "" for each in values], "textposition": "inside",
                "insidetextanchor": "middle", "marker": {"color": colour, "pattern": {"shape": shape} | UNDER_NUMBERS},
                "hovertext": [f"{said}<br>{band}: {text.number(n)}" for band, n in zip(names, values, strict=True)],
                "hoverinfo": "text", "showlegend": True,
            }
        )  # fmt: skip
    most = max(frame.group_by("band").agg(pl.col("count").sum())["count"], default=0)
    x = {"rangemode": "tozero", "tickformat": ",d", "dtick": 1 if most < 6 else None}
    y = {"type": "category", "autorange": "reversed", "showgrid": False}
    return base.figure(traces, x=x, y=y, height=BAR * len(names) + 90, more={"barmode": "stack"})


def held(found: Held, label: Label) -> go.Figure:
    """The share of the time that each held, the longest on top; the customer's grey and hatched."""
    rows = list(found.holders.iter_rows(named=True))[::-1]
    named = [base.plain(words.holder(row, label)) for row in rows]
    bar = {
        "type": "bar",
        "orientation": "h",
        "x": [row["share"] for row in rows],
        "y": named,
        "customdata": [[row["department"] or "", row["is_customer"]] for row in rows],
        "text": [_percent(row["share"]) for row in rows],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertext": [
            f"<b>{name}</b><br>{_percent(row['share'])}<br>{text.duration(row['seconds'])}, "
            f"n = {text.number(row['complaints'])}"
            for name, row in zip(named, rows, strict=True)
        ],
        "hoverinfo": "text",
        "marker": {
            "color": [base.QUIET if row["is_customer"] else base.COMPLAINTS for row in rows],
            "pattern": {"shape": ["/" if row["is_customer"] else "" for row in rows]},
        },
        "showlegend": False,
    }
    longest = max((row["share"] for row in rows), default=1.0)
    x = {"range": [0, longest * 1.25], "ticksuffix": "%"}
    return base.figure([bar], x=x, y={"type": "category", "showgrid": False}, height=BAR * len(rows) + 70)

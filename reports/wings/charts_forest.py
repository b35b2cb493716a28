"""Estimates side by side with their intervals, and one of them over time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

import plotly.graph_objects as go
import polars as pl

from reports import charts_base as base
from reports import text
from reports.text import N_, _
from reports.visible import width

ROW, ROW_ABOVE = 26, 48  # pixels
LONGEST_BESIDE = 24  # letters of a name beside its row
TITLE = 34  # letters of a line below the axis: a narrow screen has room for no more
STATES = {
    "inside": (base.QUIET, "circle", N_("within chance")),
    "apart": (base.BAD, "diamond", N_("more than chance")),
    "moved": (base.QA, "diamond", N_("surely more or less")),
    "good": (base.GOOD, "square", N_("as it should be")),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One estimate: its name, ends and what stands in its hover text; `code` is handed on by a click."""

    code: str
    name: str
    value: float
    low: float
    high: float
    state: str
    hover: Sequence[str]


def forest(
    rows: Sequence[Row], *, at: float | None, title: str, suffix: str = "", spoken: Mapping[str, str] | None = None
) -> go.Figure:
    """A line an estimate, the first on top, with a line where there is no difference. Points carry codes.

    Args:
        spoken: what the legend calls the states where they say something else than that chance explains them or not.
    """
    traces = []
    for state, (colour, symbol, words) in STATES.items():
        shown = [(len(rows) - 1 - place, row) for place, row in enumerate(rows) if row.state == state]
        if shown:
            traces.append(_points(shown, colour, symbol, (spoken or {}).get(state) or _(words)))
    names = [base.plain(row.name) for row in reversed(rows)]
    is_long = max(map(width, names), default=0) > LONGEST_BESIDE
    y: base.Part = {"range": [-0.7, len(rows) - 0.3], "showgrid": False, "zeroline": False}
    beside = {"tickvals": list(range(len(rows))), "ticktext": [f"{name} " for name in names]}
    y |= {"showticklabels": False} if is_long else beside
    x = {"ticksuffix": suffix, "zeroline": False, "title": {"text": "<br>".join(wrap(title, TITLE)), "standoff": 6}}
    lines = [] if at is None else [base.upright(at, {"color": base.QUIET, "width": 1.5, "dash": "dash"})]
    height = max(200, (ROW_ABOVE if is_long else ROW) * len(rows) + 110)
    return base.figure(traces, x=x, y=y, shapes=lines, annotations=_above(names) if is_long else [], height=height)


def _above(names: Sequence[str]) -> list[base.Part]:
    """Long names stand above their rows: beside them they would leave no room on a narrow screen."""
    place = {"x": 0, "xref": "paper", "xanchor": "left", "yanchor": "bottom", "yshift": 8, "showarrow": False}
    return [place | {"text": name, "y": row} for row, name in enumerate(names)]


def _points(shown: Sequence[tuple[int, Row]], colour: str, symbol: str, words: str) -> base.Part:
    interval = {
        "type": "data",
        "symmetric": False,
        "array": [row.high - row.value for _place, row in shown],
        "arrayminus": [row.value - row.low for _place, row in shown],
        "color": colour,
        "thickness": 1.5,
        "width": 3,
    }
    hover = ["<br>".join([f"<b>{base.plain(row.name)}</b>", *map(base.plain, row.hover)]) for _place, row in shown]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [row.value for _place, row in shown],
        "y": [place for place, _row in shown],
        "error_x": interval,
        "marker": {"color": colour, "symbol": symbol, "size": 9},
        "customdata": [[row.code] for _place, row in shown],
        "hovertext": hover,
        "hoverinfo": "text",
        "name": words,
        "showlegend": True,
    }


def quarters(frame: pl.DataFrame, first: float | None, last: float | None) -> go.Figure:
    """What a reviewer takes off in percent of what the others do, by quarter, with the line through it.

    Args:
        frame: as `metrics.wings.drift.by_quarter` gives it.
    """
    days = [each.isoformat() for each in frame["quarter"]]
    hover = [_quarter(row) for row in frame.iter_rows(named=True)]
    ends = {
        "array": (frame["high"] - frame["share"]).to_list(),
        "arrayminus": (frame["share"] - frame["low"]).to_list(),
    }
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": days,
        "y": frame["share"].to_list(),
        "error_y": {"type": "data", "symmetric": False, "color": base.QA, "thickness": 1.2, "width": 3, **ends},
        "marker": {"color": base.QA, "size": 9},
        "hovertext": hover,
        "hoverinfo": "text",
        "showlegend": False,
    }
    traces = [points]
    if first and last and len(days) > 1:
        steps = [first * (last / first) ** (place / (len(days) - 1)) for place in range(len(days))]
        line = {"type": "scatter", "mode": "lines", "x": days, "y": steps, "hoverinfo": "skip", "showlegend": False}
        traces.append(line | {"line": {"color": base.QA, "width": 1.5}})
    usual = base.level(100, {"color": base.QUIET, "width": 1.5, "dash": "dash"})
    top = max([*(each for each in frame["share"]), 100.0]) * 1.6
    y = {"ticksuffix": "%", "range": [0, min(top, max([*frame["high"], 100.0]) * 1.05)]}
    return base.figure(traces, x=base.days_axis(), y=y, shapes=[usual], height=320)


def _quarter(row: dict) -> str:
    lines = [
        f"<b>{row['quarter']:%Y} Q{(row['quarter'].month + 2) // 3}</b>",
        _("{share} % of what the others take off").format(share=text.number(row["share"])),
        _("95 % interval: {low} to {high}").format(low=text.number(row["low"]), high=text.number(row["high"])),
        _("n = {count} reviews").format(count=text.number(row["reviews"])),
    ]
    return "<br>".join(lines)

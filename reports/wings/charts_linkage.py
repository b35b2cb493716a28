"""How far things join: a bar for each step, with what goes on and what is lost."""

import plotly.graph_objects as go
import polars as pl

from reports import charts_base as base
from reports import text
from reports.text import _
from reports.wings import linkage_words as words

BAR = 38
ROOM = 1.32  # for the words beside the longest bar


def joined(chain: pl.DataFrame, colour: str) -> go.Figure:
    """Steps from above to below: the full bar goes on, the pale one is what was lost on the way to it."""
    rows = list(chain.iter_rows(named=True))
    places = list(range(len(rows)))
    most = max((row["count"] for row in rows), default=0) or 1
    kept = {
        "type": "bar",
        "orientation": "h",
        "x": [row["count"] for row in rows],
        "y": places,
        "marker": {"color": colour},
        "hovertext": [f"<b>{words.step(row['step'])}</b><br>{text.number(row['count'])}" for row in rows],
        "hoverinfo": "text",
        "showlegend": False,
    }
    lost = {
        "type": "bar",
        "orientation": "h",
        "x": [row["lost"] for row in rows],
        "y": places,
        "marker": {"color": base.faded(base.QUIET, 0.28)},
        "hovertext": [_lost(row) for row in rows],
        "hoverinfo": "text",
        "showlegend": False,
    }
    beside = {
        "type": "scatter",
        "mode": "text",
        "x": [row["count"] + row["lost"] + most * 0.015 for row in rows],
        "y": places,
        "text": [_beside(row) for row in rows],
        "textposition": "middle right",
        "hoverinfo": "skip",
        "showlegend": False,
    }
    names = [f"{words.step(row['step'])} " for row in rows]
    y = {"tickvals": places, "ticktext": names, "autorange": "reversed", "showgrid": False}
    x = {"range": [0, most * ROOM], "showgrid": False, "showticklabels": False, "zeroline": False}
    return base.figure([kept, lost, beside], x=x, y=y, height=BAR * len(rows) + 40, more={"barmode": "stack"})


def _lost(row: dict) -> str:
    return f"<b>{_('{count} lost').format(count=text.number(row['lost']))}</b><br>{words.loss(row['loss'])}"


def _beside(row: dict) -> str:
    if row["share"] is None or not row["loss"]:
        return text.number(row["count"])
    return f"{text.number(row['count'])} · {text.number(row['share'], 0)}%"

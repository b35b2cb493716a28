"""Closing the loop in charts: the steps from resolution to the end, and the number of hands."""

import plotly.graph_objects as go

from data_access.desk.loop import Loop
from metrics.desk.loop import MOST_HANDS
from metrics.metric import Unit
from reports import charts_base as base
from reports import text
from reports.desk import loop_words as words
from reports.text import _

BAR = 38
ROOM = 1.35  # of the longest bar, for the words beside it


def steps(found: Loop) -> go.Figure:
    """A bar for each step, with its share of the one before; what went wrong is red and hatched."""
    rows = list(found.steps.iter_rows(named=True))
    named = [_(words.STEP_NAMES[row["step"]]) for row in rows]
    wrong = [row["step"] == "dissatisfied" for row in rows]
    most = max((row["count"] for row in rows), default=0) or 1
    bar = {
        "type": "bar",
        "orientation": "h",
        "x": [row["count"] for row in rows],
        "y": named,
        "text": [_beside(row) for row in rows],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {
            "color": [base.BAD if each else base.COMPLAINTS for each in wrong],
            "pattern": {"shape": ["/" if each else "" for each in wrong]},
        },
        "hovertext": [
            f"<b>{name}</b><br>{text.number(row['count'])}<br>{words.interval(row, 'share', 'low', 'high')}"
            for name, row in zip(named, rows, strict=True)
        ],
        "hoverinfo": "text",
        "showlegend": False,
    }
    x = {"range": [0, most * ROOM], "showgrid": False, "showticklabels": False, "zeroline": False}
    y = {"autorange": "reversed", "showgrid": False, "type": "category"}
    return base.figure([bar], x=x, y=y, height=BAR * len(rows) + 50)


def _beside(row: dict) -> str:
    if row["share"] is None:
        return text.number(row["count"])
    return f"{text.number(row['count'])} · {text.value(row['share'], Unit.PERCENT)}"


def hands(found: Loop) -> go.Figure:
    """How many complaints went through one hand, two, three, or more."""
    counts = {row["hands"]: row for row in found.hands.iter_rows(named=True)}
    places = range(1, MOST_HANDS + 1)
    rows = [counts.get(place, {"count": 0, "share": 0.0}) for place in places]
    named = [words.hands_name(place) for place in places]
    bar = {
        "type": "bar",
        "x": named,
        "y": [row["count"] for row in rows],
        "text": [text.value(row["share"], Unit.PERCENT) for row in rows],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": base.COMPLAINTS},
        "hovertext": [f"<b>{name}</b><br>{text.number(row['count'])}" for name, row in zip(named, rows, strict=True)],
        "hoverinfo": "text",
        "showlegend": False,
    }
    x = {"type": "category", "title": {"text": _("Hands")}}
    return base.figure([bar], x=x, y={"rangemode": "tozero", "tickformat": ",d"}, height=300)

"""Where complaints come from and where QA looks: a map of cells, and the same cells as a scatter."""

import math

import plotly.graph_objects as go
import polars as pl

from data_access.wings.blind_spots import Looked
from metrics.wings.blind_spots import BlindSpots, Verdict
from reports import charts_base as base
from reports import text
from reports.text import _
from reports.wings import blind_words as words
from reports.wings.blind_words import Label

ROW_HEIGHT = 30
DEEPEST = 3.0  # log2: from eight times on a colour is as deep as it gets
NEUTRAL = "rgba(133, 147, 163, 0.10)"
SCALE = [[0, base.QA], [0.5, NEUTRAL], [1, base.COMPLAINTS]]
LOOKS = {
    Verdict.USUAL: (base.QUIET, "circle"),
    Verdict.IDLE: (base.QA, "triangle-down"),
    Verdict.BLIND: (base.COMPLAINTS, "triangle-up"),
}
LARGEST = 34  # pixels


def blind_map(looked: Looked, found: BlindSpots, label: Label) -> go.Figure:
    """Cells by row and team; orange where complaints outrun QA, blue where QA outruns complaints.

    Points carry `row, column` in `customdata`, "" for a row taken whole.
    """
    cells = found.cells.filter(pl.col("level") != "column")
    rows = found.cells.filter(pl.col("level") == "row").sort("gap", "row")["row"].to_list()
    columns = [None, *sorted(cells["column"].drop_nulls().unique())]
    known = {(row["row"], row["column"]): row for row in cells.iter_rows(named=True)}
    judged = {place: row for place, row in known.items() if row["verdict"] != Verdict.FEW}
    colours = [[_colour(judged.get((row, column))) for column in columns] for row in rows]
    heat = {
        "type": "heatmap",
        "x": list(range(len(columns))),
        "y": list(range(len(rows))),
        "z": colours,
        "zmin": -DEEPEST,
        "zmax": DEEPEST,
        "colorscale": SCALE,
        "xgap": 2,
        "ygap": 2,
        "hoverinfo": "skip",
        "colorbar": _legend(),
    }
    names = [_("All"), *(base.plain(label(looked.column, each)) for each in columns[1:] if looked.column)]
    x = {"tickvals": list(range(len(columns))), "ticktext": names, "showgrid": False, "side": "top", "zeroline": False}
    spoken = [f"{base.plain(label(looked.row, each))} " for each in rows]
    y = {"tickvals": list(range(len(rows))), "ticktext": spoken, "showgrid": False, "zeroline": False}
    touch = _touched(looked, known, rows, columns, label)
    height = ROW_HEIGHT * len(rows) + 150
    return base.figure([heat, touch], x=x, y=y, height=height, more={"margin": {"l": 8, "r": 8, "t": 56, "b": 8}})


def _colour(row: dict | None) -> float | None:
    return None if row is None else max(-DEEPEST, min(DEEPEST, row["gap"]))


def _legend() -> base.Part:
    ticks = [_("more QA"), _("equal"), _("more complaints")]  # short, for a phone
    place = {
        "orientation": "h",
        "y": -0.02,
        "yanchor": "top",
        "thickness": 10,
        "len": 0.8,
        "outlinewidth": 0,
        "tickangle": 0,
    }
    return place | {"tickvals": [-DEEPEST * 0.8, 0, DEEPEST * 0.8], "ticktext": ticks}


def _touched(looked: Looked, known: dict, rows: list, columns: list, label: Label) -> base.Part:
    """What can be clicked, read and hovered over: a heat map alone cannot be selected in."""
    places = [(x, y, known[row, column]) for y, row in enumerate(rows) for x, column in enumerate(columns)
              if (row, column) in known]  # fmt: skip
    said = [f"{words.MARKS[Verdict(cell['verdict'])]}{text.number(cell['complaint_rate'])}" for _x, _y, cell in places]
    few = [cell["verdict"] == Verdict.FEW for _x, _y, cell in places]
    clear = {"marker": {"opacity": 0}}
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [x for x, _y, _cell in places],
        "y": [y for _x, y, _cell in places],
        "text": ["·" if thin else each for each, thin in zip(said, few, strict=True)],
        "textfont": {"size": 11, "color": [_readable(cell) for _x, _y, cell in places]},
        "marker": {"size": 24, "symbol": "square", "opacity": 0},
        "selected": clear,
        "unselected": clear,
        "customdata": [[cell["row"], cell["column"] or ""] for _x, _y, cell in places],
        "hovertext": [words.hover(cell, looked, label) for _x, _y, cell in places],
        "hoverinfo": "text",
        "showlegend": False,
    }


def _readable(cell: dict) -> str:
    """White where the colour below is deep."""
    is_deep = cell["verdict"] != Verdict.FEW and abs(cell["gap"]) > DEEPEST / 2
    return "#ffffff" if is_deep else base.QUIET


def blind_scatter(looked: Looked, found: BlindSpots, label: Label) -> go.Figure:
    """Complaints over coverage, a point for each cell, as large as its contacts; lines at the figures of all."""
    cells = found.cells.filter(pl.col("level") == ("cell" if looked.column else "row"))
    most = max(cells["contacts"].to_list(), default=1)
    traces = [
        _points(looked, cells.filter(pl.col("verdict") == verdict), verdict, most, label)
        for verdict in LOOKS
        if cells.filter(pl.col("verdict") == verdict).height
    ]
    line = {"color": base.QUIET, "dash": "dot", "width": 1.5}
    lines = [base.upright(found.covered * 100, line), base.level(found.complained * 1_000, line)]
    x = {"title": {"text": _("Reviewed by people"), "standoff": 6}, "ticksuffix": "%", "rangemode": "tozero"}
    y = {"title": {"text": _("Complaints per 1,000 contacts")}, "rangemode": "tozero"}
    corner = {"xref": "paper", "yref": "paper", "showarrow": False, "font": {"size": 11, "color": base.QUIET}}
    notes = [
        corner | {"x": 0.01, "y": 0.99, "xanchor": "left", "yanchor": "top", "text": _("complaints without QA")},
        corner | {"x": 0.99, "y": 0.02, "xanchor": "right", "yanchor": "bottom", "text": _("QA without complaints")},
    ]
    return base.figure(traces, x=x, y=y, shapes=lines, annotations=notes, height=420)


def _points(looked: Looked, rows: pl.DataFrame, verdict: Verdict, most: int, label: Label) -> base.Part:
    colour, symbol = LOOKS[verdict]
    told = list(rows.iter_rows(named=True))
    return {
        "type": "scatter",
        "mode": "markers",
        "x": rows["coverage"].to_list(),
        "y": rows["complaint_rate"].to_list(),
        "marker": {
            "color": colour,
            "symbol": symbol,
            "opacity": 0.75,
            "size": [max(6.0, LARGEST * math.sqrt(row["contacts"] / most)) for row in told],
        },
        "customdata": [[row["row"], row["column"] or ""] for row in told],
        "hovertext": [words.hover(row, looked, label) for row in told],
        "hoverinfo": "text",
        "name": _(words.VERDICTS[verdict]),
        "showlegend": True,
    }

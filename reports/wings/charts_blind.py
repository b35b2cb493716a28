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
from reports.wings.charts_heat import Cell, bounded, heat_map

DEEPEST = 3.0  # log2: from eight times on a colour is as deep as it gets
LOOKS = {
    Verdict.USUAL: (base.QUIET, "circle"),
    Verdict.IDLE: (base.QA, "triangle-down"),
    Verdict.BLIND: (base.COMPLAINTS, "triangle-up"),
}
LARGEST = 34  # pixels


def blind_map(looked: Looked, found: BlindSpots, label: text.Label) -> go.Figure:
    """Cells by row and team; orange where complaints outrun QA, blue where QA outruns complaints.

    Points carry `row, column` in `customdata`, "" for a row taken whole.
    """
    cells = found.cells.filter(pl.col("level") != "column")
    rows = found.cells.filter(pl.col("level") == "row").sort("gap", "row", descending=[True, False])["row"].to_list()
    columns = [None, *sorted(cells["column"].drop_nulls().unique())]
    known = {(row["row"], row["column"]): _cell(row, looked, label) for row in cells.iter_rows(named=True)}
    drawn = [[known.get((row, column)) for column in columns] for row in rows]
    names = [_("All"), *(label(looked.column, each) for each in columns[1:] if looked.column)]
    legend = (_("more QA"), _("equal"), _("more complaints"))  # short, for a phone
    return heat_map(drawn, [label(looked.row, each) for each in rows], names, legend=legend)


def _cell(row: dict, looked: Looked, label: text.Label) -> Cell:
    is_few = row["verdict"] == Verdict.FEW
    said = "·" if is_few else f"{words.MARKS[Verdict(row['verdict'])]}{text.number(row['complaint_rate'])}"
    shade = None if is_few else bounded(row["gap"] / DEEPEST)
    return Cell(shade, said, words.hover(row, looked, label), (row["row"], row["column"] or ""))


def blind_scatter(looked: Looked, found: BlindSpots, label: text.Label) -> go.Figure:
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
    corner = {"xref": "paper", "yref": "paper", "showarrow": False}
    notes = [
        corner | {"x": 0.01, "y": 0.99, "xanchor": "left", "yanchor": "top", "text": _("complaints without QA")},
        corner | {"x": 0.99, "y": 0.02, "xanchor": "right", "yanchor": "bottom", "text": _("QA without complaints")},
    ]
    return base.figure(traces, x=x, y=y, shapes=lines, annotations=notes, height=420)


def _points(looked: Looked, rows: pl.DataFrame, verdict: Verdict, most: int, label: text.Label) -> base.Part:
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

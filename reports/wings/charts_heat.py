"""A map of cells: blue where QA has the upper hand, orange where complaints have, no colour where nothing is known."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from reports import charts_base as base

ROW = 30  # pixels
NEUTRAL = "rgba(133, 147, 163, 0.10)"
DEEPEST = 0.6  # of a colour: on more of it, words as the theme has them could not be read in both themes
SCALE = [[0, base.faded(base.QA, DEEPEST)], [0.5, NEUTRAL], [1, base.faded(base.COMPLAINTS, DEEPEST)]]


@dataclass(frozen=True, slots=True)
class Cell:
    """`shade` from −1 (blue) to 1 (orange), None for no colour; `code` is handed on by a click."""

    shade: float | None
    words: str
    hover: str
    code: tuple[str, ...] = ()


def heat_map(
    cells: Sequence[Sequence[Cell | None]],
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    tilt: int | None = None,
    legend: tuple[str, str, str] | None = None,
) -> go.Figure:
    """Rows from above to below, names of columns on top; None is a cell that is not there.

    Args:
        tilt: degrees by which the columns' names are turned.
        legend: what blue, no colour and orange are called.
    """
    heat: base.Part = {
        "type": "heatmap",
        "x": list(range(len(columns))),
        "y": list(range(len(rows))),
        "z": [[None if cell is None else cell.shade for cell in line] for line in cells],
        "zmin": -1,
        "zmax": 1,
        "colorscale": SCALE,
        "xgap": 2,
        "ygap": 2,
        "hoverinfo": "skip",
        "showscale": legend is not None,
    }
    if legend is not None:
        heat["colorbar"] = _bar(legend)
    x = _names(columns) | {"side": "top", "tickangle": tilt}
    y = _names([f"{each} " for each in rows]) | {"autorange": "reversed"}
    height = ROW * len(rows) + (90 if tilt is None else 150) + (60 if legend else 0)
    more = {"margin": {"l": 8, "r": 8, "t": 48, "b": 8}}
    places = [(x, y, cell) for y, line in enumerate(cells) for x, cell in enumerate(line) if cell is not None]
    return base.figure([heat, _touched(places)], x=x, y=y, height=height, more=more)


def _names(words: Sequence[str]) -> base.Part:
    places = {"tickvals": list(range(len(words))), "ticktext": list(map(base.plain, words))}
    return places | {"showgrid": False, "zeroline": False, "ticks": ""}


def _touched(places: Sequence[tuple[int, int, Cell]]) -> base.Part:
    """What can be clicked, read and hovered over: a heat map alone cannot be selected in."""
    clear = {"marker": {"opacity": 0}}
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [x for x, _y, _cell in places],
        "y": [y for _x, y, _cell in places],
        "text": [cell.words for _x, _y, cell in places],
        "marker": {"size": 24, "symbol": "square", "opacity": 0},
        "selected": clear,
        "unselected": clear,
        "customdata": [list(cell.code) for _x, _y, cell in places],
        "hovertext": [cell.hover for _x, _y, cell in places],
        "hoverinfo": "text",
        "showlegend": False,
    }


def _bar(legend: tuple[str, str, str]) -> base.Part:
    place = {"orientation": "h", "y": -0.02, "yanchor": "top", "thickness": 10, "len": 0.8}
    return place | {"outlinewidth": 0, "tickangle": 0, "tickvals": [-0.8, 0, 0.8], "ticktext": list(legend)}


def bounded(shade: float) -> float:
    """No colour is deeper than the deepest."""
    return max(-1.0, min(1.0, shade))

"""Failed items against complaint types as a map of how much more often one follows the other."""

import math
from collections.abc import Callable, Sequence

import plotly.graph_objects as go
import polars as pl

from reports import charts_base as base
from reports import text
from reports.text import _

FARTHEST = 2.0  # of the logarithm to base 2: four times as often, or a fourth
SCALE = [[0, base.QA], [0.5, base.QUIET], [1, base.COMPLAINTS]]
Label = Callable[[str], str]


def lift_map(cells: pl.DataFrame, items: Sequence[str], kinds: Sequence[str], item: Label, kind: Label) -> go.Figure:
    """Cells coloured by their lift, ★ where it is named; empty where there are too few. Cells carry item and type."""
    known = {(row["item"], row["issue_type"]): row for row in cells.iter_rows(named=True)}
    rows = [[known.get((name, each)) for each in kinds] for name in items]
    drawn = {
        "type": "heatmap",
        "x": list(range(len(kinds))),
        "y": list(range(len(items))),
        "z": [[_shade(row) for row in line] for line in rows],
        "zmin": -FARTHEST,
        "zmax": FARTHEST,
        "text": [[_short(row) for row in line] for line in rows],
        "texttemplate": "%{text}",
        "textfont": {"color": "#ffffff"},
        "customdata": [[[name, each] for each in kinds] for name in items],
        "hovertext": [[_hover(row, item, kind) for row in line] for line in rows],
        "hoverinfo": "text",
        "colorscale": SCALE,
        "xgap": 2,
        "ygap": 2,
        "showscale": False,
    }
    words = [base.plain(kind(each)) for each in kinds]
    x = {"tickvals": list(range(len(kinds))), "ticktext": words, "showgrid": False, "side": "top", "tickangle": -35}
    names = [f"{base.plain(item(each))} " for each in items]
    y = {"tickvals": list(range(len(items))), "ticktext": names, "showgrid": False, "autorange": "reversed"}
    return base.figure([drawn], x=x, y=y, height=max(280, 34 * len(items) + 130))


def _shade(row: dict | None) -> float | None:
    """None, which is no colour, where nothing can be told."""
    if row is None or row["lift"] is None:
        return None
    return max(-FARTHEST, min(FARTHEST, math.log2(max(row["lift"], 2**-FARTHEST))))


def _short(row: dict | None) -> str:
    if row is None or row["lift"] is None:
        return ""
    return f"{'★ ' if row['is_named'] else ''}×{text.number(row['lift'], 1)}"


def _hover(row: dict | None, item: Label, kind: Label) -> str:
    if row is None:
        return ""
    lines = [
        f"<b>{base.plain(item(row['item']))} → {base.plain(kind(row['issue_type']))}</b>",
        _("failed: {count} contacts, {complained} of them complained of").format(
            count=text.number(row["failed"]), complained=text.number(row["complained"])
        ),
        _("expected if failing made no difference: {expected}").format(expected=text.number(row["expected"], 1)),
    ]
    if row["lift"] is None:
        return "<br>".join([*lines, _("too few to judge")])
    ends = {name: text.number(row[name], 1) for name in ("lift", "low", "high")}
    return "<br>".join([*lines, _("{lift} times as often (95 % interval: {low} to {high})").format(**ends)])

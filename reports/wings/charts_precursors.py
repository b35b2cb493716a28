"""Failed items against complaint types as a map of how much more often one follows the other."""

import math
from collections.abc import Callable, Sequence

import plotly.graph_objects as go
import polars as pl

from reports import charts_base as base
from reports import text
from reports.text import _
from reports.wings.charts_heat import Cell, bounded, heat_map

FARTHEST = 2.0  # of the logarithm to base 2: four times as often, or a fourth


def lift_map(cells: pl.DataFrame, items: Sequence[str], kinds: Sequence[str], kind: Callable[[str], str]) -> go.Figure:
    """Cells coloured by their lift, ★ where it is named; empty where there are too few. Cells carry item and type."""
    known = {(row["item"], row["issue_type"]): _cell(row, kind) for row in cells.iter_rows(named=True)}
    drawn = [[known.get((name, each)) for each in kinds] for name in items]
    return heat_map(drawn, list(map(text.code, items)), list(map(kind, kinds)), tilt=-35)


def _cell(row: dict, kind: Callable[[str], str]) -> Cell:
    code = (row["item"], row["issue_type"])
    lines = [
        f"<b>{base.plain(text.code(row['item']))} → {base.plain(kind(row['issue_type']))}</b>",
        _("failed: {count} contacts, {complained} of them complained of").format(
            count=text.number(row["failed"]), complained=text.number(row["complained"])
        ),
        _("expected if failing made no difference: {expected}").format(expected=text.number(row["expected"], 1)),
    ]
    if row["lift"] is None:
        return Cell(None, "", "<br>".join([*lines, _("too few to judge")]), code)
    ends = {name: text.number(row[name], 1) for name in ("lift", "low", "high")}
    lines.append(_("{lift} times as often (95 % interval: {low} to {high})").format(**ends))
    shade = bounded(math.log2(max(row["lift"], 2**-FARTHEST)) / FARTHEST)
    return Cell(shade, f"{'★ ' if row['is_named'] else ''}×{ends['lift']}", "<br>".join(lines), code)

"""Claimed against established causes as a heat map."""

import plotly.graph_objects as go
import polars as pl

from reports import charts_base as base
from reports import text
from reports.text import _
from reports.wings.charts_heat import Cell, heat_map
from reports.wings.responsibility_words import CLAIMED, ESTABLISHED, established, order_of_causes, share


def claims_map(cells: pl.DataFrame, least: int) -> go.Figure:
    """A row for each claim: what it turned out to be, in percent; rows with fewer than `least` cases stay empty.

    Args:
        cells: as `metrics.wings.responsibility.matrix` gives it.
    """
    claims = cells[CLAIMED].unique(maintain_order=True).to_list()
    causes = order_of_causes(cells)
    known = {(row[CLAIMED], row[ESTABLISHED]): row for row in cells.iter_rows(named=True)}
    sizes = {row[CLAIMED]: row["judged"] for row in cells.iter_rows(named=True)}
    drawn = [
        [_cell(claim, cause, known.get((claim, cause)), is_enough=sizes[claim] >= least) for cause in causes]
        for claim in claims
    ]
    return heat_map(drawn, list(map(text.code, claims)), list(map(established, causes)))


def _cell(claim: str | None, cause: str | None, row: dict | None, *, is_enough: bool) -> Cell:
    hover = _hover(claim, cause, row)
    if not is_enough:
        return Cell(None, "", hover)
    percent = row["share"] if row else 0.0
    return Cell(percent / 100, text.number(percent), hover)


def _hover(claim: str | None, cause: str | None, row: dict | None) -> str:
    names = f"<b>{base.plain(text.code(claim))} → {base.plain(established(cause))}</b>"
    if row is None:
        return f"{names}<br>{_('no cases')}"
    n = row["claimed"] if cause is None else row["judged"]
    counts = f"{text.number(row['count'])} / {text.number(n)}"
    return "<br>".join([names, share(row["share"]), _("95 % interval: {low} to {high}").format(
        low=share(row["low"]), high=share(row["high"])
    ), counts])  # fmt: skip

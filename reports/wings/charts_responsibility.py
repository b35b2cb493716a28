"""Claimed against established causes as a heat map."""

import plotly.graph_objects as go
import polars as pl

from reports import charts_base as base
from reports import text
from reports.text import _
from reports.wings.responsibility_words import CLAIMED, ESTABLISHED, established, order_of_causes, share

SCALE = [[0, "#fdf3e9"], [1, base.COMPLAINTS]]  # opaque, so that the words in the cells read on both themes
ROW = 46


def heat_map(cells: pl.DataFrame, least: int) -> go.Figure:
    """A row for each claim: what it turned out to be, in percent; rows with fewer than `least` cases stay empty.

    Args:
        cells: as `metrics.wings.responsibility.matrix` gives it.
    """
    claims = cells[CLAIMED].unique(maintain_order=True).to_list()
    causes = order_of_causes(cells)
    known = {(row[CLAIMED], row[ESTABLISHED]): row for row in cells.iter_rows(named=True)}
    sizes = {row[CLAIMED]: row["judged"] for row in cells.iter_rows(named=True)}
    values = [[_value(known.get((claim, cause)), sizes[claim] >= least) for cause in causes] for claim in claims]
    told = [[_hover(claim, cause, known.get((claim, cause))) for cause in causes] for claim in claims]
    words = [[text.number(each, 0) if each is not None else "" for each in row] for row in values]
    drawn = {
        "type": "heatmap",
        "x": list(range(len(causes))),
        "y": list(range(len(claims))),
        "z": values,
        "text": words,
        "texttemplate": "%{text}",
        "hovertext": told,
        "hoverinfo": "text",
        "colorscale": SCALE,
        "zmin": 0,
        "zmax": 100,
        "xgap": 2,
        "ygap": 2,
        "colorbar": {"thickness": 10, "ticksuffix": "%", "outlinewidth": 0},
    }
    names = [base.plain(established(each)) for each in causes]
    claimed = [f"{base.plain(text.code(each))} " for each in claims]
    x: base.Part = {"tickvals": list(range(len(causes))), "ticktext": names}
    y: base.Part = {"tickvals": list(range(len(claims))), "ticktext": claimed}
    x |= {"showgrid": False, "side": "top"}
    y |= {"showgrid": False, "autorange": "reversed"}
    return base.figure([drawn], x=x, y=y, height=ROW * len(claims) + 90)


def _value(row: dict | None, is_enough: bool) -> float | None:
    if not is_enough:
        return None
    return row["share"] if row else 0.0


def _hover(claim: str | None, cause: str | None, row: dict | None) -> str:
    names = f"<b>{base.plain(text.code(claim))} → {base.plain(established(cause))}</b>"
    if row is None:
        return f"{names}<br>{_('no cases')}"
    n = row["claimed"] if cause is None else row["judged"]
    counts = f"{text.number(row['count'])} / {text.number(n)}"
    return "<br>".join([names, share(row["share"]), _("95 % interval: {low} to {high}").format(
        low=share(row["low"]), high=share(row["high"])
    ), counts])  # fmt: skip

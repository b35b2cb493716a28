"""What is answered about each issue type, as shares of one bar."""

from collections.abc import Callable

import plotly.graph_objects as go
import polars as pl

from metrics.metric import Unit
from reports import charts_base as base
from reports import text
from reports.text import N_, _
from reports.wings.answer_words import answer

PLACES = ((base.QA, N_("Most common answer")), (base.COMPLAINTS, N_("Second")), (base.BAD, N_("Third")))
REST = (base.QUIET, N_("Further answers"))
ROW = 34


def distribution(counts: pl.DataFrame, order: list[str], label: Callable[[str | None], str]) -> go.Figure:
    """A bar for each issue type, in this order from the top, divided by how often each answer was given.

    Points carry the issue type in `customdata`.
    """
    answers = counts.group_by("issue_type", "answer_code").agg(pl.col("answered").sum())
    shares = answers.with_columns(
        percent=100 * pl.col("answered") / pl.col("answered").sum().over("issue_type"),
        place=pl.struct(-pl.col("answered").cast(pl.Int64), "answer_code").rank("ordinal").over("issue_type") - 1,
    )
    traces = []
    for place, (colour, words) in enumerate((*PLACES, REST)):
        chosen = pl.col("place") == place if place < len(PLACES) else pl.col("place") >= place
        rows = shares.filter(chosen, pl.col("issue_type").is_in(order)).sort("place")
        if rows.height:
            traces.append(_part(rows, order, label, colour, _(words)))
    names = [f"{base.plain(label(each))} " for each in order]
    y: base.Part = {"tickvals": list(range(len(order))), "ticktext": names, "showgrid": False}
    y |= {"range": [len(order) - 0.4, -0.6]}
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"}
    more = {"barmode": "stack", "legend": legend}
    x = {"range": [0, 100], "ticksuffix": "%"}
    return base.figure(traces, x=x, y=y, height=max(180, ROW * len(order) + 80), more=more)


def _part(
    rows: pl.DataFrame, order: list[str], label: Callable[[str | None], str], colour: str, words: str
) -> base.Part:
    told = [
        "<br>".join([
            f"<b>{base.plain(label(row['issue_type']))}</b>",
            base.plain(answer(row["answer_code"], row["issue_type"])),
            f"{text.value(row['percent'], Unit.PERCENT)} (n = {text.number(row['answered'])})",
        ])
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip
    return {
        "type": "bar",
        "orientation": "h",
        "x": rows["percent"].to_list(),
        "y": [order.index(each) for each in rows["issue_type"]],
        "customdata": rows["issue_type"].to_list(),
        "hovertext": told,
        "hoverinfo": "text",
        "marker": {"color": colour},
        "name": words,
        "showlegend": True,
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 0.6}},
    }

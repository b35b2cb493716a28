"""One customer in a chart: contacts, complaints and reviews in lanes along time."""

from collections.abc import Callable

import plotly.graph_objects as go
import polars as pl

from reports import charts_base as base
from reports import text
from reports.desk.customer_words import EVENTS
from reports.text import N_, _

LANES = (
    ("contact", N_("Contacts"), base.QUIET, "circle"),
    ("complaint", N_("Complaints"), base.COMPLAINTS, "diamond"),
    ("step", N_("Steps of handling"), base.COMPLAINTS, "line-ns-open"),
    ("review", N_("QA reviews"), base.QA, "square"),
)


def timeline(events: pl.DataFrame, label: Callable[[str, str | None], str]) -> go.Figure:
    """Events in four lanes, each with what it was about on pointing at it.

    Args:
        events: as `data_access.desk.customer` gives them.
    """
    lane = pl.col("event").replace({"received_at": "complaint"})
    known = pl.when(lane.is_in([each[0] for each in LANES])).then(lane).otherwise(pl.lit("step"))
    placed = events.with_columns(lane=known)
    traces = []
    for place, (code, name, colour, symbol) in enumerate(LANES):
        rows = placed.filter(pl.col("lane") == code)
        hover = [_told(row, label) for row in rows.iter_rows(named=True)]
        marker = {"color": colour, "symbol": symbol, "size": 12, "line": {"width": 2, "color": colour}}
        points: base.Part = {"type": "scatter", "mode": "markers", "x": [each.isoformat() for each in rows["at"]]}
        points |= {"y": [-place] * rows.height, "marker": marker, "name": _(name), "hovertext": hover}
        traces.append(points | {"hoverinfo": "text", "showlegend": False})
    names = [f"{_(name)} " for _code, name, _colour, _symbol in LANES]
    y = {"tickvals": [-place for place in range(len(LANES))], "ticktext": names, "range": [-len(LANES) + 0.4, 0.6]}
    return base.figure(traces, x=base.days_axis(), y=y, height=240)


def _told(row: dict, label: Callable[[str, str | None], str]) -> str:
    about = [label(name, row[name]) for name in ("issue_type", "subtype") if row[name] is not None]
    return "<br>".join([f"<b>{_(EVENTS[row['event']])}</b>", text.moment(row["at"]), *map(base.plain, about)])

"""The regulator's table in a chart: complaints closed by how long it took."""

import plotly.graph_objects as go

from data_access.desk.regulator import Return
from metrics.desk.regulator import Span
from reports import charts_base as base
from reports import text
from reports.desk.regulator_words import SPEEDS, share, span_name
from reports.text import _

#: In the order of time, as the words below the chart are.
LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"}
LOOKS = {"closed_3_days": (base.GOOD, ""), "closed_8_weeks": (base.QUIET, "/"), "closed_later": (base.BAD, "x")}


def closed(found: Return, span: Span) -> go.Figure:
    """Complaints closed in each span by how long it took; spans that are not over are marked."""
    named = [
        span_name(each.start, span) + ("" if whole else " *")
        for each, whole in zip(found.spans, found.whole, strict=True)
    ]
    traces = []
    for name, words in SPEEDS.items():
        colour, shape = LOOKS[name]
        values = found.totals[name].to_list()
        shares = [share(part, whole) for part, whole in zip(values, found.totals["closed"], strict=True)]
        traces.append(
            {
                "type": "bar", "name": _(words), "x": named, "y": values,
                "marker": {"color": colour, "pattern": {"shape": shape}},
                "hovertext": [
                    f"<b>{label}</b><br>{_(words)}: {text.number(value)} ({part})"
                    for label, value, part in zip(named, values, shares, strict=True)
                ],
                "hoverinfo": "text", "showlegend": True,
            }
        )  # fmt: skip
    y = {"rangemode": "tozero", "tickformat": ",d"}
    return base.figure(traces, x={"type": "category"}, y=y, height=320, more={"barmode": "stack", "legend": LEGEND})

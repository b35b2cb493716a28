"""Emerging issues in charts: the share of texts with a word before and now, and the weeks of one issue."""

from datetime import timedelta

import plotly.graph_objects as go
import polars as pl

from reports import charts_base as base
from reports import text
from reports.text import _

ROW = 30  # pixels


def words(terms: pl.DataFrame) -> go.Figure:
    """A line a word, the clearest on top, from the share of texts before to that of now.

    Args:
        terms: metrics.desk.rising.RISING.
    """
    rows = list(terms.iter_rows(named=True))
    places = [len(rows) - 1 - place for place in range(len(rows))]
    hover = [_told(row) for row in rows]
    steps: list[float | None] = []
    heights: list[int | None] = []
    for row, place in zip(rows, places, strict=True):
        steps += [row["share_before"], row["share"], None]
        heights += [place, place, None]
    line = {"type": "scatter", "mode": "lines", "x": steps, "y": heights, "hoverinfo": "skip", "showlegend": False}
    traces = [line | {"line": {"color": base.QUIET, "width": 2}}]
    for name, said, colour, symbol in (
        ("share_before", _("Earlier"), base.QUIET, "circle-open"),
        ("share", _("Now"), base.COMPLAINTS, "circle"),
    ):
        marker = {"color": colour, "symbol": symbol, "size": 11, "line": {"width": 2}}
        points = {"type": "scatter", "mode": "markers", "x": [row[name] for row in rows], "y": places, "name": said}
        traces.append(points | {"marker": marker, "hovertext": hover, "hoverinfo": "text", "showlegend": True})
    names = [f"{base.plain(row['term'])} " for row in rows]
    y = {"tickvals": places, "ticktext": names, "range": [-0.7, len(rows) - 0.3], "showgrid": False}
    x = {"ticksuffix": "%", "rangemode": "tozero", "title": {"text": _("Share of texts"), "standoff": 6}}
    return base.figure(traces, x=x, y=y, height=max(180, ROW * len(rows) + 110))


def _told(row: dict) -> str:
    return "<br>".join(
        [
            f"<b>{base.plain(row['term'])}</b>",
            _("now {now} complaints, before {before}").format(
                now=text.number(row["now"]), before=text.number(row["before"])
            ),
            base.plain(text.listed(row["also"][:5])),
        ]
    )


def course(weeks: pl.DataFrame, name: str, fitted: pl.DataFrame | None = None) -> go.Figure:
    """Complaints of one issue by the week, with the fitted line where there is one.

    Args:
        weeks: `end count`; `end` is the day after a week's last.
        fitted: `end fitted`.
    """
    hover = [
        f"<b>{base.grain_label(row['end'] - timedelta(days=7), 'week')}</b><br>{text.number(row['count'])}"
        for row in weeks.iter_rows(named=True)
    ]
    bars = {
        "type": "bar", "x": _middle(weeks), "y": weeks["count"].to_list(), "hovertext": hover, "hoverinfo": "text",
        "marker": {"color": base.COMPLAINTS}, "name": name, "showlegend": True,
    }  # fmt: skip
    traces: list[base.Part] = [bars]
    if fitted is not None:
        line = {"type": "scatter", "mode": "lines", "x": _middle(fitted), "y": fitted["fitted"].to_list()}
        traces.append(
            line
            | {
                "name": _("Fitted growth"),
                "line": {"color": base.BAD, "width": 2},
                "hoverinfo": "skip",
                "showlegend": True,
            }
        )
    most = max([*weeks["count"]], default=0)
    y = base.values_axis(None) | {"tickformat": ",d", "dtick": 1 if most < 6 else None}
    return base.figure(traces, x=base.days_axis(), y=y, height=300)


def _middle(rows: pl.DataFrame) -> list[str]:
    return [(each - timedelta(days=4)).isoformat() for each in rows["end"]]

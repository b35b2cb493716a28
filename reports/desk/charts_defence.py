"""How sure the model is against what came to pass."""

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from reports import charts_base as base
from reports import text
from reports.text import _
from reports.wings.charts_forest import Row, forest

TICKS = (0.01, 0.1, 0.3, 1, 3, 10, 30, 100)  # of odds ratios


def odds(rows: Sequence[Row]) -> go.Figure:
    """Odds ratios with their intervals on a scale on which twice and half as high lie equally far from one."""
    spoken = {"apart": _("raises the odds"), "inside": _("within chance"), "good": _("lowers the odds")}
    figure = forest(rows, at=1, title=_("Odds of escalating, times as high"), suffix="×", spoken=spoken)
    ends = [each for row in rows for each in (row.low, row.high)]
    ticks = [each for each in TICKS if min(ends) / 2 <= each <= max(ends) * 2]
    return figure.update_xaxes(type="log", tickangle=0, tickvals=ticks, ticktext=[f"{each:g}×" for each in ticks])


def calibration(curve: pl.DataFrame) -> go.Figure:
    """What came to pass in each group of held-out cases over what was predicted, with the line of a perfect model.

    Args:
        curve: as `metrics.desk.escalation_model.Model` has it.
    """
    hover = [
        "<br>".join([
            f"<b>{_('Predicted {share} %').format(share=text.number(row['predicted'], 1))}</b>",
            _("{count} of {cases} escalated").format(count=text.number(row["went"]), cases=text.number(row["cases"])),
            _("95 % interval: {low} to {high}").format(
                low=text.number(row["low"], 1), high=text.number(row["high"], 1)),
        ])
        for row in curve.iter_rows(named=True)
    ]  # fmt: skip
    ends = {
        "array": (curve["high"] - curve["observed"]).to_list(),
        "arrayminus": (curve["observed"] - curve["low"]).to_list(),
    }
    points = {
        "type": "scatter", "mode": "markers", "x": curve["predicted"].to_list(), "y": curve["observed"].to_list(),
        "error_y": {"type": "data", "symmetric": False, "color": base.COMPLAINTS, "thickness": 1.5, "width": 3, **ends},
        "marker": {"color": base.COMPLAINTS, "size": 9}, "hovertext": hover, "hoverinfo": "text",
        "name": _("Held-out cases"), "showlegend": True,
    }  # fmt: skip
    most = max([*curve["predicted"], *curve["high"]]) * 1.05
    line = {
        "type": "scatter", "mode": "lines", "x": [0, most], "y": [0, most], "hoverinfo": "skip", "showlegend": True,
        "line": {"color": base.QUIET, "dash": "dash", "width": 1.5}, "name": _("As predicted"),
    }  # fmt: skip
    x = {"ticksuffix": "%", "title": {"text": _("Predicted"), "standoff": 6}, "rangemode": "tozero"}
    y = {"ticksuffix": "%", "title": {"text": _("Came to pass")}, "range": [0, most]}
    return base.figure([line, points], x=x, y=y, height=340)

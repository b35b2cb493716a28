"""The sampling plan drawn: faults found by the plan and at random, and pass rates as counted and corrected."""

from collections.abc import Mapping

import plotly.graph_objects as go

from metrics.wings.back_test import BackTest
from metrics.wings.reweighted import Rates
from reports import charts_base as base
from reports import text
from reports.text import _
from reports.wings.plan_words import LEVELS


def back_tested(found: BackTest) -> go.Figure:
    """Faults found up to each past week, by the plan and at random; what lies between is what the plan is worth."""
    weeks = found.weeks["week"].to_list()
    planned, uniform = (found.weeks[name].cum_sum().to_list() for name in ("planned", "uniform"))
    days = [each.isoformat() for each in weeks]
    line = {"type": "scatter", "mode": "lines", "x": days, "hoverinfo": "text"}
    traces = [
        line
        | {
            "y": uniform,
            "name": _("drawn at random"),
            "line": {"color": base.QUIET, "width": 2, "dash": "dash"},
            "hovertext": _told(weeks, uniform),
        },
        line
        | {
            "y": planned,
            "name": _("by the plan"),
            "line": {"color": base.QA, "width": 3},
            "fill": "tonexty",
            "fillcolor": base.faded(base.QA, 0.12),
            "hovertext": _told(weeks, planned),
        },
    ]
    y = {"title": {"text": _("Faults found so far")}, "rangemode": "tozero"}
    return base.figure(traces, x=base.days_axis(), y=y)


def _told(weeks: list, found: list[float]) -> list[str]:
    return [
        f"<b>{base.grain_label(week, 'week')}</b><br>{_('{count} faults').format(count=text.number(each, 1))}"
        for week, each in zip(weeks, found, strict=True)
    ]


def pass_rates(found: Mapping[str, Rates]) -> go.Figure:
    """Raw and corrected pass rates by level, with their intervals."""
    levels = list(found)[::-1]
    traces = []
    for name, colour, symbol, shift in (
        (_("As counted"), base.QUIET, "circle-open", 0.14),
        (_("Reweighted"), base.QA, "diamond", -0.14),
    ):
        told = [(place + shift, found[level]) for place, level in enumerate(levels)]
        is_raw = shift > 0
        shown = [(y, each.raw if is_raw else each.corrected) for y, each in told]
        drawn = [(y, each) for y, each in shown if each is not None]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [each.value for _y, each in drawn],
                "y": [y for y, _each in drawn],
                "name": name,
                "marker": {"color": colour, "symbol": symbol, "size": 11},
                "error_x": {
                    "type": "data",
                    "symmetric": False,
                    "array": [each.high - each.value for _y, each in drawn],
                    "arrayminus": [each.value - each.low for _y, each in drawn],
                    "color": colour,
                    "thickness": 1.5,
                },
                "hovertemplate": "%{x:.1f}%<extra></extra>",
            }
        )
    names = [f"{_(LEVELS[level])} " for level in levels]
    y = {"tickvals": list(range(len(levels))), "ticktext": names, "range": [-0.6, len(levels) - 0.4], "showgrid": False}
    return base.figure(traces, x={"ticksuffix": "%"}, y=y, height=90 + 70 * len(levels))

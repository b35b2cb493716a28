"""Charts by a dimension: horizontal bars that can be clicked."""

from collections.abc import Callable, Mapping

import plotly.graph_objects as go
import polars as pl

from metrics.metric import AnyMetric, Better, Status, Unit
from reports import charts_base as base
from reports import text
from reports.text import _

BAR_HEIGHT = 30
FURTHEST = 3  # times the longest bar, for intervals and targets: what reaches further must not flatten the bars
ROOM = 1.3  # of a chart's longest bar, for the words beside it
WIDER = 1.5  # the same where a count and a share stand there, which are longer on a phone than the plot is wide
Label = Callable[[str | None], str]


def bars(
    frame: pl.DataFrame,
    metric: AnyMetric,
    dimension: str,
    label: Label,
    target: float | None = None,
    own: Mapping[str, float] | None = None,
) -> go.Figure:
    """A metric by one dimension with intervals, the worst value on top; grey where too few.

    Points carry the dimension's code in `customdata`, so that a click can narrow the scope.

    Args:
        target: a line over all bars that have none of their own.
        own: targets of single bars by their codes.
    """
    falling = metric.better is Better.HIGHER  # the first row lies at the bottom
    shown = frame.drop_nulls("value").sort("value", dimension, descending=[falling, True])
    value, low, high = (shown[name].fill_null(strategy="zero") for name in ("value", "low", "high"))
    colour = base.colour_of(metric)
    hover = base.hover(shown, metric, lambda row: base.plain(label(row[dimension])))
    longest = max(value.to_list(), default=0.0)
    named = [target or 0.0, *(own or {}).values(), *high]
    reach = min(max(named), longest * FURTHEST) or longest
    drawn = _bars(shown, dimension, value.to_list(), hover) | {
        "marker": _judged([each == Status.OK for each in shown["status"]], colour),
        "error_x": _interval((value - low).to_list(), (high.clip(upper_bound=reach) - value).to_list()),
    }
    beside = _beside(reach, [text.value(each, metric.unit) for each in shown["value"]])
    lines = _targets(shown[dimension].to_list(), target, own or {})
    return base.figure(
        [drawn, beside],
        x=_values(reach, metric.unit),
        y=_names(shown, dimension, label),
        shapes=lines,
        height=_height(shown.height),
    )


def _judged(enough: list[bool], colour: str) -> base.Part:
    """Bars of too few cases are grey and hatched."""
    shapes = ["" if each else "/" for each in enough]
    return {"color": [colour if each else base.QUIET for each in enough], "pattern": {"shape": shapes, "solidity": 0.2}}


def _interval(below: list[float], above: list[float]) -> base.Part:
    drawn = {"type": "data", "symmetric": False, "array": above, "arrayminus": below}
    return drawn | {"thickness": 1.2, "width": 3, "color": base.QUIET}


def _values(reach: float, unit: Unit) -> base.Part:
    """The axis of the values, with room for the words beside the longest bar."""
    x = {"range": [0, reach * ROOM or 1.0], "ticksuffix": base.SUFFIX.get(unit, "")}
    if unit is Unit.PERCENT and reach * ROOM > 100:
        ticks = [0, 20, 40, 60, 80, 100]
        x |= {"tickvals": ticks, "ticktext": [f"{each}%" for each in ticks]}
    if unit is Unit.SECONDS:
        x |= base.seconds_axis(0.0, reach * ROOM)
    return x


def _targets(codes: list[str | None], target: float | None, own: Mapping[str, float]) -> list[base.Part]:
    """One line over all bars; where some have a target of their own, a piece for each bar."""
    if not any(code in own for code in codes):
        return [] if target is None else [base.upright(target, base.TARGET_LINE)]
    pieces = []
    for place, code in enumerate(codes):
        at = own.get(code or "", target)
        if at is not None:
            ends = {"y0": place - 0.45, "y1": place + 0.45, "yref": "y"}
            pieces.append(base.upright(at, base.TARGET_LINE | {"dash": "solid"}) | ends)
    return pieces


def shares(frame: pl.DataFrame, dimension: str, label: Label) -> go.Figure:
    """Complaints by one dimension with their share of all, largest on top.

    Args:
        frame: `dimension`, `count`, `share` (percent), `low`, `high`.
    """
    shown = frame.sort("count", dimension, descending=[False, True])
    hover = [
        f"<b>{base.plain(label(row[dimension]))}</b><br>"
        + _("{count} complaints, {share} (95 % interval: {low} to {high})").format(
            count=text.number(row["count"]),
            **{name: text.value(row[name], Unit.PERCENT) for name in ("share", "low", "high")},
        )
        for row in shown.iter_rows(named=True)
    ]
    counts = shown["count"].to_list()
    drawn = _bars(shown, dimension, counts, hover) | {"marker": {"color": base.COMPLAINTS}}
    rows = shown.iter_rows(named=True)
    words = [f"{text.number(row['count'])} · {text.value(row['share'], Unit.PERCENT)}" for row in rows]
    reach = float(max(counts, default=0))
    x = {"range": [0, reach * WIDER or 1.0]}
    y = _names(shown, dimension, label)
    return base.figure([drawn, _beside(reach, words)], x=x, y=y, height=_height(shown.height))


def _height(rows: int) -> int:
    return max(140, BAR_HEIGHT * rows + 60)


def _bars(shown: pl.DataFrame, dimension: str, lengths: list[float], hover: list[str]) -> base.Part:
    """Bars whose places on the axis are numbers, so that equal names stay apart."""
    return {
        "type": "bar",
        "orientation": "h",
        "x": lengths,
        "y": list(range(shown.height)),
        "customdata": shown[dimension].to_list(),
        "hovertext": hover,
        "hoverinfo": "text",
        "showlegend": False,
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 0.6}},
    }


def _names(shown: pl.DataFrame, dimension: str, label: Label) -> base.Part:
    names = [f"{base.plain(label(each))} " for each in shown[dimension]]
    places = {"tickvals": list(range(shown.height)), "ticktext": names, "range": [-0.7, shown.height - 0.3]}
    return {"showgrid": False, **places}


def _beside(reach: float, words: list[str]) -> base.Part:
    """A column of words to the right of the longest bar."""
    return {
        "type": "scatter",
        "x": [reach * 1.04] * len(words),
        "y": list(range(len(words))),
        "mode": "text",
        "text": words,
        "textposition": "middle right",
        "hoverinfo": "skip",
        "showlegend": False,
    }

"""The charts of a document on the screen: the same numbers that its files draw."""

from datetime import date

import plotly.graph_objects as go
import polars as pl

from reports import charts_base as base
from reports import text
from reports.document.parts import Chart, Shape

COLOURS = (base.QA, base.COMPLAINTS, base.GOOD, base.QUIET)
SHORTEST, A_BAR = 160, 30  # pixels of a chart of lying bars, and of one of them


def figure(chart: Chart) -> go.Figure:
    """Lines, lying bars or columns; the interval of the first series as a band, named levels as dashed lines."""
    if chart.shape is Shape.BAR:
        return _bars(chart)
    across = chart.frame[chart.across].to_list()
    x = base.days_axis() if chart.frame.schema[chart.across] == pl.Date else {"type": "category"}
    ends = [chart.frame[name].to_list() for name in (chart.high, chart.low) if name]
    traces = _band(across, ends) if len(ends) == 2 else []
    traces += [_series(chart, across, place) for place in range(len(chart.values))]
    shapes = [base.level(at, base.TARGET_LINE) for _name, at in chart.lines]
    words = [_level_words(name) for name, _at in chart.lines[:1]]
    y = {"title": {"text": base.plain(chart.unit)}, "rangemode": "tozero" if chart.shape is Shape.COLUMN else "normal"}
    more = {"barmode": "stack"} if chart.shape is Shape.STACKED else {"barmode": "group"}
    return base.figure(traces, x=x, y=y, shapes=shapes, annotations=words, more=more)


def _series(chart: Chart, across: list, place: int) -> base.Part:
    values = chart.frame[chart.values[place]].to_list()
    name, colour = base.plain(chart.names[place]), (chart.colours or COLOURS)[place % len(chart.colours or COLOURS)]
    hover = [
        f"<b>{base.plain(spoken(each))}</b><br>{name}: {text.number(value, _digits(value))}"
        for each, value in zip(across, values, strict=True)
    ]
    told = {"x": across, "y": values, "name": name, "hovertext": hover, "hoverinfo": "text"}
    told["showlegend"] = len(chart.values) > 1
    if chart.shape is Shape.LINE:
        first = place == 0
        style = {"color": colour, "width": 2 if first else 1.5} | ({} if first else {"dash": "dot"})
        return {"type": "scatter", "mode": "lines+markers" if first else "lines", "line": style, **told}
    return {"type": "bar", "marker": {"color": colour}, **told}


def _band(across: list, ends: list[list]) -> list[base.Part]:
    """Between the upper ends and the lower ones."""
    edge: base.Part = {"type": "scatter", "x": across, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    edge |= {"showlegend": False}
    filled = {"fill": "tonexty", "fillcolor": base.faded(COLOURS[0], 0.15)}
    return [edge | {"y": ends[0]}, edge | {"y": ends[1]} | filled]


def _bars(chart: Chart) -> go.Figure:
    """Lying bars, the first group on top."""
    frame = chart.frame.reverse()
    names = [base.plain(spoken(each)) for each in frame[chart.across]]
    values = frame[chart.values[0]].to_list()
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": names,
        "x": values,
        "marker": {"color": (chart.colours or COLOURS)[0]},
        "text": [text.number(each, _digits(each)) for each in values],
        "textposition": "outside",
        "textangle": 0,
        "cliponaxis": False,
        "hovertext": [f"{name}: {text.number(each, _digits(each))}" for name, each in zip(names, values, strict=True)],
        "hoverinfo": "text",
        "showlegend": False,
    }
    shapes = [
        {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "line": base.TARGET_LINE}
        for _name, at in chart.lines
    ]
    words = [_level_words(name) for name, _at in chart.lines[:1]]
    height = max(SHORTEST, 80 + A_BAR * frame.height)
    x = {"title": {"text": base.plain(chart.unit)}}
    return base.figure([trace], x=x, y={"type": "category"}, shapes=shapes, annotations=words, height=height)


def _level_words(name: str) -> base.Part:
    return {"text": f"╌ {base.plain(name)}", "showarrow": False, **base.CORNER}


def spoken(value: object) -> str:
    """A group or a day as people read it."""
    return text.day(value) if isinstance(value, date) else str(value)


def _digits(value: float | None) -> int:
    return 0 if value is None or float(value).is_integer() else 1 if abs(value) >= 1 else 2

"""Charts: Plotly figures from the frames of data_access, in one style, readable without colour."""

from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date

import plotly.graph_objects as go
import polars as pl

from metrics.metric import AnyMetric, Better, Status, Unit
from reports import text
from reports.text import _

QA = "#2f74d0"  # the quality wing
COMPLAINTS = "#d9730d"  # the complaints wing
GOOD = "#1a8754"
BAD = "#c92a2a"
QUIET = "#8593a3"  # too few, not final, the comparison: grey that reads on both themes
HEIGHT = 320
DAY = 86_400_000  # milliseconds, Plotly's unit on an axis of dates
BAR_HEIGHT = 30
ROOM = 1.3  # of a bar chart's longest bar, for the words beside it
TIME_STEPS = (10, 30, 60, 300, 600, 1800, 3600, 7200, 21600, 43200, 86400)  # seconds between ticks


def colour_of(metric: AnyMetric) -> str:
    """Orange for what comes from complaints, blue for the rest."""
    return COMPLAINTS if "complaint" in metric.id else QA


def layout(figure: go.Figure, unit: Unit | None, height: int = HEIGHT) -> go.Figure:
    suffix = {Unit.PERCENT: "%", Unit.PER_THOUSAND: "‰"}.get(unit, "") if unit else ""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 16, "t": 28, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        hovermode="closest",
        separators=".,",
        dragmode=False,
        bargap=0.35,
    )
    figure.update_yaxes(ticksuffix=suffix, automargin=True, rangemode="tozero" if unit is None else "normal")
    figure.update_xaxes(automargin=True)
    return figure


def days_axis(figure: go.Figure) -> None:
    month = 28 * DAY  # milliseconds: from here on months are named instead of days
    near, far = ("%-m月%-d日", "%Y年%-m月") if text.language.get() == "zh" else ("%-d %b", "%b %Y")
    stops = [{"dtickrange": [None, month], "value": near}, {"dtickrange": [month, None], "value": far}]
    figure.update_xaxes(type="date", tickformatstops=stops, hoverformat="%Y-%m-%d")


def mark(figure: go.Figure, marks: Sequence[tuple[date, str]]) -> None:
    """Vertical lines where something changed: with its name where there is one, with a number where there are more."""
    for number, (when, name) in enumerate(marks, start=1):
        figure.add_vline(x=when.isoformat(), line={"color": QUIET, "dash": "dot", "width": 1.5})
        place = {"x": when.isoformat(), "y": 1, "yref": "paper", "xanchor": "left", "yanchor": "top", "xshift": 4}
        words = _plain(name) if len(marks) == 1 else f"<b>{number}</b>"
        figure.add_annotation(text=words, showarrow=False, **place)


def _hover(frame: pl.DataFrame, metric: AnyMetric, label: Callable[[dict], str]) -> list[str]:
    lines = []
    for row in frame.iter_rows(named=True):
        shown = text.value(row["value"], metric.unit)
        low, high = text.value(row["low"], metric.unit), text.value(row["high"], metric.unit)
        interval = _("95 % interval: {low} to {high}").format(low=low, high=high)
        count = f"n = {text.number(row['denominator'])}"
        notes = [] if row["mature"] else [_("not final yet")]
        notes += [_("too few to judge")] if row["status"] == Status.TOO_FEW else []
        lines.append("<br>".join([f"<b>{label(row)}</b>", shown, interval, count, *notes]))
    return lines


def trend(
    frame: pl.DataFrame,
    metric: AnyMetric,
    grain: str,
    target: float | None = None,
    marks: Sequence[tuple[date, str]] = (),
) -> go.Figure:
    """A metric over time with its interval as a band; hollow grey points are not final or too few.

    Args:
        frame: rows of one metric with `grain` (a date column), value, low, high, denominator, mature, status.
        marks: days on which something changed, drawn as vertical lines.
    """
    shown = frame.drop_nulls("value").sort(grain)
    firm = (shown["mature"] & (shown["status"] == Status.OK)).to_list()
    colour = colour_of(metric)
    figure = go.Figure()
    days = shown[grain].to_list()
    _band(figure, days, shown, colour)
    figure.add_scatter(
        x=days,
        y=shown["value"].to_list(),
        mode="lines+markers",
        name=_(metric.name),
        line={"color": colour, "width": 2},
        marker=_points(firm, colour),
        hovertext=_hover(shown, metric, lambda row: grain_label(row[grain], grain)),
        hoverinfo="text",
        showlegend=False,
    )
    if target is not None:
        _target_line(figure, target, metric)
    mark(figure, marks)
    days_axis(layout(figure, metric.unit))
    if metric.unit is Unit.SECONDS:
        _seconds_axis(figure, shown)
    return figure


def _points(firm: list[bool], colour: str) -> dict:
    line = {"width": 1.5, "color": [colour if each else QUIET for each in firm]}
    return {"size": 7, "color": [colour if each else "rgba(0,0,0,0)" for each in firm], "line": line}


def _band(figure: go.Figure, days: list[date], shown: pl.DataFrame, colour: str) -> None:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    edges = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    figure.add_scatter(x=days, y=shown["high"].to_list(), **edges)
    figure.add_scatter(
        x=days, y=shown["low"].to_list(), fill="tonexty", fillcolor=f"rgba({red}, {green}, {blue}, 0.15)", **edges
    )


def _seconds_axis(figure: go.Figure, shown: pl.DataFrame) -> None:
    top = max((each for each in shown["high"].to_list() + shown["value"].to_list() if each is not None), default=1.0)
    step = next((each for each in TIME_STEPS if top / each <= 6), TIME_STEPS[-1] * 5)
    ticks = [step * place for place in range(int(top // step) + 2)]
    figure.update_yaxes(tickvals=ticks, ticktext=[text.duration(each) for each in ticks], rangemode="tozero")


def grain_label(day: date, grain: str) -> str:
    if grain == "week":
        return _("Week from {day}").format(day=text.day(day))
    return text.day(day) if grain == "day" else f"{day:%Y-%m}"


def _plain(words: str) -> str:
    """Text from data is text: Plotly would read some HTML in it."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _target_line(figure: go.Figure, target: float, metric: AnyMetric) -> None:
    figure.add_hline(y=target, line={"color": GOOD, "dash": "dash", "width": 1.5})
    figure.add_annotation(
        x=1, xref="paper", y=target, yanchor="bottom", xanchor="right", showarrow=False, font={"color": GOOD},
        text=text.target(target, metric),
    )  # fmt: skip


def bars(
    frame: pl.DataFrame,
    metric: AnyMetric,
    dimension: str,
    label: Callable[[str | None], str],
    target: float | None = None,
) -> go.Figure:
    """A metric by one dimension as horizontal bars with intervals, the worst value on top; grey where too few.

    Points carry the dimension's code in `customdata`, so that a click can narrow the scope.
    """
    falling = metric.better is Better.HIGHER  # the first row lies at the bottom
    shown = frame.drop_nulls("value").sort("value", dimension, descending=[falling, True])
    value, low, high = (shown[name].fill_null(strategy="zero") for name in ("value", "low", "high"))
    figure = _horizontal(shown, dimension, label, value.to_list(), _hover(shown, metric, _naming(dimension, label)))
    colour = colour_of(metric)
    figure.update_traces(
        marker={"color": [colour if each == Status.OK else QUIET for each in shown["status"]]},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": (high - value).to_list(),
            "arrayminus": (value - low).to_list(),
            "thickness": 1.2,
            "width": 3,
            "color": QUIET,
        },
    )
    longest = max(value.to_list(), default=0.0)
    reach = min(max(high.to_list(), default=0.0), longest * 2) or longest  # a wide interval must not flatten the bars
    _beside(figure, reach, [text.value(each, metric.unit) for each in shown["value"]])
    if target is not None:
        figure.add_vline(x=target, line={"color": GOOD, "dash": "dash", "width": 1.5})
    suffix = {Unit.PERCENT: "%", Unit.PER_THOUSAND: "‰"}.get(metric.unit, "")
    figure.update_xaxes(ticksuffix=suffix)
    if metric.unit is Unit.PERCENT and reach * ROOM > 100:
        figure.update_xaxes(tickvals=[0, 20, 40, 60, 80, 100])
    return figure


def shares(frame: pl.DataFrame, dimension: str, label: Callable[[str | None], str]) -> go.Figure:
    """Complaints by one dimension with their share of all, largest on top, as horizontal bars.

    Args:
        frame: `dimension`, `count`, `share` (percent), `low`, `high`.
    """
    shown = frame.sort("count", dimension, descending=[False, True])
    hover = [
        f"<b>{_plain(label(row[dimension]))}</b><br>"
        + _("{count} complaints, {share} (95 % interval: {low} to {high})").format(
            count=text.number(row["count"]),
            **{name: text.value(row[name], Unit.PERCENT) for name in ("share", "low", "high")},
        )
        for row in shown.iter_rows(named=True)
    ]
    figure = _horizontal(shown, dimension, label, shown["count"].to_list(), hover)
    figure.update_traces(marker={"color": COMPLAINTS})
    rows = shown.iter_rows(named=True)
    words = [f"{text.number(row['count'])} · {text.value(row['share'], Unit.PERCENT)}" for row in rows]
    _beside(figure, float(max(shown["count"].to_list(), default=0)), words)
    return figure


def _naming(dimension: str, label: Callable[[str | None], str]) -> Callable[[dict], str]:
    return lambda row: _plain(label(row[dimension]))


def _horizontal(
    shown: pl.DataFrame, dimension: str, label: Callable[[str | None], str], lengths: list[float], hover: list[str]
) -> go.Figure:
    """Horizontal bars that can be clicked; places on the axis are numbers, so that equal names stay apart."""
    figure = go.Figure()
    figure.add_bar(
        orientation="h",
        x=lengths,
        y=list(range(shown.height)),
        customdata=shown[dimension].to_list(),
        hovertext=hover,
        hoverinfo="text",
        showlegend=False,
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 0.6}},
    )
    layout(figure, None, height=max(140, BAR_HEIGHT * shown.height + 60))
    names = [_plain(label(each)) for each in shown[dimension]]
    figure.update_yaxes(tickvals=list(range(shown.height)), ticktext=[f"{each} " for each in names], showgrid=False)
    return figure


def _beside(figure: go.Figure, reach: float, words: list[str]) -> None:
    """A column of words to the right of the longest bar, and room for it."""
    figure.add_scatter(
        x=[reach * 1.04] * len(words),
        y=list(range(len(words))),
        mode="text",
        text=words,
        textposition="middle right",
        hoverinfo="skip",
        showlegend=False,
    )
    figure.update_xaxes(range=[0, reach * ROOM or 1.0])
    figure.update_yaxes(range=[-0.7, len(words) - 0.3])


def standing(days: list[date], grain: str) -> dict[str, list[float]]:
    """Offset and width of columns that stand on their own days: a change's line then falls between two of them."""
    months = [monthrange(day.year, day.month)[1] for day in days]
    lengths = {"day": [1] * len(days), "week": [7] * len(days), "month": months}[grain]
    return {"offset": [each * 0.1 * DAY for each in lengths], "width": [each * 0.8 * DAY for each in lengths]}


def counts(frame: pl.DataFrame, grain: str, name: str, marks: Sequence[tuple[date, str]] = ()) -> go.Figure:
    """Counts over time as columns; a period that the data or the scope cut short is lighter.

    Args:
        frame: `grain` (a date), `count`, `whole` (does the data cover the whole period?).
    """
    shown = frame.sort(grain)
    figure = go.Figure()
    figure.add_bar(
        x=shown[grain].to_list(),
        y=shown["count"].to_list(),
        **standing(shown[grain].to_list(), grain),
        customdata=[each.isoformat() for each in shown[grain]],
        marker={"color": COMPLAINTS, "opacity": [1.0 if each else 0.45 for each in shown["whole"]]},
        hovertext=[
            f"<b>{grain_label(row[grain], grain)}</b><br>{text.number(row['count'])}"
            + ("" if row["whole"] else f"<br>{_('part of the period only')}")
            for row in shown.iter_rows(named=True)
        ],
        hoverinfo="text",
        name=name,
        showlegend=False,
    )
    mark(figure, marks)
    days_axis(layout(figure, None))
    most = max(shown["count"].to_list(), default=0)
    figure.update_yaxes(tickformat=",d", dtick=1 if most < 6 else None)
    return figure

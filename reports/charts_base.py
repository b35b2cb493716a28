"""What every chart is made of: one style, axes, marks and hover texts, readable without colour."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go
import polars as pl

from data_access.own_events import OwnEvent
from metrics.calendar import events
from metrics.metric import AnyMetric, Status, Unit
from reports import text
from reports.calendar_words import EVENTS
from reports.text import _

QA = "#2f74d0"  # the quality wing
COMPLAINTS = "#d9730d"  # the complaints wing
GOOD = "#1a8754"
BAD = "#c92a2a"
QUIET = "#8593a3"  # too few, not final, the comparison: grey that reads on both themes
CLEAR = "rgba(0,0,0,0)"
HEIGHT = 320
DAY = 86_400_000  # milliseconds, Plotly's unit on an axis of dates
MONTH = 28 * DAY  # from here on months are named instead of days
TIME_STEPS = (10, 30, 60, 300, 600, 1800, 3600, 7200, 21600, 43200, 86400)  # seconds between ticks
SUFFIX = {Unit.PERCENT: "%", Unit.PER_THOUSAND: "‰"}

Part = dict[str, Any]  # of a figure, as Plotly's reference names it


def figure(
    traces: Iterable[Part],
    *,
    x: Part,
    y: Part,
    shapes: Iterable[Part] = (),
    annotations: Iterable[Part] = (),
    height: int = HEIGHT,
    more: Part | None = None,
) -> go.Figure:
    """A figure in the product's style, put together at once: Plotly takes ten times as long over later changes.

    Args:
        more: of the layout, such as a second axis.
    """
    layout = {
        "height": height,
        "margin": {"l": 8, "r": 16, "t": 28, "b": 8},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "hovermode": "closest",
        "separators": ".,",
        "dragmode": False,
        "bargap": 0.35,
        "xaxis": {"automargin": True, **x},
        "yaxis": {"automargin": True, **y},
        "shapes": list(shapes),
        "annotations": list(annotations),
        **(more or {}),
    }
    return go.Figure({"data": list(traces), "layout": layout})


def colour_of(metric: AnyMetric) -> str:
    """Orange for what comes from complaints, blue for the rest."""
    return COMPLAINTS if "complaint" in metric.id else QA


def faded(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"


def plain(words: str) -> str:
    """Text from data is text: Plotly would read some HTML in it."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def values_axis(unit: Unit | None) -> Part:
    """Values of a metric; counts, which have no unit, begin at 0."""
    return {"ticksuffix": SUFFIX.get(unit, "") if unit else "", "rangemode": "normal" if unit else "tozero"}


def seconds_axis(longest: float) -> Part:
    """Times, with ticks where a person would set them."""
    step = next((each for each in TIME_STEPS if longest / each <= 6), TIME_STEPS[-1] * 5)
    ticks = [step * place for place in range(int(longest // step) + 2)]
    return {"tickvals": ticks, "ticktext": [text.duration(each) for each in ticks], "rangemode": "tozero"}


def days_axis() -> Part:
    near, far = ("%-m月%-d日", "%Y年%-m月") if text.language.get() == "zh" else ("%-d %b", "%b %Y")
    stops = [{"dtickrange": [None, MONTH], "value": near}, {"dtickrange": [MONTH, None], "value": far}]
    return {"type": "date", "tickformatstops": stops, "hoverformat": "%Y-%m-%d"}


def upright(at: float | str, line: Part) -> Part:
    """A line over the whole height of the plot."""
    return {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "y domain", "line": line}


def level(at: float, line: Part) -> Part:
    """A line over the whole width of the plot."""
    return {"type": "line", "y0": at, "y1": at, "x0": 0, "x1": 1, "xref": "x domain", "line": line}


TARGET_LINE = {"color": GOOD, "dash": "dash", "width": 1.5}


def target_words(target: float, metric: AnyMetric) -> Part:
    """What the line of a target says, at its right end."""
    place = {"x": 1, "xref": "paper", "y": target, "yanchor": "bottom", "xanchor": "right"}
    return {"text": text.target(target, metric), "showarrow": False, "font": {"color": GOOD}, **place}


def marks(found: Sequence[tuple[date, str]]) -> tuple[list[Part], list[Part]]:
    """Lines where something changed: with its name where there is one, with a number where there are more."""
    lines, words = [], []
    for number, (when, name) in enumerate(found, start=1):
        lines.append(upright(when.isoformat(), {"color": QUIET, "dash": "dot", "width": 1.5}))
        place = {"x": when.isoformat(), "y": 1, "yref": "paper", "xanchor": "left", "yanchor": "top", "xshift": 4}
        words.append({"text": plain(name) if len(found) == 1 else f"<b>{number}</b>", "showarrow": False, **place})
    return lines, words


def calendar(days: Sequence[date], own: Sequence[OwnEvent] = ()) -> tuple[list[Part], list[Part]]:
    """What the calendar has between the first and the last day drawn: seasons and the site's own events.

    A day is a faint line, a stretch of days a faint band, each named at the foot; own events in rows of their own above
    the seasons, so that neighbours do not hide each other's names.
    """
    if not days:
        return [], []
    first, last = min(days), max(days)
    shapes, words = [], []
    for season in events(first, last + timedelta(days=1)):
        shapes.append(upright(season.day.isoformat(), FAINT))
        words.append(_foot(season.day, _(EVENTS[season.code])))
    seen = [each for each in own if each.first <= last and (each.last or each.first) >= first]
    for place, event in enumerate(seen):
        until = event.last or event.first
        begins, ends = max(event.first, first), min(until, last)
        shapes.append(_band(begins, ends) if event.last else upright(begins.isoformat(), FAINT))
        words.append(_foot(begins, plain(event.name), rows=1 + place % OWN_ROWS))
    return shapes, words


OWN_ROWS = 3
FAINT: Part = {"color": faded(QUIET, 0.35), "width": 1}


def _band(first: date, last: date) -> Part:
    place = {"x0": first.isoformat(), "x1": (last + timedelta(days=1)).isoformat(), "y0": 0, "y1": 1}
    return {"type": "rect", "yref": "y domain", "fillcolor": faded(QUIET, 0.15), "line": {"width": 0}, **place}


def _foot(day: date, name: str, rows: int = 0) -> Part:
    """A name at the foot of a chart, so many rows above it."""
    place = {"x": day.isoformat(), "y": 0, "yref": "paper", "xanchor": "left", "yanchor": "bottom", "xshift": 2}
    return {"text": name, "showarrow": False, "font": {"size": 10, "color": QUIET}, "yshift": 12 * rows, **place}


def grain_label(day: date, grain: str) -> str:
    if grain == "week":
        return _("Week from {day}").format(day=text.day(day))
    return text.day(day) if grain == "day" else f"{day:%Y-%m}"


def hover(frame: pl.DataFrame, metric: AnyMetric, label: Callable[[dict], str]) -> list[str]:
    """What a point of a metric says: value, interval, n, and whether it may be judged."""
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

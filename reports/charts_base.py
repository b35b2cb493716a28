"""What every chart is made of: one style, axes, marks and hover texts, readable without colour."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go
import polars as pl

from data_access.own_events import OwnEvent
from metrics.calendar import year_of
from metrics.metric import AnyMetric, Status, Unit
from reports import counted, sentences, text
from reports.calendar_words import EVENTS, HOLIDAYS
from reports.palette import BAD, COMPLAINTS, GOOD, QA, QUIET  # noqa: F401 charts name them by this module
from reports.text import _
from reports.visible import on_screen

IS_CHECKED = False  # whether Plotly looks at every part it is given, for twice the time: where tests run it does
CLEAR = "rgba(0,0,0,0)"
HEIGHT = 320
DAY = 86_400_000  # milliseconds, Plotly's unit on an axis of dates
NARROWEST = 260  # pixels between the first and the last day in the plot of a phone
LONGEST_NAME = NARROWEST - 12 * 2  # beside its line and with the dots that say it goes on
MONTH = 28 * DAY  # from here on months are named instead of days
TIME_STEPS = (1, 2, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 21600, 43200, 86400)  # seconds between ticks
SUFFIX = {Unit.PERCENT: "%", Unit.PER_THOUSAND: "‰"}

Part = dict[str, Any]  # of a figure, as Plotly's reference names it
#: The page's theme fills it in. Streamlit's own takes half of what a chart weighs; here each trace says its colours.
TEMPLATE: Part = {"layout": {"colorway": [QA, COMPLAINTS, GOOD, QUIET]}}


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
        "template": TEMPLATE,
        **(more or {}),
    }
    return go.Figure({"data": list(traces), "layout": layout}, _validate=IS_CHECKED)


def colour_of(metric: AnyMetric) -> str:
    """Orange for what comes from complaints, blue for the rest."""
    return COMPLAINTS if "complaint" in metric.id else QA


def faded(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"


def plain(words: str) -> str:
    """Text from data is text: Plotly would read some HTML in it."""
    return on_screen(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def values_axis(unit: Unit | None) -> Part:
    """Values of a metric; counts, which have no unit, begin at 0."""
    return {"ticksuffix": SUFFIX.get(unit, "") if unit else "", "rangemode": "normal" if unit else "tozero"}


def seconds_axis(shortest: float, longest: float) -> Part:
    """Times, with ticks where a person would set them."""
    step = next((each for each in TIME_STEPS if (longest - shortest) / each <= 6), TIME_STEPS[-1] * 5)
    ticks = [step * place for place in range(int(shortest // step), int(longest // step) + 2)]
    return {"tickvals": ticks, "ticktext": [text.round_time(each) for each in ticks]}


def days_axis(rows: int = 0) -> Part:
    """Days, with room for so many rows of names between the plot and the days."""
    near, far = ("%-m月%-d日", "%Y年%-m月") if text.language.get() == "zh" else ("%-d %b", "%b %Y")
    stops = [{"dtickrange": [None, MONTH], "value": near}, {"dtickrange": [MONTH, None], "value": far}]
    room = {"ticklabelstandoff": ROW * rows}
    return {"type": "date", "tickformatstops": stops, "hoverformat": "%Y-%m-%d", **room}


def upright(at: float | str, line: Part) -> Part:
    """A line over the whole height of the plot."""
    return {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "y domain", "line": line}


def level(at: float, line: Part) -> Part:
    """A line over the whole width of the plot."""
    return {"type": "line", "y0": at, "y1": at, "x0": 0, "x1": 1, "xref": "x domain", "line": line}


#: Above the plot, at its right end, beside the tool that a chart shows there when it is pointed at.
CORNER = {"x": 1, "xref": "paper", "y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": "right", "xshift": -28}
TARGET_LINE = {"color": GOOD, "dash": "dash", "width": 1.5}


def line_words(said: str) -> Part:
    """What the line of a target or limit says, above the plot: beside the line it would lie on the points."""
    return {"text": f"╌ {said}", "showarrow": False, **CORNER}


def marks(found: Sequence[tuple[date, str]], days: Sequence[date] = ()) -> tuple[list[Part], list[Part]]:
    """Lines where something changed: with its name where there is one, with a number where there are more.

    Args:
        days: that are drawn, so that a name late among them is written towards the plot.
    """
    lines, words = [], []
    for number, (when, name) in enumerate(found, start=1):
        is_late = bool(days) and _along(when, days) > 0.6
        lines.append(upright(when.isoformat(), {"color": QUIET, "dash": "dot", "width": 1.5}))
        place = {"x": when.isoformat(), "y": 1, "yref": "paper", "yanchor": "top"} | _beside(4, left=is_late)
        said = (
            {"text": plain(_clipped(name)), "hovertext": plain(name)}
            if len(found) == 1
            else {"text": f"<b>{number}</b>"}
        )
        words.append(said | {"showarrow": False} | place)
    return lines, words


def _clipped(name: str) -> str:
    """A name that fits into the narrowest plot; it is told in full when it is pointed at."""
    wide = 0
    for place, letter in enumerate(name):
        wide += 12 if ord(letter) > 255 else 7  # pixels
        if wide > LONGEST_NAME:
            return f"{name[:place]}…"
    return name


def _beside(pixels: int, *, left: bool) -> Part:
    """Where words stand beside a line."""
    return {"xanchor": "right", "xshift": -pixels} if left else {"xanchor": "left", "xshift": pixels}


def _along(day: date, days: Sequence[date]) -> float:
    """Where a day lies among those drawn: 0 at the first, 1 at the last."""
    first, last = min(days), max(days)
    return (day - first).days / max(1, (last - first).days)


@dataclass(frozen=True)
class Calendar:
    """What the calendar has between the first and the last day drawn, and in how many rows its names stand."""

    shapes: list[Part]
    words: list[Part]
    rows: int


def calendar(days: Sequence[date], own: Sequence[OwnEvent] = ()) -> Calendar:
    """Seasons, public holidays and the site's own events: a day is a faint line, a stretch of days a faint band.

    Each is named below the plot, where no point lies, in the first row in which its name hides no other: holidays only
    where there is room left. Short ones are left out of long trends, and make-up workdays where days lie too close.
    """
    if not days:
        return Calendar([], [], 0)
    shapes, words, rows = [], [], [[] for _row in range(ROWS)]
    for is_minor, begins, until, name in sorted(_stretches(min(days), max(days), own)):
        shapes.append(_band(begins, until) if until > begins else upright(begins.isoformat(), FAINT))
        at, wide = _along(begins, days), GAP + sum(WIDE if ord(each) > 255 else NARROW for each in name)
        is_late = at + wide > 1
        left, right = (at - wide, at) if is_late else (at, at + wide)
        free = [row for row, taken in enumerate(rows) if all(end <= left or begin >= right for begin, end in taken)]
        if free or not is_minor:
            row = free[0] if free else ROWS - 1
            rows[row].append((left, right))
            words.append(_foot(begins, plain(name), row, left=is_late))
    return Calendar(shapes, words, sum(1 for each in rows if each))


def _stretches(first: date, last: date, own: Sequence[OwnEvent]) -> Iterator[tuple[bool, date, date, str]]:
    """What of the calendar lies in these days: whether its name may be left out, its first and last day, its name."""
    known, span = EVENTS | HOLIDAYS, (last - first).days
    found = [(False, each.first, each.last or each.first, each.name) for each in own]
    for stretch in (each for year in range(first.year, last.year + 1) for each in year_of(year)):
        is_minor, lasts = EVENTS.keys().isdisjoint(stretch.codes), (stretch.last - stretch.first).days + 1
        if stretch.kind == "make_up_workday":
            if span <= DAYS_APART:
                found.append((True, stretch.first, stretch.last, _("Make-up workday")))
        elif not is_minor or lasts * SHORTEST >= span:
            name = text.listed([_(known[code]) for code in stretch.codes])
            found.append((is_minor, stretch.first, stretch.last, name))
    for is_minor, begins, until, name in found:
        if begins <= last and until >= first:
            yield is_minor, max(begins, first), min(until, last), name


DAYS_APART = 100  # of a trend in which a single day is wide enough to be told from its neighbours
SHORTEST = 200  # so many times as long as a holiday a trend may be: beyond that three days are a hair
ROWS, ROW = 5, 16  # of names below a plot: at most, and pixels of one
WIDE, NARROW, GAP = 12 / NARROWEST, 7 / NARROWEST, 6 / NARROWEST  # of letters, and between two names in a row
FAINT: Part = {"color": faded(QUIET, 0.35), "width": 1}


def _band(first: date, last: date) -> Part:
    place = {"x0": first.isoformat(), "x1": (last + timedelta(days=1)).isoformat(), "y0": 0, "y1": 1}
    return {"type": "rect", "yref": "y domain", "fillcolor": faded(QUIET, 0.15), "line": {"width": 0}, **place}


def _foot(day: date, name: str, row: int, *, left: bool) -> Part:
    """A name in a row below the plot."""
    place = {"x": day.isoformat(), "y": 0, "yref": "paper", "yanchor": "top"} | _beside(0, left=left)
    return {"text": name, "showarrow": False, "yshift": -ROW * row, **place}


def grain_label(day: date, grain: str) -> str:
    if grain == "week":
        return _("Week from {day}").format(day=text.day(day))
    return text.day(day) if grain == "day" else text.month(day)


def hover(frame: pl.DataFrame, metric: AnyMetric, label: Callable[[dict], str]) -> list[str]:
    """What a point of a metric says: value, interval, n, and whether it may be judged."""
    lines = []
    for row in frame.iter_rows(named=True):
        shown = text.value(row["value"], metric.unit)
        interval = sentences.interval(row, metric.unit)
        count = counted.stands_on(metric, row["denominator"])
        notes = [] if row["mature"] else [_("not final")]
        notes += [_("too few to judge")] if row["status"] == Status.TOO_FEW else sentences.coverage(row)
        lines.append("<br>".join([f"<b>{label(row)}</b>", shown, interval, count, *notes]))
    return lines

"""A chart of a document as a picture, drawn from its numbers without a browser: for paper, where nothing moves."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reports import text
from reports.document import axes, marks
from reports.document.axes import HEIGHT, SMALL, WIDTH, Plot
from reports.document.marks import FAINT, GRID, INK, Value, Words
from reports.document.parts import Chart, Shape
from reports.palette import GOOD, SERIES

DOTTED = 60  # points of a line that are few enough to be marked one by one
MOST_BARS = 30
THICK, APART = 10.0, 7.0  # points: a lying bar, and the room between two groups
Mark = str | Words  # SVG, or words
Say = Callable[[str], str]  # makes words printable


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn chart: its marks as an SVG picture, and the words upon it, which are set in the document's font."""

    svg: str
    words: tuple[Words, ...]
    height: float  # points; all pictures are as wide as a page's text


def picture(chart: Chart, say: Say) -> Picture:
    """The chart as a picture.

    Args:
        say: makes words printable.
    """
    draw = {Shape.LINE: _lines, Shape.BAR: _bars}.get(chart.shape, _columns)
    height = _bars_height(chart) if chart.shape is Shape.BAR else HEIGHT
    found = [*_legend(chart, say), *draw(chart, say)]
    size = f'viewBox="0 0 {WIDTH:g} {height:g}" width="{WIDTH:g}pt" height="{height:g}pt"'
    drawn = "".join(each for each in found if isinstance(each, str))
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{drawn}</svg>'
    return Picture(svg, tuple(each for each in found if isinstance(each, Words)), height)


def colour(chart: Chart, place: int) -> str:
    """Of a series."""
    colours = chart.colours or SERIES
    return colours[place % len(colours)].upper()


def left_out(chart: Chart) -> int:
    """Groups that found no room among the bars."""
    return max(0, chart.frame.height - MOST_BARS) if chart.shape is Shape.BAR else 0


def name_of(value: object) -> str:
    """What a group or a period is called."""
    if isinstance(value, date):
        return text.short_day(value)
    return text.code(None if value is None else str(value))


def _lines(chart: Chart, say: Say) -> Iterator[Mark]:
    values = [_values(chart, name) for name in chart.values]
    lows, highs = _interval(chart)
    plot = _plot(chart, [*values, lows, highs], from_zero=False)
    yield from _grid(plot, chart.unit, say)
    across = _across(chart, plot)
    yield from _names_below(chart, plot, across, say)
    if lows:
        yield marks.band(across, lows, highs, plot, colour(chart, 0))
    for place, series in enumerate(values):
        yield marks.line(across, series, plot, colour(chart, place), place, dotted=len(series) <= DOTTED)
    yield from _levels(chart, plot, say)


def _columns(chart: Chart, say: Say) -> Iterator[Mark]:
    values = [[each or 0.0 for each in _values(chart, name)] for name in chart.values]
    is_stacked = chart.shape is Shape.STACKED
    lows, highs = ([], []) if is_stacked else _interval(chart)
    tops: list[list[Value]] = [[*map(sum, zip(*values, strict=True))]] if is_stacked else [[*each] for each in values]
    plot = _plot(chart, [*tops, lows, highs], from_zero=True)
    yield from _grid(plot, chart.unit, say)
    slot = (plot.right - plot.left) / max(1, chart.frame.height)
    starts = [plot.left + slot * (at + 0.15) for at in range(chart.frame.height)]
    wide = slot * 0.7 / (1 if is_stacked else len(values))
    base = [0.0] * chart.frame.height
    for place, series in enumerate(values):
        for at, value in enumerate(series):
            bottom = base[at] if is_stacked else 0.0
            top, long = plot.y(max(bottom, bottom + value)), abs(plot.y(value) - plot.y(0))
            yield marks.box(starts[at] + (0 if is_stacked else wide * place), top, wide, long, colour(chart, place))
            base[at] += value
    for start, low, high in zip(starts, lows, highs, strict=False):
        if low is not None and high is not None:
            yield marks.whisker(start + wide / 2, plot.y(high), plot.y(low) - plot.y(high), lying=False)
    yield from _names_below(chart, plot, [each + slot * 0.35 for each in starts], say)
    yield from _levels(chart, plot, say)


def _bars(chart: Chart, say: Say) -> Iterator[Mark]:
    names = [say(name_of(each)) for each in chart.frame[chart.across].head(MOST_BARS)]
    values = [_values(chart, name)[:MOST_BARS] for name in chart.values]
    lows, highs = (each[:MOST_BARS] for each in _interval(chart))
    levels = [level for _name, level in chart.lines]
    yield Words(0, _head(chart) - 5, say(chart.unit), "start", FAINT)
    low, high = axes.reach(_known([*values, lows, highs, levels]), from_zero=True)
    room = min(170.0, max([axes.width(each) for each in names], default=0.0) + 8)
    plot = Plot(room, _head(chart), WIDTH - 50, _bars_height(chart) - 14, low, high)
    for at, name in enumerate(names):
        top = plot.top + (THICK * len(values) + APART) * at + APART / 2
        middle = top + THICK * len(values) / 2
        yield Words(room - 6, middle + SMALL / 3, axes.clipped(name, room - 8), "end", INK)
        for place, series in enumerate(values):
            ends = (lows[at], highs[at]) if lows and not place else (None, None)
            yield from _bar(series[at], ends, top + THICK * place, plot, colour(chart, place))
    yield marks.stroke(plot.x(0), plot.top, plot.x(0), plot.bottom, FAINT, 0.6)
    for said, level in chart.lines:
        yield marks.stroke(plot.x(level), plot.top, plot.x(level), plot.bottom, GOOD, 0.9, "4 3")
        yield Words(plot.x(level), plot.bottom + 10, say(said), "middle", GOOD)


def _bar(value: Value, ends: tuple[Value, Value], top: float, plot: Plot, fill: str) -> Iterator[Mark]:
    """One lying bar with its interval and its value, or a dash where there is none."""
    zero, middle = plot.x(0), top + THICK / 2
    if value is None:
        yield Words(zero + 4, middle + SMALL / 3, "–", "start", FAINT)
        return
    left, right = sorted((zero, plot.x(value)))
    yield marks.box(left, top + 0.5, right - left, THICK - 1, fill)
    low, high = ends
    if low is not None and high is not None:
        yield marks.whisker(plot.x(low), middle, plot.x(high) - plot.x(low), lying=True)
        right = max(right, plot.x(high))
    yield Words(right + 4, middle + SMALL / 3, text.number(value, _digits(value)), "start", INK)


def _digits(value: float) -> int:
    return 0 if float(value).is_integer() else 1 if abs(value) >= 10 else 2


def _bars_height(chart: Chart) -> float:
    shown = max(1, min(chart.frame.height, MOST_BARS))
    return _head(chart) + shown * (THICK * len(chart.values) + APART) + 18


def _head(chart: Chart) -> float:
    """Room above the plot, for the names of series and for the unit."""
    return 30.0 if len(chart.values) > 1 else 16.0


def _plot(chart: Chart, values: Sequence[Sequence[Value]], *, from_zero: bool) -> Plot:
    low, high = axes.reach(_known([*values, [level for _name, level in chart.lines]]), from_zero=from_zero)
    found = axes.ticks(low, high)
    left = max(axes.width(each) for each in axes.tick_words(found)) + 8
    right = max([axes.width(name) for name, _level in chart.lines], default=0.0)
    return Plot(left, _head(chart), WIDTH - min(right, 110.0) - 8, HEIGHT - 18, found[0], found[-1])


def _grid(plot: Plot, unit: str, say: Say) -> Iterator[Mark]:
    found = axes.ticks(plot.low, plot.high)
    for value, said in zip(found, axes.tick_words(found), strict=True):
        if plot.low <= value <= plot.high + 1e-9:
            yield marks.stroke(plot.left, plot.y(value), plot.right, plot.y(value), FAINT if value == 0 else GRID, 0.6)
            yield Words(plot.left - 5, plot.y(value) + SMALL / 3, said, "end", FAINT)
    yield Words(0, plot.top - 7, say(unit), "start", FAINT)


def _across(chart: Chart, plot: Plot) -> list[float]:
    """Where the values of a line stand: days as far apart as they are, anything else at equal distances."""
    column = chart.frame[chart.across]
    if column.dtype.is_temporal() and column.len() > 1 and not column.null_count():
        return [plot.left + 4 + each * (plot.right - plot.left - 8) for each in axes.along(column.to_list())]
    slot = (plot.right - plot.left) / max(1, column.len())
    return [plot.left + slot * (at + 0.5) for at in range(column.len())]


def _names_below(chart: Chart, plot: Plot, across: Sequence[float], say: Say) -> Iterator[Mark]:
    """As many names as there is room for, each below its value."""
    held = chart.frame[chart.across].to_list()
    are_days = bool(held) and all(isinstance(each, date) and not isinstance(each, datetime) for each in held)
    names = axes.day_words(held) if are_days else [say(name_of(each)) for each in held]
    slot = (plot.right - plot.left) / max(1, len(names))
    longest = 60.0 if len(names) > 12 else max(slot * 0.95, 30.0)
    names = [axes.clipped(each, longest) for each in names]
    every = axes.thinned(len(names), max([axes.width(each) for each in names], default=0.0), plot.right - plot.left)
    for at in range(0, len(names), every):
        half = axes.width(names[at]) / 2
        x = min(max(across[at], half), WIDTH - half)
        yield Words(x, plot.bottom + 12, names[at], "middle", FAINT)


def _levels(chart: Chart, plot: Plot, say: Say) -> Iterator[Mark]:
    """Dashed lines over the whole plot, named at their right end; names that would lie on each other move apart."""
    taken: list[float] = []
    for said, level in sorted(chart.lines, key=lambda each: -each[1]):
        y = max([plot.y(level) + SMALL / 3, *(each + SMALL + 1 for each in taken[-1:])])
        taken.append(y)
        yield marks.stroke(plot.left, plot.y(level), plot.right, plot.y(level), GOOD, 0.9, "4 3")
        yield Words(plot.right + 4, y, axes.clipped(say(said), WIDTH - plot.right - 4), "start", GOOD)


def _legend(chart: Chart, say: Say) -> Iterator[Mark]:
    """The names of several series, each beside its mark."""
    if len(chart.values) < 2:
        return
    x = 0.0
    for place, name in enumerate(chart.names):
        said = axes.clipped(say(name), WIDTH / len(chart.names) - 24)
        if chart.shape is Shape.LINE:
            dash = marks.DASHES[place % len(marks.DASHES)]
            yield marks.stroke(x, 6, x + 14, 6, colour(chart, place), 1.8, dash)
        else:
            yield marks.box(x + 3, 2, 8, 8, colour(chart, place))
        yield Words(x + 18, 6 + SMALL / 3, said, "start", INK)
        x += axes.width(said) + 34


def _interval(chart: Chart) -> tuple[list[Value], list[Value]]:
    if not chart.interval:
        return [], []
    low, high = (_values(chart, each) for each in chart.interval)
    return low, high


def _values(chart: Chart, name: str) -> list[Value]:
    """A column's numbers; what is none is a gap."""
    return [None if each is None or each - each != 0 else float(each) for each in chart.frame[name]]


def _known(values: Sequence[Sequence[Value]]) -> list[float]:
    return [each for series in values for each in series if each is not None]

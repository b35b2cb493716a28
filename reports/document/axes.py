"""Where things stand in a drawn chart: round ticks, places of values and of days, and how long words are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reports import text, visible

WIDTH, HEIGHT = 482.0, 190.0  # points: the width of a page's text
SMALL = 8.0  # points, the size of words
TICKS = 5
LETTER = 0.54  # of a letter's size is its width
ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Plot:
    """The rectangle in which values stand, and the values at its lower and upper edge."""

    left: float
    top: float
    right: float
    bottom: float
    low: float
    high: float

    def y(self, value: float) -> float:
        """Points from the top; a larger value stands higher."""
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)

    def x(self, value: float) -> float:
        """Points from the left, where values lie across."""
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)


def ticks(low: float, high: float) -> list[float]:
    """Round values from at or below the lowest to at or above the highest, about five."""
    span = (high - low) or abs(high) or 1.0
    rough = span / TICKS
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(each * size for each in ROUND if each * size >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [place * step for place in range(first, max(last, first + 1) + 1)]


def tick_words(found: Sequence[float]) -> list[str]:
    """Ticks with as many decimals as tell them apart."""
    step = abs(found[1] - found[0])
    digits = next(each for each in range(10) if abs(round(step, each) - step) < step * 1e-6)
    return [text.number(each, digits) for each in found]


def reach(values: Sequence[float], *, from_zero: bool) -> tuple[float, float]:
    """The lowest and highest value to show; zero among them where values would else seem to vary more than they do."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    if from_zero or 0 <= low < high * 0.4:
        low = min(low, 0.0)
    if from_zero:
        high = max(high, 0.0)
    return (low, high) if high > low else (low, low + (abs(low) * 0.1 or 1.0))


def width(words: str, size: float = SMALL) -> float:
    """About how long words are, in points: a Chinese character is as wide as the size, a Latin letter half of it."""
    return visible.width(words) * size * LETTER


def clipped(words: str, room: float, size: float = SMALL) -> str:
    """Words that fit into so many points, with an ellipsis where they did not."""
    if width(words, size) <= room:
        return words
    wide = visible.width("…")
    for place, each in enumerate(words):
        wide += visible.width(each)
        if wide * size * LETTER > room:
            return words[:place].rstrip() + "…"
    return words + "…"


def day_words(days: Sequence[date]) -> list[str]:
    """Days as an axis names them: a month where all are its first, a year where all are its."""
    if all(each.month == 1 and each.day == 1 for each in days) and len(days) > 1:
        return [str(each.year) for each in days]
    if all(each.day == 1 for each in days) and len(days) > 1:
        return [text.month(each) for each in days]
    return [text.short_day(each) for each in days]


def thinned(count: int, widest: float, room: float) -> int:
    """Every how manyth name has room beside the others."""
    return max(1, math.ceil(count * (widest + 8) / max(room, 1.0)))


def along(days: Sequence[date]) -> list[float]:
    """Where days lie between the first, 0, and the last, 1."""
    span = (days[-1] - days[0]) / timedelta(days=1) or 1.0
    return [(each - days[0]) / timedelta(days=1) / span for each in days]

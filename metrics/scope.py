"""What is being looked at: a period, what it is compared with, and the filters."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from metrics.calendar import lunar_year_before
from metrics.errors import InvalidScope

WEEK = timedelta(days=7)
YEAR_OF_WEEKS = timedelta(days=364)  # 52 weeks: Mondays are compared with Mondays

#: What a person can filter by, in the order of the scope bar.
FILTERS = ("channel", "team_id", "queue", "issue_type", "product", "customer_tier")
Filters = tuple[tuple[str, tuple[str, ...]], ...]


class Preset(StrEnum):
    LAST_WEEK = "last_week"
    LAST_4_WEEKS = "last_4_weeks"
    LAST_MONTH = "last_month"
    MONTH_TO_DATE = "month_to_date"
    LAST_QUARTER = "last_quarter"
    CUSTOM = "custom"


class Comparison(StrEnum):
    PREVIOUS = "previous"  # 环比
    YEAR_AGO = "year_ago"  # 同比
    LUNAR_YEAR = "lunar_year"  # 同比, by the lunar calendar
    CUSTOM = "custom"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Period:
    """Days in [start, end)."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise InvalidScope(
                "The period from {start} to {end} has no day in it.",
                "Choose a start that lies before the end.",
                start=self.start,
                end=self.end,
            )

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def is_week(self) -> bool:
        """Is it one week from Monday on?"""
        return self.days == 7 and self.start.weekday() == 0

    def within(self, other: "Period") -> "Period | None":
        """The days that both have; None where they have none in common."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None


@dataclass(frozen=True, slots=True)
class Scope:
    """A period, its comparison (None: no comparison) and the filters, each a dimension with the values to keep."""

    period: Period
    comparison: Period | None = None
    filters: Filters = ()

    def narrowed(self, dimension: str, values: tuple[str, ...]) -> "Scope":
        """The same scope with one filter replaced; no values take it away."""
        others = tuple((name, kept) for name, kept in self.filters if name != dimension)
        added = ((dimension, values),) if values else ()
        return Scope(self.period, self.comparison, tuple(sorted(others + added)))


def preset_period(preset: Preset, anchor: date) -> Period:
    """The period of a preset as seen on `anchor`, the first day that is not over (or has no data yet)."""
    monday = anchor - timedelta(days=anchor.weekday())
    month = anchor.replace(day=1)
    quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
    match preset:
        case Preset.LAST_WEEK:
            return Period(monday - WEEK, monday)
        case Preset.LAST_4_WEEKS:
            return Period(monday - 4 * WEEK, monday)
        case Preset.LAST_MONTH:
            return Period(months_before(month, 1), month)
        case Preset.MONTH_TO_DATE:
            return Period(month, anchor) if anchor > month else Period(months_before(month, 1), month)
        case Preset.LAST_QUARTER:
            return Period(months_before(quarter, 3), quarter)
        case Preset.CUSTOM:
            return Period(monday - WEEK, monday)


def compared_period(period: Period, comparison: Comparison) -> Period | None:
    """The period to compare with, of the same number of days wherever whole months do not stand against each other.

    The previous period ends where this one begins; for whole months it is as many whole months, for the first days of
    a month the first days of the month before. A year ago means 52 weeks for weeks, the same months for whole months,
    the same dates otherwise; by the lunar calendar it means the days that lie as far from the Spring Festival.
    """
    whole = _whole_months(period)
    match comparison:
        case Comparison.PREVIOUS if whole:
            return Period(months_before(period.start, whole), period.start)
        case Comparison.PREVIOUS if _is_part_of_a_month(period):
            start = months_before(period.start, 1)
            return Period(start, start + timedelta(days=period.days))
        case Comparison.PREVIOUS:
            return Period(period.start - timedelta(days=period.days), period.start)
        case Comparison.YEAR_AGO | Comparison.LUNAR_YEAR:
            return _year_before(period, whole, is_lunar=comparison is Comparison.LUNAR_YEAR)
    return None


def _year_before(period: Period, whole: int, *, is_lunar: bool) -> Period:
    if is_lunar:
        shift = lunar_year_before(period.start)
        return Period(period.start - shift, period.end - shift)
    if whole or _is_part_of_a_month(period) or period.days % 7:
        start = months_before(period.start, 12)
        return Period(start, months_before(period.end, 12) if whole else start + timedelta(days=period.days))
    return Period(period.start - YEAR_OF_WEEKS, period.end - YEAR_OF_WEEKS)


def _whole_months(period: Period) -> int:
    if period.start.day != 1 or period.end.day != 1:
        return 0
    return (period.end.year - period.start.year) * 12 + period.end.month - period.start.month


def _is_part_of_a_month(period: Period) -> bool:
    """From a first of the month, not more days than the month before has; whole weeks from a Monday stay weeks."""
    if period.start.day != 1 or period.start + timedelta(days=period.days) > months_before(period.start, -1):
        return False
    is_weeks = period.start.weekday() == 0 and period.days % 7 == 0
    return not is_weeks and period.days <= (period.start - months_before(period.start, 1)).days


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month; the last day of that month where it is shorter."""
    place = day.year * 12 + day.month - 1 - months
    first = date(place // 12, place % 12 + 1, 1)
    following = date((place + 1) // 12, (place + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def settled(period: Period, data_end: date, mature_days: int) -> Period:
    """The latest period of the same length, moved back by whole weeks, whose every day is final."""
    late = (period.end - data_end).days + mature_days
    weeks = max(0, -(-late // 7))
    return Period(period.start - weeks * WEEK, period.end - weeks * WEEK)


def reach(period: Period, days: int) -> Period:
    """A period with enough before it to see whether it is unusual: at least so many days, from a Monday on."""
    start = min(period.start, period.end - timedelta(days=days))
    return Period(start - timedelta(days=start.weekday()), period.end)

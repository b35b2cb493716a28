"""Do complaints of a kind rise in a season that is said to raise them, and by how much?"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from scipy import special

from metrics.results import Estimate
from metrics.scope import Period, months_before

MOST_YEARS = 3  # what lies before says little of the next season


@dataclass(frozen=True, slots=True)
class Season:
    """Months that are said to bring more complaints of a kind; the codes are those of standard coding."""

    code: str
    months: tuple[int, ...]
    kind: tuple[tuple[str, str], ...]
    source: str


#: What is looked for without having seen the data, so that each is one question and not the best of many.
SEASONS = (
    Season(
        code="summer",
        months=(6, 7, 8),
        kind=(("issue_type", "logistics"), ("subtype", "delay")),
        source="Complaints about late parcels run 20 % higher in summer (source 004).",
    ),
)


@dataclass(frozen=True, slots=True)
class Raised:
    """What came a day in the season's months over what came in the others, and how sure it is that it is more."""

    ratio: Estimate
    least: float  # the ratio is 95 % sure to be higher: the question has one side
    confidence: float
    count: int
    other_a_day: float


def whole_years(known: Period) -> Period | None:
    """Whole months that are over, as many whole years of them as there are: every season is in them alike."""
    end = known.end.replace(day=1)
    years = min(MOST_YEARS, sum(months_before(end, 12 * each) >= known.start for each in range(1, MOST_YEARS + 1)))
    return Period(months_before(end, 12 * years), end) if years else None


def raised(days: pl.DataFrame, period: Period, months: tuple[int, ...]) -> Raised | None:
    """The ratio with its interval; None where either side has no case.

    The variance of the months' counts is widened to what is seen within the season and outside of it.

    Args:
        days: `day count`.
        period: whole years.

    Source: McCullagh & Nelder (1989), Generalized Linear Models, 6.2.
    """
    begins = [months_before(period.end, back) for back in range(_months(period), 0, -1)]
    counted = days.group_by(pl.col("day").dt.truncate("1mo").alias("month")).agg(pl.col("count").sum())
    frame = (
        pl.DataFrame({"month": begins}).join(counted, on="month", how="left").with_columns(pl.col("count").fill_null(0))
    )
    counts = frame["count"].to_numpy().astype(float)
    lengths = np.array([(_after(each) - each).days for each in begins], dtype=float)
    inside = np.array([each.month in months for each in begins])
    if not (counts[inside].sum() and counts[~inside].sum()):
        return None
    rates = [counts[side].sum() / lengths[side].sum() for side in (inside, ~inside)]
    expected = np.where(inside, *rates) * lengths
    freedom = len(counts) - 2
    scale = max(1.0, float(((counts - expected) ** 2 / expected).sum()) / freedom)
    error = (scale * (1 / counts[inside].sum() + 1 / counts[~inside].sum())) ** 0.5
    steep = float(np.log(rates[0] / rates[1]))
    arm = float(special.stdtrit(freedom, 0.975)) * error
    ratio = Estimate(*(float(np.exp(each)) for each in (steep, steep - arm, steep + arm)))
    least = float(np.exp(steep - float(special.stdtrit(freedom, 0.95)) * error))
    return Raised(ratio, least, float(special.stdtr(freedom, steep / error)), int(counts.sum()), float(rates[1]))


def _months(period: Period) -> int:
    return (period.end.year - period.start.year) * 12 + period.end.month - period.start.month


def _after(month: date) -> date:
    return months_before(month, -1)


def next_one(season: Season, after: date) -> tuple[date, date]:
    """The first and the last day of the next such season that begins on a day or later."""
    year = after.year + (after > date(after.year, season.months[0], 1))
    return date(year, season.months[0], 1), _after(date(year, season.months[-1], 1)) - timedelta(days=1)

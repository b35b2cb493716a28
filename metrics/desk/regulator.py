"""What regulators ask for: complaints opened and closed by how long it took, upheld, redress, and appeals per million.

Sources: FCA Handbook, DISP 1.10 and DISP 1 Annex 1 (the complaints return: half-years, closed within three business
days, within eight weeks, later; upheld; redress; opened per 1,000 accounts). The circulars on telecom service quality
of the Ministry of Industry and Information Technology (appeals per million users, by the quarter).
"""

from datetime import date, datetime, timedelta
from enum import StrEnum

import polars as pl

from metrics.calendar import workday_after
from metrics.complaint_facts import LEVELS, valid
from metrics.intervals import poisson_mid_p, wilson
from metrics.scope import Period, months_before

BUSINESS_DAYS = 3  # after the day of receipt
EIGHT_WEEKS = timedelta(weeks=8)
MOST = 6  # spans told, the newest
A_THOUSAND, A_MILLION = 1_000, 1_000_000
COUNTS = ("opened", "closed", "closed_3_days", "closed_8_weeks", "closed_later", "upheld_count", "judged", "redress")


class Span(StrEnum):
    """How long a report is about."""

    HALF_YEAR = "half_year"
    QUARTER = "quarter"

    @property
    def months(self) -> int:
        return 6 if self is Span.HALF_YEAR else 3


def spans(span: Span, first: date, last: date) -> list[Period]:
    """The newest MOST half-years or quarters of the calendar that have a day from the first to the last."""
    month = last.replace(day=1, month=(last.month - 1) // span.months * span.months + 1)
    found = []
    while len(found) < MOST and months_before(month, -span.months) > first:
        found.append(Period(month, months_before(month, -span.months)))
        month = months_before(month, span.months)
    return found[::-1]


def returned(cases: pl.DataFrame, told: list[Period], as_of: datetime, by: tuple[str, ...] = ()) -> pl.DataFrame:
    """The complaints return, a row for each span and group.

    A complaint is opened on the day it was received and closed on the day it was closed, by the calendar of the site.
    It was closed within three business days by the end of the third working day after that of its receipt, make-up
    workdays counted and holidays not; within eight weeks by the 56th day; or else later. These three add up to all
    closed. Those upheld wholly or partly count out of those closed with a finding (`judged`); redress is what
    was paid on those closed.

    Args:
        cases: complaints as the warehouse has them, with `redress_amount`.
        as_of: what comes after it has not happened.

    Returns:
        `start end *by`, COUNTS, `upheld_share low high` in percent; sorted by span, the most opened first.
    """
    counted = valid(cases).filter(pl.col("received_at") <= as_of)
    rows = pl.concat([_opened(counted, by), _closed(counted, as_of, by)], how="diagonal")
    sums = _within(rows, told).group_by("start", "end", *by).agg(pl.col(COUNTS).sum())
    whole = (
        sums
        if by
        else _frame(told).join(sums, on=["start", "end"], how="left").with_columns(pl.col(COUNTS).fill_null(0))
    )
    low, high = wilson(pl.col("upheld_count"), pl.col("judged"))
    share = pl.when(pl.col("judged") > 0).then(100 * pl.col("upheld_count") / pl.col("judged"))
    shared = whole.with_columns(upheld_share=share, low=100 * low, high=100 * high)
    return shared.sort("start", "opened", *by, descending=[False, True, *(False for _ in by)], nulls_last=True)


def _frame(told: list[Period]) -> pl.DataFrame:
    dates = {"start": [each.start for each in told], "end": [each.end for each in told]}
    return pl.DataFrame(dates, schema={"start": pl.Date, "end": pl.Date})


def _within(rows: pl.DataFrame, told: list[Period]) -> pl.DataFrame:
    """The rows whose day lies in a span, with its `start` and `end`."""
    joined = rows.sort("day").join_asof(_frame(told), left_on="day", right_on="start", strategy="backward")
    return joined.filter(pl.col("day") < pl.col("end"))


def _opened(counted: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    return counted.select(*by, day=pl.col("received_at").dt.date(), opened=pl.lit(1, pl.Int64))


def _closed(counted: pl.DataFrame, as_of: datetime, by: tuple[str, ...]) -> pl.DataFrame:
    """What is counted on the day a complaint was closed."""
    closed = counted.filter((pl.col("closed_at") <= as_of).fill_null(value=False))
    received = closed["received_at"].dt.date()
    third = {day: workday_after(day, BUSINESS_DAYS) for day in received.unique()}
    end, start = pl.col("closed_at").dt.date(), pl.col("received_at").dt.date()
    soon = end <= received.replace_strict(third, default=None, return_dtype=pl.Date)
    in_time = end <= start + EIGHT_WEEKS
    claims = {
        "closed": end.is_not_null(),
        "closed_3_days": soon,
        "closed_8_weeks": ~soon & in_time,
        "closed_later": ~soon & ~in_time,
        "upheld_count": pl.col("upheld").is_in(["upheld", "partly_upheld"]).fill_null(value=False),
        "judged": pl.col("upheld").is_not_null(),
    }
    counts = {name: claim.cast(pl.Int64) for name, claim in claims.items()}
    return closed.select(*by, day=end, **counts, redress=pl.col("redress_amount").fill_null(0.0))


def appealed(cases: pl.DataFrame, told: list[Period], as_of: datetime) -> pl.DataFrame:
    """Complaints taken to a regulator or the media, by the day on which they were and by body.

    Returns:
        `start end escalation_body appeals`, a row only where there were some.
    """
    at = pl.coalesce("escalated_at", "received_at")
    taken = valid(cases).filter(pl.col("escalation_level") == LEVELS[2], at <= as_of)
    rows = taken.select("escalation_body", day=at.dt.date())
    found = _within(rows, told).group_by("start", "end", "escalation_body")
    return found.agg(pl.len().cast(pl.Int64).alias("appeals")).sort(
        "start", "appeals", "escalation_body", descending=[False, True, False], nulls_last=True
    )


def per(counts: pl.DataFrame, count: str, customers: pl.DataFrame, scale: int) -> pl.DataFrame:
    """A count of each span per so many customers, with the mid-P interval of a Poisson count.

    Args:
        counts: `start` and the count, a row for each span.
        customers: `start customers`, the mean number on record over the days of the span that have come.

    Returns:
        `counts` with `customers`, `rate`, `rate_low`, `rate_high`; null where nobody is on record.
    """
    joined = counts.join(customers, on="start", how="left", maintain_order="left")
    low, high = poisson_mid_p(pl.col(count), pl.col("customers"))
    rate = pl.when(pl.col("customers") > 0).then(scale * pl.col(count) / pl.col("customers"))
    return joined.with_columns(rate=rate, rate_low=scale * low, rate_high=scale * high)


def mean_customers(daily: pl.DataFrame, told: list[Period]) -> pl.DataFrame:
    """`start customers`: customers on record, on the mean of the days of each span that are known.

    Args:
        daily: `day customer_days`, one or more rows a day.
    """
    rows = []
    for each in told:
        days = daily.filter(pl.col("day").is_between(each.start, each.end, closed="left"))
        count = days["day"].n_unique()
        rows.append((each.start, float(days["customer_days"].sum()) / count if count else None))
    return pl.DataFrame(rows, schema={"start": pl.Date, "customers": pl.Float64}, orient="row")

"""Complaints that grow or are new, and clusters of which cases pile up."""

from datetime import date
from typing import Any

import polars as pl
from scipy import special

from data_access.desk.emerging import NEEDS, USUAL_WINDOW, Emerging, read_emerging, weeks_of_kind, weeks_of_term
from data_access.swot.asked import Asked, Found, Reason, about, lacking, refused
from data_access.wings.early_warning import ISSUE
from metrics.desk.growth import WEEKS
from metrics.desk.new_codes import LEAST_PAST, NEW_WEEKS
from metrics.desk.rising import Rising
from metrics.intervals import poisson_mid_p
from metrics.results import Estimate
from metrics.scope import WEEK
from metrics.swot.evidence import Evidence, Kind, SizeUnit
from metrics.swot.sure import of_p

KINDS = (Kind.GROWING_ISSUE, Kind.EMERGING_ISSUE)
TREND = 12
TERMS = 3  # that are named
PAST_SHARE = NEW_WEEKS / (NEW_WEEKS + LEAST_PAST)  # of the weeks known at least, those that count as new
PAGE = "emerging"


def found(asked: Asked) -> Found:
    """Kinds of complaints that grow, words that rise and codes that are new, as of the period's end."""
    emerging = read_emerging(asked.store, asked.viewer, asked.period.end, USUAL_WINDOW, asked.filters)
    if emerging is None:
        return lacking(KINDS, asked.store.warehouse.missing(NEEDS))
    if emerging.growth is None:
        return refused(KINDS[:1], Reason.TOO_SHORT)
    growing = emerging.growth.filter(pl.col("verdict").is_in(("alarm", "growing")))
    made = [_growing(asked, row) for row in growing.iter_rows(named=True)]
    return Found((*made, *_words(asked, emerging), *_codes(asked, emerging)))


def _growing(asked: Asked, row: dict[str, Any]) -> Evidence:
    """Percent a month, and how many more come a month than half a year ago."""
    kind = {name: row[name] for name in ISSUE}
    weeks = weeks_of_kind(asked.store, asked.viewer, asked.period.end, asked.filters, kind)["count"].cast(pl.Float64)
    subject = about(**kind)
    return Evidence(
        kind=Kind.GROWING_ISSUE, subject=subject, metric=None,
        estimate=Estimate(row["value"], row["low"], row["high"]), reference=0.0,
        size=asked.monthly(row["last"] - row["first"], 7), size_unit=SizeUnit.CASES, base=asked.complaints,
        confidence=of_p(min(1.0, 2 * row["p"])), n=row["count"], since=asked.period.end - WEEKS * WEEK,
        place=asked.place(PAGE, None, subject=subject),
        values={"first": asked.monthly(row["first"], 7), "last": asked.monthly(row["last"], 7)},
        trend=tuple(weeks.tail(TREND)),
    )  # fmt: skip


def _words(asked: Asked, emerging: Emerging) -> list[Evidence]:
    """The terms that rise most, each by its own cases; the board says the first, and has the others behind it."""
    rising = emerging.words
    if not isinstance(rising, Rising):
        return []
    return [risen(asked, rising, row) for row in rising.terms.head(TERMS).iter_rows(named=True)]


def risen(asked: Asked, rising: Rising, row: dict[str, Any]) -> Evidence:
    """How many times as often a term is said as before; of one that nobody said before, in how many cases a month."""
    weeks = weeks_of_term(asked.store, asked.viewer, asked.period.end, asked.filters, row["term"])
    a_month = _a_month(asked, row["now"], rising.window.days)
    is_new = row["ratio"] is None
    return Evidence(
        kind=Kind.EMERGING_ISSUE, subject=about(term=row["term"]), metric=None,
        estimate=a_month if is_new else Estimate(row["ratio"], row["low"], row["high"]),
        reference=0.0 if is_new else 1.0, size=a_month.value, size_unit=SizeUnit.CASES, base=asked.complaints,
        confidence=float(special.ndtr(row["z"])), n=rising.texts, since=rising.window.start, place=asked.place(PAGE),
        values={"terms": row["term"]}, trend=tuple(weeks["count"].cast(pl.Float64).tail(TREND)),
    )  # fmt: skip


def _a_month(asked: Asked, count: int, days: int) -> Estimate:
    """So many cases in so many days as cases a month."""
    ends = poisson_mid_p(pl.lit(float(count)), pl.lit(1.0))
    low, high = pl.select(low=ends[0], high=ends[1]).row(0)
    return Estimate(*(asked.monthly(each, days) for each in (float(count), low, high)))


def _codes(asked: Asked, emerging: Emerging) -> list[Evidence]:
    """Codes that nobody used before: the chance that so many cases of an old one all came in the last weeks."""
    if emerging.codes is None:
        return []
    return [_new(asked, *row) for row in emerging.codes.iter_rows()]


def _new(asked: Asked, dimension: str, code: str, first: date, count: int) -> Evidence:
    a_month, subject = _a_month(asked, count, (asked.period.end - first).days), about(**{dimension: code})
    return Evidence(
        kind=Kind.EMERGING_ISSUE, subject=subject, metric=None, estimate=a_month, reference=0.0, size=a_month.value,
        size_unit=SizeUnit.CASES, base=asked.complaints, confidence=1 - PAST_SHARE**count / 2, n=count, since=first,
        place=asked.place(PAGE, subject=subject),
    )  # fmt: skip

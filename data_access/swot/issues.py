"""Complaints that grow or are new, and clusters of which cases pile up."""

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
TERM_BREAK = "\n"  # between terms; none has one
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
    """The terms that rise most, in one finding: they are mostly of one matter, or of what grows anyway."""
    rising = emerging.words
    if not isinstance(rising, Rising) or rising.terms.is_empty():
        return []
    top = rising.terms.head(TERMS)
    lead = top.row(0, named=True)
    cases = rising.cases.filter(pl.col("term").is_in(top["term"].implode()))["complaint_id"].n_unique()
    weeks = weeks_of_term(asked.store, asked.viewer, asked.period.end, asked.filters, lead["term"])
    return [
        Evidence(
            kind=Kind.EMERGING_ISSUE, subject=about(term=lead["term"]), metric=None,
            estimate=Estimate(lead["ratio"], lead["low"], lead["high"]), reference=1.0,
            size=asked.monthly(cases, rising.window.days), size_unit=SizeUnit.CASES, base=asked.complaints,
            confidence=float(special.ndtr(lead["z"])), n=rising.texts, since=rising.window.start,
            place=asked.place(PAGE), values={"terms": TERM_BREAK.join(top["term"])},
            trend=tuple(weeks["count"].cast(pl.Float64).tail(TREND)),
        )
    ]  # fmt: skip


def _codes(asked: Asked, emerging: Emerging) -> list[Evidence]:
    """Codes that nobody used before: the chance that so many cases of an old one all came in the last weeks."""
    if emerging.codes is None:
        return []
    made = []
    for dimension, code, first, count in emerging.codes.iter_rows():
        days = (asked.period.end - first).days
        ends = poisson_mid_p(pl.lit(float(count)), pl.lit(1.0))
        low, high = pl.select(low=ends[0], high=ends[1]).row(0)
        monthly = (asked.monthly(each, days) for each in (float(count), low, high))
        subject = about(**{dimension: code})
        made.append(
            Evidence(
                kind=Kind.EMERGING_ISSUE,
                subject=subject,
                metric=None,
                estimate=Estimate(*monthly),
                reference=0.0,
                size=asked.monthly(count, days),
                size_unit=SizeUnit.CASES,
                base=asked.complaints,
                confidence=1 - PAST_SHARE**count / 2,
                n=count,
                since=first,
                place=asked.place(PAGE, subject=subject),
            )
        )
    return made

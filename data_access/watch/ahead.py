"""What the next weeks are expected to bring, held against a rule's limit."""

from datetime import date

import polars as pl

from data_access.store import Store
from data_access.viewer import Viewer
from data_access.watch.forecast import Lacking, lacking, read_breach, read_foretold
from metrics.alerts.finding import Finding
from metrics.alerts.rule import AlertRule
from metrics.errors import SourceUnavailable
from metrics.forecast import Breach, Foretold, past_breaches
from metrics.results import NotEstimable

WEEKS = 4  # ahead: further than that a day's interval is as wide as the year's


def read_expected(store: Store, viewer: Viewer, rule: AlertRule) -> Finding:
    """The first day of the next weeks that is expected beyond the limit; it begins or ends an event.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the data lack what is counted, or reach back too short a time to foretell anything.
    """
    found = read_breach(store, viewer, rule.about, rule.filters, rule.limit, weeks=WEEKS)
    if isinstance(found, Lacking | NotEstimable):
        raise _nothing_foretold(rule)
    return told(found, rule, _end(store, viewer, rule))


def read_foreseen(store: Store, viewer: Viewer, rule: AlertRule, back: int) -> pl.DataFrame:
    """What the forecast of each of the last `back` weeks said of the limit, in the shape of a judgement: see `judged`.

    `came`: what the day brought that was foretold; null where it is not over.

    Raises:
        As `read_expected`.
    """
    found = read_foretold(store, viewer, rule.about, rule.filters)
    if not isinstance(found, Foretold):
        raise _nothing_foretold(rule)
    seen = past_breaches(found, rule.limit, WEEKS, back)
    nothing = pl.lit(None, pl.Float64)
    return seen.select(
        "end", "low", "high", "came",
        value="expected", numerator=nothing, count=nothing, usable=pl.lit(value=True),
        beyond="is_sure" if rule.is_sure else "is_beyond", back=~pl.col("is_beyond"),
    )  # fmt: skip


def _nothing_foretold(rule: AlertRule) -> SourceUnavailable:
    return SourceUnavailable(
        "Nothing can be foretold of '{subject}': the data lack it, or do not reach back far enough.",
        "Switch the alert off, or wait until there is a year of data.",
        subject=rule.about,
    )


def told(found: Breach | None, rule: AlertRule, end: date) -> Finding:
    """A breach as a finding: it begins an event where it is sure, or need not be; without one an event is over."""
    if found is None:
        return Finding("", end, starts=False, is_over=True, value=None)
    is_beyond = found.is_sure or not rule.is_sure
    day = {"day": found.period.isoformat()}
    return Finding("", end, is_beyond, False, found.expected, found.low, found.high, told=day)


def _end(store: Store, viewer: Viewer, rule: AlertRule) -> date:
    """The first day that is foretold."""
    found = read_foretold(store, viewer, rule.about, rule.filters)
    return found.end if isinstance(found, Foretold) else store.anchor


def can_be_foretold(store: Store, rule: AlertRule) -> bool:
    """Is what the rule is about on record, and can it be narrowed as it asks?"""
    return lacking(store, rule.about, rule.filters) is None

"""What is ahead: counts expected beyond a limit that people set, and seasons that brought more complaints before."""

from datetime import date, timedelta

import polars as pl
from scipy import special

from data_access.complaint_sums import complaint_sums
from data_access.splits import SPLITS
from data_access.swot.asked import Asked, Found, Reason, lacking, refused
from data_access.watch.ahead import WEEKS
from data_access.watch.forecast import lacking as lacks
from data_access.watch.forecast import read_foretold, recorded
from metrics.alerts.rule import AlertRule, Side
from metrics.alerts.rule import Kind as Alert
from metrics.forecast import Forecast, Foretold, breach
from metrics.forecast.panel import TOTAL, panel
from metrics.forecast.seasons import Extra, seasons
from metrics.metric import Source
from metrics.results import Estimate, NotEstimable
from metrics.scope import Period
from metrics.swot.evidence import Evidence, Kind, SizeUnit
from metrics.swot.seasonal import SEASONS, Raised, Season, next_one, raised, whole_years
from metrics.swot.sure import Z_95, named

SUBJECT, MEASURE = "complaints", "complaints"
PAGE = "forecast"
STILL_NOW = timedelta(days=31)  # after the end of its period a board is still about now


def breaches(asked: Asked) -> Found:
    """The first day of the next weeks beyond each limit that an alert rule names."""
    if _is_past(asked):
        return refused((Kind.FORECAST_BREACH,), Reason.PAST)
    limits = [
        each
        for each in asked.known.rules
        if each.kind is Alert.FORECAST and each.is_on and each.side is Side.ABOVE and each.filters == asked.filters
    ]
    if not limits:
        return refused((Kind.FORECAST_BREACH,), Reason.NO_LIMIT)
    found = [_breach(asked, rule) for rule in limits]
    return Found(tuple(each for each in found if each is not None))


def _is_past(asked: Asked) -> bool:
    """Is the board about a time long over? What is ahead is ahead of now."""
    return asked.period.end < asked.store.anchor - STILL_NOW


def _breach(asked: Asked, rule: AlertRule) -> Evidence | None:
    """None where nothing can be foretold, or no day is surely beyond the limit."""
    found = read_foretold(asked.store, asked.viewer, rule.about, rule.filters)
    if not isinstance(found, Foretold) or TOTAL not in found.names:
        return None
    seen = int(found.panel.counts[found.names.index(TOTAL)].sum())
    return beyond(asked, rule, found.of(TOTAL, "day", WEEKS), seen)


def beyond(asked: Asked, rule: AlertRule, foretold: Forecast, seen: int) -> Evidence | None:
    """The first day whose whole interval lies beyond the limit, and all that is expected beyond it, a month.

    Args:
        foretold: the days of the next weeks.
        seen: cases that it was foretold from.
    """
    days, first = foretold.frame, breach(foretold, rule.limit)
    if first is None or not first.is_sure:
        return None
    subject = tuple((name, value) for name, values in rule.filters for value in values)
    more = float((days["expected"] - rule.limit).clip(0).sum())
    arm = (first.high - first.low) / 2 / Z_95
    is_complaints = rule.about == SUBJECT
    return Evidence(
        kind=Kind.FORECAST_BREACH, subject=(*subject, ("subject", rule.about)), metric=None,
        estimate=Estimate(first.expected, first.low, first.high), reference=rule.limit,
        size=asked.monthly(more, days.height), size_unit=SizeUnit.CASES if is_complaints else SizeUnit.CONTACTS,
        base=asked.complaints if is_complaints else asked.contacts,
        confidence=float(special.ndtr((first.expected - rule.limit) / arm)) if arm else 1.0, n=seen,
        since=first.period, place=asked.place(PAGE, {"by.forecast": rule.about}),
        values={"day": first.period.isoformat()},
    )  # fmt: skip


def seasons_ahead(asked: Asked) -> Found:
    """Seasons of the next twelve months that bring more complaints in all, and those that a source names for a kind."""
    store = asked.store
    if _is_past(asked):
        return refused((Kind.SEASON_AHEAD,), Reason.PAST)
    refusal, known = lacks(store, SUBJECT, asked.filters), recorded(store, SUBJECT)
    if refusal is not None or known is None:
        return lacking((Kind.SEASON_AHEAD,), refusal.columns if refusal else ())
    extras = store.answers.once(
        ("seasons ahead", asked.viewer.sight, known, asked.filters), lambda: _extras(asked, known)
    )
    names = named([_certain(each.extra) for each in extras])
    surely = [each for each, is_named in zip(extras, names, strict=True) if is_named and each.extra.value > 0]
    return Found((*(season_of(asked, each) for each in surely), *_declared(asked, known)))


def _extras(asked: Asked, known: Period) -> list[Extra]:
    """What each season of the calendar brings of all complaints."""
    facts = complaint_sums(asked.store, asked.viewer, known, asked.filters, (MEASURE,))
    counts = facts.group_by("day", part=pl.lit(TOTAL)).agg(pl.col(MEASURE).sum().cast(pl.Float64).alias("count"))
    ready = panel(counts.filter(pl.col("count") > 0), known)
    return [] if isinstance(ready, NotEstimable) else seasons(ready)[TOTAL]


def _certain(extra: Estimate) -> float:
    """How sure it is that a season brings more, or fewer: its interval is symmetric."""
    arm = (extra.high - extra.low) / 2
    return float(special.ndtr(Z_95 * abs(extra.value) / arm)) if arm > 0 else 0.5


def season_of(asked: Asked, extra: Extra) -> Evidence:
    """Percent more than would come without it."""
    days = (extra.last - extra.first).days + 1
    return Evidence(
        kind=Kind.SEASON_AHEAD, subject=(("season", extra.code),), metric=None, estimate=extra.share, reference=0.0,
        size=asked.monthly(extra.extra.value, days), size_unit=SizeUnit.CASES, base=asked.complaints,
        confidence=_certain(extra.extra), n=extra.seen, since=extra.first,
        place=asked.place(PAGE, {"by.forecast": SUBJECT}),
        values={"season": extra.code, "first": extra.first.isoformat(), "last": extra.last.isoformat()},
    )  # fmt: skip


def _declared(asked: Asked, known: Period) -> list[Evidence]:
    """Seasons that a source names for a kind of complaints, each one question."""
    period, made = whole_years(known), []
    for season in SEASONS:
        columns = tuple(SPLITS[Source.COMPLAINTS][name] for name, _code in season.kind)
        if period is None or asked.store.warehouse.missing(columns):
            continue
        filters = tuple(sorted((*asked.filters, *((name, (code,)) for name, code in season.kind))))
        facts = complaint_sums(asked.store, asked.viewer, period, filters, (MEASURE,))
        found = raised(facts.group_by("day").agg(pl.col(MEASURE).sum().alias("count")), period, season.months)
        if found is not None and found.ratio.value > 1:
            made.append(raised_by(asked, season, found, known.end))
    return made


def raised_by(asked: Asked, season: Season, found: Raised, after: date) -> Evidence:
    first, last = next_one(season, after)
    more = (found.ratio.value - 1) * found.other_a_day
    return Evidence(
        kind=Kind.SEASON_AHEAD, subject=tuple(sorted((*season.kind, ("season", season.code)))), metric=None,
        estimate=Estimate(*(100 * (each - 1) for each in (found.ratio.value, found.ratio.low, found.ratio.high))),
        reference=0.0, size=asked.monthly(more, 1), size_unit=SizeUnit.CASES, base=asked.complaints,
        confidence=found.confidence, n=found.count, since=first, place=asked.place(PAGE, {"by.forecast": SUBJECT}),
        values={
            "season": season.code, "first": first.isoformat(), "last": last.isoformat(),
            "at_least": 100 * (found.least - 1),
        },
    )  # fmt: skip

"""What a rule sees: its judgements day by day as each day knew them, and what it finds now."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from data_access.desk.deadlines import known_legs, standing
from data_access.desk.emerging import all_tags
from data_access.masking import check_filters
from data_access.source_days import days_of, recorded
from data_access.store import Store
from data_access.viewer import Viewer
from data_access.watch import rows
from data_access.watch.ahead import can_be_foretold, read_expected
from data_access.watch.decisions import LimitDecision
from data_access.watch.special_causes import read_special_causes
from data_access.watch.windows import newest_end, read_growth, read_windows
from metrics.alerts.finding import Finding
from metrics.alerts.judging import JUDGED, judged, starts
from metrics.alerts.rule import DUE, ON_METRICS, ON_ROWS, AlertRule, Kind
from metrics.catalogue import CATALOGUE, named
from metrics.desk import due
from metrics.errors import SourceUnavailable
from metrics.metric import Source

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MOST_DAYS = 7  # that single cases are looked for on at one evaluation
TOLD = {Kind.GROWTH: ("level", "before"), Kind.VOLUME: rows.TOLD}  # beside the numbers of a judgement
#: Tables of cases by the name of the warehouse's table, and the instant that says when a row came.
RECORDED = {
    "complaints": ("complaints", "received_at"),
    "qa_reviews": ("reviews", "reviewed_at"),
    "volumes": ("volumes", "day"),
}


def read_findings(
    store: Store,
    viewer: Viewer,
    rule: AlertRule,
    now: datetime,
    decisions: Sequence[LimitDecision] = (),
    since: date | None = None,
) -> list[Finding]:
    """What the rule finds by the newest data; `now`, an instant with a zone, only says how old they are.

    Args:
        decisions: of the site about the limits of its control charts.
        since: the day from which on the rule has been evaluated: what came after the last look at one of the last
            MOST_DAYS since then is found as well.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the data lack what the rule needs.
        UnknownName: the catalogue has the rule's metric no more.
    """
    if rule.kind in ON_METRICS:
        named([rule.about])
    if rule.kind is Kind.EMERGING:
        return _issues(store, viewer, rule)
    if rule.kind is Kind.FORECAST:
        return [read_expected(store, viewer, rule)]
    if rule.kind is Kind.DRIFT:
        return rows.turned(store, now)
    if rule.kind is Kind.EVALUATION:  # it alerts where nothing could be found at all
        return []
    end = newest(store, rule)
    if rule.kind is Kind.CASES:
        return _of_days(store, viewer, rule, end, since)
    if rule.kind is Kind.NO_DATA:
        at = now.astimezone(ZoneInfo(store.warehouse.site_zone)).replace(tzinfo=None)
        days = judged(rule, _silence(store, rule, {at.date(): at}))
    else:
        # A value of yesterday may not be usable: a few more days, so that a row of `lasting` is found.
        days = read_days(store, viewer, rule, _days_before(end, 2 * rule.lasting), decisions)
    return [_finding(rule, days, "")]


def _of_days(store: Store, viewer: Viewer, rule: AlertRule, end: date, since: date | None) -> list[Finding]:
    """Each day is a subject of its own: the newest, and the last ones before it since it has been evaluated."""
    count = 1 if since is None else min(max((end - since).days, 1), MOST_DAYS)
    days = read_days(store, viewer, rule, _days_before(end, count + 2 * rule.lasting - 1))
    every = range(days.height - count + 1, days.height + 1)
    return [_finding(rule, days.head(place), (days["end"][place - 1] - DAY).isoformat()) for place in every]


def _finding(rule: AlertRule, days: pl.DataFrame, subject: str) -> Finding:
    """What the last of these days says."""
    last = days.row(-1, named=True)
    told = {name: last[name] for name in TOLD.get(rule.kind, ())}
    values = {name: last[name] for name in ("value", "low", "high", "numerator", "count")}
    return Finding(subject, last["end"], starts(rule, days), bool(last["back"]), **values, told=told)


def newest(store: Store, rule: AlertRule) -> date:
    """The day after the last one that the rule judges; of cases and deadlines the day that is not over counts too."""
    if rule.kind in {Kind.CASES, Kind.DEADLINE}:
        return store.data_end
    return newest_end(store, rule.metric) if rule.metric else store.anchor


def _days_before(end: date, count: int) -> tuple[date, ...]:
    """The last days up to `end`, in order."""
    return tuple(end - place * DAY for place in reversed(range(count)))


def read_days(
    store: Store, viewer: Viewer, rule: AlertRule, ends: tuple[date, ...], decisions: Sequence[LimitDecision] = ()
) -> pl.DataFrame:
    """The rule's judgement before each of `ends`, each from what was known by then: see `metrics.alerts.judging`.

    Args:
        decisions: of the site about the limits of its control charts.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the data lack what the rule needs.
    """
    if rule.kind is Kind.SPECIAL_CAUSE:
        values = read_special_causes(store, viewer, rule, ends, decisions)
    else:
        values = DAYS[rule.kind](store, viewer, rule, ends)
    enough = pl.col("count").fill_null(0) >= rule.least
    if rule.kind is Kind.DEADLINE:
        enough |= pl.col("count") == 0  # that nothing is open is known, and over is what was overdue
    return judged(rule, values.with_columns(usable=pl.col("usable") & enough))


def _threshold(store: Store, viewer: Viewer, rule: AlertRule, ends: tuple[date, ...]) -> pl.DataFrame:
    return read_windows(store, viewer, CATALOGUE[rule.about], rule.filters, ends, rule.window_days)


def _rise(store: Store, viewer: Viewer, rule: AlertRule, ends: tuple[date, ...]) -> pl.DataFrame:
    return read_growth(store, viewer, CATALOGUE[rule.about], rule.filters, ends, rule.window_days)


def _cases(store: Store, viewer: Viewer, rule: AlertRule, ends: tuple[date, ...]) -> pl.DataFrame:
    found = read_windows(store, viewer, CATALOGUE[rule.about], rule.filters, ends, rule.window_days)
    nothing = pl.lit(None, pl.Float64)
    return found.with_columns(
        value=pl.col("numerator"), low=nothing, high=nothing, usable=pl.col("numerator").is_not_null()
    )


def _deadlines(store: Store, viewer: Viewer, rule: AlertRule, ends: tuple[date, ...]) -> pl.DataFrame:
    if not store.warehouse.has("complaints", "resolved_at"):
        raise SourceUnavailable(
            "Deadlines cannot be watched: these data lack complaints with the time of their resolution.",
            "Switch the alert off, or connect complaints.resolved_at.",
        )
    key = ("alert deadlines", viewer.sight, rule.about, rule.filters, ends)
    return store.answers.once(key, lambda: _overdue_by_day(store, viewer, rule, ends))


def _overdue_by_day(store: Store, viewer: Viewer, rule: AlertRule, ends: tuple[date, ...]) -> pl.DataFrame:
    check_filters(rule.filters, viewer)
    counts = [_overdue_or_due(store, viewer, rule, min(store.as_of, datetime.combine(end, time()))) for end in ends]
    return _counted(ends, [late for late, _all in counts], [every for _late, every in counts])


def _overdue_or_due(store: Store, viewer: Viewer, rule: AlertRule, at: datetime) -> tuple[int, int]:
    """Complaints with a step that is overdue or falls due soon at an instant, and all that are open then."""
    stood = standing(store, viewer, rule.filters, at)
    legs = due.open_legs(stood, at).filter(pl.col("leg").is_in(known_legs(store)))
    return due.chosen(legs, rule.about, store.rules)["complaint_id"].n_unique(), int(stood["is_open"].sum())


def _no_data(store: Store, viewer: Viewer, rule: AlertRule, ends: tuple[date, ...]) -> pl.DataFrame:
    return _silence(store, rule, {end: datetime.combine(end, time()) for end in ends})


def _silence(store: Store, rule: AlertRule, moments: Mapping[date, datetime]) -> pl.DataFrame:
    """Hours since the last row of a table at each of these moments, as the site's clock shows them."""
    days = sorted(store.manifest.days) if rule.about == "contacts" else recorded(store, *RECORDED[rule.about])
    arrived = {each: min(datetime.combine(each + DAY, time()), max(store.as_of, datetime.combine(each, time())))
               for each in days}  # fmt: skip
    hours = []
    for moment in moments.values():
        known = [at for day, at in arrived.items() if day < moment.date() or at <= moment]
        hours.append((moment - known[-1]) / HOUR if known else None)
    return _counted(tuple(moments), hours, [1 if known is not None else 0 for known in hours])


def _counted(ends: tuple[date, ...], values: list, counts: list) -> pl.DataFrame:
    """Numbers that are no estimates, in the shape of the others."""
    nothing = [None] * len(ends)
    columns = {"end": list(ends), "value": values, "low": nothing, "high": nothing, "numerator": values}
    columns |= {"count": counts, "usable": [each is not None for each in values]}
    return pl.DataFrame(columns, schema=JUDGED, strict=False)


DAYS: dict[Kind, Callable[[Store, Viewer, AlertRule, tuple[date, ...]], pl.DataFrame]] = {
    Kind.THRESHOLD: _threshold,
    Kind.GROWTH: _rise,
    Kind.CASES: _cases,
    Kind.DEADLINE: _deadlines,
    Kind.NO_DATA: _no_data,
    Kind.CHECK: rows.read_checked,
    Kind.VOLUME: rows.read_volumes,
}


def _issues(store: Store, viewer: Viewer, rule: AlertRule) -> list[Finding]:
    end = newest_issues_end(store)
    return [
        Finding(
            "/".join([tag.kind, *(code for _name, code in tag.names)]), end, starts=True, is_over=False,
            value=float(tag.count), told={"kind": tag.kind, "names": [list(each) for each in tag.names]},
        )
        for tag in all_tags(store, viewer, end, rule.filters)
    ]  # fmt: skip


def newest_issues_end(store: Store) -> date:
    """The day after the last one of which issues are told.

    Raises:
        SourceUnavailable: the data lack complaints.
    """
    known = days_of(store, (Source.COMPLAINTS,))
    if known is None:
        raise SourceUnavailable(
            "Emerging issues cannot be watched: these data have no complaints.",
            "Switch the alert off, or connect some.",
        )
    return min(known.end, store.anchor)


def is_possible(store: Store, rule: AlertRule) -> bool:
    """Do the data have what the rule watches?"""
    names = [name for name, _values in rule.filters]
    if rule.kind in ON_METRICS:
        metric = rule.metric
        return metric is not None and not store.missing(metric, names) and not store.unsplit(metric, names)
    if rule.kind in {*ON_ROWS, Kind.NO_DATA}:
        return rows.is_possible(store, rule)
    if rule.kind is Kind.FORECAST:
        return can_be_foretold(store, rule)
    if rule.kind is Kind.EVALUATION:
        return True
    if not all(store.can_split(Source.COMPLAINTS, name) for name in names):
        return False
    return store.warehouse.has("complaints", "resolved_at" if rule.about in DUE else "complaint_type")

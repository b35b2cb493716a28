"""Evaluating every rule that is on: what begins becomes an event, with what it takes to tell of it."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from data_access.store import Store
from data_access.targets import Target, in_force, read_targets
from data_access.viewer import Right, Viewer, require
from data_access.watch.alert_rules import SetRule, read_alert_rules
from data_access.watch.decisions import LimitDecision, read_decision_history
from data_access.watch.decisions import in_force as in_force_limits
from data_access.watch.events import close_others, open_subjects, record_failure, record_findings
from data_access.watch.runs import begin_run, end_run, evaluated_since
from data_access.watch.special_causes import week_told
from data_access.watch.watching import read_findings
from data_access.watch.windows import told_days
from data_access.why import can_explain, read_decompositions
from metrics.alerts.finding import Finding
from metrics.alerts.rule import ON_METRICS, WITH_INTERVAL, AlertRule, Kind
from metrics.alerts.shipped import EVALUATION_FAILED
from metrics.catalogue import CATALOGUE
from metrics.decomposition import standing_out
from metrics.errors import NotAllowed, ServiceQualityError, SourceUnavailable, StateConflict
from metrics.metric import Metric
from metrics.scope import Period

NAMED_TO_NOBODY = {"agent_id", "supervisor"}  # who moved a figure is for the dashboard, not for a group's chat
ONE_PLACE = ("team_id", "queue")
EVERYONE = Viewer("alerts")  # who writes what goes out: sees every team, and no name of a person
CRASHED = SourceUnavailable(
    "The evaluation of alerts broke off.", "Look into the log of the job, and run python -m jobs alerts by hand."
)
DID_NOT_END = SourceUnavailable(
    "An evaluation of alerts did not end.", "See whether the job is stopped by something, such as a lack of memory."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out of one rule: the subjects of opened events, or that it could not be evaluated."""

    key: str
    opened: tuple[str, ...] = ()
    failure: ServiceQualityError | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What rules are held against: targets, decisions about limits of control charts, and the evaluation before."""

    targets: Sequence[Target] = ()
    decisions: Sequence[LimitDecision] = ()
    since: datetime | None = None  # when rules were first evaluated


def run_evaluation(store: Store, engine: Engine, viewer: Viewer, clock: Callable[[], datetime]) -> list[Outcome]:
    """Evaluate every rule that is on, and note that and how it ended; whatever goes wrong is an event of its own.

    Args:
        clock: the instant now, with a zone.

    Raises:
        NotAllowed: the viewer's role sets no rules, or does not see every team: alerts of the others would be lost.
    """
    require(viewer, Right.TARGETS)
    if viewer.teams is not None:
        raise NotAllowed(
            "Alerts are evaluated for all teams, and you see some only.",
            "Run the job for a person who sees every team.",
        )
    now = clock()
    rules = read_alert_rules(engine, viewer)
    since = evaluated_since(engine)
    place, was_killed = begin_run(engine, now)
    if was_killed:
        record_broken_evaluation(engine, rules, error(DID_NOT_END), now)
    outcomes: list[Outcome] = []
    is_whole = False
    try:
        known = Known(read_targets(engine, viewer), in_force_limits(read_decision_history(engine, viewer)), since)
        outcomes = evaluate_rules(store, engine, viewer, rules, known, now)
        is_whole = True
    finally:  # also when it breaks off by a fault that nobody foresaw, which then goes on its way
        if not is_whole:
            record_broken_evaluation(engine, rules, error(CRASHED), clock())
        failed = next((each.key for each in outcomes if each.failure), None)
        opened = sum(len(each.opened) for each in outcomes)
        end_run(engine, place, failed if is_whole else "crashed", (len(outcomes), opened), clock())
    return outcomes


def evaluate_rules(
    store: Store, engine: Engine, viewer: Viewer, rules: Iterable[SetRule], known: Known, now: datetime
) -> list[Outcome]:
    """Evaluate each rule that is on, put on record what begins and what is over, and what could not be evaluated.

    A fault that nobody foresaw is raised when all have been evaluated: the others alert in spite of it.
    """
    every = list(rules)
    blind = replace(viewer, is_cleared=False)  # what is sent holds no name of a person
    set_at = {each.rule.key: each.made_at for each in every if each.rule.is_on}
    on = [each.rule for each in every if each.rule.is_on]
    close_others(engine, [rule.key for rule in on], now)
    zone = ZoneInfo(store.warehouse.site_zone)
    outcomes: list[Outcome] = []

    def evaluated(rule: AlertRule) -> None:
        begun = max(filter(None, (known.since, set_at[rule.key])), default=None)
        since = begun.astimezone(zone).date() if known.since and begun else None
        outcomes.append(_evaluated(store, engine, blind, rule, known, now, since))

    with ExitStack() as each_of_them:  # runs all of them, and only then lets a fault go on its way
        for rule in on[::-1]:
            if rule.kind is not Kind.EVALUATION:
                each_of_them.callback(evaluated, rule)
    for rule in on:
        if (
            rule.kind is Kind.EVALUATION
        ):  # over with the first evaluation that does not break off, and told once by then
            evaluated(rule)
    return outcomes


def _evaluated(
    store: Store,
    engine: Engine,
    viewer: Viewer,
    rule: AlertRule,
    known: Known,
    now: datetime,
    since: date | None,
) -> Outcome:
    try:
        findings = read_findings(store, viewer, rule, now, known.decisions, since)
        return Outcome(rule.key, _recorded(store, engine, viewer, rule, findings, known.targets, now))
    except ServiceQualityError as failure:
        record_failure(engine, rule, error(failure), store.data_end, now)
        return Outcome(rule.key, failure=failure)


def _recorded(
    store: Store,
    engine: Engine,
    viewer: Viewer,
    rule: AlertRule,
    findings: list[Finding],
    targets: Sequence[Target],
    now: datetime,
) -> tuple[str, ...]:
    """The subjects of opened events. Another evaluation, or who takes an event on, may come in between: then again."""
    attempts = 3
    while True:
        open_ = open_subjects(engine, rule)
        fresh = [each for each in findings if each.starts and each.subject not in open_]
        told = {each.subject: _told(store, viewer, rule, each, targets) for each in fresh}
        try:
            return tuple(record_findings(engine, rule, findings, told, now, data_end=store.data_end))
        except StateConflict:
            attempts -= 1
            if not attempts:
                raise


def error(failure: ServiceQualityError) -> dict[str, Any]:
    """A failure in JSON's types, to be told in the reader's language."""
    values = {name: str(value) for name, value in failure.values.items()}
    return {"what": failure.what, "fix": failure.fix, "values": values}


def record_broken_evaluation(engine: Engine, rules: Iterable[SetRule], told: dict[str, Any], now: datetime) -> None:
    """That alerts could not be evaluated at all; to the channels of all alerts where the rule has none of its own."""
    every = [each.rule for each in rules]
    rule = next(each for each in every if each.key == EVALUATION_FAILED)
    channels = rule.channels or tuple(dict.fromkeys(name for each in every if each.is_on for name in each.channels))
    if rule.is_on:
        record_failure(engine, replace(rule, channels=channels), told, now.date(), now)


def _told(store: Store, viewer: Viewer, rule: AlertRule, finding: Finding, targets: Sequence[Target]) -> dict[str, Any]:
    """The days that the value is about, the target in force, and what moved it most."""
    if rule.kind not in ON_METRICS:
        return {}
    metric = CATALOGUE[rule.about]
    is_week = rule.kind is Kind.SPECIAL_CAUSE
    days = week_told(store, metric, finding.end) if is_week else told_days(store, metric, finding.end, rule.window_days)
    places = {name: values[0] for name, values in rule.filters if name in ONE_PLACE and len(values) == 1}
    target = in_force(targets, metric, days.last, team_id=places.get("team_id"), queue=places.get("queue"))
    told: dict[str, Any] = {"from": days.start.isoformat(), "to": days.last.isoformat(), "target": target}
    if rule.kind in {*WITH_INTERVAL, Kind.SPECIAL_CAUSE} and isinstance(metric, Metric) and can_explain(metric):
        told["driver"] = _driver(store, viewer, rule, metric, days)
    return told


def _driver(store: Store, viewer: Viewer, rule: AlertRule, metric: Metric, days: Period) -> dict[str, Any] | None:
    """The group that moved the value most against as many days before, the way of the alert; None: none stands out."""
    step = timedelta(days=days.days)
    found = read_decompositions(store, viewer, metric, days, Period(days.start - step, days.end - step), rule.filters)
    named = standing_out({name: each for name, each in found.items() if name not in NAMED_TO_NOBODY})
    first = next((each for each in named if each.effect * rule.sign > 0), None)
    if first is None:
        return None
    row = next(
        each for each in found[first.dimension].groups.iter_rows(named=True) if each[first.dimension] == first.group
    )
    ends = {name: row[name] for name in ("old_value", "new_value", "old_share", "new_share")}
    return asdict(first) | ends

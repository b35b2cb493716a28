"""What is counted of a contact, in SQL: one number each, summed at any grain."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Integer, and_, case, cast, false, func, literal, not_, null, or_, true

from data_access.dialects import add_days, add_seconds, seconds_between, whole
from data_access.warehouse import Warehouse
from metrics.rules import Rules

Of = Callable[[str], ColumnElement]  # a column of contacts by its name


@dataclass(frozen=True, slots=True)
class Measure:
    """A count or sum of contacts. Where the warehouse lacks a needed column, the measure is left out.

    Attributes:
        counts: the contacts that are counted; None for a sum.
    """

    name: str
    needs: tuple[str, ...]
    value: ColumnElement
    counts: ColumnElement[bool] | None = None


def every_measure(warehouse: Warehouse, rules: Rules) -> list[Measure]:
    """All that a contact is counted for, as far as the warehouse's columns allow."""
    of: Of = lambda name: warehouse.column("contacts", name)  # noqa: E731
    found = [*_handling(warehouse, rules, of), *_answering(warehouse, rules, of), *_satisfaction(of)]
    found += [*_limits(warehouse, rules, of), *_business(warehouse, rules, of), *_bands(warehouse, rules, of)]
    return [each for each in found if warehouse.has("contacts", *each.needs)]


def is_handled(warehouse: Warehouse) -> ColumnElement[bool]:
    """Answered by somebody: where the warehouse knows, by the time of answer, else by not being abandoned."""
    column = warehouse.column
    if warehouse.has("contacts", "answered_at"):
        return column("contacts", "answered_at").is_not(None)
    if warehouse.has("contacts", "abandoned_at"):
        return column("contacts", "abandoned_at").is_(None)
    return true()


def handle_seconds(warehouse: Warehouse) -> ColumnElement:
    """Talk, hold and wrap-up together; null where the talk time is."""
    column = warehouse.column
    extra = [
        func.coalesce(column("contacts", name), 0)
        for name in ("hold_seconds", "wrap_seconds")
        if warehouse.has("contacts", name)
    ]
    total = column("contacts", "talk_seconds")
    for seconds in extra:
        total = total + seconds
    return total


def is_eligible(warehouse: Warehouse, rules: Rules) -> ColumnElement[bool]:
    """Fit for review: answered and not too short, where the warehouse knows the length."""
    if not warehouse.has("contacts", "talk_seconds"):
        return is_handled(warehouse)
    return and_(
        is_handled(warehouse),
        func.coalesce(handle_seconds(warehouse), rules.eligible_seconds) >= rules.eligible_seconds,
    )


def is_inbound(warehouse: Warehouse) -> ColumnElement:
    """1 for an inbound contact; where the warehouse does not say, every contact is one."""
    if not warehouse.has("contacts", "direction"):
        return case((true(), 1))
    return case((func.coalesce(warehouse.column("contacts", "direction"), "inbound") == "inbound", 1), else_=0)


def flag(condition: ColumnElement) -> ColumnElement[int]:
    return cast(case((condition, 1), else_=0), Integer)


def count_of(name: str, needs: tuple[str, ...], counts: ColumnElement[bool]) -> Measure:
    return Measure(name, needs, flag(counts), counts)


def _handling(warehouse: Warehouse, rules: Rules, of: Of) -> list[Measure]:
    handled = is_handled(warehouse)
    soon, told_by = _reopened_soon(warehouse, rules, of)
    resolved = func.coalesce(of("resolved"), False)
    known = of("solved_first_contact").is_not(None)
    return [
        count_of("contacts", (), true()),
        count_of("handled", (), handled),
        count_of("eligible", (), is_eligible(warehouse, rules)),
        count_of("identified", ("customer_id",), of("customer_id").is_not(None)),
        count_of("resolved", ("resolved",), resolved),
        count_of("marked_resolved", ("resolved",), and_(handled, resolved, not_(func.coalesce(soon, False)))),
        count_of("reopened", (*told_by, "resolved"), and_(func.coalesce(soon, False), resolved)),
        count_of("transferred", ("transfer_count",), and_(handled, of("transfer_count") > 0)),
        count_of("first_contact_answers", ("solved_first_contact",), known),
        count_of("first_contact_solved", ("solved_first_contact",), of("solved_first_contact") == true()),
    ]


def _reopened_soon(warehouse: Warehouse, rules: Rules, of: Of) -> tuple[ColumnElement[bool], tuple[str, ...]]:
    """Was a contact reopened within the window after it was resolved? And the columns that tell."""
    if warehouse.has("contacts", "reopened_at", "resolved_at"):
        soon = of("reopened_at") <= add_days(of("resolved_at"), rules.fcr_window_days)
        return soon, ("reopened_at", "resolved_at")
    if warehouse.has("contacts", "reopen_count"):
        return of("reopen_count") > 0, ("reopen_count",)
    return literal(value=False), ("reopen_count",)


def _answering(warehouse: Warehouse, rules: Rules, of: Of) -> list[Measure]:
    """Inbound contacts that wait for somebody: channels without a queue, like e-mail, are left out."""
    waits = is_inbound(warehouse) == 1
    if warehouse.has("contacts", "channel"):
        waits = and_(waits, or_(of("channel").is_(None), of("channel").not_in(rules.queueless_channels)))
    queued = func.coalesce(of("queued_at"), of("started_at")) if warehouse.has("contacts", "queued_at") else None
    queued = of("started_at") if queued is None else queued
    answered = and_(waits, of("answered_at").is_not(None))
    # Where no time of giving up is recorded, whoever was not answered gave up.
    gave_up = and_(waits, of("answered_at").is_(None))
    if warehouse.has("contacts", "abandoned_at"):
        gave_up = and_(gave_up, of("abandoned_at").is_not(None))
    in_time = of("answered_at") <= add_seconds(queued, whole(rules.answer_seconds))
    soon = of("abandoned_at") <= add_seconds(queued, whole(rules.answer_seconds))
    short = seconds_between(queued, of("abandoned_at")) < rules.short_abandon_seconds
    both = ("answered_at", "abandoned_at")
    return [
        count_of("offered", ("answered_at",), or_(answered, gave_up)),
        count_of("answered", ("answered_at",), answered),
        count_of("answered_in_time", ("answered_at",), and_(answered, in_time)),
        count_of("abandoned", ("answered_at",), gave_up),
        count_of("abandoned_in_time", both, and_(gave_up, soon)),
        count_of("abandoned_shortly", both, and_(gave_up, short)),
    ]


def _satisfaction(of: Of) -> list[Measure]:
    valid = and_(of("csat") >= 1, of("csat") <= 5)
    return [
        count_of("csat_answers", ("csat",), valid),
        count_of("csat_satisfied", ("csat",), and_(valid, of("csat") >= 4)),
        Measure("csat_sum", ("csat",), case((valid, of("csat")), else_=0.0)),
        Measure("csat_squares", ("csat",), case((valid, of("csat") * of("csat")), else_=0.0)),
        count_of("csat_surveys", ("csat_sent",), of("csat_sent") == true()),
        count_of("csat_answered_sent", ("csat", "csat_sent"), and_(of("csat_sent") == true(), valid)),
    ]


def _limits(warehouse: Warehouse, rules: Rules, of: Of) -> list[Measure]:
    """Kept within their limit: by the recorded result where there is one, else by the limits of the priorities."""
    if warehouse.has("contacts", "sla_met") or not warehouse.has("contacts", "priority", "resolved_at"):
        return [
            count_of("sla_met", ("sla_met",), of("sla_met") == true()),
            count_of("sla_due", ("sla_met",), of("sla_met").is_not(None)),
        ]
    seconds = case(*((of("priority") == name, limit) for name, limit in rules.contact_limits.items()))
    has_limit = and_(is_handled(warehouse), of("priority").in_(list(rules.contact_limits)))
    kept = seconds_between(of("started_at"), of("resolved_at")) <= seconds
    needs = ("priority", "resolved_at")
    return [
        count_of("sla_met", needs, and_(has_limit, func.coalesce(kept, False))),
        count_of("sla_due", needs, has_limit),
    ]


def _business(warehouse: Warehouse, rules: Rules, of: Of) -> list[Measure]:
    offer = of("offer_made") == true()
    valued = and_(is_handled(warehouse), of("customer_tier") == rules.high_value_tier)
    ended = func.coalesce(of("ended_at"), of("started_at")) if warehouse.has("contacts", "ended_at") else None
    ended = of("started_at") if ended is None else ended
    called = of("follow_up_at") <= add_seconds(ended, whole(rules.high_value_follow_up_seconds))
    scored = of("emotion_score").is_not(None)
    tier = ("customer_tier", "follow_up_at")
    return [
        count_of("emotions_scored", ("emotion_score",), scored),
        count_of("emotions_heated", ("emotion_score",), of("emotion_score") >= rules.heated_score),
        count_of("offers_made", ("offer_made",), offer),
        count_of("offers_accepted", ("offer_made", "offer_accepted"), and_(offer, of("offer_accepted") == true())),
        count_of("valued_contacts", tier, valued),
        count_of("valued_followed_up", tier, and_(valued, func.coalesce(called, False))),
    ]


def _bands(warehouse: Warehouse, rules: Rules, of: Of) -> list[Measure]:
    """Handled within the band of their issue type; types without a band of their own share one."""
    needs = ("talk_seconds", "issue_type")
    bands = {issue: (low, high) for issue, low, high in rules.handle_time_bands}
    if not bands:  # nothing was handled in the time in which they were to be found: nothing can be held against them
        return [count_of(name, needs, false()) for name in ("handle_timed", "handle_in_band")]
    usual, own = bands.get("", (None, None)), [(issue, band) for issue, band in bands.items() if issue]
    low, high = (_by_issue(of, [(issue, band[end]) for issue, band in own], usual[end]) for end in (0, 1))
    seconds = handle_seconds(warehouse)
    timed = and_(is_handled(warehouse), seconds.is_not(None), low.is_not(None))
    return [
        count_of("handle_timed", needs, timed),
        count_of("handle_in_band", needs, and_(timed, seconds.between(low, high))),
    ]


def _by_issue(of: Of, own: list[tuple[str, int]], other: int | None) -> ColumnElement:
    """A number by issue type, another one for all that have none of their own."""
    rest = cast(null(), Integer) if other is None else literal(other)
    return case(*((of("issue_type") == issue, seconds) for issue, seconds in own), else_=rest) if own else rest

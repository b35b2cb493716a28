"""What the page of retention says: names of what happened, the finding in a sentence, the chart and the table."""

from collections.abc import Callable, Sequence

import polars as pl

from metrics.results import Estimate
from metrics.rules import Rules
from metrics.wings.retention import After, Event, Told, worst
from reports import text
from reports.text import N_, _
from reports.wings.charts_forest import Row

#: What happened, and beside whom it is held.
EVENTS: dict[Event, tuple[str, str]] = {
    Event.COMPLAINT: (N_("after a complaint"), N_("contacts without a complaint")),
    Event.REPEAT: (N_("after having to come back"), N_("first contacts about an issue")),
    Event.FAILED_REVIEW: (N_("after a contact that failed its review"), N_("contacts that passed")),
    Event.DISSATISFIED: (N_("after a dissatisfied answer"), N_("satisfied answers")),
    Event.LATE: (N_("after a complaint resolved past its deadline"), N_("complaints resolved in time")),
    Event.SLOW: (N_("after a complaint resolved later than {hours} h"), N_("complaints resolved within {hours} h")),
    Event.UNHAPPY_ENDING: (
        N_("after a complaint whose handling did not satisfy"),
        N_("complaints whose handling satisfied"),
    ),
}
THEMES: dict[str, tuple[Event, ...]] = {
    N_("What happened"): (Event.COMPLAINT, Event.REPEAT, Event.FAILED_REVIEW, Event.DISSATISFIED),
    N_("How the complaint was handled"): (Event.LATE, Event.SLOW, Event.UNHAPPY_ENDING),
}
TOLD = {Told.TOO_FEW: N_("too few to judge"), Told.NO_VARIATION: N_("all alike: nothing to compare")}


def event(kind: Event, rules: Rules) -> str:
    return _(EVENTS[kind][0]).format(hours=rules.solution_seconds // 3600)


def others(kind: Event, rules: Rules) -> str:
    return _(EVENTS[kind][1]).format(hours=rules.solution_seconds // 3600)


def points(amount: float) -> str:
    return text.signed(amount, 1)


def interval(estimate: Estimate) -> str:
    return _("{low} to {high}").format(low=points(estimate.low), high=points(estimate.high))


def headline(found: Sequence[After], days: int, rules: Rules) -> str:
    """The largest loss that stands out; where none does, how much could have been seen after a complaint."""
    lost = worst(found, days)
    if lost is not None and lost.difference and lost.retained and lost.others:
        return _(
            "Customers {event}: {share} % are heard of again within {days} days with another matter, of comparable "
            "others {usual} %. That is {difference} points (95 % interval {interval}, {cases} cases). It goes along "
            "with it; whether it is the cause this does not say."
        ).format(
            event=event(lost.event, rules),
            share=text.number(lost.retained.value, 1),
            usual=text.number(lost.others.value, 1),
            difference=points(lost.difference.value),
            interval=interval(lost.difference),
            days=days,
            cases=text.number(lost.cases),
        )
    judged = [(each, each.difference) for each in found if each.days == days and each.difference]
    if not judged:
        return _("Too few cases in these days to compare anybody with others.")
    # After a complaint is what everybody asks about; without one what is told most surely.
    surest, difference = min(
        judged, key=lambda pair: (pair[0].event is not Event.COMPLAINT, pair[1].high - pair[1].low)
    )
    return _(
        "No loss of customers can be seen within {days} days: {event} the share heard of again differs by {difference} "
        "points from that of comparable others (95 % interval {interval}, {cases} cases)."
    ).format(
        days=days,
        event=event(surest.event, rules),
        difference=points(difference.value),
        interval=interval(difference),
        cases=text.number(surest.cases),
    )


def rows(found: Sequence[After], rules: Rules) -> list[Row]:
    """What could be compared, for a chart of differences."""
    return [
        Row(
            str(each.event), event(each.event, rules), each.difference.value, each.difference.low,
            each.difference.high, _state(each.difference, stands_out=each.stands_out), _hover(each, rules),
        )
        for each in found
        if each.difference
    ]  # fmt: skip


def _state(difference: Estimate, *, stands_out: bool) -> str:
    if not stands_out:
        return "inside"
    return "apart" if difference.value < 0 else "good"


def states() -> dict[str, str]:
    """What the chart's legend calls them."""
    return {"inside": _("no difference can be seen"), "apart": _("fewer stay"), "good": _("more stay")}


def _hover(each: After, rules: Rules) -> list[str]:
    lines = [_("{cases} cases, {others} others, {customers} customers").format(**_counts(each))]
    if each.retained and each.others and each.difference:
        shares = _("{share} % beside {usual} %")
        values = {"share": each.retained.value, "usual": each.others.value}
        ends = _("95 % interval: {low} to {high}")
        return [
            shares.format(**{name: text.number(value, 1) for name, value in values.items()}),
            others(each.event, rules),
            ends.format(low=points(each.difference.low), high=points(each.difference.high)),
            *lines,
        ]
    return lines


def _counts(each: After) -> dict[str, str]:
    return {
        "cases": text.number(each.cases),
        "others": text.number(each.comparable),
        "customers": text.number(each.customers),
    }


def table(found: Sequence[After], rules: Rules) -> pl.DataFrame:
    """A row an event in the reader's words; a refusal stands in the place of a difference."""
    return pl.DataFrame([_row(each, rules) for each in found], infer_schema_length=None)


def _row(each: After, rules: Rules) -> dict[str, str]:
    is_told = each.retained and each.others and each.difference
    return {
        _("Customers"): event(each.event, rules),
        _("Difference, points"): _estimated(each.difference, points) if is_told else _(TOLD[each.told]),
        _("Verdict"): states()[_state(each.difference, stands_out=each.stands_out)] if each.difference else "–",
        "n": "{cases} / {others}".format(**_counts(each)),
        _("Heard of again, %"): _estimated(each.retained, tenths) if is_told else "–",
        _("Others at the same mix, %"): _estimated(each.others, tenths) if is_told else "–",
        _("Beside"): others(each.event, rules),
        _("Left out"): text.number(each.unmatched),
    }


def tenths(amount: float) -> str:
    return text.number(amount, 1)


def _estimated(found: Estimate | None, spoken: Callable[[float], str]) -> str:
    return text.estimated((None,) * 3 if found is None else (found.value, found.low, found.high), spoken)


def frame(found: Sequence[After]) -> pl.DataFrame:
    """All of it for a file: one row an event and horizon, numbers unformatted."""
    rows = [
        {
            "event": str(each.event),
            "horizon": each.days,
            "status": str(each.told),
            "cases": each.cases,
            "comparable": each.comparable,
            "customers": each.customers,
            "unmatched": each.unmatched,
            **_ends("share", each.retained),
            **_ends("others", each.others),
            **_ends("difference", each.difference),
            "p": each.p,
            "stands_out": each.stands_out,
        }
        for each in found
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _ends(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    if estimate is None:
        return dict.fromkeys((name, f"{name}_low", f"{name}_high"))
    return {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}

"""Decisions about control limits in words."""

from collections.abc import Callable, Sequence

import polars as pl

from data_access.watch.decisions import Decided, LimitDecision, PastDecision
from metrics.scope import Filters
from reports import text
from reports.text import N_, _

KINDS: dict[str, str] = {Decided.PHASE: N_("New phase"), Decided.LEFT_OUT: N_("Leave a point out")}


def kind(code: str) -> str:
    """What is decided of a day."""
    return _(KINDS[code]) if code in KINDS else code


def decision(made: LimitDecision) -> str:
    """New phase from 5 Jan 2026: a standard solution for returns."""
    day = text.day(made.day)
    if made.kind is Decided.LEFT_OUT:
        return _("Left out, {day}: {reason}").format(day=day, reason=made.reason)
    if made.baseline is None:
        return _("New phase from {day}: {reason}").format(day=day, reason=made.reason)
    return _("New phase from {day}, limits from its first {count} points: {reason}").format(
        day=day, count=made.baseline, reason=made.reason
    )


def history(past: Sequence[PastDecision], zone: str, filter_words: Callable[[Filters], Sequence[str]]) -> pl.DataFrame:
    """Every decision with who and when, also those that were taken back."""
    rows = [
        {
            _("Decision"): decision(each.decision),
            _("For"): text.listed(filter_words(each.decision.filters)) or _("All"),
            _("Set by"): text.person(each.decision.made_by),
            _("Set on"): None
            if each.decision.made_at is None
            else text.moment(text.at_site(each.decision.made_at, zone)),
            _("Taken back"): ""
            if each.removed_at is None
            else f"{text.moment(text.at_site(each.removed_at, zone))} · {text.person(each.removed_by)}",
        }
        for each in past
    ]
    return pl.DataFrame(rows)

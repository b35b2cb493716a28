"""What happened to an action in words: every step, what is different since, and a problem that came back."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from data_access.actions.action_rows import Happened, HistoryEntry
from metrics.actions.action import Action
from metrics.catalogue import CATALOGUE
from metrics.scope import Filters, Period
from reports import text
from reports.actions import action_words
from reports.text import N_, _

HAPPENED = {
    Happened.ADDED: N_("Added"),
    Happened.EDITED: N_("Edited"),
    Happened.STEPS_SET: N_("Steps"),
    Happened.BEGUN: N_("Begun: on to Do"),
    Happened.WENT_LIVE: N_("Went live: on to Check"),
    Happened.CHECKED: N_("Checked"),
    Happened.STANDARDISED: N_("Made the standard: closed"),
    Happened.STARTED_OVER: N_("Back to Plan: a new round"),
    Happened.CAME_BACK: N_("The problem is back: reopened"),
    Happened.REMOVED: N_("Taken off the record"),
    Happened.RESTORED: N_("Put back"),
}
FIELDS = {
    "title": N_("What is to become better?"),
    "problem": N_("What is the problem?"),
    "owner": N_("Owner"),
    "due": N_("To be live by"),
    "metric": N_("Metric that should move"),
    "expected_change": N_("Expected change"),
    "filters": N_("Scope"),
    "check_on": N_("To be checked on"),
    "live_on": N_("First day of the new way"),
}
Where = Callable[[Filters], Sequence[str]]


def happened(what: Happened) -> str:
    return _(HAPPENED[what])


def altered(entry: HistoryEntry, where: Where) -> list[str]:
    """What is different since the step."""
    before, after = entry.before, entry.after
    if before is None or after is None or entry.what in {Happened.STARTED_OVER, Happened.CAME_BACK}:
        return []
    told = []
    for name, label in FIELDS.items():
        old, new = (_spoken(name, each, where) for each in (before, after))
        if old != new:
            told.append(_("{field}: {old} → {new}").format(field=_(label), old=old, new=new))
    told += _steps(before, after)
    if before.why_tree != after.why_tree and after.why_tree:
        told.append(_("Root cause by five whys"))
    return told + ([action_words.verdict(after.check)] if entry.what is Happened.CHECKED and after.check else [])


def _steps(before: Action, after: Action) -> list[str]:
    told = [f"+ {action_words.past_step(each)}" for each in after.steps if each not in before.steps]
    kept = {each.words for each in after.steps}
    return told + [f"− {each.words}" for each in before.steps if each.words not in kept]


def _spoken(name: str, action: Action, where: Where) -> str:
    told = "–"
    match name, getattr(action, name):
        case _field, None | "" | ():
            pass
        case "filters", tuple() as filters:
            told = text.listed(where(filters))
        case "expected_change", float() as change:
            told = text.percent(change * 100, 0)
        case "metric", str() as metric:
            told = _(CATALOGUE[metric].name)
        case _field, date() as day:
            told = text.day(day)
        case _field, words:
            told = str(words)
    return told


def came_back(entry: HistoryEntry, before: Action) -> str:
    """The numbers by which the problem is back; without them for who does not see all that they count."""
    if not entry.told:
        return _("The problem came back after round {number}.").format(number=before.round)
    metric = CATALOGUE[before.metric]
    first, last = (date.fromisoformat(entry.told[name]) for name in ("first", "last"))
    level, reached, was = (
        text.value(float(entry.told[name]) * metric.unit.scale, metric.unit) for name in ("level", "reached", "before")
    )
    said = _(
        "The problem came back after round {number}: {metric} was {level} in {period}, surely worse than the {reached} "
        "that had been reached (before the action: {before})."
    )
    period = text.period(Period(first, last + timedelta(days=7)))
    return said.format(
        number=before.round, metric=_(metric.name), level=level, reached=reached, before=was, period=period
    )

"""Entries of the audit log as sentences in the reader's language, and as a table."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from data_access.audit_check import Fault, Verified
from data_access.audit_rows import Act, Entry
from metrics.catalogue import CATALOGUE
from metrics.desk.conditions import Condition
from metrics.scope import Period
from metrics.swot.evidence import Kind
from reports import rule_words, text
from reports.actions import action_words
from reports.audit_acts import act
from reports.codes import DIMENSIONS
from reports.desk import condition_words
from reports.swot import kind_words
from reports.text import N_, _
from reports.watch import alert_words, decision_words
from reports.weekly import subscription_words

Scope = dict[str, Any]  # of an entry, as data_access/audit.py wrote it
FAULTS = {
    Fault.MISSING: N_("BROKEN: entry {place} is not there or does not follow the one before it."),
    Fault.ALTERED: N_("BROKEN: entry {place} is not as it was written."),
    Fault.CUT: N_("BROKEN: entries from {place} on were taken away, or the log was cut at its beginning."),
}
SETTINGS = {
    "audit_retention_days": N_("Days for which the audit log is kept"),
    "alert_quiet_hours": N_("Quiet hours of alerts"),
}


def role(code: str) -> str:
    return text.code(code) if code != "none" else _("No role")


def details(entry: Entry) -> str:
    """What it was about."""
    return DETAILS.get(entry.act, _source)(entry.scope)


#: What is looked behind besides metrics.
LOOKED_AT = {
    "blind_spots": N_("Blind spots"),
    "sampling_plan": N_("Sampling plan"),
    "linkage": N_("How the data join"),
    "early_warning": N_("Early warning"),
    "examples": N_("Learning from cases"),
    "customers": N_("Customers worth a look"),
    "calibration": N_("Calibration between reviewers"),
    "precursors": N_("What precedes complaints"),
    "qa_validity_items": N_("Is QA measuring anything?"),
    "escalation": N_("Lines of defence"),
    "repeats": N_("Repeat complaints"),
    "emerging_words": N_("Words and phrases that rise"),
    "new_codes": N_("New codes"),
    "complaints_due": N_("What falls due"),
    "complaints_overdue": N_("Overdue open complaints"),
    "complaints_reminders": N_("Reminders to departments"),
    "complaints_held": N_("Who held the clock"),
    "complaints_left_alone": N_("Dissatisfied and not reopened"),
}


def _cases(scope: Scope) -> str:
    rows, metric = text.number(scope["rows"]), CATALOGUE.get(scope["metric"])
    if metric:
        return _joined(_("{rows} cases behind {metric}").format(rows=rows, metric=_(metric.name)), scope)
    looked_at = _(LOOKED_AT[scope["metric"]]) if scope["metric"] in LOOKED_AT else scope["metric"]
    return _joined(_("{what}: {rows} rows").format(what=looked_at, rows=rows), scope)


def _file(scope: Scope) -> str:
    return _joined(scope["title"], scope)


def _printed(scope: Scope) -> str:
    return _joined(_("{count} metrics").format(count=text.number(len(scope["metrics"]))), scope)


def _change(scope: Scope) -> str:
    return _joined(text.change_name(scope["name"]), scope)


def _action(scope: Scope) -> str:
    return _joined(" · ".join([scope["title"], action_words.stage(scope["stage"])]), scope)


def _minutes(scope: Scope) -> str:
    week = date.fromisoformat(scope["week"])
    return text.period(Period(week, week + timedelta(days=7)))


def _view(scope: Scope) -> str:
    return scope["name"]


def _target(scope: Scope) -> str:
    metric = CATALOGUE.get(scope["metric"])
    named = _(metric.name) if metric else scope["metric"]
    value = text.target(scope["value"], metric) if metric else str(scope["value"])
    places = [
        text.labelled(text.dimension(each), text.code(scope[each])) for each in ("team_id", "queue") if each in scope
    ]
    since = _("from {day}").format(day=text.day(date.fromisoformat(scope["start"])))
    return " · ".join([named, value, *places, since])


def _note(scope: Scope) -> str:
    metric = CATALOGUE.get(scope["metric"])
    named = _(metric.name) if metric else scope["metric"]
    return " · ".join([named, text.day(date.fromisoformat(scope["day"])), scope["words"]])


def _limits(scope: Scope) -> str:
    metric = CATALOGUE.get(scope["metric"])
    named = _(metric.name) if metric else scope["metric"]
    day = text.day(date.fromisoformat(scope["day"]))
    return _joined(" · ".join([named, decision_words.kind(scope["kind"]), day, scope["reason"]]), scope)


def _person(scope: Scope) -> str:
    before, after = scope["before"], scope["after"]
    return text.labelled((after or before)["person"], f"{_rights(before)} → {_rights(after)}")


def _setting(scope: Scope) -> str:
    name = _(SETTINGS[scope["setting"]]) if scope["setting"] in SETTINGS else scope["setting"]
    return text.labelled(name, f"{scope['before']} → {scope['after']}")


def _rule(scope: Scope) -> str:
    before, after = (rule_words.value(scope["rule"], scope[each]) for each in ("before", "after"))
    return text.labelled(text.rule(scope["rule"]), f"{before} → {after}")


def _weight(scope: Scope) -> str:
    before, after = (kind_words.weight(scope[each]) for each in ("before", "after"))
    return text.labelled(kind_words.kind(Kind(scope["rule"])), f"{before} → {after}")


def _event(scope: Scope) -> str:
    first, last = date.fromisoformat(scope["from"]), date.fromisoformat(scope.get("to", scope["from"]))
    return " · ".join([scope["name"], text.period(Period(first, last + timedelta(days=1)))])


def _house_rule(scope: Scope) -> str:
    return text.labelled(scope["name"], condition_words.listed(Condition(**each) for each in scope["conditions"]))


def _example(scope: Scope) -> str:
    return " · ".join([scope["case_id"], text.code(scope["scenario"]), scope["words"]])


def _pack(scope: Scope) -> str:
    return _("{count} examples").format(count=text.number(scope["rows"]))


def _customer(scope: Scope) -> str:
    return _("{customer}: {count} events").format(customer=scope["customer_id"], count=text.number(scope["rows"]))


def _mapped(scope: Scope) -> str:
    raw = [text.code(scope[name]) for name in ("issue_type", "subtype") if scope[name]]
    return f"{' – '.join(raw)} → {text.code(scope['standard']) if scope['standard'] else '–'}"


def _why(scope: Scope) -> str:
    return " → ".join([scope["problem"], *scope["whys"], scope["cause"]])


def _coached(scope: Scope) -> str:
    return " · ".join(scope[name] for name in ("agent_id", "day", "words") if name in scope)


def _pruned(scope: Scope) -> str:
    sentence = _("Entries up to number {place}, older than {days} days")
    return sentence.format(place=text.number(scope["up_to"]), days=text.number(scope["days"]))


def _source(scope: Scope) -> str:
    return _joined(str(scope.get("source", "")), scope)


def _refused(scope: Scope) -> str:
    if "job" in scope:
        return _("Job: {name}").format(name=scope["job"])
    if "page" in scope:
        return _("Page: {name}").format(name=scope["page"])
    return _joined("", scope)


def _swot(scope: Scope) -> str:
    """The words of an entry, a comment or a strategy, or the note of an edition; else the key of the finding."""
    words = scope.get("dismissed") or scope.get("words") or scope.get("note") or scope.get("key", "")
    return _joined(words, scope)


def _rights(told: dict[str, Any] | None) -> str:
    if told is None:
        return _("not on record")
    words = [text.code(told["role"]) if told["role"] else _("No access")]
    words += [text.listed(told["teams"])] if told["teams"] else []
    words += [_("sees names and texts")] if told["is_cleared"] else []
    words += [_("until {day}").format(day=text.day(date.fromisoformat(told["until"])))] if told["until"] else []
    return text.listed(words)


def _joined(first: str, scope: Scope) -> str:
    words = [first] if first else []
    if "from" in scope and "to" in scope:
        last = date.fromisoformat(scope["to"])
        words.append(text.period(Period(date.fromisoformat(scope["from"]), last + timedelta(days=1))))
    for name in DIMENSIONS:
        if name in scope and isinstance(scope[name], list):
            kept = text.listed([text.code(each) for each in scope[name]])
            words.append(text.labelled(text.dimension(name), kept))
    return " · ".join(words)


DETAILS: dict[str, Callable[[Scope], str]] = {
    Act.REFUSED: _refused,
    Act.CASES_OPENED: _cases,
    **dict.fromkeys((Act.FILE_TAKEN, Act.SNAPSHOT_MADE, Act.SNAPSHOT_REMOVED, Act.SNAPSHOT_RESTORED), _file),
    Act.NUMBERS_PRINTED: _printed,
    **dict.fromkeys((Act.CHANGE_CREATED, Act.CHANGE_EDITED, Act.CHANGE_REMOVED, Act.CHANGE_RESTORED), _change),
    **dict.fromkeys((Act.PERSON_GRANTED, Act.PERSON_FORGOTTEN), _person),
    **dict.fromkeys((Act.TARGET_SET, Act.TARGET_REMOVED), _target),
    **dict.fromkeys((Act.NOTE_PINNED, Act.NOTE_REMOVED), _note),
    **dict.fromkeys((Act.EVENT_ADDED, Act.EVENT_REMOVED, Act.EVENT_RESTORED), _event),
    **dict.fromkeys((Act.RULE_SET, Act.RULE_TAKEN_BACK), _rule),
    **dict.fromkeys((Act.WEIGHT_SET, Act.WEIGHT_TAKEN_BACK), _weight),
    **dict.fromkeys((Act.EXAMPLE_FLAGGED, Act.EXAMPLE_REMOVED, Act.EXAMPLE_RESTORED), _example),
    Act.EXAMPLES_OPENED: _pack,
    **dict.fromkeys((Act.HOUSE_RULE_ADDED, Act.HOUSE_RULE_REMOVED, Act.HOUSE_RULE_RESTORED), _house_rule),
    Act.CUSTOMER_OPENED: _customer,
    **dict.fromkeys((Act.CODE_MAPPED, Act.CODE_UNMAPPED), _mapped),
    **dict.fromkeys((Act.WHY_RECORDED, Act.WHY_REMOVED, Act.WHY_RESTORED), _why),
    **dict.fromkeys((Act.SHEET_OPENED, Act.COACHING_RECORDED, Act.COACHING_REMOVED), _coached),
    **dict.fromkeys((Act.LIMITS_DECIDED, Act.LIMITS_TAKEN_BACK, Act.LIMITS_RESTORED), _limits),
    **dict.fromkeys(
        (Act.ALERT_RULE_SET, Act.ALERT_RULE_TAKEN_BACK, Act.ALERT_TAKEN_ON, Act.ALERT_SNOOZED, Act.ALERT_TESTED),
        alert_words.logged,
    ),
    **{each: _swot for each in Act if each.startswith("swot_")},
    **dict.fromkeys(
        (
            Act.ACTION_ADDED,
            Act.ACTION_EDITED,
            Act.ACTION_MOVED,
            Act.ACTION_CHECKED,
            Act.ACTION_REOPENED,
            Act.ACTION_REMOVED,
            Act.ACTION_RESTORED,
        ),
        _action,
    ),
    Act.MINUTES_KEPT: _minutes,
    **dict.fromkeys((Act.VIEW_SAVED, Act.VIEW_REMOVED, Act.VIEW_RESTORED), _view),
    **dict.fromkeys((Act.MAPPING_SAVED, Act.MAPPING_RENAMED, Act.MAPPING_REMOVED, Act.MAPPING_RESTORED), _view),
    **dict.fromkeys((Act.SUBSCRIPTION_SET, Act.SUBSCRIPTION_ENDED, Act.REPORT_SENT), subscription_words.logged),
    Act.SETTING_CHANGED: _setting,
    Act.LOG_PRUNED: _pruned,
}


def table(entries: Sequence[Entry], zone: str) -> pl.DataFrame:
    """The entries as a person reads them, at the clock of `zone`."""
    rows = [
        {
            _("Number"): each.id,
            _("Time"): each.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0),
            _("Person"): text.person(each.who),
            _("Role"): role(each.role),
            _("What"): act(each.act),
            _("Details"): details(each),
        }
        for each in entries
    ]
    names = (_("Number"), _("Time"), _("Person"), _("Role"), _("What"), _("Details"))
    types = (pl.Int64, pl.Datetime("us"), pl.String, pl.String, pl.String, pl.String)
    return pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)))


def verified(found: Verified) -> str:
    """Whether the log is as it was written, and what to note for the next time."""
    if found.fault is not None:
        return _(FAULTS[found.fault]).format(place=text.number(found.at))
    sentence = _("The audit log is whole. Entries: {count}. To note outside this machine: {mark}")
    return sentence.format(count=text.number(found.count), mark=f"{found.last_id}:{found.last_seal}")

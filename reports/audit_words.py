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
from reports import rule_words, text
from reports.codes import DIMENSIONS
from reports.desk import condition_words
from reports.text import N_, _
from reports.watch import alert_words, decision_words

Scope = dict[str, Any]  # of an entry, as data_access/audit.py wrote it
ACTS: dict[str, str] = {
    Act.SIGNED_IN: N_("Signed in"),
    Act.SIGNED_OUT: N_("Signed out"),
    Act.REFUSED: N_("Refused"),
    Act.CASES_OPENED: N_("Opened cases"),
    Act.FILE_TAKEN: N_("Took a file"),
    Act.NUMBERS_PRINTED: N_("Printed figures"),
    Act.CHANGE_CREATED: N_("Registered a change"),
    Act.CHANGE_EDITED: N_("Corrected a change"),
    Act.CHANGE_REMOVED: N_("Took a change off the record"),
    Act.CHANGE_RESTORED: N_("Put a change back"),
    Act.PERSON_GRANTED: N_("Gave rights"),
    Act.PERSON_FORGOTTEN: N_("Took a person off the record"),
    Act.TARGET_SET: N_("Set a target"),
    Act.TARGET_REMOVED: N_("Took a target away"),
    Act.NOTE_PINNED: N_("Pinned a note"),
    Act.NOTE_REMOVED: N_("Took a note off"),
    Act.EVENT_ADDED: N_("Added an event to the calendar"),
    Act.EVENT_REMOVED: N_("Took an event out of the calendar"),
    Act.EVENT_RESTORED: N_("Put an event back into the calendar"),
    Act.EXAMPLE_FLAGGED: N_("Flagged an example"),
    Act.EXAMPLE_REMOVED: N_("Took an example out"),
    Act.EXAMPLE_RESTORED: N_("Put an example back"),
    Act.EXAMPLES_OPENED: N_("Opened a case pack"),
    Act.SHEET_OPENED: N_("Opened a coaching sheet"),
    Act.COACHING_RECORDED: N_("Recorded a coaching session"),
    Act.COACHING_REMOVED: N_("Took a coaching session off"),
    Act.CUSTOMER_OPENED: N_("Opened one customer"),
    Act.CODE_MAPPED: N_("Said what a code stands for"),
    Act.CODE_UNMAPPED: N_("Took back what a code stands for"),
    Act.WHY_RECORDED: N_("Recorded five whys"),
    Act.WHY_REMOVED: N_("Took five whys off"),
    Act.WHY_RESTORED: N_("Put five whys back"),
    Act.RULE_SET: N_("Set a rule"),
    Act.RULE_TAKEN_BACK: N_("Took a rule back"),
    Act.HOUSE_RULE_ADDED: N_("Added a house rule"),
    Act.HOUSE_RULE_REMOVED: N_("Took a house rule off"),
    Act.HOUSE_RULE_RESTORED: N_("Put a house rule back"),
    Act.LIMITS_DECIDED: N_("Decided about control limits"),
    Act.LIMITS_TAKEN_BACK: N_("Took a decision about control limits back"),
    Act.LIMITS_RESTORED: N_("Restored a decision about control limits"),
    Act.ALERT_RULE_SET: N_("Set an alert"),
    Act.ALERT_RULE_TAKEN_BACK: N_("Took an alert's setting back"),
    Act.ALERT_TAKEN_ON: N_("Took an alert on"),
    Act.ALERT_SNOOZED: N_("Snoozed an alert"),
    Act.ALERT_TESTED: N_("Sent a test message"),
    Act.SETTING_CHANGED: N_("Changed a setting"),
    Act.DATA_REPLACED: N_("Put other data in use"),
    Act.LOG_PRUNED: N_("Removed old entries"),
}
FAULTS = {
    Fault.MISSING: N_("BROKEN: entry {place} is not there or does not follow the one before it."),
    Fault.ALTERED: N_("BROKEN: entry {place} is not as it was written."),
    Fault.CUT: N_("BROKEN: entries from {place} on were taken away, or the log was cut at its beginning."),
}
SETTINGS = {
    "audit_retention_days": N_("Days for which the audit log is kept"),
    "alert_quiet_hours": N_("Quiet hours of alerts"),
}


def act(code: str) -> str:
    return _(ACTS[code]) if code in ACTS else code


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
    metric = CATALOGUE.get(scope["metric"])
    name = _(metric.name) if metric else _(LOOKED_AT.get(scope["metric"], scope["metric"]))
    words = _("{rows} cases behind {metric}").format(rows=text.number(scope["rows"]), metric=name)
    return _joined(words, scope)


def _file(scope: Scope) -> str:
    return _joined(scope["title"], scope)


def _printed(scope: Scope) -> str:
    return _joined(_("{count} metrics").format(count=text.number(len(scope["metrics"]))), scope)


def _change(scope: Scope) -> str:
    return _joined(text.change_name(scope["name"]), scope)


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
    Act.FILE_TAKEN: _file,
    Act.NUMBERS_PRINTED: _printed,
    **dict.fromkeys((Act.CHANGE_CREATED, Act.CHANGE_EDITED, Act.CHANGE_REMOVED, Act.CHANGE_RESTORED), _change),
    **dict.fromkeys((Act.PERSON_GRANTED, Act.PERSON_FORGOTTEN), _person),
    **dict.fromkeys((Act.TARGET_SET, Act.TARGET_REMOVED), _target),
    **dict.fromkeys((Act.NOTE_PINNED, Act.NOTE_REMOVED), _note),
    **dict.fromkeys((Act.EVENT_ADDED, Act.EVENT_REMOVED, Act.EVENT_RESTORED), _event),
    **dict.fromkeys((Act.RULE_SET, Act.RULE_TAKEN_BACK), _rule),
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

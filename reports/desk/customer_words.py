"""One customer in words: what happened, his tags, and the rule that set each of them."""

import polars as pl

from data_access.desk.customer import OneCustomer
from metrics.desk.customer_tags import DISSATISFIED, LEAST_CONTACTS, MAIN_ISSUE, PREFERRED, CustomerTag
from metrics.rules import Rules
from reports import text
from reports.desk.deadline_words import RUNG_NAMES
from reports.desk.defence_words import BODIES
from reports.text import N_, Label, _

EVENTS = {
    "contact": N_("A contact"),
    "review": N_("QA review"),
    "received_at": N_("Complaint received"),
    "first_response_at": N_("First response given"),
    "handed_over_at": N_("Handed over"),
    "reminded": N_("Reminder sent"),
    "department_replied_at": N_("Department replied"),
    "pending": N_("Waits for the customer"),
    "resumed": N_("Taken up again"),
    "promised_at": N_("Promise due"),
    "promise_met_at": N_("Promise kept"),
    "resolved_at": N_("Complaint resolved"),
    "follow_up_at": N_("Follow-up"),
    "reopened_at": N_("Reopened"),
    "escalated_at": N_("Escalated"),
    "appealed_at": N_("Appealed"),
    "closed_at": N_("Case closed"),
}
TAGS = {
    "escalated_before": N_("Went to a regulator before"),
    "wants_escalation": N_("Says he will escalate"),
    "complains_again": N_("Complains again: {value}"),
    "dissatisfied": N_("Dissatisfied at the last follow-up"),
    "wants_quick_reply": N_("Presses for a quick reply"),
    "tier": N_("Customer tier: {value}"),
    "prefers_channel": N_("Prefers {value}"),
    "main_issue": N_("Mostly about {value}"),
}
WARNINGS = ("escalated_before", "wants_escalation", "complains_again", "dissatisfied")
DIMENSION = {"complains_again": "issue_type", "main_issue": "issue_type", "prefers_channel": "channel"}


def headline(found: OneCustomer) -> str:
    """How much there is, and since when."""
    if found.events.is_empty():
        return _("There is nothing on record of this customer that you may see.")
    newest, oldest = found.events["at"][0], found.events["at"][-1]
    return _("{contacts} contacts, {complaints} complaints and {reviews} QA reviews from {first} to {last}.").format(
        contacts=text.number(found.contacts), complaints=text.number(found.complaints.height),
        reviews=text.number(found.reviews.height), first=text.day(oldest.date()), last=text.day(newest.date()),
    )  # fmt: skip


def tag(found: CustomerTag, label: Label) -> str:
    value = label(DIMENSION.get(found.code, "customer_tier"), found.value)
    return _(TAGS[found.code]).format(value=value)


def rule(found: CustomerTag, rules: Rules) -> str:
    """Why a tag was set, with the counts it was set by."""
    told = {
        "escalated_before": _("a complaint reached the level of a regulator: {count} of {of}"),
        "wants_escalation": _("a complaint says that it will be escalated: {count} of {of}"),
        "complains_again": _("a complaint of the same type within {days} days of another: {count} of {of}"),
        "dissatisfied": _("the last follow-up gave {score} of 5 or less"),
        "wants_quick_reply": _("a complaint demands a quick reply: {count} of {of}"),
        "tier": _("the tier that the rules call high value"),
        "prefers_channel": _("at least {share} % of at least {least} contacts: {count} of {of}"),
        "main_issue": _("at least {share} % of at least {least} contacts and complaints: {count} of {of}"),
    }[found.code]
    share = {"prefers_channel": PREFERRED, "main_issue": MAIN_ISSUE}.get(found.code, 0.0)
    said = told.format(
        count=text.number(found.count), of=text.number(found.of), days=text.number(rules.repeat_complaint_days),
        score=text.number(DISSATISFIED), least=text.number(LEAST_CONTACTS), share=text.number(100 * share),
    )  # fmt: skip
    return said if found.last is None else _("{rule}; last on {day}").format(rule=said, day=text.day(found.last.date()))


def tags_table(found: OneCustomer, rules: Rules, label: Label) -> pl.DataFrame:
    return pl.DataFrame([{_("Tag"): tag(each, label), _("Rule that set it"): rule(each, rules)} for each in found.tags])


def events(found: pl.DataFrame, label: Label) -> pl.DataFrame:
    """The timeline as a table."""
    return pl.DataFrame(
        [
            {
                _("When"): row["at"],
                _("Event"): _(EVENTS[row["event"]]),
                _("About"): _about(row, label),
                _("Words"): text.pseudonyms(row["text"] or ""),
                _("Score"): "" if row["score"] is None else text.number(row["score"]),
                _("Case number"): row["review_id"] or row["complaint_id"] or row["contact_id"] or "",
                _("Handled by"): label("agent_id", row["agent_id"]) if row["agent_id"] else "",
            }
            for row in found.iter_rows(named=True)
        ]
    )


def _about(row: dict, label: Label) -> str:
    """What an event was about; of a step that went somewhere, to whom and how high."""
    parts = [label(name, row[name]) for name in ("channel", "issue_type", "subtype") if row[name] is not None]
    if row["department"] is not None:
        parts.insert(0, "→ " + label("responsible_department", row["department"]))
    if row["level"] is not None:
        named = BODIES.get(row["level"]) or RUNG_NAMES.get(row["level"])
        parts.insert(0, _(named) if named else text.code(row["level"]))
    return " · ".join(parts)


def review(row: dict) -> str:
    """A review as an entry of a list: 12 Oct 2026 · Team QA · 86 of 95 points."""
    points = None
    if row["score"] is not None and row["max_score"] is not None:
        points = _("{score} of {most} points").format(
            score=text.number(row["score"]), most=text.number(row["max_score"])
        )
    level = None if row["level"] is None else text.code(row["level"])
    day = text.day(row["reviewed_at"].date())
    return " · ".join(each for each in (day, level, points) if each)


def sheet(items: pl.DataFrame) -> pl.DataFrame:
    """The items of a QA sheet, failed ones first."""
    ordered = items.sort(pl.col("failed").fill_null(value=False), descending=True, maintain_order=True)
    return pl.DataFrame(
        [
            {
                _("Item"): text.code(row["item"]),
                _("Section"): "–" if row["section"] is None else text.code(row["section"]),
                _("Result"): _result(row),
                _("Points of possible"): _points(row),
            }
            for row in ordered.iter_rows(named=True)
        ]
    )


def _result(row: dict) -> str:
    if row["applicable"] is False:
        return _("not applicable")
    if row["failed"] is None:
        return "–"
    return _("✗ failed") if row["failed"] else _("✓ passed")


def _points(row: dict) -> str:
    if row["points"] is None or row["max_points"] is None:
        return "–"
    return f"{text.number(row['points'])} / {text.number(row['max_points'])}"


def customers(rows: pl.DataFrame, label: Label) -> pl.DataFrame:
    """Those worth a look, as a table to click in."""
    return pl.DataFrame(
        {
            _("Customer"): rows["shown"],
            _("Complaints"): rows["complaints"],
            _("Last about"): [label("issue_type", each) for each in rows["issue_type"]],
            _("Regulator"): [_("went to a regulator") if each else "" for each in rows["is_escalated"]],
        }
    )

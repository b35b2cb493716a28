"""What is known of a customer before he says a word: tags from his own history, each with the rule that set it."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from metrics.complaint_facts import LEVELS
from metrics.rules import Rules

LEAST_CONTACTS = 3  # fewer show no preference
PREFERRED = 0.6  # share of contacts on one channel
MAIN_ISSUE = 0.5  # share of contacts and complaints about one matter
DISSATISFIED = 2  # of 5: a follow-up of that or less
REGULATOR = LEVELS[-1]


@dataclass(frozen=True, slots=True)
class CustomerTag:
    """A tag's code, what it names (a channel, an issue, a tier), and the counts that its rule looked at."""

    code: str
    value: str | None
    count: int
    of: int
    last: datetime | None = None


def customer_tags(
    contacts: pl.DataFrame, complaints: pl.DataFrame, tier: str | None, rules: Rules
) -> list[CustomerTag]:
    """The tags of one customer, warnings first.

    Args:
        contacts: `channel issue_type started_at`.
        complaints: valid ones: `issue_type received_at escalation_level wants_escalation demands_quick_reply
            follow_up_score`; null where it is not known.
    """
    found = [_escalated(complaints), _threatened(complaints), _repeated(complaints, rules), _dissatisfied(complaints)]
    found += [_hurried(complaints), _tier(tier, rules), _preferred(contacts), _main_issue(contacts, complaints)]
    return [each for each in found if each is not None]


def _claimed(complaints: pl.DataFrame, claim: pl.Expr, code: str) -> CustomerTag | None:
    """A tag where any complaint has something, with how many have it and when last."""
    having = complaints.filter(claim.fill_null(value=False))
    if having.is_empty():
        return None
    last = having["received_at"].max()
    return CustomerTag(code, None, having.height, complaints.height, last if isinstance(last, datetime) else None)


def _escalated(complaints: pl.DataFrame) -> CustomerTag | None:
    return _claimed(complaints, pl.col("escalation_level") == REGULATOR, "escalated_before")


def _threatened(complaints: pl.DataFrame) -> CustomerTag | None:
    return _claimed(complaints, pl.col("wants_escalation"), "wants_escalation")


def _hurried(complaints: pl.DataFrame) -> CustomerTag | None:
    return _claimed(complaints, pl.col("demands_quick_reply"), "wants_quick_reply")


def _dissatisfied(complaints: pl.DataFrame) -> CustomerTag | None:
    """The last follow-up says it, whatever the ones before."""
    asked = complaints.drop_nulls("follow_up_score").sort("received_at").tail(1)
    return _claimed(asked, pl.col("follow_up_score") <= DISSATISFIED, "dissatisfied")


def _repeated(complaints: pl.DataFrame, rules: Rules) -> CustomerTag | None:
    """Complaints of the type of another one within the window before it."""
    ordered = complaints.drop_nulls("issue_type").sort("received_at")
    gap = pl.col("received_at").diff().over("issue_type")
    again = ordered.filter(gap <= pl.duration(days=rules.repeat_complaint_days))
    if again.is_empty():
        return None
    last = again.row(-1, named=True)
    return CustomerTag("complains_again", last["issue_type"], again.height, complaints.height, last["received_at"])


def _tier(tier: str | None, rules: Rules) -> CustomerTag | None:
    return CustomerTag("tier", tier, 1, 1) if tier == rules.high_value_tier else None


def _preferred(contacts: pl.DataFrame) -> CustomerTag | None:
    return _most(contacts["channel"], PREFERRED, "prefers_channel")


def _main_issue(contacts: pl.DataFrame, complaints: pl.DataFrame) -> CustomerTag | None:
    both = pl.concat([contacts["issue_type"], complaints["issue_type"]])
    return _most(both, MAIN_ISSUE, "main_issue")


def _most(codes: pl.Series, share: float, code: str) -> CustomerTag | None:
    known = codes.drop_nulls()
    if len(known) < LEAST_CONTACTS:
        return None
    name, count = known.alias("code").value_counts().sort("count", "code", descending=[True, False]).row(0)
    return CustomerTag(code, name, count, len(known)) if count >= share * len(known) else None

"""What is joined to contacts to tell what happened in them, each brought to one row a key first."""

from sqlalchemy import CTE, ColumnElement, Integer, and_, case, cast, func, null, or_, select, true

from data_access.contact_measures import flag
from data_access.dialects import seconds_between
from data_access.schema import TABLES
from data_access.warehouse import Warehouse
from data_access.wings.named import counts_as_complaint
from metrics.review_facts import PRACTICE
from metrics.rules import Rules


def complaint_of_contact(warehouse: Warehouse, rules: Rules) -> CTE | None:
    """Contacts of which valid complaints came: first receipt, last resolution and follow-up, and how it went.

    `late`, `slow` and `unhappy` are 1 where that holds for any of them, null where it is not known; where one is still
    open, `resolved_at` is null.
    """
    if not warehouse.has("complaints", "contact_id"):
        return None
    complaint, column = TABLES["complaints"], warehouse.column
    received, resolved = complaint.c.received_at, column("complaints", "resolved_at")
    # Waiting for the customer does not count.
    taken = seconds_between(received, resolved) - func.coalesce(column("complaints", "pending_seconds"), 0)
    late = case(
        *(
            (column("complaints", "severity") == severity, flag(taken > limit.resolution))
            for severity, limit in rules.deadlines.items()
        ),
        else_=cast(null(), Integer),
    )
    score = column("complaints", "follow_up_score")
    all_resolved = func.count(resolved) == func.count()
    return (
        select(
            complaint.c.contact_id,
            func.min(received).label("received_at"),
            case((all_resolved, func.max(resolved))).label("resolved_at"),
            func.max(column("complaints", "follow_up_at")).label("follow_up_at"),
            func.max(_known(resolved, late)).label("late"),
            func.max(known_flag(resolved, seconds_between(received, resolved) > rules.solution_seconds)).label("slow"),
            func.max(known_flag(score, score < rules.satisfied_score)).label("unhappy"),
        )
        .where(*counts_as_complaint(warehouse))
        .group_by(complaint.c.contact_id)
        .cte("complaint_of_contact")
    )


def known_flag(value: ColumnElement, condition: ColumnElement) -> ColumnElement[int]:
    """1 where the condition holds, 0 where not, null where its value is not known."""
    return _known(value, flag(condition))


def _known(value: ColumnElement, told: ColumnElement) -> ColumnElement:
    return case((value.is_not(None), told), else_=cast(null(), Integer))


def review_of_contact(warehouse: Warehouse) -> CTE | None:
    """Contacts that people reviewed: `failed` is 1 where any review that counts found so."""
    if not warehouse.has("qa_reviews", "contact_id", "passed"):
        return None
    review, column = TABLES["qa_reviews"], warehouse.column
    by_people = func.coalesce(column("qa_reviews", "is_automatic"), ~true()) != true()
    purpose = func.coalesce(column("qa_reviews", "purpose"), "regular")
    settled = or_(column("qa_reviews", "disputed_at").is_(None), column("qa_reviews", "dispute_upheld").is_not(None))
    failed = or_(review.c.passed != true(), func.coalesce(column("qa_reviews", "fatal"), ~true()) == true())
    known = and_(review.c.contact_id.is_not(None), review.c.passed.is_not(None), review.c.reviewed_at.is_not(None))
    return (
        select(review.c.contact_id, func.max(flag(failed)).label("failed"))
        .where(known, by_people, purpose.not_in(PRACTICE), settled)
        .group_by(review.c.contact_id)
        .cte("review_of_contact")
    )

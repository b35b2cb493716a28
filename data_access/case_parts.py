"""What is kept of cases beside the roll-ups of contacts: how each part is read, and which rows changed days reach."""

from sqlalchemy import Select, select

from data_access import daily, findings
from data_access.case_part import CHAINS, CONTACTS, CasePart, Days, Source, stamps_of
from data_access.cases import NEXT_CONTACT, complaints, has_reviews, reviews, typed_complaints, typed_reviews
from data_access.contacts import reach
from data_access.desk import contacted, events
from data_access.warehouse import Warehouse
from data_access.wings import links, named
from metrics.complaint_facts import RETENTION_DAYS
from metrics.rules import Rules


def _received(warehouse: Warehouse, _rules: Rules, days: Days) -> Select:
    complaint = warehouse.table("complaints")
    return select(complaint.c.complaint_id).where(days.hold(warehouse, complaint.c.received_at))


def _of_customers(warehouse: Warehouse, _rules: Rules, days: Days) -> Select:
    since = warehouse.column("customers", "since")
    chosen = select(warehouse.table("customers").c.customer_id).where(days.hold(warehouse, since))
    complaint = warehouse.table("complaints")
    return select(complaint.c.complaint_id).where(complaint.c.customer_id.in_(chosen))


def _around_contacts(warehouse: Warehouse, rules: Rules, days: Days) -> Select:
    before, after = max(RETENTION_DAYS), rules.look_back_days
    return contacted.complaints_around(warehouse, days, before, after, are_escalated=True)


def _made(warehouse: Warehouse, _rules: Rules, days: Days) -> Select:
    review = warehouse.table("qa_reviews")
    return select(review.c.review_id).where(days.hold(warehouse, review.c.reviewed_at))


def _of_contacts(warehouse: Warehouse, _rules: Rules, days: Days) -> Select:
    contact, review = warehouse.table("contacts"), warehouse.table("qa_reviews")
    joined = select(review.c.review_id).join(contact, contact.c.contact_id == review.c.contact_id)
    return joined.where(days.hold(warehouse, contact.c.started_at))


def _came_back_to(warehouse: Warehouse, rules: Rules) -> tuple[int, int]:
    """Whether a customer came back is told by days up to the window later."""
    return reach(warehouse, rules)[1], 0


OWN_DAY = (("reviewed_at", "reviewed_at"),)
PARTS = {
    "complaints": CasePart(
        lambda warehouse: warehouse.has("complaints"),
        complaints,
        typed_complaints,
        key="complaint_id",
        home="received_at",
        sources={
            "complaints": Source(_received, (("received_at", "received_at"),)),
            "customers": Source(_of_customers, stamps_of("customers"), needs=("complaints.customer_id",)),
            # Another contact is the last before, or the first after, only where the one that was lies on such a day.
            CHAINS: Source(
                _around_contacts,
                (("last_contact_at", "last_contact_at"), (NEXT_CONTACT, NEXT_CONTACT)),
                needs=("complaints.customer_id", "contacts.customer_id"),
                around=lambda rules: 2 * max(*RETENTION_DAYS, rules.look_back_days) + 2,
            ),
        },
    ),
    "reviews": CasePart(
        has_reviews,
        reviews,
        typed_reviews,
        key="review_id",
        home="reviewed_at",
        sources={
            "qa_reviews": Source(_made, OWN_DAY),
            "qa_items": Source(_made, OWN_DAY),  # marked by the day of their review
            CONTACTS: Source(_of_contacts, (("day", "day"),)),
            CHAINS: Source(_of_contacts, (("day", "day"),), _came_back_to),
        },
        then=("contact_id", "day"),
        is_of_contacts=True,
    ),
    "links": links.PART,
    "named": named.PART,
    "contacted": contacted.PART,
    "complaint_events": events.PART,
    "findings": findings.FINDINGS,
    "object_reviews": findings.OBJECT_REVIEWS,
    **daily.PARTS,
}

"""Findings with what they are about, and reviews of what is no contact: few enough to be read as cases."""

from sqlalchemy import ColumnElement, FromClause, Select, Subquery, and_, case, func, null, select

from data_access.case_part import (
    NAMED,
    CasePart,
    Chosen,
    Days,
    Source,
    days_of,
    days_told,
    near,
    no_days,
    of_keys,
    stamps_of,
)
from data_access.schema import TABLES
from data_access.warehouse import Warehouse
from metrics.rules import Rules

CONTACT, COMPLAINT = "contact", "complaint"
OF_CONTACT = ("channel", "team_id", "issue_type", "product", "customer_tier", "scenario", "queue")
OF_COMPLAINT = {"channel": "channel", "team_id": "team_id", "issue_type": "complaint_type", "product": "product"}


def findings(warehouse: Warehouse, _rules: Rules, chosen: Chosen | None = None) -> Select:
    """One row per finding, with what was reviewed and the dimensions of that contact or complaint; site time.

    Reviews, complaints, agents and teams are brought to one row a key before they are joined. The team is that of the
    contact or complaint, otherwise the agent's own.
    """
    finding, column = warehouse.table("findings"), warehouse.column
    joined: FromClause = finding
    review = _one_review(warehouse, chosen)
    of_review: dict[str, ColumnElement] = {} if review is None else dict(review.c.items())
    if review is not None:
        joined = joined.outerjoin(review, review.c.review_id == finding.c.review_id)
    agent = func.coalesce(column("findings", "agent_id"), of_review.get("agent_id"))
    joined, known, stamps = _known(warehouse, joined, of_review, agent, chosen)
    stamps += days_told(warehouse, "qa_reviews", review)
    instants = ("opened_at", "due_at", "trained_at", "closed_at", "recurred_at")
    contact_id, object_type = (of_review.get(name, null()) for name in ("contact_id", "object_type"))
    query = select(
        finding.c.finding_id,
        column("findings", "review_id").label("review_id"),
        column("findings", "item").label("item"),
        agent.label("agent_id"),
        *(warehouse.site(column("findings", name)).label(name) for name in instants),
        of_review.get("level", null()).label("level"),
        contact_id.label("contact_id"),
        func.coalesce(object_type, case((contact_id.is_not(None), CONTACT))).label("object_type"),
        *(value.label(name) for name, value in known.items()),
        *stamps,
    )
    return query.select_from(joined).where(*of_keys(finding.c.finding_id, chosen))


def _known(
    warehouse: Warehouse,
    joined: FromClause,
    review: dict[str, ColumnElement],
    agent: ColumnElement,
    chosen: Chosen | None,
) -> tuple[FromClause, dict[str, ColumnElement], list[ColumnElement]]:
    """The dimensions of each finding, from the contact, else the complaint; the team else from the agent.

    With the days of both.
    """
    found: dict[str, list[ColumnElement]] = {name: [] for name in OF_CONTACT}
    stamps = {name: no_days(name) for name in ("contacts", "complaints")}
    if warehouse.has("contacts") and "contact_id" in review:
        contact = warehouse.table("contacts")
        same = and_(contact.c.contact_id == review["contact_id"], *near(warehouse, contact.c.started_at, chosen))
        joined = joined.outerjoin(contact, same)
        stamps["contacts"] = days_of(warehouse, "contacts", contact.c.started_at, contact.c.started_at)
        for name in OF_CONTACT:
            found[name].append(warehouse.column("contacts", name))
    if warehouse.has("complaints") and "object_id" in review:
        complaint = _one(warehouse, "complaints", "complaint_id", tuple(OF_COMPLAINT.values()))
        same = and_(complaint.c.complaint_id == review["object_id"], review["object_type"] == COMPLAINT)
        joined = joined.outerjoin(complaint, same)
        stamps["complaints"] = days_told(warehouse, "complaints", complaint)
        for name, source in OF_COMPLAINT.items():
            found[name].append(complaint.c[source])
    if warehouse.has("agents", "team_id"):
        own = _one(warehouse, "agents", "agent_id", ("team_id",))
        joined = joined.outerjoin(own, own.c.agent_id == agent)
        found["team_id"].append(own.c.team_id)
    known = {name: _first(values) for name, values in found.items()}
    known["supervisor"] = null()
    if warehouse.has("teams", "supervisor"):
        team = _one(warehouse, "teams", "team_id", ("supervisor",))
        joined = joined.outerjoin(team, team.c.team_id == known["team_id"])
        known["supervisor"] = team.c.supervisor
    return joined, known, [each for pair in stamps.values() for each in pair]


def _first(values: list[ColumnElement]) -> ColumnElement:
    """The first that is known."""
    if len(values) > 1:
        return func.coalesce(*values)
    return values[0] if values else null()


INSTANTS = {"qa_reviews": "reviewed_at", "complaints": "received_at"}


def _one(warehouse: Warehouse, name: str, key: str, columns: tuple[str, ...], wanted: Chosen | None = None) -> Subquery:
    """One row a key, with `first_at` and `last_at` where rows have an instant; of an agent's history what holds now."""
    table = TABLES[name]
    query = select(table.c[key], *(func.min(warehouse.column(name, each)).label(each) for each in columns))
    if name in INSTANTS:
        at = table.c[INSTANTS[name]]
        query = query.add_columns(func.min(at).label("first_at"), func.max(at).label("last_at"))
    if name == "agents" and warehouse.has("agents", "valid_to"):
        query = query.where(table.c.valid_to.is_(None))
    return (
        query.where(table.c[key].is_not(None), *of_keys(table.c[key], wanted))
        .group_by(table.c[key])
        .subquery(f"one_of_{name}")
    )


def _one_review(warehouse: Warehouse, chosen: Chosen | None) -> Subquery | None:
    if not (warehouse.has("qa_reviews") and warehouse.has("findings", "review_id")):
        return None
    columns = ("contact_id", "object_type", "object_id", "agent_id", "level")
    known = tuple(name for name in columns if warehouse.has("qa_reviews", name))
    finding = warehouse.table("findings")
    wanted = (
        None if chosen is None else Chosen(select(finding.c.review_id).where(*of_keys(finding.c.finding_id, chosen)))
    )
    return _one(warehouse, "qa_reviews", "review_id", known, wanted)


def object_reviews(warehouse: Warehouse, _rules: Rules, chosen: Chosen | None = None) -> Select:
    """One row per review of a complaint, process, rule, system or product; the team is the complaint's or agent's."""
    review, column = warehouse.table("qa_reviews"), warehouse.column
    joined: FromClause = review
    teams: list[ColumnElement] = []
    stamps = no_days("complaints")
    if warehouse.has("complaints", "team_id") and warehouse.has("qa_reviews", "object_id"):
        complaint = _one(warehouse, "complaints", "complaint_id", ("team_id",))
        same = and_(complaint.c.complaint_id == review.c.object_id, review.c.object_type == COMPLAINT)
        joined = joined.outerjoin(complaint, same)
        teams.append(complaint.c.team_id)
        stamps = days_told(warehouse, "complaints", complaint)
    if warehouse.has("agents", "team_id") and warehouse.has("qa_reviews", "agent_id"):
        own = _one(warehouse, "agents", "agent_id", ("team_id",))
        joined = joined.outerjoin(own, own.c.agent_id == review.c.agent_id)
        teams.append(own.c.team_id)
    names = ("object_type", "purpose", "is_automatic", "passed", "fatal", "dispute_upheld")
    instants = ("reviewed_at", "disputed_at")
    return (
        select(
            review.c.review_id,
            *(column("qa_reviews", name).label(name) for name in names),
            *(warehouse.site(column("qa_reviews", name)).label(name) for name in instants),
            _first(teams).label("team_id"),
            *stamps,
        )
        .select_from(joined)
        .where(review.c.object_type != CONTACT, review.c.reviewed_at.is_not(None))
        .where(*of_keys(review.c.review_id, chosen))
    )


def _of_findings(warehouse: Warehouse, _rules: Rules, days: Days) -> Select:
    opened = warehouse.column("findings", "opened_at")
    return select(warehouse.table("findings").c.finding_id).where(days.hold(warehouse, opened))


def _of_reviews(warehouse: Warehouse, _rules: Rules, days: Days) -> Select:
    finding, review = warehouse.table("findings"), warehouse.table("qa_reviews")
    joined = select(finding.c.finding_id).join(review, review.c.review_id == finding.c.review_id)
    return joined.where(days.hold(warehouse, review.c.reviewed_at))


def _of_contacts(warehouse: Warehouse, _rules: Rules, days: Days) -> Select:
    finding, review = warehouse.table("findings"), warehouse.table("qa_reviews")
    contact = warehouse.table("contacts")
    joined = select(finding.c.finding_id).join(review, review.c.review_id == finding.c.review_id)
    joined = joined.join(contact, contact.c.contact_id == review.c.contact_id)
    return joined.where(days.hold(warehouse, contact.c.started_at))


def _of_complaints(warehouse: Warehouse, _rules: Rules, days: Days) -> Select:
    finding, review = warehouse.table("findings"), warehouse.table("qa_reviews")
    joined = select(finding.c.finding_id).join(review, review.c.review_id == finding.c.review_id)
    return joined.where(review.c.object_id.in_(_complaints(warehouse, days)))


def _complaints(warehouse: Warehouse, days: Days) -> Select:
    complaint = warehouse.table("complaints")
    return select(complaint.c.complaint_id).where(days.hold(warehouse, complaint.c.received_at))


def _made(warehouse: Warehouse, _rules: Rules, days: Days) -> Select:
    review = warehouse.table("qa_reviews")
    return select(review.c.review_id).where(days.hold(warehouse, review.c.reviewed_at))


def _about(warehouse: Warehouse, _rules: Rules, days: Days) -> Select:
    review = warehouse.table("qa_reviews")
    return select(review.c.review_id).where(review.c.object_id.in_(_complaints(warehouse, days)))


FINDINGS = CasePart(
    lambda warehouse: warehouse.has("findings"),
    findings,
    lambda frame: frame,
    key="finding_id",
    home="opened_at",
    sources={
        "findings": Source(_of_findings, (("opened_at", "opened_at"),)),
        "qa_reviews": Source(_of_reviews, stamps_of("qa_reviews"), needs=("findings.review_id",)),
        NAMED: Source(_of_contacts, stamps_of("contacts"), needs=("findings.review_id", "qa_reviews.contact_id")),
        "complaints": Source(
            _of_complaints, stamps_of("complaints"), needs=("findings.review_id", "qa_reviews.object_id")
        ),
        "agents": None,
        "teams": None,
    },
)
OBJECT_REVIEWS = CasePart(
    lambda warehouse: warehouse.has("qa_reviews", "object_type"),
    object_reviews,
    lambda frame: frame,
    key="review_id",
    home="reviewed_at",
    sources={
        "qa_reviews": Source(_made, (("reviewed_at", "reviewed_at"),)),
        "complaints": Source(_about, stamps_of("complaints"), needs=("qa_reviews.object_id",)),
        "agents": None,
    },
)

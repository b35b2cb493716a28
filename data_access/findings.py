"""Findings with what they are about, and reviews of what is no contact: few enough to be read as cases."""

from sqlalchemy import ColumnElement, FromClause, Select, Subquery, and_, case, func, null, select

from data_access.schema import TABLES
from data_access.warehouse import Warehouse

PARTS = ("findings", "object_reviews")
CONTACT, COMPLAINT = "contact", "complaint"
OF_CONTACT = ("channel", "team_id", "issue_type", "product", "customer_tier", "scenario", "queue")
OF_COMPLAINT = {"channel": "channel", "team_id": "team_id", "issue_type": "complaint_type", "product": "product"}


def query(warehouse: Warehouse, part: str) -> Select | None:
    """What one part is read by; None where the warehouse does not have it."""
    if part == "findings":
        return findings(warehouse) if warehouse.has("findings") else None
    return object_reviews(warehouse) if warehouse.has("qa_reviews", "object_type") else None


def findings(warehouse: Warehouse) -> Select:
    """One row per finding, with what was reviewed and the dimensions of that contact or complaint; site time.

    Reviews, complaints, agents and teams are brought to one row a key before they are joined. The team is that of the
    contact or complaint, otherwise the agent's own.
    """
    finding, column = warehouse.table("findings"), warehouse.column
    joined: FromClause = finding
    review = _one_review(warehouse)
    of_review: dict[str, ColumnElement] = {} if review is None else dict(review.c.items())
    if review is not None:
        joined = joined.outerjoin(review, review.c.review_id == finding.c.review_id)
    agent = func.coalesce(column("findings", "agent_id"), of_review.get("agent_id"))
    joined, known = _known(warehouse, joined, of_review, agent)
    instants = ("opened_at", "due_at", "trained_at", "closed_at", "recurred_at")
    contact_id, object_type = (of_review.get(name, null()) for name in ("contact_id", "object_type"))
    return select(
        finding.c.finding_id,
        column("findings", "review_id").label("review_id"),
        column("findings", "item").label("item"),
        agent.label("agent_id"),
        *(warehouse.site(column("findings", name)).label(name) for name in instants),
        of_review.get("level", null()).label("level"),
        contact_id.label("contact_id"),
        func.coalesce(object_type, case((contact_id.is_not(None), CONTACT))).label("object_type"),
        *(value.label(name) for name, value in known.items()),
    ).select_from(joined)


def _known(
    warehouse: Warehouse, joined: FromClause, review: dict[str, ColumnElement], agent: ColumnElement
) -> tuple[FromClause, dict[str, ColumnElement]]:
    """The dimensions of each finding, from the contact, else the complaint; the team else from the agent."""
    found: dict[str, list[ColumnElement]] = {name: [] for name in OF_CONTACT}
    if warehouse.has("contacts") and "contact_id" in review:
        contact = warehouse.table("contacts")
        joined = joined.outerjoin(contact, contact.c.contact_id == review["contact_id"])
        for name in OF_CONTACT:
            found[name].append(warehouse.column("contacts", name))
    if warehouse.has("complaints") and "object_id" in review:
        complaint = _one(warehouse, "complaints", "complaint_id", tuple(OF_COMPLAINT.values()))
        same = and_(complaint.c.complaint_id == review["object_id"], review["object_type"] == COMPLAINT)
        joined = joined.outerjoin(complaint, same)
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
    return joined, known


def _first(values: list[ColumnElement]) -> ColumnElement:
    """The first that is known."""
    if len(values) > 1:
        return func.coalesce(*values)
    return values[0] if values else null()


def _one(warehouse: Warehouse, name: str, key: str, columns: tuple[str, ...]) -> Subquery:
    """One row a key; of an agent's history what holds today."""
    table = TABLES[name]
    query = select(table.c[key], *(func.min(warehouse.column(name, each)).label(each) for each in columns))
    if name == "agents" and warehouse.has("agents", "valid_to"):
        query = query.where(table.c.valid_to.is_(None))
    return query.where(table.c[key].is_not(None)).group_by(table.c[key]).subquery(f"one_of_{name}")


def _one_review(warehouse: Warehouse) -> Subquery | None:
    if not (warehouse.has("qa_reviews") and warehouse.has("findings", "review_id")):
        return None
    columns = ("contact_id", "object_type", "object_id", "agent_id", "level")
    known = tuple(name for name in columns if warehouse.has("qa_reviews", name))
    return _one(warehouse, "qa_reviews", "review_id", known)


def object_reviews(warehouse: Warehouse) -> Select:
    """One row per review of a complaint, process, rule, system or product; the team is the complaint's or agent's."""
    review, column = warehouse.table("qa_reviews"), warehouse.column
    joined: FromClause = review
    teams: list[ColumnElement] = []
    if warehouse.has("complaints", "team_id") and warehouse.has("qa_reviews", "object_id"):
        complaint = _one(warehouse, "complaints", "complaint_id", ("team_id",))
        same = and_(complaint.c.complaint_id == review.c.object_id, review.c.object_type == COMPLAINT)
        joined = joined.outerjoin(complaint, same)
        teams.append(complaint.c.team_id)
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
        )
        .select_from(joined)
        .where(review.c.object_type != CONTACT, review.c.reviewed_at.is_not(None))
    )

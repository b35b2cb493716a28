"""The three lines of defence: open cases that meet a trigger, what the past says of the triggers, missed chances."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl
from sqlalchemy import Engine, exists

from data_access.desk.lists import Listing
from data_access.dialects import add_days
from data_access.masking import check_filters
from data_access.rows import Rows, chosen, contacts_where
from data_access.schema import TABLES
from data_access.store import EVERYTHING, Store, cut
from data_access.viewer import Viewer
from metrics.complaint_facts import DIMENSIONS, valid
from metrics.desk.back_test import BackTest, back_test, followed
from metrics.desk.chances import chances
from metrics.desk.conditions import FIELDS, HouseRule
from metrics.desk.escalation_model import Model, TooFewEscalations, fit
from metrics.desk.triggers import NEEDS, escalations, flagged, known_at_receipt, looks, not_yet, open_now, triggers
from metrics.scope import Filters, Period

TOLD_DAYS = 365  # of cases that went to a regulator: a week has hardly any
BASE = ("complaints.escalation_level", "complaints.customer_id")
WHAT = "escalation"
LISTED = (
    "customer_id", "product", "channel", "agent_id", "open_hours", "dissatisfaction_score", "earlier_same",
    "contacts_before", "reasons",
)  # fmt: skip
LIKELIEST = 20
House = tuple[HouseRule, ...]


@dataclass(frozen=True, slots=True, eq=False)
class OpenCases:
    """Cases open as of an instant: how many, and those that meet a trigger, with a list of which in `reasons`."""

    at: datetime
    open: int
    met: pl.DataFrame


def needs(store: Store) -> tuple[str, ...]:
    """Columns without which nothing on the page can be told."""
    return store.warehouse.missing(BASE)


def lacking(store: Store) -> dict[str, tuple[str, ...]]:
    """Triggers that ship and these data cannot tell, with the columns that they lack."""
    found = {name: store.warehouse.missing(columns) for name, columns in NEEDS.items()}
    return {name: columns for name, columns in found.items() if columns}


def _claims(store: Store, house: House) -> dict[str, pl.Expr]:
    return triggers(store.rules, house, lacking(store))


def _known(store: Store, *, is_judged: bool) -> pl.DataFrame:
    """Cases with what was known at their receipt.

    What came in is flagged as it came in: nobody knew then which would be judged invalid, or merged into another. What
    is open now, and what went up, is told without them.
    """

    def made() -> pl.DataFrame:
        cases, contacted = store.cases("complaints"), store.cases("contacted")
        found = known_at_receipt(
            valid(cases) if is_judged else cases, contacted if contacted.columns else None, store.rules
        )
        return found.with_columns(day=pl.col("received_at").dt.date())

    return store.made(("known at receipt", is_judged), made)


def has_cases(store: Store, viewer: Viewer, filters: Filters) -> bool:
    """Is there any case, whenever it came, that the viewer sees and asks about?

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    key = ("has complaints", viewer.sight, filters)
    return store.answers.once(
        key, lambda: not cut(_known(store, is_judged=True), viewer, EVERYTHING, filters).is_empty()
    )


def read_open(store: Store, viewer: Viewer, filters: Filters, house: House) -> OpenCases:
    """Open cases that meet a trigger now, those with most reasons and then the oldest first.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)

    def made() -> OpenCases:
        seen = cut(_known(store, is_judged=True), viewer, EVERYTHING, filters)
        rows = open_now(seen, store.as_of)
        claims = _claims(store, house)
        names = [pl.when(claim).then(pl.lit(name)) for name, claim in claims.items()]
        reasons = pl.concat_list(names).list.drop_nulls() if names else pl.lit([], pl.List(pl.String))
        met = rows.with_columns(reasons=reasons).filter(pl.col("reasons").list.len() > 0)
        ordered = met.sort(pl.col("reasons").list.len(), "open_hours", "complaint_id", descending=[True, True, False])
        return OpenCases(store.as_of, rows.height, ordered)

    return store.answers.once(("open and triggered", viewer.sight, filters, house), made)


def open_list(house: House) -> Listing:
    """The same one by one."""

    def rows(store: Store, viewer: Viewer, _period: Period, filters: Filters) -> pl.DataFrame:
        return read_open(store, viewer, filters, house).met

    return Listing(WHAT, LISTED, rows)


def _flags(store: Store, house: House, level: str) -> pl.DataFrame:
    """When each case first met each trigger, and what it is cut by."""

    def made() -> pl.DataFrame:
        known = _known(store, is_judged=False)
        kept = {"complaint_id", "owner", "received_at", "resolved_at", "closed_at", "first_response_at", *FIELDS}
        read = kept - {"open_hours", "is_answered"} | {"escalation_level", "escalated_at"}
        rows = looks(known.select(sorted(read)), store.as_of).filter(not_yet(level))
        told = known.select("complaint_id", "day", *DIMENSIONS)
        return flagged(rows, _claims(store, house)).join(told, on="complaint_id")

    return store.answers.once(("flags", house, level), made)


def read_back_test(store: Store, viewer: Viewer, filters: Filters, house: House, level: str) -> BackTest | None:
    """What the triggers would have cost and found; None where no day's outcome is known yet.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)

    def made() -> BackTest | None:
        flags = _flags(store, house, level)
        seen = cut(flags, viewer, EVERYTHING, filters)
        if seen.is_empty():
            return None
        gone = _escalated(store, viewer, filters, seen, level)
        return back_test(seen.drop("day", *DIMENSIONS), gone, flags["received_at"].min(), store.as_of, store.rules)  # ty: ignore[invalid-argument-type]

    return store.answers.once(("back-test", viewer.sight, filters, house, level), made)


def _escalated(store: Store, viewer: Viewer, filters: Filters, seen: pl.DataFrame, level: str) -> pl.DataFrame:
    """Every escalation to a level; inside the scope is one that is in it, or whose customer's case before it was."""
    known = _known(store, is_judged=True)
    own = cut(known, viewer, EVERYTHING, filters)["complaint_id"]
    gone = escalations(known, [level]).sort("at")
    before = seen.select("owner", then=pl.col("received_at"), seen=pl.lit(value=True)).sort("then")
    told = gone.join_asof(
        before, left_on="at", right_on="then", by="owner", strategy="backward", allow_exact_matches=False,
        tolerance=timedelta(days=store.rules.escalation_days), check_sortedness=False,
    )  # fmt: skip
    is_inside = pl.col("seen").fill_null(value=False) | pl.col("complaint_id").is_in(own.implode())
    return told.select("complaint_id", "owner", "at", is_inside=is_inside)


def read_model(store: Store, viewer: Viewer, house: House, level: str) -> Model | TooFewEscalations:
    """The model beside the triggers, made of every case that the viewer sees, whatever the filters."""

    def made() -> Model | TooFewEscalations:
        claims = _claims(store, house)
        known = cut(_known(store, is_judged=False), viewer, EVERYTHING, ())
        rows = looks(known, store.as_of).filter(pl.col("at") == pl.col("received_at"), not_yet(level))
        gone = escalations(_known(store, is_judged=True), [level])
        met = [claim.cast(pl.Int64) for claim in claims.values()]
        hit = followed(rows, "received_at", gone, timedelta(days=store.rules.escalation_days))
        told = rows.with_columns(hit=hit, rules=pl.sum_horizontal(met) if met else pl.lit(0))
        return fit(told, store.as_of, store.rules)

    return store.answers.once(("escalation model", viewer.sight, house, level), made)


def days_told(period: Period) -> Period:
    """A year up to the end of a period."""
    return Period(period.end - timedelta(days=TOLD_DAYS), period.end)


def read_chances(store: Store, viewer: Viewer, period: Period, filters: Filters) -> pl.DataFrame:
    """Cases of the year that went to a regulator, with what there was before; as `metrics.desk.chances` says.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    days = days_told(period)

    def made() -> pl.DataFrame:
        every = store.answers.once("missed chances", lambda: chances(_known(store, is_judged=True)))
        return cut(every, viewer, days, filters)

    return store.answers.once(("missed chances", viewer.sight, days, filters), made)


def read_before(store: Store, state: Engine, viewer: Viewer, case: str, now: datetime) -> tuple[Rows, Rows]:
    """The customer's own contacts before a case, and his complaints up to and with it; both looks are written down.

    Args:
        case: the id of a complaint as it is.

    Raises:
        SourceUnavailable: the warehouse does not answer, or a look could not be written down.
    """
    seen = cut(_known(store, is_judged=True), viewer, EVERYTHING, ())
    own = seen.filter(pl.col("complaint_id") == case)
    received = own["received_at"][0]
    since = received - timedelta(days=store.rules.look_back_days)
    period = Period(since.date(), received.date() + timedelta(days=1))
    complaint, contact = TABLES["complaints"].alias("escalated"), TABLES["contacts"]
    before = exists().where(
        complaint.c.complaint_id == case,
        complaint.c.customer_id == contact.c.customer_id,
        contact.c.started_at < complaint.c.received_at,
        contact.c.started_at >= add_days(complaint.c.received_at, -store.rules.look_back_days),
    )
    contacts = contacts_where(store, state, viewer, WHAT, [before], [], period, (), now)
    tickets = seen.join(own.select("owner"), on="owner", how="semi")
    tickets = tickets.filter(pl.col("received_at").is_between(since, received))
    return contacts, chosen(store, state, viewer, "complaints", tickets, WHAT, period, (), now)


def read_likely(store: Store, viewer: Viewer, filters: Filters, house: House, level: str) -> pl.DataFrame:
    """Open cases by how likely the model says each goes up, in percent (`likely`): the likeliest LIKELIEST.

    Nothing where no model is offered.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)

    def made() -> pl.DataFrame:
        seen = cut(_known(store, is_judged=True), viewer, EVERYTHING, filters)
        rows, model = open_now(seen, store.as_of), read_model(store, viewer, house, level)
        if not isinstance(model, Model) or not model.is_offered:
            return rows.clear()
        likely = pl.Series("likely", 100 * model.probabilities(rows), pl.Float64)
        return rows.with_columns(likely).sort("likely", "complaint_id", descending=[True, False]).head(LIKELIEST)

    return store.answers.once(("likely to escalate", viewer.sight, filters, house, level), made)

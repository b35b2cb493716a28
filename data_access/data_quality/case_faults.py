"""Complaints, reviews and the like that cannot be right, counted by day and team from the cases that are kept."""

from collections.abc import Callable, Iterable

import polars as pl

from data_access.data_quality.contact_faults import LOOKED_AT
from data_access.store import Store
from metrics.data_quality.check import Check, Fault
from metrics.data_quality.declared import CHECKS

KNOWN = " is known"  # what the column that says whether the row named is on record ends with


def complaints(store: Store) -> pl.DataFrame:
    """Every complaint with its `day`, and whether the contact and the agent that it names are on record."""
    named = store.cases("named")
    contacts = named["contact_id"] if named.columns else pl.Series(dtype=pl.String)
    return store.cases("complaints").with_columns(
        _day("received_at"), _known("contact_id", contacts), _known("agent_id", on_record(store, "agent_id"))
    )


def events(store: Store) -> pl.DataFrame:
    """Every step of a complaint with its `day`, and the team and time of receipt of the complaint."""
    found = store.cases("complaint_events")
    own = store.cases("complaints").group_by("complaint_id").agg(pl.col("received_at").min(), pl.col("team_id").first())
    joined = found.join(own.rename({"received_at": "complaints.received_at"}), on="complaint_id", how="left")
    return joined.with_columns(_day("at"), _known("complaint_id", own["complaint_id"]))


def reviews(store: Store) -> pl.DataFrame:
    """Every review that was made with its `day`, and whether its contact is on record and on which day it began."""
    of_contacts = (
        store.cases("reviews").unique("review_id").select("review_id", pl.col("day").alias("contacts.started_at"))
    )
    found = store.cases("links").filter(pl.col("reviewed_at").is_not_null())
    joined = found.join(of_contacts, on="review_id", how="left")
    return joined.with_columns(
        _day("reviewed_at"),
        pl.col("contacts.started_at").cast(pl.Datetime("us")),
        pl.col("is_known").fill_null(value=False).alias(f"contact_id{KNOWN}"),
    )


def findings(store: Store) -> pl.DataFrame:
    """Every finding with its `day`, and whether its review is on record."""
    made = store.cases("links")
    known = made["review_id"] if made.columns else pl.Series(dtype=pl.String)
    return store.cases("findings").with_columns(_day("opened_at"), _known("review_id", known))


def recoveries(store: Store) -> pl.DataFrame:
    """Every recovery case with its `day`; of no known team."""
    return store.cases("recoveries").with_columns(_day("opened_at"), pl.lit(None, pl.String).alias("team_id"))


ROWS: dict[str, Callable[[Store], pl.DataFrame]] = {
    "complaints": complaints,
    "complaint_events": events,
    "qa_reviews": reviews,
    "findings": findings,
    "recoveries": recoveries,
}


def _day(instant: str) -> pl.Expr:
    return pl.col(instant).cast(pl.Date).alias("day")


def _known(column: str, ids: pl.Series) -> pl.Expr:
    return pl.col(column).is_in(ids.unique().implode()).fill_null(value=False).alias(f"{column}{KNOWN}")


def on_record(store: Store, dimension: str) -> pl.Series:
    """The codes of the agents or teams on record."""
    return store.cases("names").filter(pl.col("dimension") == dimension)["code"].drop_nulls()


def counted_here(store: Store) -> list[Check]:
    """The checks of cases that the warehouse has the columns for."""
    made = [each for each in CHECKS.values() if each.table in ROWS and each.fault is not Fault.LATE]
    return [each for each in made if not store.warehouse.missing(each.wanted)]


def faults(store: Store) -> pl.DataFrame:
    """`day team_id`, and two columns for each check: how many rows cannot be right, and of how many it could tell."""
    nothing = pl.DataFrame(schema={"day": pl.Date, "team_id": pl.String})
    return pl.concat([nothing, *(_of_table(store, table) for table in ROWS)], how="diagonal")


def _of_table(store: Store, table: str) -> pl.DataFrame:
    checks = [each for each in counted_here(store) if each.table == table]
    if not checks:
        return pl.DataFrame()
    return ROWS[table](store).group_by("day", pl.col("team_id").cast(pl.String)).agg(*_sums(store, checks))


def _sums(store: Store, checks: Iterable[Check]) -> Iterable[pl.Expr]:
    for check in checks:
        yield is_faulty(store, check).sum().cast(pl.Int64).alias(check.id)
        yield is_looked_at(check).sum().cast(pl.Int64).alias(f"{check.id}{LOOKED_AT}")


def is_looked_at(check: Check) -> pl.Expr:
    """The rows of which a check can tell: those that have its columns, or all of them."""
    if check.fault is Fault.EMPTY:
        return pl.col(check.columns[0]).is_null() | pl.col(check.columns[0]).is_not_null()  # every row
    return pl.all_horizontal(pl.col(check.columns).is_not_null())


def is_faulty(store: Store, check: Check) -> pl.Expr:
    """The rows of which a check says that they cannot be right; of copies all but the first."""
    first, *others = (pl.col(name) for name in check.columns)
    match check.fault:
        case Fault.TWICE:
            claim = ~first.is_first_distinct() & first.is_not_null()
        case Fault.ORPHAN:
            claim = first.is_not_null() & ~pl.col(f"{check.columns[0]}{KNOWN}")
        case Fault.EMPTY:
            claim = first.is_null()
        case Fault.TIME:
            claim = first < others[0]
        case Fault.CODE:
            claim = ~first.is_in(check.codes(store.rules))
        case _:
            raise ValueError(check.id)
    return claim.fill_null(value=False)

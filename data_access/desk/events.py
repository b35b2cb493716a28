"""The steps of complaints, each as it stands in the warehouse."""

import polars as pl
from sqlalchemy import Select, select

from data_access.case_part import CasePart, Chosen, Days, Source, of_keys
from data_access.warehouse import Warehouse
from metrics.rules import Rules

WORDS = ("event", "from_department", "to_department", "level", "agent_id")


def has_events(warehouse: Warehouse) -> bool:
    return warehouse.has("complaint_events") and warehouse.has("complaints")


def events(warehouse: Warehouse, _rules: Rules, chosen: Chosen | None = None) -> Select:
    """One row per step: `complaint_id at` and WORDS; instants are site time."""
    column, complaint_id = warehouse.column, warehouse.table("complaint_events").c.complaint_id
    query = select(
        complaint_id,
        warehouse.site(column("complaint_events", "at")).label("at"),
        *(column("complaint_events", name).label(name) for name in WORDS),
    )
    return query.where(*of_keys(complaint_id, chosen))


def typed_events(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns that the warehouse lacks are all null: give them types."""
    return frame.with_columns(pl.col("complaint_id", *WORDS).cast(pl.String), pl.col("at").cast(pl.Datetime("us")))


def _of_events(warehouse: Warehouse, _rules: Rules, days: Days) -> Select:
    event = warehouse.table("complaint_events")
    return select(event.c.complaint_id).where(days.hold(warehouse, event.c.at))


PART = CasePart(
    has_events,
    events,
    typed_events,
    key="complaint_id",
    home="at",
    sources={"complaint_events": Source(_of_events, (("at", "at"),))},
    then=("at", *WORDS),
)

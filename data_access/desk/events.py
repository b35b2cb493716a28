"""The steps of complaints, each as it stands in the warehouse."""

import polars as pl
from sqlalchemy import Select, select

from data_access.warehouse import Warehouse
from metrics.rules import Rules

WORDS = ("event", "from_department", "to_department", "level", "agent_id")


def has_events(warehouse: Warehouse) -> bool:
    return warehouse.has("complaint_events") and warehouse.has("complaints")


def events(warehouse: Warehouse, _rules: Rules) -> Select:
    """One row per step: `complaint_id at` and WORDS; instants are site time."""
    column = warehouse.column
    return select(
        column("complaint_events", "complaint_id").label("complaint_id"),
        warehouse.site(column("complaint_events", "at")).label("at"),
        *(column("complaint_events", name).label(name) for name in WORDS),
    ).select_from(warehouse.table("complaint_events"))


def typed_events(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns that the warehouse lacks are all null: give them types; in an order that no engine decides."""
    typed = frame.with_columns(pl.col("complaint_id", *WORDS).cast(pl.String), pl.col("at").cast(pl.Datetime("us")))
    return typed.sort("complaint_id", "at", *WORDS)

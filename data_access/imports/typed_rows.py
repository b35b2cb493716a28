"""The rows of one file in the types of a logical table, and every value that does not fit."""

import polars as pl
from sqlalchemy import DateTime, Double

from data_access.imports.convert import Conversion, conversion
from data_access.imports.mapping import Mapping, TableMapping
from data_access.imports.rejects import COLUMNS, KEPT, REJECTED
from data_access.imports.source_rows import LINE, SourceRows
from data_access.schema import REQUIRED, TABLES

#: What tells two rows of a table apart, as far as the mapping fills it. Events have no key of their own.
KEYS: dict[str, tuple[str, ...]] = {
    "contacts": ("contact_id",),
    "complaints": ("complaint_id",),
    "complaint_events": (),
    "qa_reviews": ("review_id",),
    "qa_items": ("review_id", "item"),
    "findings": ("finding_id",),
    "agents": ("agent_id", "valid_from"),
    "teams": ("team_id",),
    "customers": ("customer_id",),
    "agent_hours": ("agent_id", "day"),
    "recoveries": ("case_id",),
    "volumes": ("day", "kind", "product"),
}
FILE, KEY, ORDER, IS_FIT, IS_KEYLESS = "\0file", "\0key", "\0order", "\0fit", "\0keyless"
TEXT, BAD = "\0text ", "\0bad "
#: Beside the columns of a table that was filled from events: where in their order the last one stood. A file that is
#: added later may bring older events.
EVENT_ORDER = "event_order"

MISSING = "missing, and the table needs it"
NEVER = pl.lit(value=False)


def typed_rows(name: str, mapping: Mapping, source: SourceRows) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One file's rows for one table.

    Returns:
        The table's columns with FILE LINE IS_FIT IS_KEYLESS, for events also KEY and ORDER; and the rejects.
    """
    turned = _conversions(name, mapping, source)
    typed = (
        source.rows.lazy()
        .select(
            LINE,
            pl.lit(str(source.file)).alias(FILE),
            **{column: turn.value for column, turn in turned.items()},
            **{TEXT + column: turn.text for column, turn in turned.items()},
            **{BAD + column: turn.is_bad for column, turn in turned.items()},
        )
        .collect()
    )
    table = mapping.tables[name]
    needed = [*REQUIRED[name], *([KEY, ORDER] if table.rows == "events" else [])]
    is_keyless = _is_keyless(name, table)
    listed, is_unfit = [_broken(name, source)], NEVER
    for column, turn in turned.items():
        label = _label(table, column)
        is_bad = pl.col(BAD + column) & ~is_keyless
        is_absent = ~pl.col(BAD + column) & pl.col(column).is_null() & ~is_keyless if column in needed else NEVER
        is_kept = column not in needed and _on_bad(mapping, table, column) == "null_and_list"
        listed.append(_listed(typed.filter(is_bad), name, label, column, turn.reason, KEPT if is_kept else REJECTED))
        listed.append(_listed(typed.filter(is_absent), name, label, column, MISSING, REJECTED))
        is_unfit = is_unfit | is_absent | (NEVER if is_kept else is_bad)
    rows = typed.with_columns((~is_unfit).alias(IS_FIT), is_keyless.alias(IS_KEYLESS))
    return rows.drop([mark + column for column in turned for mark in (TEXT, BAD)]), pl.concat(listed)


def _conversions(name: str, mapping: Mapping, source: SourceRows) -> dict[str, Conversion]:
    table = mapping.tables[name]
    turned = {
        column: conversion(wanted, TABLES[name].c[column].type, mapping, column=column, is_workbook=source.is_workbook)
        for column, wanted in table.columns.items()
    }
    if table.rows == "events" and table.key:
        key = pl.col(table.key).str.strip_chars()
        key = pl.when(~key.is_in(["", *mapping.missing])).then(key)
        turned[KEY] = Conversion(key, key, NEVER, "")
        turned[ORDER] = Conversion(pl.lit(None, pl.String), pl.lit(0.0), NEVER, "")
        if table.last_by is not None:
            kind = DateTime() if table.last_by.format else Double()
            turned[ORDER] = conversion(table.last_by, kind, mapping, is_workbook=source.is_workbook)
    return turned


def _is_keyless(name: str, table: TableMapping) -> pl.Expr:
    """True where a row that may repeat a record names none: an incident without a team adds no team."""
    if table.rows != "repeated":
        return NEVER
    keys = [column for column in KEYS[name] if column in REQUIRED[name]]
    return pl.all_horizontal(pl.col(column).is_null() & ~pl.col(BAD + column) for column in keys)


def _on_bad(mapping: Mapping, table: TableMapping, column: str) -> str:
    own = table.columns[column].on_bad if column in table.columns else None
    return own or table.on_bad or mapping.on_bad


def _label(table: TableMapping, column: str) -> str:
    """The name that the file knows a column by."""
    if column == KEY:
        return table.key or ""
    source = table.last_by if column == ORDER else table.columns[column]
    return " + ".join(source.column) if source else ""


def _listed(rows: pl.DataFrame, name: str, label: str, column: str, reason: str, outcome: str) -> pl.DataFrame:
    return rows.select(
        pl.col(FILE).alias("file"),
        pl.col(LINE).alias("line"),
        pl.lit(name).alias("table"),
        pl.lit(outcome).alias("row"),
        pl.lit(label).alias("column"),
        pl.col(TEXT + column).alias("value"),
        pl.lit(reason).alias("reason"),
    )


def _broken(name: str, source: SourceRows) -> pl.DataFrame:
    named = source.broken.rename({LINE: "line"}).with_columns(
        file=pl.lit(str(source.file)), table=pl.lit(name), row=pl.lit(REJECTED)
    )
    return named.select(list(COLUMNS))

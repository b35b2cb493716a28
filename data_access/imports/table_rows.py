"""Which rows of the files become rows of a logical table, and what became of the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from sqlalchemy import Date, DateTime

from data_access.imports.mapping import Mapping, TableMapping
from data_access.imports.rejects import KEPT, REJECTED
from data_access.imports.source_rows import LINE, SourceRows
from data_access.imports.typed_rows import EVENT_ORDER, FILE, IS_FIT, IS_KEYLESS, KEY, KEYS, ORDER, typed_rows
from data_access.schema import REQUIRED, TABLES

SAME_KEY = "the key of line {} of {} again"


@dataclass(frozen=True, slots=True)
class TableCount:
    """What became of the rows read for one table: read = loaded + rejected + superseded + repeated + without_key."""

    table: str
    rows: str  # records, events or repeated
    read: int
    loaded: int
    rejected: int
    superseded: int  # events with a later event of the same key
    repeated: int  # rows that say what an earlier row said
    without_key: int  # rows that may repeat a record and name none
    keys: int  # different keys among the events
    emptied: int  # values that did not fit, of rows that were kept
    first: date | None
    last: date | None
    files: tuple[str, ...]  # the names of those that the rows stand in


@dataclass(frozen=True, slots=True, eq=False)
class TableRows:
    """A table ready to be written, the list of what does not fit, and the counts."""

    frame: pl.DataFrame
    rejects: pl.DataFrame
    count: TableCount


def table_rows(name: str, mapping: Mapping, sources: Sequence[SourceRows]) -> TableRows:
    """The rows of one logical table from the rows of its files, ordered by the table's own time."""
    typed = [typed_rows(name, each, source) for source in sources for each in _of_each_kind(name, mapping)]
    mapping = _of_each_kind(name, mapping)[0]
    rows = pl.concat([frame for frame, _ in typed])
    fit = rows.filter(pl.col(IS_FIT), ~pl.col(IS_KEYLESS))
    table = mapping.tables[name]
    chosen = fit
    if table.rows == "events":
        # Chosen among all rows, fit or not: where the last event is unfit, an older one would be out of date.
        chosen = _last_of_each(rows).filter(IS_FIT)
    elif table.rows == "repeated":
        chosen = fit.unique(list(table.columns), keep="first", maintain_order=True)
    single, doubles = _without_doubles(name, mapping, chosen)
    listed = pl.concat([*(frame for _, frame in typed), doubles]).sort("file", "line", maintain_order=True)
    ordered = single.sort(order_of(name, single.columns), maintain_order=True)
    broken = sum(source.broken.height for source in sources)
    without_key = int(rows[IS_KEYLESS].sum())
    first, last = _period(name, ordered)
    count = TableCount(
        table=name,
        rows=table.rows,
        read=rows.height + broken,
        loaded=single.height,
        rejected=rows.height - without_key - fit.height + doubles.height + broken,
        superseded=fit.height - chosen.height if table.rows == "events" else 0,
        repeated=fit.height - chosen.height if table.rows == "repeated" else 0,
        without_key=without_key,
        keys=rows[KEY].drop_nulls().n_unique() if table.rows == "events" else 0,
        emptied=listed.filter(pl.col("row") == KEPT).height,
        first=first,
        last=last,
        files=tuple(dict.fromkeys(source.file.name for source in sources)),
    )
    return TableRows(ordered.select(*table.columns, *_event_order(table)), listed, count)


def _of_each_kind(name: str, mapping: Mapping) -> list[Mapping]:
    """The mapping as it is; for volumes that stand in a column each, one for each kind."""
    table = mapping.tables[name]
    if not table.kinds:
        return [mapping]
    return [
        mapping.model_copy(update={"tables": {**mapping.tables, name: table.of_kind(kind)}}) for kind in table.kinds
    ]


def _last_of_each(rows: pl.DataFrame) -> pl.DataFrame:
    placed = rows.filter(pl.col(KEY).is_not_null(), pl.col(ORDER).is_not_null())
    return placed.sort(ORDER, maintain_order=True).unique(KEY, keep="last", maintain_order=True)


def _without_doubles(name: str, mapping: Mapping, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The first row of each key; and the rejects for the others."""
    columns = mapping.tables[name].columns
    keys = [column for column in KEYS[name] if column in columns] or [FILE, LINE]
    is_first = pl.struct(keys).is_first_distinct()
    doubles = rows.with_columns(pl.struct(LINE, FILE).first().over(keys).alias("first")).filter(~is_first)
    first = pl.col("first").struct
    labels = [" + ".join(columns[key].column) for key in keys if key in columns]
    listed = doubles.select(
        pl.col(FILE).alias("file"),
        pl.col(LINE).alias("line"),
        pl.lit(name).alias("table"),
        pl.lit(REJECTED).alias("row"),
        pl.lit(" + ".join(filter(None, labels))).alias("column"),
        pl.concat_str(pl.col(keys).cast(pl.String), separator=" ", ignore_nulls=True).alias("value"),
        pl.format(SAME_KEY, first.field(LINE), first.field(FILE)).alias("reason"),
    )
    return rows.filter(is_first), listed


def _time_of(name: str) -> str | None:
    """The date or time that the table cannot do without: its rows are ordered by it."""
    times = [column for column in REQUIRED[name] if isinstance(TABLES[name].c[column].type, DateTime | Date)]
    return times[0] if times else None


def order_of(name: str, columns: Sequence[str]) -> list[str]:
    """By what rows of a table with these columns are ordered: its own time, then its key."""
    time = _time_of(name)
    return [*([time] if time else []), *(column for column in KEYS[name] if column in columns and column != time)]


def _event_order(table: TableMapping) -> list[pl.Expr]:
    if table.last_by is None:
        return []
    order = pl.col(ORDER)
    return [(order.dt.epoch("us") if table.last_by.format else order).cast(pl.Float64).alias(EVENT_ORDER)]


def _period(name: str, rows: pl.DataFrame) -> tuple[date | None, date | None]:
    time = _time_of(name)
    if time is None or not rows.height:
        return None, None
    return rows[time][0], rows[time][-1]

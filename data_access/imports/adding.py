"""Adding: a newer file's row takes the place of the row with its key, so that what overlaps counts once."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

import duckdb
import polars as pl
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Double,
    FromClause,
    Integer,
    MetaData,
    Select,
    Table,
    and_,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    table,
    true,
    update,
)
from sqlalchemy import column as named
from sqlalchemy.schema import CreateTable, DropTable
from sqlalchemy.types import TypeEngine

from data_access.imports.typed_rows import EVENT_ORDER, KEYS
from data_access.schema import TABLES

INCOMING = "incoming_rows"
#: Rows of a table without a key are told apart by all that both sides tell, and by how often one file says it.
OCCURRENCE = "occurrence"
ROW_NUMBER = literal_column("rowid")  # DuckDB's own, in the order in which rows were put in
EXTRA: dict[str, TypeEngine] = {EVENT_ORDER: Double(), OCCURRENCE: Integer()}


@dataclass(frozen=True, slots=True)
class Added:
    """What files did to a table: new + changed + same + older are the rows that were loaded from them."""

    table: str
    new: int
    changed: int
    same: int
    older: int  # events of records of which a later event was known already: they change nothing
    rows: int  # of the table when all files are in it


class Staged:
    """One table while files are added to it: a temporary table that holds what is known so far."""

    def __init__(self, connection: Connection, name: str, columns: Iterable[str], before: Table | None) -> None:
        """
        Args:
            columns: all that the table is going to have.
            before: the same table of the warehouse before; None where there is none.
        """
        self.connection, self.name = connection, name
        kept = list(dict.fromkeys(columns))
        self.columns = kept if KEYS[name] else [*kept, OCCURRENCE]
        self.keys = [key for key in KEYS[name] if key in kept] or self.columns
        self.told = set() if before is None else set(map(str, before.c.keys()))  # columns that the rows so far tell
        self.table = self._temporary("staged")
        if before is not None:
            self._fill(self.table, select(*before.c))

    def add(self, rows: pl.DataFrame) -> Added:
        """Put the rows of one file in, which has each key once."""
        told = rows.columns
        if OCCURRENCE in self.columns:
            rows = self._apart(rows, [each for each in told if each in self.told] or told)
        fresh = self._temporary("fresh")
        with registered(self.connection, rows):
            new = table(INCOMING, *(named(column, type_of(self.name, column)) for column in rows.columns))
            old = select(*self.table.c, true().label("is_there")).subquery("old")
            joined = new.outerjoin(old, self._same_key(old, new))
            is_older = func.coalesce(old.c[EVENT_ORDER] > new.c[EVENT_ORDER], false()) if _ordered(new) else false()
            found = self.connection.execute(self._counts(old, new, is_older).select_from(joined)).one()
            given = [new.c[each] if each in new.c else old.c[each] for each in self.columns]
            self._fill(fresh, select(*given).select_from(joined).where(~is_older))
        is_replaced = exists(select(literal(1)).where(self._same_key(self.table, fresh)))
        self.connection.execute(delete(self.table).where(is_replaced))
        self._fill(self.table, select(*fresh.c))
        self.connection.execute(DropTable(fresh))
        self.told |= set(told)
        return Added(self.name, *found, rows=self.height)

    def _apart(self, rows: pl.DataFrame, both: Sequence[str]) -> pl.DataFrame:
        """The rows with how often the same was said before in what both sides tell; those so far are counted anew."""
        self.keys = [*both, OCCURRENCE]
        nth = func.row_number().over(partition_by=[self.table.c[each] for each in both], order_by=ROW_NUMBER) - 1
        counted = select(ROW_NUMBER.label("place"), nth.label("nth")).select_from(self.table).subquery("counted")
        anew = update(self.table).values({OCCURRENCE: counted.c.nth}).where(counted.c.place == ROW_NUMBER)
        self.connection.execute(anew)
        return rows.with_columns(pl.int_range(pl.len(), dtype=pl.Int32).over(both).alias(OCCURRENCE))

    @property
    def height(self) -> int:
        return self.connection.execute(select(func.count()).select_from(self.table)).scalar_one()

    def rows(self, columns: Iterable[str], order: Iterable[str]) -> Select:
        """What the table holds now; rows that the order leaves equal come as their files have them."""
        return select(*(self.table.c[each] for each in columns)).order_by(
            *(self.table.c[each] for each in order), ROW_NUMBER
        )

    def drop(self) -> None:
        self.connection.execute(DropTable(self.table))

    def _same_key(self, one: FromClause, other: FromClause) -> ColumnElement[bool]:
        return and_(*(one.c[key].is_not_distinct_from(_of(other, key)) for key in self.keys))

    def _counts(self, old: FromClause, new: FromClause, is_older: ColumnElement[bool]) -> Select:
        """The four counts of `Added`."""
        compared = [each for each in map(str, new.c.keys()) if each not in {*self.keys, EVENT_ORDER}]
        differs = or_(false(), *(old.c[each].is_distinct_from(new.c[each]) for each in compared))
        is_there = old.c.is_there.is_not(None)
        kinds = (~is_there, and_(is_there, differs, ~is_older), and_(is_there, ~differs, ~is_older), is_older)
        return select(*(func.count().filter(kind) for kind in kinds))

    def _temporary(self, kind: str) -> Table:
        columns = (Column(each, type_of(self.name, each)) for each in self.columns)
        made = Table(f"{self.name}_{kind}", MetaData(), *columns, prefixes=["TEMPORARY"])
        self.connection.execute(CreateTable(made))
        return made

    def _fill(self, target: Table, rows: Select) -> None:
        self.connection.execute(insert(target).from_select(list(rows.selected_columns.keys()), rows))


def type_of(name: str, column: str) -> TypeEngine:
    return EXTRA[column] if column in EXTRA else TABLES[name].c[column].type


@contextmanager
def registered(connection: Connection, rows: pl.DataFrame) -> Generator[None]:
    """The rows as the table INCOMING. Arrow goes in as one block; SQLAlchemy's own inserts would bind every value."""
    driver = cast(duckdb.DuckDBPyConnection, connection.connection.driver_connection)
    driver.register(INCOMING, rows.to_arrow())
    yield
    driver.unregister(INCOMING)


def _of(rows: FromClause, key: str) -> ColumnElement:
    """A key that a file does not tell is nothing."""
    return rows.c[key] if key in rows.c else literal(None)


def _ordered(new: FromClause) -> bool:
    return EVENT_ORDER in new.c

"""What tables and columns a database has: read once, bounded, with the type of each column and a few of its values."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl
from sqlalchemy import Column, Engine, MetaData, String, Table, cast, inspect, select
from sqlalchemy.engine import Inspector
from sqlalchemy.engine.reflection import ObjectKind
from sqlalchemy.types import NullType, TypeEngine

from data_access.proposing import SourceColumn
from metrics.errors import MappingError, near

MOST_TABLES = 500  # of a proposal: databases of thousands of tables are narrowed by naming a schema
SYSTEM_SCHEMAS = frozenset({"information_schema", "pg_catalog", "pg_toast", "mysql", "sys", "performance_schema"})
SAMPLES = 20
LOOKED_AT = 50_000  # rows in which codes are looked for
MOST_CODES = 80


@dataclass(frozen=True, eq=False)
class SourceTable:
    """A table or view of the source: its schema and name, and the type of each of its columns."""

    schema: str | None
    name: str
    columns: dict[str, TypeEngine] = field(default_factory=dict)

    @property
    def full(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name

    def table(self) -> Table:
        return Table(self.name, MetaData(), *(Column(*each) for each in self.columns.items()), schema=self.schema)


def read_tables(engine: Engine, schemas: Sequence[str] | None = None) -> list[SourceTable]:
    """Tables and views of the named schemas, or of all that are no system's, in the order of names.

    Raises:
        SQLAlchemyError: the database does not answer; `faults.told` makes a sentence of it.
    """
    inspector = inspect(engine)
    default = inspector.default_schema_name
    wanted = schemas if schemas is not None else _schemas(inspector)
    found: list[SourceTable] = []
    for schema in wanted or [None]:
        columns = inspector.get_multi_columns(schema=schema, kind=ObjectKind.ANY)
        for (_schema, name), each in columns.items():
            types = {column["name"]: column["type"] for column in each}
            found.append(SourceTable(schema or default, name, types))
    return sorted(found, key=lambda each: each.full)[:MOST_TABLES]


def find_tables(engine: Engine, names: Sequence[str], place: str) -> dict[str, SourceTable]:
    """The named tables (`table` or `schema.table`), by the name asked for.

    Raises:
        MappingError: one is not there; the sentence names the nearest.
        SQLAlchemyError: the database does not answer.
    """
    inspector = inspect(engine)
    default = inspector.default_schema_name
    by_schema: dict[str | None, list[str]] = {}
    for name in dict.fromkeys(names):
        schema, _point, plain = name.rpartition(".")
        by_schema.setdefault(schema or None, []).append(plain)
    found: dict[str, SourceTable] = {}
    for schema, plain in by_schema.items():
        told = inspector.get_multi_columns(schema=schema, filter_names=plain, kind=ObjectKind.ANY)
        types = {name: {each["name"]: each["type"] for each in columns} for (_, name), columns in told.items()}
        for name in plain:
            asked = f"{schema}.{name}" if schema else name
            if name not in types:
                raise _missing(engine, asked, place)
            found[asked] = SourceTable(schema or default, name, types[name])
    return found


def sampled(engine: Engine, table: SourceTable, *, is_sampled: bool = True) -> list[SourceColumn]:
    """The columns of a table with a few of their values, of its first rows, or without.

    Raises:
        SQLAlchemyError: the database does not answer, or does not let this table be read.
    """
    rows = (
        first_rows(engine, table, SAMPLES)
        if is_sampled
        else pl.DataFrame(schema=dict.fromkeys(table.columns, pl.String))
    )
    return [
        SourceColumn(table.full, name, type_name(kind), tuple(str(each) for each in rows[name].drop_nulls().unique()))
        for name, kind in table.columns.items()
    ]


def first_rows(engine: Engine, table: SourceTable, most: int) -> pl.DataFrame:
    """Some rows of a table, every value as text."""
    columns = [column for column in table.table().c if not isinstance(column.type, NullType)]
    with engine.connect() as connection:
        rows = connection.execute(select(*columns).limit(most)).fetchall() if columns else []
    told = {
        column.name: [None if row[at] is None else str(row[at]) for row in rows] for at, column in enumerate(columns)
    }
    empty = {name: [None] * len(rows) for name in table.columns if name not in told}
    return pl.DataFrame(told | empty, schema=dict.fromkeys(table.columns, pl.String))


def distinct_words(engine: Engine, table: SourceTable, column: str) -> tuple[str, ...]:
    """The different values of a column in the table's first rows, as text; not all where there are very many.

    Raises:
        SQLAlchemyError: the database does not answer, or does not let this table be read.
    """
    some = select(cast(table.table().c[column], String()).label("word")).limit(LOOKED_AT).subquery("some")
    query = select(some.c.word).where(some.c.word.is_not(None)).distinct().limit(MOST_CODES)
    with engine.connect() as connection:
        return tuple(connection.execute(query).scalars())


def type_name(kind: TypeEngine) -> str:
    """A type as SQL writes it; empty where the engine's own type is not known here."""
    return "" if isinstance(kind, NullType) else str(kind)


def _schemas(inspector: Inspector) -> list[str | None]:
    """The schemas that hold data; a database with one schema needs none named."""
    names = [each for each in inspector.get_schema_names() if each.rsplit(".", 1)[-1] not in SYSTEM_SCHEMAS]
    names = [each for each in names if not each.startswith(("pg_", "system.", "temp."))]
    default = inspector.default_schema_name
    return [None if each.rsplit(".", 1)[-1] == default else each for each in names] or [None]


def _missing(engine: Engine, name: str, place: str) -> MappingError:
    known = {each.full for each in read_tables(engine)} | {each.name for each in read_tables(engine, [])}
    return MappingError(
        "Mapping {mapping}: the database has no table '{table}' that this user may read.",
        "Did you mean one of: {near}? Otherwise ask for the right to read it.",
        mapping=place,
        table=name,
        near=near(name, known) or "–",
    )

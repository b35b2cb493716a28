"""The user's warehouse: which tables and columns it has, and in which time zone its clock runs."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    ColumnElement,
    Engine,
    String,
    Table,
    cast,
    create_engine,
    inspect,
    make_url,
    null,
    select,
)
from sqlalchemy.engine.reflection import ObjectKind
from sqlalchemy.exc import SQLAlchemyError

from data_access.dialects import site_time, told_apart
from data_access.read import read, unavailable
from data_access.schema import REQUIRED, TABLES, warehouse_info
from metrics.errors import SourceUnavailable

DEFAULT_ZONE = "Asia/Shanghai"
LATE_DAYS = 92
Types = Mapping[str, Mapping[str, str]]
KNOWN = {name: frozenset(table.c.keys()) for name, table in TABLES.items()}


@dataclass(frozen=True, eq=False)
class Warehouse:
    """A warehouse that is read and never written. `columns` holds what it has of the logical tables."""

    engine: Engine
    columns: dict[str, frozenset[str]]
    version: str  # changes when the product put another warehouse in its place
    source: str  # demo, import or connected
    name: str
    source_zone: str
    site_zone: str
    late_days: int | None = None  # how far back a refresh looks for late data; None: at every day
    types: Types = field(default_factory=dict)  # of every column of the logical tables, as the warehouse names them

    def has(self, table: str, *columns: str) -> bool:
        present = self.columns.get(table)
        return present is not None and present.issuperset(columns)

    @property
    def shape(self) -> tuple[object, ...]:
        """What statements to it hang on: its kind, its clocks, its tables and columns."""
        columns = tuple((table, *sorted(names)) for table, names in sorted(self.columns.items()))
        return self.engine.dialect.name, self.source_zone, self.site_zone, columns

    def missing(self, needs: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the needed `table` or `table.column` names that this warehouse lacks.

        Of «a.x or b», the table b stands in where there is no table a; of «a.x or a.y», y stands in for x.
        """
        return tuple(dict.fromkeys(lacking for need in needs if (lacking := self._lacking(need))))

    def _lacking(self, need: str) -> str:
        first, *others = need.split(" or ")
        table = first.split(".")[0]
        stand_in = [each for each in others if "." in each or not self.has(table)]
        if any(self.has(*each.split(".")) for each in (first, *stand_in)):
            return ""
        return first if self.has(table) else need

    def table(self, name: str) -> Table:
        """A logical table.

        Raises:
            SourceUnavailable: the warehouse does not have it.
        """
        if name not in self.columns:
            raise SourceUnavailable(
                "The warehouse has no table '{table}'.",
                "Add it to the mapping file; docs/connecting.md lists its columns.",
                table=name,
            )
        return TABLES[name]

    def column(self, table: str, name: str) -> ColumnElement:
        """A column, or NULL where the warehouse lacks it: a row query then keeps its shape.

        Words are told apart by every letter, but for ids, whose index is what finds a row, and free text.
        """
        column = TABLES[table].c[name]
        if not self.has(table, name):
            return cast(null(), column.type)
        is_word = isinstance(column.type, String) and name != "text" and not name.endswith("_id")
        return told_apart(column, self.engine.dialect.name) if is_word else column

    def site(self, instant: ColumnElement) -> ColumnElement:
        return site_time(instant, self.source_zone, self.site_zone)


def open_embedded(path: Path) -> Warehouse:
    """A DuckDB file that the product made, opened read-only and without access to other files."""
    url = f"duckdb:///{path}"
    options = {"read_only": True, "config": {"enable_external_access": "false"}}
    engine = create_engine(url, connect_args=options)
    types = types_of(engine, KNOWN)
    info = dict(read(engine, select(warehouse_info.c.key, warehouse_info.c.value)).iter_rows())
    return Warehouse(
        engine=engine,
        columns=_present(types, KNOWN, REQUIRED),
        types=types,
        version=info.get("build_id", path.stem),
        source=info.get("source", "import"),
        name=info.get("name", path.stem),
        source_zone=info.get("source_zone", DEFAULT_ZONE),
        site_zone=info.get("site_zone", DEFAULT_ZONE),
    )


def open_connected(url: str) -> Warehouse:
    """A warehouse of the user's own whose tables carry the logical names; zones come from the environment."""
    engine = reading_engine(url)
    types = types_of(engine, KNOWN)
    zone = os.environ.get("TWINWING_SOURCE_ZONE", DEFAULT_ZONE)
    return Warehouse(
        engine=engine,
        columns=_present(types, KNOWN, REQUIRED),
        types=types,
        version="connected",
        source="connected",
        name=engine.url.database or engine.dialect.name,
        source_zone=zone,
        site_zone=os.environ.get("TWINWING_SITE_ZONE", zone),
        late_days=_late_days(),
    )


def reading_engine(url: str) -> Engine:
    """An engine for a database that is only read.

    Raises:
        SourceUnavailable: it is a file that is not there.
    """
    engine = create_engine(url, **_reading(make_url(url)))
    if _is_missing_file(engine.url):
        raise unavailable(engine)
    return engine


def _late_days() -> int:
    given = os.environ.get("TWINWING_LATE_DAYS", str(LATE_DAYS))
    if not given.isdecimal():
        raise SourceUnavailable(
            "TWINWING_LATE_DAYS is '{given}', which is no number of days.",
            "Write a whole number, or leave it out for {usual}.",
            given=given,
            usual=LATE_DAYS,
        )
    return int(given)


def _reading(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "duckdb":
        # No ping: a file does not hang up, and the ping's open result would block the Arrow read that follows it.
        return {"connect_args": {"read_only": True}}
    return {"pool_pre_ping": True}


def _is_missing_file(url: URL) -> bool:
    """SQLite would make an empty file at a mistyped path."""
    file = url.database if url.get_backend_name() == "sqlite" else None
    return bool(file) and not file.startswith((":", "file:")) and not Path(file).exists()


def columns_of(
    engine: Engine, known: Mapping[str, frozenset[str]], required: Mapping[str, Sequence[str]]
) -> dict[str, frozenset[str]]:
    """Which of the known columns of known tables a database has, of tables that have every required one.

    Raises:
        SourceUnavailable: it does not answer.
    """
    return _present(types_of(engine, known), known, required)


def types_of(engine: Engine, known: Mapping[str, frozenset[str]]) -> Types:
    """The type of every column of the known tables that a database has, in its own words.

    Raises:
        SourceUnavailable: it does not answer.
    """
    try:
        found = inspect(engine).get_multi_columns(filter_names=list(known), kind=ObjectKind.ANY)  # views too
    except (SQLAlchemyError, RuntimeError, OSError) as failure:
        raise unavailable(engine) from failure
    return {table: {each["name"]: str(each["type"]) for each in columns} for (_, table), columns in found.items()}


def _present(
    types: Types, known: Mapping[str, frozenset[str]], required: Mapping[str, Sequence[str]]
) -> dict[str, frozenset[str]]:
    present = {table: known[table] & columns.keys() for table, columns in types.items()}
    return {table: columns for table, columns in present.items() if columns.issuperset(required[table])}

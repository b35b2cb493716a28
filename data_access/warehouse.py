"""The user's warehouse: which tables and columns it has, and in which time zone its clock runs."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    URL,
    ColumnElement,
    Engine,
    String,
    Table,
    cast,
    create_engine,
    event,
    inspect,
    make_url,
    null,
    select,
)
from sqlalchemy.engine.reflection import ObjectKind
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import TypeEngine

from data_access.connecting.guard import guard, in_zone, statement_seconds
from data_access.dialects import site_time, told_apart
from data_access.engine_limits import bound
from data_access.read import MOST_ROWS, Query, read, unavailable
from data_access.schema import REQUIRED, TABLES, warehouse_info
from data_access.zones import DEFAULT_ZONE, given_zones
from metrics.errors import SourceUnavailable

if TYPE_CHECKING:
    from data_access.connecting.logical import Logical
    from data_access.connecting.source_mapping import SourceMapping

LATE_DAYS = 92
CONNECT_SECONDS = 15
STATEMENTS_KEPT = 100  # compiled: each takes 0.3 MB and a fiftieth of a second, and people ask for ever new ones
ZONED = "WITH TIME ZONE"  # in the type of an instant
WAITING = ("psycopg", "psycopg2", "pymysql")  # drivers that call it connect_timeout
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
    logical: "Logical | None" = None  # how its tables become the logical ones; None: they are
    mapping_print: str = ""  # of the mapping when the warehouse last answered, for the day on which it does not
    types: Types = field(default_factory=dict)  # of every column of the logical tables, as the warehouse names them

    def has(self, table: str, *columns: str) -> bool:
        present = self.columns.get(table)
        return present is not None and present.issuperset(columns)

    @property
    def shape(self) -> tuple[object, ...]:
        """What statements to it hang on: its kind, its clocks, its tables and columns."""
        columns = tuple((table, *sorted(names)) for table, names in sorted(self.columns.items()))
        mapping = self.logical.mapping.print if self.logical else self.mapping_print
        return self.engine.dialect.name, self.source_zone, self.site_zone, mapping, columns

    def sent(self, query: Query) -> Query:
        """The statement as it is sent: over the mapping's tables, where there is a mapping."""
        return self.logical.over(query) if self.logical else query

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
    engine = create_engine(url, connect_args=options, query_cache_size=STATEMENTS_KEPT)
    bound(engine)
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


def open_connected(url: str, mapping: "SourceMapping | None" = None, named: str = "") -> Warehouse:
    """A warehouse of the user's own: by its mapping, or one whose tables carry the logical names.

    Without a mapping, zones come from the environment. `named` is what the mapping's file is called.

    Raises:
        SourceUnavailable: it does not answer.
        MappingError: the mapping names a table or column that is not there.
        InvalidSettings: a time zone of the environment is none.
    """
    if mapping is not None:
        return _mapped(reading_engine(url, mapping.statement_seconds), mapping, named)
    source_zone, site_zone = given_zones()
    engine = reading_engine(url)
    types = types_of(engine, KNOWN)
    columns = _present(types, KNOWN, REQUIRED)
    if any(ZONED in types[table][name] for table, names in columns.items() for name in names):
        own = {table: {name: _bare(kind) for name, kind in of.items()} for table, of in types.items()}
        return replace(_mapped(engine, _as_it_is(engine, columns, source_zone, site_zone), named), types=own)
    return Warehouse(
        engine=engine,
        columns=columns,
        types=types,
        version="connected",
        source="connected",
        name=engine.url.database or engine.dialect.name,
        source_zone=source_zone,
        site_zone=site_zone,
        late_days=_late_days(),
    )


def _as_it_is(
    engine: Engine, columns: Mapping[str, frozenset[str]], source_zone: str, site_zone: str
) -> "SourceMapping":
    """A mapping that changes nothing but that instants with a zone become times of the source's clock."""
    from data_access.connecting.source_mapping import SourceMapping, TableOf  # as in `_mapped`

    return SourceMapping(
        name=engine.url.database or engine.dialect.name,
        time_zone=source_zone,
        site_zone=site_zone,
        tables={table: TableOf(table=table) for table in columns},
    )


def _mapped(engine: Engine, mapping: "SourceMapping", named: str) -> Warehouse:
    """Every statement that this engine is asked is put over the mapping's tables, wherever it comes from."""
    from data_access.connecting.logical import (
        logical,  # the parser of expressions: without a mapping nobody waits for it
    )

    in_zone(engine, mapping.time_zone)
    try:
        made = logical(engine, mapping, named)
    except (SQLAlchemyError, RuntimeError, OSError) as failure:
        raise unavailable(engine) from failure
    event.listen(engine, "before_execute", partial(_over, made), retval=True)
    return Warehouse(
        engine=engine,
        columns=made.columns,
        types={name: {column.name: str(column.type) for column in cte.c} for name, cte in made.ctes.items()},
        version="connected",
        source="connected",
        name=mapping.name,
        source_zone=mapping.time_zone,
        site_zone=mapping.site_zone or mapping.time_zone,
        late_days=mapping.late_days if mapping.late_days is not None else _late_days(),
        logical=made,
    )


def _over(made: "Logical", _connection: Any, query: Any, many: Any, one: Any, _options: Any) -> tuple[Any, Any, Any]:
    return (made.over(query) if isinstance(query, Query) else query), many, one


def reading_engine(url: str, seconds: int | None = None) -> Engine:
    """An engine for a database that is only read; a statement may take so many seconds, or the usual ones.

    Raises:
        SourceUnavailable: it is a file that is not there.
    """
    options = {"execution_options": {"most_rows": MOST_ROWS}, "query_cache_size": STATEMENTS_KEPT}
    engine = create_engine(url, **options, **_reading(make_url(url)))
    if _is_missing_file(engine.url):
        raise unavailable(engine) from FileNotFoundError("unable to open database file")
    bound(engine)
    guard(engine, statement_seconds(seconds))
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
    # Who waits for a host that does not answer waits no longer than this.
    waits = {"connect_timeout": CONNECT_SECONDS} if url.get_driver_name() in WAITING else {}
    return {"pool_pre_ping": True, "connect_args": waits}


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
    return {table: {each["name"]: _worded(each["type"]) for each in columns} for (_, table), columns in found.items()}


def _bare(kind: str) -> str:
    return kind.removesuffix(f" {ZONED}")


def _worded(kind: TypeEngine) -> str:
    return f"{kind} {ZONED}" if getattr(kind, "timezone", False) and ZONED not in str(kind) else str(kind)


def _present(
    types: Types, known: Mapping[str, frozenset[str]], required: Mapping[str, Sequence[str]]
) -> dict[str, frozenset[str]]:
    present = {table: known[table] & columns.keys() for table, columns in types.items()}
    return {table: columns for table, columns in present.items() if columns.issuperset(required[table])}

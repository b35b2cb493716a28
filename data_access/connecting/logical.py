"""The logical tables as statements over the source's own, put under their names before whatever is asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Double,
    Engine,
    Enum,
    Float,
    Integer,
    Label,
    Numeric,
    Select,
    String,
    Table,
    TypeCoerce,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType, TypeEngine

from data_access.connecting.expressions import written
from data_access.connecting.source_mapping import SourceMapping, SourceOf, TableOf
from data_access.connecting.source_schema import SourceTable, find_tables, type_name
from data_access.dialects import add_seconds, whole
from data_access.elements import elements
from data_access.imports.convert import SECONDS_OF
from data_access.imports.mapping import Fixed
from data_access.read import Query
from data_access.schema import REQUIRED, TABLES
from metrics.errors import MappingError, near

#: Engines that would otherwise read a table for all days, and only then look at which are asked.
IN_PLACE = ("postgresql", "duckdb", "sqlite")
#: Engines whose functions turn an instant with a zone into a clock's time of another.
ZONED = ("postgresql", "duckdb")
#: SQLite keeps instants as text, which a cast to its numbers would cut.
WITHOUT_TIMES = ("sqlite",)


@dataclass(frozen=True, slots=True)
class Logical:
    """The logical tables of one mapping on one database: `ctes` by name, `columns` of each, what the mapping says."""

    mapping: SourceMapping
    ctes: Mapping[str, CTE]
    sources: Mapping[str, SourceTable]

    @property
    def columns(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(cte.c.keys()) for name, cte in self.ctes.items()}

    def over(self, query: Query) -> Query:
        """The statement with the logical tables that it reads put before it, under their names."""
        used = {each.name for each in elements(query) if isinstance(each, Table)}
        ctes = [cte for name, cte in self.ctes.items() if name in used]
        return _before(query, ctes) if ctes else query


def _before(query: Any, ctes: Sequence[CTE]) -> Any:
    """The statement with the tables put before it; of several joined by UNION they stand in the first.

    Put before the whole, their columns would be taken for those of its result: SQLAlchemy 2.1, visit_compound_select.
    """
    if isinstance(query, Select):
        return query.add_cte(*ctes)
    first, *others = query.selects
    joined = query._generate()
    joined.selects = [_before(first, ctes), *others]
    return joined


def logical(engine: Engine, mapping: SourceMapping, place: str) -> Logical:
    """The mapping held against the database that it is for.

    Raises:
        MappingError: a table or column is not there, an expression is none, or a type cannot be what it should be.
        SQLAlchemyError: the database does not answer.
    """
    found = find_tables(engine, [each.table for each in mapping.tables.values()], place)
    sources = {name: found[each.table] for name, each in mapping.tables.items()}
    ctes = {name: _Filling(engine, mapping, place, name, sources[name]).cte() for name in mapping.tables}
    return Logical(mapping, ctes, sources)


@dataclass(frozen=True, slots=True)
class _Filling:
    """Fills one logical table."""

    engine: Engine
    mapping: SourceMapping
    place: str
    name: str
    source: SourceTable

    @property
    def dialect(self) -> str:
        return self.engine.dialect.name

    def cte(self) -> CTE:
        told = self.mapping.tables[self.name]
        rows = self.source.table()
        columns = {name: self._column(name, each, rows) for name, each in self._named(told).items()}
        query = select(*(each.label(name) for name, each in columns.items())).select_from(rows)
        if told.where:
            query = query.where(literal_column(self._written(told.where, f"{self.name}.where"), Boolean()))
        made = query.cte(self.name)
        for engine in IN_PLACE:
            made = made.prefix_with("NOT MATERIALIZED", dialect=engine)
        return made

    def _named(self, told: TableOf) -> dict[str, SourceOf]:
        """The columns that are filled: those told, else those of the same name."""
        if told.columns:
            return told.columns
        known = [each.name for each in TABLES[self.name].c]
        own = {name: SourceOf(column=name) for name in known if name in self.source.columns}
        lacking = [name for name in REQUIRED[self.name] if name not in own]
        if lacking:
            raise self._unknown(lacking[0], f"{self.name}.columns")
        return own

    def _column(self, name: str, told: SourceOf, rows: Table) -> ColumnElement:
        kind, key = TABLES[self.name].c[name].type, f"{self.name}.columns.{name}"
        if told.value is not None:
            return cast(literal(told.value), kind) if isinstance(kind, String) else literal(told.value, kind)
        if told.column is not None:
            if told.column not in rows.c:
                raise self._unknown(told.column, key)
            value: ColumnElement = rows.c[told.column]
        else:
            value = literal_column(self._written(told.expression or "", key), NullType())
        if told.codes:
            return self._decoded(value, told, kind)
        return self._typed(value, told, kind, key)

    def _written(self, expression: str, key: str) -> str:
        return f"({written(expression, self.dialect, self.source.columns, key, self.source.full)})"

    def _decoded(self, value: ColumnElement, told: SourceOf, kind: TypeEngine) -> ColumnElement:
        """Codes by what they stand for; of words the others stay as they are, of all else they are missing."""
        words = value if isinstance(value.type, String) and not isinstance(value.type, Enum) else cast(value, String())
        branches = [(words == code, literal(meant, kind)) for code, meant in told.codes.items()]
        other: ColumnElement = cast(null(), kind)
        if isinstance(told.other, Fixed):
            other = literal(told.other.value, kind)
        elif told.other == "keep" or (told.other is None and isinstance(kind, String)):
            other = self._typed(value, SourceOf(column="-"), kind, "")
        return case(*branches, else_=other)

    def _typed(self, value: ColumnElement, told: SourceOf, kind: TypeEngine, key: str) -> ColumnElement:
        """The value in the canonical type; without a cast where the source's type is of the same family."""
        turn = TURNS[type(kind)]
        turned = turn(value, kind, self)
        if turned is None:
            raise MappingError(
                "Mapping {mapping}, key {key}: {column} is {type}, which cannot be a {wanted}.",
                "Name another column, list codes for its values, or write an expression that turns it.",
                mapping=self.place,
                key=key,
                column=told.column or "the expression",
                type=type_name(value.type) or "?",
                wanted=type_name(kind),
            )
        if told.unit != "seconds":
            return cast(func.round(turned * SECONDS_OF[told.unit]), kind)
        return turned

    def _unknown(self, column: str, key: str) -> MappingError:
        return MappingError(
            "Mapping key {key}: the table {table} has no column '{column}'.",
            "Did you mean one of: {near}?",
            key=key,
            table=self.source.full,
            column=column,
            near=near(column, self.source.columns),
        )


def _words(value: ColumnElement, kind: TypeEngine, _filling: _Filling) -> ColumnElement:
    is_plain = isinstance(value.type, String) and not isinstance(value.type, Enum)
    return type_coerce(value, kind) if is_plain else cast(value, kind)


def _whole(value: ColumnElement, kind: TypeEngine, _filling: _Filling) -> ColumnElement | None:
    if isinstance(value.type, DateTime | Date):
        return None
    return type_coerce(value, kind) if isinstance(value.type, Integer) else cast(value, kind)


def _number(value: ColumnElement, kind: TypeEngine, filling: _Filling) -> ColumnElement | None:
    if isinstance(value.type, Float):
        return type_coerce(value, kind)
    return _whole(value, kind, filling)


def _flag(value: ColumnElement, _kind: TypeEngine, _filling: _Filling) -> ColumnElement | None:
    if isinstance(value.type, Boolean | NullType):
        return type_coerce(value, Boolean())
    if isinstance(value.type, Integer | Numeric):
        return type_coerce(value != literal_column("0"), Boolean())
    return None  # words: codes say which of them are true


def _instant(value: ColumnElement, kind: TypeEngine, filling: _Filling) -> ColumnElement | None:
    if isinstance(value.type, Integer | Numeric | Boolean):
        return None
    if getattr(value.type, "timezone", False) and filling.dialect in ZONED:
        return type_coerce(func.timezone(filling.mapping.time_zone, value), kind)
    if filling.dialect in WITHOUT_TIMES:  # texts of different lengths would not compare as times do
        return type_coerce(add_seconds(value, whole(0)), kind)
    return type_coerce(value, kind) if isinstance(value.type, DateTime) else cast(value, kind)


def _day(value: ColumnElement, kind: TypeEngine, filling: _Filling) -> ColumnElement | None:
    if isinstance(value.type, Integer | Numeric | Boolean):
        return None
    if isinstance(value.type, Date) or filling.dialect in WITHOUT_TIMES:
        return type_coerce(value, kind)
    return cast(value, kind)


Turn = Callable[[ColumnElement, TypeEngine, _Filling], ColumnElement | None]
TURNS: dict[type[TypeEngine], Turn] = {
    String: _words,
    BigInteger: _whole,
    Integer: _whole,
    Double: _number,
    Boolean: _flag,
    DateTime: _instant,
    Date: _day,
}


def pruned_by(made: Logical, name: str, column: str) -> bool:
    """Is the canonical column a column of the source as it stands, so that the engine can skip rows by its index?"""
    filled = made.ctes[name].element
    computed = filled.selected_columns[column] if isinstance(filled, Select) else None
    return isinstance(computed, Label) and isinstance(_plain(computed.element), Column)


def _plain(element: ColumnElement) -> ColumnElement:
    return element.typed_expression if isinstance(element, TypeCoerce) else element

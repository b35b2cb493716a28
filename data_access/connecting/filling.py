"""How one canonical column is filled: from a column of the source, an expression or a value, in its own type."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import (
    CTE,
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Double,
    Engine,
    Enum,
    Float,
    Integer,
    Numeric,
    String,
    Table,
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
from data_access.connecting.source_schema import SourceTable, type_name
from data_access.dialects import add_seconds, whole
from data_access.imports.convert import SECONDS_OF
from data_access.imports.mapping import Fixed
from data_access.schema import REQUIRED, TABLES
from metrics.errors import MappingError, near

#: Engines that would otherwise read a table for all days, and only then look at which are asked.
IN_PLACE = ("postgresql", "duckdb", "sqlite")
#: Engines whose functions turn an instant with a zone into a clock's time of another.
ZONED = ("postgresql", "duckdb")
#: SQLite keeps instants as text, which a cast to its numbers would cut.
WITHOUT_TIMES = ("sqlite",)


@dataclass(frozen=True, slots=True)
class Filling:
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
        """The logical table.

        Raises:
            MappingError: a column is not there, an expression is none, or a type cannot be what it should be.
        """
        told = self.mapping.tables[self.name]
        rows = self.source.table()
        columns = {name: self.column(name, each, rows) for name, each in self.named(told).items()}
        query = select(*(each.label(name) for name, each in columns.items())).select_from(rows)
        if told.where:
            query = query.where(self.where(told.where))
        made = query.cte(self.name)
        for engine in IN_PLACE:
            made = made.prefix_with("NOT MATERIALIZED", dialect=engine)
        return made

    def where(self, expression: str) -> ColumnElement[bool]:
        return literal_column(self._written(expression, f"{self.name}.where"), Boolean())

    def named(self, told: TableOf) -> dict[str, SourceOf]:
        """The columns that are filled: those told, else those of the same name."""
        if told.columns:
            return told.columns
        known = [each.name for each in TABLES[self.name].c]
        own = {name: SourceOf(column=name) for name in known if name in self.source.columns}
        lacking = [name for name in REQUIRED[self.name] if name not in own]
        if lacking:
            raise self._unknown(lacking[0], f"{self.name}.columns")
        return own

    def column(self, name: str, told: SourceOf, rows: Table) -> ColumnElement:
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
        if told.unit == "seconds":
            return turned
        parts = cast(value, Double())  # half a minute is none before it is turned
        return cast(func.round(parts * SECONDS_OF[told.unit]), kind)

    def _unknown(self, column: str, key: str) -> MappingError:
        return MappingError(
            "Mapping key {key}: the table {table} has no column '{column}'.",
            "Did you mean one of: {near}?",
            key=key,
            table=self.source.full,
            column=column,
            near=near(column, self.source.columns),
        )


def _words(value: ColumnElement, kind: TypeEngine, _filling: Filling) -> ColumnElement:
    is_plain = isinstance(value.type, String) and not isinstance(value.type, Enum)
    return type_coerce(value, kind) if is_plain else cast(value, kind)


def _whole(value: ColumnElement, kind: TypeEngine, _filling: Filling) -> ColumnElement | None:
    if isinstance(value.type, DateTime | Date):
        return None
    return type_coerce(value, kind) if isinstance(value.type, Integer) else cast(value, kind)


def _number(value: ColumnElement, kind: TypeEngine, filling: Filling) -> ColumnElement | None:
    if isinstance(value.type, Float):
        return type_coerce(value, kind)
    return _whole(value, kind, filling)


def _flag(value: ColumnElement, _kind: TypeEngine, _filling: Filling) -> ColumnElement | None:
    if isinstance(value.type, Boolean | NullType):
        return type_coerce(value, Boolean())
    if isinstance(value.type, Integer | Numeric):
        return type_coerce(value != literal_column("0"), Boolean())
    return None  # words: codes say which of them are true


def _instant(value: ColumnElement, kind: TypeEngine, filling: Filling) -> ColumnElement | None:
    if isinstance(value.type, Integer | Numeric | Boolean):
        return None
    if getattr(value.type, "timezone", False) and filling.dialect in ZONED:
        return type_coerce(func.timezone(filling.mapping.time_zone, value), kind)
    if filling.dialect in WITHOUT_TIMES:  # texts of different lengths would not compare as times do
        return type_coerce(add_seconds(value, whole(0)), kind)
    return type_coerce(value, kind) if isinstance(value.type, DateTime) else cast(value, kind)


def _day(value: ColumnElement, kind: TypeEngine, filling: Filling) -> ColumnElement | None:
    if isinstance(value.type, Integer | Numeric | Boolean):
        return None
    if isinstance(value.type, Date) or filling.dialect in WITHOUT_TIMES:
        return type_coerce(value, kind)
    return cast(value, kind)


Turn = Callable[[ColumnElement, TypeEngine, Filling], ColumnElement | None]
TURNS: dict[type[TypeEngine], Turn] = {
    String: _words,
    BigInteger: _whole,
    Integer: _whole,
    Double: _number,
    Boolean: _flag,
    DateTime: _instant,
    Date: _day,
}

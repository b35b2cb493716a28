"""The logical tables as statements over the source's own, put under their names before whatever is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Engine,
    Label,
    Select,
    Table,
    TypeCoerce,
)

from data_access.connecting.filling import Filling
from data_access.connecting.source_mapping import SourceMapping, SourceOf, TableOf
from data_access.connecting.source_schema import SourceTable, find_tables
from data_access.elements import elements
from data_access.read import Query
from data_access.schema import REQUIRED
from metrics.errors import MappingError


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
    ctes = {name: Filling(engine, mapping, place, name, sources[name]).cte() for name in mapping.tables}
    return Logical(mapping, ctes, sources)


def pruned_by(made: Logical, name: str, column: str) -> bool:
    """Is the canonical column a column of the source as it stands, so that the engine can skip rows by its index?"""
    filled = made.ctes[name].element
    computed = filled.selected_columns[column] if isinstance(filled, Select) else None
    return isinstance(computed, Label) and isinstance(_plain(computed.element), Column)


def _plain(element: ColumnElement) -> ColumnElement:
    return element.typed_expression if isinstance(element, TypeCoerce) else element


def logical_faults(
    engine: Engine, mapping: SourceMapping, place: str
) -> tuple[SourceMapping | None, list[MappingError]]:
    """Everything that is wrong with a mapping on this database, and what is left of it without; None: nothing is.

    Raises:
        SQLAlchemyError: the database does not answer.
    """
    faults: list[MappingError] = []
    kept: dict[str, TableOf] = {}
    for name, told in mapping.tables.items():
        try:
            source = find_tables(engine, [told.table], place)[told.table]
            filling = Filling(engine, mapping, place, name, source)
            named = filling.named(told)
        except MappingError as fault:
            faults.append(fault)
            continue
        sound, wrong, is_sound = _sound(filling, told, named)
        faults += wrong
        if {*REQUIRED[name]} <= sound.keys():
            kept[name] = told.model_copy(update={"columns": sound, "where": told.where if is_sound else None})
    return (mapping.model_copy(update={"tables": kept}) if kept else None), faults


def _sound(
    filling: Filling, told: TableOf, named: Mapping[str, SourceOf]
) -> tuple[dict[str, SourceOf], list[MappingError], bool]:
    """The columns that can be filled, what is wrong with the others, and whether `where` can be used."""
    sound: dict[str, SourceOf] = {}
    faults: list[MappingError] = []
    rows, is_sound = filling.source.table(), True
    if told.where:
        try:
            filling.where(told.where)
        except MappingError as fault:
            faults.append(fault)
            is_sound = False
    for column, source in named.items():
        try:
            filling.column(column, source, rows)
            sound[column] = source
        except MappingError as fault:
            faults.append(fault)
    return sound, faults, is_sound

"""A mapping as rows of grids that a person edits, and back: nothing is lost on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Boolean, Double, Integer

from data_access.connecting.drafting import mapping_text
from data_access.connecting.source_mapping import SourceMapping, SourceOf, TableOf, Unit, source_mapping
from data_access.imports.mapping import Scalar
from data_access.proposing import Proposal, Reason
from data_access.schema import TABLES
from metrics.errors import MappingError

PLACE = "this page"


@dataclass(frozen=True, slots=True)
class Cell:
    """What fills a canonical column: a column of the source, an expression or a value, as its kind says."""

    kind: str = "column"
    words: str = ""
    unit: Unit = "seconds"


@dataclass(frozen=True, slots=True)
class Why:
    """Why a table or column was proposed, how surely, and what else may be meant."""

    certainty: float
    reason: Reason
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of the three grids: (source, where) of tables, cells of (table, column), and codes as written."""

    name: str
    start: str
    tables: Mapping[str, tuple[str, str]]
    cells: Mapping[tuple[str, str], Cell]
    codes: list[tuple[str, str, str]]  # table.column, the source's word, what it means
    zones: tuple[str, str] = ("Asia/Shanghai", "")  # of the source's clock and of the reports, empty where the same
    why: Mapping[tuple[str, str], Why] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Changes with what stood in the grids at first: what somebody typed belongs to that."""
        return f"{self.start} {hash((*sorted(self.tables.items()), *sorted(map(str, self.cells.items()))))}"


def grid_of(mapping: SourceMapping | None, proposal: Proposal | None, start: str) -> Grid:
    """The rows that a mapping comes to; without one, none is filled. `proposal` says why its columns were chosen."""
    tables = mapping.tables if mapping else {}
    cells = {(name, column): _cell(each) for name, table in tables.items() for column, each in table.columns.items()}
    codes = [
        (f"{name}.{column}", word, _written(meaning))
        for name, table in tables.items()
        for column, each in table.columns.items()
        for word, meaning in each.codes.items()
    ]
    why = {}
    for table in proposal.tables if proposal else ():
        for name, each in [("", table), *((column.column, column) for column in table.columns)]:
            if not name or each.source or each.alternatives:
                others = tuple(other.name for other in each.alternatives)
                why[table.table, name] = Why(each.certainty, each.reason, others)
    chosen = {name: (each.table, each.where or "") for name, each in tables.items()}
    zones = (mapping.time_zone, mapping.site_zone or "") if mapping else ("Asia/Shanghai", "")
    return Grid(mapping.name if mapping else "", start, chosen, cells, codes, zones, why)


def mapping_of(grid: Grid, before: SourceMapping | None) -> SourceMapping:
    """The mapping that the rows say; what the grids do not show stays as it was.

    Raises:
        MappingError: it is no mapping; the sentence names the key.
    """
    kept = before.tables if before else {}
    tables = {}
    for name, (source, where) in grid.tables.items():
        was = kept[name].columns if name in kept else {}
        columns = {
            column: _source(name, column, cell, _codes(grid, name, column), was.get(column))
            for (table, column), cell in grid.cells.items()
            if table == name
        }
        tables[name] = TableOf(table=source, where=where or None, columns=columns)
    if not tables:
        raise MappingError(
            "No source table is chosen yet.",
            "Choose one for contacts at least: most metrics are counted from it.",
        )
    zone, site = grid.zones
    base = before or SourceMapping(name=grid.name or "warehouse", time_zone=zone, tables=tables)
    made = base.model_copy(update={"tables": tables, "time_zone": zone, "site_zone": site or None})
    return source_mapping(mapping_text(made), PLACE)


def _cell(source: SourceOf) -> Cell:
    if source.value is not None:
        return Cell("value", _written(source.value))
    kind = "column" if source.column is not None else "expression"
    return Cell(kind, source.column or source.expression or "", source.unit)


def _source(table: str, column: str, cell: Cell, codes: dict[str, Scalar], was: SourceOf | None) -> SourceOf:
    told = {"value": _meant(table, column, cell.words)} if cell.kind == "value" else {cell.kind: cell.words}
    other = was.other if was is not None and codes else None
    return SourceOf(**told, codes=codes, other=other, unit=cell.unit)  # ty: ignore[invalid-argument-type]


def _codes(grid: Grid, table: str, column: str) -> dict[str, Scalar]:
    return {word: _meant(table, column, meaning) for place, word, meaning in grid.codes if place == f"{table}.{column}"}


def _written(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _meant(table: str, column: str, written: str) -> Scalar:
    """A cell's text in the column's kind; what does not fit stays text, and the check says so."""
    kind, plain = TABLES[table].c[column].type, written.strip()
    if isinstance(kind, Boolean):
        return {"true": True, "false": False}.get(plain.lower(), plain)
    if isinstance(kind, Integer | Double):
        try:
            number = float(plain)
        except ValueError:
            return plain
        return int(number) if number.is_integer() else number
    return plain

"""Which columns of a source may be which of the logical tables: proposed by names, types and values, never decided."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from data_access.resemblance import Likeness, kind_of, likeness, table_likeness
from data_access.schema import REQUIRED, TABLES

PLACED = 0.5  # from this certainty on a column is proposed; below it is an alternative at most
THOUGHT_OF = 0.3
ALTERNATIVES = 3
MANY_COLUMNS = 6
SHARE_OF_COLUMNS = 0.4  # where a table's name tells nothing
NAME_WEIGHT = 3.0  # a table's name counts like so many columns that are surely found
NO_COLUMN = "No column of the source looks like it."
TAKEN = "Its best match, '{name}', is closer to {column}."
NO_TABLE = "No table of the source looks like it. It would need: {columns}."
OF_NAME = "'{name}' is named like it, and {placed} of its columns are found."
OF_COLUMNS = "{placed} of its columns are found in '{name}'."


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """A column of a table of the source, or of a file: its name, its type as the source names it, some values.

    `type` is empty where the source knows text only; `samples` are a few values that are not missing, as text.
    """

    table: str
    name: str
    type: str = ""
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is proposed: an English sentence (a gettext key) and its named values."""

    what: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another source column, or table, that may be meant."""

    name: str
    certainty: float


@dataclass(frozen=True, slots=True)
class ColumnProposal:
    """The source column proposed for one canonical column; None where none is, with the reason."""

    column: str
    source: str | None
    certainty: float
    reason: Reason
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class TableProposal:
    """The source table proposed for one logical table; None where none is. Then no column has a source either."""

    table: str
    source: str | None
    certainty: float
    reason: Reason
    columns: tuple[ColumnProposal, ...]
    alternatives: tuple[Alternative, ...] = ()

    def column(self, name: str) -> ColumnProposal:
        return next(each for each in self.columns if each.column == name)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal for every logical table, and the columns of chosen source tables that stand for nothing."""

    tables: tuple[TableProposal, ...]
    unplaced: tuple[SourceColumn, ...]

    def table(self, name: str) -> TableProposal:
        return next(each for each in self.tables if each.table == name)


def propose(table_columns: Sequence[SourceColumn]) -> Proposal:
    """What a source's columns may be, each source table and each of its columns taken for one thing at most.

    Source tables are given to logical tables in the order of how well they fit; columns within them as well.
    Certainty is between 0 and 1: 1 is the product's own name with a type that fits.
    """
    sources: dict[str, list[SourceColumn]] = {}
    for each in table_columns:
        sources.setdefault(each.table, []).append(each)
    fits = [_fit(table, name, columns) for table in TABLES for name, columns in sources.items()]
    chosen: dict[str, _Fit] = {}
    for fit in sorted(filter(_is_usable, fits), key=lambda each: -each.weight):
        if fit.table not in chosen and fit.source not in {each.source for each in chosen.values()}:
            chosen[fit.table] = fit
    tables = tuple(_table(table, chosen.get(table), fits) for table in TABLES)
    placed = {(each.source, column.source) for each in tables for column in each.columns if column.source}
    used = {fit.source for fit in chosen.values()}
    left = [each for each in table_columns if each.table in used and (each.table, each.name) not in placed]
    return Proposal(tables, tuple(left))


def propose_table(table: str, columns: Sequence[SourceColumn]) -> tuple[ColumnProposal, ...]:
    """What the columns of one source table may be, when it is known which logical table it is."""
    return _fit(table, columns[0].table, columns).columns if columns else ()


@dataclass(frozen=True, slots=True)
class _Fit:
    """How one source table would fill one logical table."""

    table: str
    source: str
    named: float
    columns: tuple[ColumnProposal, ...]
    size: int

    @property
    def placed(self) -> list[ColumnProposal]:
        return [each for each in self.columns if each.source]

    @property
    def weight(self) -> float:
        has_required = {*REQUIRED[self.table]} <= {each.column for each in self.placed}
        found = NAME_WEIGHT * self.named + sum(each.certainty for each in self.placed)
        return found if has_required else found / 2

    @property
    def certainty(self) -> float:
        required = [each.certainty for each in self.columns if each.column in REQUIRED[self.table]]
        return round(sum(required) / len(required) * (0.7 + 0.3 * max(self.named, len(self.placed) / self.size)), 2)


def _is_usable(fit: _Fit) -> bool:
    """The table's name says it, or many of the source's columns do; what is still needed shows in the proposal."""
    placed = len(fit.placed)
    return placed > 1 and (fit.named >= PLACED or placed >= min(MANY_COLUMNS, SHARE_OF_COLUMNS * fit.size))


def _fit(table: str, source: str, columns: Sequence[SourceColumn]) -> _Fit:
    kinds = {each.name: kind_of(each.type, each.samples) for each in columns}
    found = {
        (canonical.name, each.name): likeness(table, canonical.name, each.name, kinds[each.name], each.samples)
        for canonical in TABLES[table].c
        for each in columns
    }
    pairs = sorted(found, key=lambda pair: -found[pair].certainty)
    given: dict[str, str] = {}
    for canonical, name in pairs:
        if found[canonical, name].certainty >= PLACED and canonical not in given and name not in given.values():
            given[canonical] = name
    names = [each.name for each in columns]
    proposals = tuple(_column(canonical.name, given, names, found) for canonical in TABLES[table].c)
    return _Fit(table, source, table_likeness(table, source), proposals, len(columns))


def _column(
    canonical: str, given: dict[str, str], names: Iterable[str], found: dict[tuple[str, str], Likeness]
) -> ColumnProposal:
    likely = sorted(((found[canonical, name].certainty, name) for name in names), key=lambda each: -each[0])
    source = given.get(canonical)
    others = [Alternative(name, certainty) for certainty, name in likely if certainty >= THOUGHT_OF and name != source]
    alternatives = tuple(others[:ALTERNATIVES])
    if source is not None:
        best = found[canonical, source]
        return ColumnProposal(canonical, source, best.certainty, Reason(best.what, best.values), alternatives)
    taken = next((name for certainty, name in likely if certainty >= PLACED), None)
    if taken is None:
        return ColumnProposal(canonical, None, 0.0, Reason(NO_COLUMN), alternatives)
    holder = next(column for column, name in given.items() if name == taken)
    return ColumnProposal(canonical, None, 0.0, Reason(TAKEN, {"name": taken, "column": holder}), alternatives)


def _table(table: str, fit: _Fit | None, fits: Sequence[_Fit]) -> TableProposal:
    others = tuple(_others(table, fit, fits))[:ALTERNATIVES]
    if fit is None:
        nothing = tuple(ColumnProposal(each.name, None, 0.0, Reason(NO_COLUMN)) for each in TABLES[table].c)
        return TableProposal(
            table, None, 0.0, Reason(NO_TABLE, {"columns": ", ".join(REQUIRED[table])}), nothing, others
        )
    what = OF_NAME if fit.named >= PLACED else OF_COLUMNS
    reason = Reason(what, {"name": fit.source, "placed": len(fit.placed)})
    return TableProposal(table, fit.source, fit.certainty, reason, fit.columns, others)


def _others(table: str, fit: _Fit | None, fits: Sequence[_Fit]) -> Iterator[Alternative]:
    own = [each for each in fits if each.table == table and each is not fit and (_is_usable(each) or each.named)]
    for each in sorted(own, key=lambda other: -other.weight):
        if each.certainty >= THOUGHT_OF or each.named >= PLACED:
            yield Alternative(each.source, each.certainty)

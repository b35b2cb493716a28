"""The connected database as somebody who manages data looks at it: its tables, their rows, and a proposal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl
from sqlalchemy import Engine

from data_access.connecting.drafting import drafted
from data_access.connecting.faults import FAILURES, told
from data_access.connecting.source_mapping import SourceMapping
from data_access.connecting.source_schema import SourceTable, distinct_words, first_rows, read_tables, sampled
from data_access.imports.code_words import known_codes
from data_access.proposing import Proposal, SourceColumn, propose
from data_access.resemblance import kind_of
from data_access.viewer import Right, Viewer, require

MOST_SAMPLED = 120  # tables whose values are looked at: beyond, names and types have to tell
ROWS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the columns of a database were taken for, and the mapping that this comes to; None: no table is usable."""

    columns: tuple[SourceColumn, ...]
    proposal: Proposal
    mapping: SourceMapping | None


def tables_of(engine: Engine, viewer: Viewer) -> list[SourceTable]:
    """The tables of a database that its user may see.

    Raises:
        NotAllowed: the viewer's role does not put data in use.
        SourceUnavailable: the database does not answer.
    """
    require(viewer, Right.DATA)
    try:
        return read_tables(engine)
    except FAILURES as failure:
        raise told(failure, _address(engine)) from failure


def rows_of(engine: Engine, viewer: Viewer, table: SourceTable) -> pl.DataFrame:
    """The first rows of one of them, every value as text; no row for who is not cleared.

    Raises:
        NotAllowed, SourceUnavailable: as `tables_of`.
    """
    require(viewer, Right.DATA)
    try:
        return first_rows(engine, table, ROWS_SHOWN if viewer.is_cleared else 0)
    except FAILURES as failure:
        raise told(failure, _address(engine)) from failure


def proposed(engine: Engine, viewer: Viewer, tables: Sequence[SourceTable], name: str) -> Proposed:
    """A proposal by the names, the types and some values of these tables; tables that cannot be read tell by names.

    Raises:
        NotAllowed: the viewer's role does not put data in use.
    """
    require(viewer, Right.DATA)
    columns = [column for at, table in enumerate(tables) for column in _columns(engine, table, at < MOST_SAMPLED)]
    proposal = propose(columns)
    known = _with_codes(engine, {each.full: each for each in tables}, columns, proposal)
    return Proposed(tuple(known), proposal, drafted(proposal, known, name))


def _with_codes(
    engine: Engine, tables: Mapping[str, SourceTable], columns: Sequence[SourceColumn], proposal: Proposal
) -> list[SourceColumn]:
    """The columns; those whose words may be codes with every word, and not only those of the first rows."""
    coded = {
        (table.source, each.source)
        for table in proposal.tables
        for each in table.columns
        if each.source and known_codes(table.table, each.column)
    }
    found = []
    for column in columns:
        words = column.samples
        if words and (column.table, column.name) in coded and kind_of(column.type, ()) in {"words", None}:
            words = distinct_words(engine, tables[column.table], column.name)
        found.append(replace(column, samples=words))
    return found


def _columns(engine: Engine, table: SourceTable, is_sampled: bool) -> list[SourceColumn]:
    try:
        return sampled(engine, table, is_sampled=is_sampled)
    except FAILURES:  # no right to read it: its names still tell
        return sampled(engine, table, is_sampled=False)


def _address(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)

"""The first draft of a file: which table it seems to fill, and what its columns seem to be."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Date, DateTime

from data_access.imports.code_words import KINDS, codes_of
from data_access.imports.convert import conversion
from data_access.imports.date_forms import date_forms
from data_access.imports.draft import (
    FEW,
    REPEATED,
    Draft,
    Proposed,
    Unlike,
    mapping_of,
    place,
    with_clocks,
    with_repeats,
)
from data_access.imports.missing import MISSING_WORDS
from data_access.imports.number_forms import without_signs
from data_access.imports.sampling import Sample
from data_access.imports.typed_rows import KEYS
from data_access.proposing import ColumnProposal, Reason, SourceColumn, propose, propose_table
from data_access.resemblance import OF_VALUES
from data_access.schema import KIND, TABLES
from data_access.zones import DEFAULT_ZONE

COMPLAINT_WORDS = ("投诉", "客诉", "complaint", "grievance")
BY_WORDS = 0.75  # how sure values make it
BY_NAME = 0.8  # from this on a name is a known word, and not only like one
EXAMPLES = 3
OF_KEY = "'{name}' has another value on every row."


def begin(sample: Sample) -> Draft:
    """The table that a file seems to fill, and what its columns seem to be."""
    told = _source_columns(sample)
    if sum(_kind(each) is not None for each in sample.columns) > 1:
        return for_table(sample, "volumes")
    found = next((each.table for each in propose(told).tables if each.source is not None), "contacts")
    if found == "complaints" and not _is_of_complaints(_names(sample)):
        found = "contacts"  # a ticket is a complaint only where it says so
    return for_table(sample, found)


def for_table(sample: Sample, table: str) -> Draft:
    """The same for a table that a person names."""
    draft, told, columns = Draft(sample, table), {}, _source_columns(sample)
    if table == "complaints":  # of several numbers that may be the complaint's, the one that says so is
        columns.sort(key=lambda each: not _is_of_complaints(each.name))
    proposals = propose_table(table, columns)
    given = frozenset(each.source for each in proposals if each.source)
    for each in proposals:
        column, certainty, reason = _likely(draft, each, given)
        if column is not None:
            draft = place(draft, column, each.column)
            told[column] = Proposed(each.column, certainty, reason)
    if table == "volumes":
        draft, told = _with_kinds(draft, told)
    draft = with_repeats(with_clocks(replace(draft, proposed=told)))
    return replace(draft, unlike=_unlike(draft, columns))


def _unlike(draft: Draft, columns: Sequence[SourceColumn]) -> dict[str, Unlike]:
    """Columns left out that their names alone would have placed."""
    left = [replace(each, samples=()) for each in columns if each.samples and draft.column_for(each.name) is None]
    named = [each for each in propose_table(draft.table, left) if each.certainty >= BY_NAME]
    return {
        each.source: Unlike(each.column, _unfit(draft, each.source, each.column))
        for each in named
        if each.source and each.column not in draft.sources
    }


def _unfit(draft: Draft, column: str, canonical: str) -> tuple[str, ...]:
    """Some values of a column that do not fit; of one that would be read all the same, the first."""
    tried, source = place(draft, column, canonical), draft.sample.source
    mapping = mapping_of(tried, column, DEFAULT_ZONE, MISSING_WORDS)
    kind = TABLES[draft.table].c[canonical].type
    turned = conversion(tried.sources[canonical], kind, mapping, column=canonical, is_workbook=source.is_workbook)
    bad = source.rows.select(turned.text.filter(turned.is_bad).unique(maintain_order=True)).to_series()
    values = bad.to_list() or draft.values(column)
    if isinstance(kind, Date | DateTime):  # too few are dates of any form for one to be chosen
        values = [each for each in values if date_forms([each]) is None] or values
    return tuple(values[:EXAMPLES])


def _likely(draft: Draft, proposal: ColumnProposal, given: frozenset[str]) -> tuple[str | None, float, Reason]:
    """The column proposed by its name, unless values speak for another that is thought of.

    Args:
        given: columns that are proposed for something.
    """
    column, others = proposal.source, [each.name for each in proposal.alternatives]
    if column is None:
        for each in others:
            words = codes_of(draft.table, proposal.column, draft.values(each))
            if words and draft.column_for(each) is None:
                examples = ", ".join(list(words)[:EXAMPLES])
                return each, BY_WORDS, Reason(OF_VALUES, {"name": each, "examples": examples})
    elif (proposal.column,) == KEYS[draft.table] and draft.table not in REPEATED and not _is_key(draft, column):
        key = next((each for each in others if each not in given and _is_key(draft, each)), None)
        if key is not None:
            return key, BY_WORDS, Reason(OF_KEY, {"name": key})
    return column, proposal.certainty, proposal.reason


def _is_key(draft: Draft, column: str) -> bool:
    return draft.sample.source.rows[column].is_unique().all()


def _source_columns(sample: Sample) -> list[SourceColumn]:
    rows, stem = sample.source.rows, sample.file.stem
    told = {name: rows[name].unique(maintain_order=True).head(FEW) for name in sample.columns}
    return [
        SourceColumn(stem, name, "", tuple(without_signs(each) for each in values if each))
        for name, values in told.items()
    ]


def _names(sample: Sample) -> str:
    return " ".join([sample.file.stem, sample.sheet or "", *sample.columns])


def _is_of_complaints(words: str) -> bool:
    return any(word in words.lower() for word in COMPLAINT_WORDS)


def _with_kinds(draft: Draft, told: dict[str, Proposed]) -> tuple[Draft, dict[str, Proposed]]:
    for column in draft.sample.columns:
        kind = _kind(column)
        if kind and "kind" not in draft.sources and KIND + kind not in draft.sources:
            draft = place(draft, column, KIND + kind)
            told[column] = Proposed(KIND + kind, 0.9, Reason("'{name}' is another word for it.", {"name": column}))
    if any(each.startswith(KIND) for each in draft.sources) and "value" in draft.sources:
        gone = draft.sources["value"].column[0]
        draft = place(draft, gone, None)
        told.pop(gone, None)
    return draft, told


def _kind(column: str) -> str | None:
    return next((kind for kind, words in KINDS.items() if column.strip().lower() in words), None)

"""The first draft of a file: which table it seems to fill, and what its columns seem to be."""

from dataclasses import replace

from data_access.imports.code_words import KINDS, codes_of
from data_access.imports.draft import FEW, REPEATED, Draft, Proposed, place, with_clocks, with_repeats
from data_access.imports.sampling import Sample
from data_access.imports.typed_rows import KEYS
from data_access.proposing import ColumnProposal, Reason, SourceColumn, propose, propose_table
from data_access.resemblance import OF_VALUES
from data_access.schema import KIND

COMPLAINT_WORDS = ("投诉", "客诉", "complaint", "grievance")
BY_WORDS = 0.75  # how sure values make it
OF_KEY = "'{name}' has another value on every row."


def begin(sample: Sample) -> Draft:
    """The table that a file seems to fill, and what its columns seem to be."""
    told = _source_columns(sample)
    if sum(_kind(each) is not None for each in sample.columns) > 1:
        return for_table(sample, "volumes")
    found = next((each.table for each in propose(told).tables if each.source is not None), "contacts")
    if found == "complaints" and not any(word in _names(sample) for word in COMPLAINT_WORDS):
        found = "contacts"  # a ticket is a complaint only where it says so
    return for_table(sample, found)


def for_table(sample: Sample, table: str) -> Draft:
    """The same for a table that a person names."""
    draft, told = Draft(sample, table), {}
    for each in propose_table(table, _source_columns(sample)):
        column, certainty, reason = _likely(draft, each)
        if column is not None:
            draft = place(draft, column, each.column)
            told[column] = Proposed(each.column, certainty, reason)
    if table == "volumes":
        draft, told = _with_kinds(draft, told)
    return with_repeats(with_clocks(replace(draft, proposed=told)))


def _likely(draft: Draft, proposal: ColumnProposal) -> tuple[str | None, float, Reason]:
    """The column proposed by its name, unless values speak for another that is thought of."""
    column, others = proposal.source, [each.name for each in proposal.alternatives]
    if column is None:
        for each in others:
            words = codes_of(draft.table, proposal.column, draft.values(each))
            if words and draft.column_for(each) is None:
                examples = ", ".join(list(words)[:3])
                return each, BY_WORDS, Reason(OF_VALUES, {"name": each, "examples": examples})
    elif (proposal.column,) == KEYS[draft.table] and draft.table not in REPEATED and not _is_key(draft, column):
        key = next((each for each in others if _is_key(draft, each)), None)
        if key is not None:
            return key, BY_WORDS, Reason(OF_KEY, {"name": key})
    return column, proposal.certainty, proposal.reason


def _is_key(draft: Draft, column: str) -> bool:
    return draft.sample.source.rows[column].is_unique().all()


def _source_columns(sample: Sample) -> list[SourceColumn]:
    rows, stem = sample.source.rows, sample.file.stem
    return [
        SourceColumn(stem, name, "", tuple(each for each in rows[name].unique(maintain_order=True).head(FEW) if each))
        for name in sample.columns
    ]


def _names(sample: Sample) -> str:
    return " ".join([sample.file.stem, sample.sheet or "", *sample.columns]).lower()


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

"""What a check of a connection found, in the reader's words."""

from collections.abc import Iterator, Mapping

from data_access.connecting.checking import MOST_COUNTED, Check, CheckedColumn, CheckedTable, Step
from data_access.connecting.source_mapping import SourceMapping
from data_access.proposing import Proposal, Reason
from metrics.catalogue import CATALOGUE
from reports import column_words
from reports.text import N_, _, explained, listed, number, paragraph

STEPS = {
    "driver": N_("Driver"),
    "connection": N_("Connection"),
    "schema": N_("Schema read"),
    "mapping": N_("Mapping held against it"),
    "rows": N_("Rows counted"),
}
FEW = 5  # codes named in a sentence


def checked(check: Check) -> Iterator[str]:
    """A whole check, line by line."""
    for step in check.steps:
        yield ("✓ " if step.failure is None else "✗ ") + step_line(step)
    for fault in check.faults:
        yield "✗ " + paragraph(explained(fault))
    for table in check.tables:
        yield ""
        yield found(table)
        yield from ("  " + column_line(each) for each in table.columns)
        yield from ("  ! " + each for each in remarks(table))
    if check.metrics:
        yield ""
        yield from metric_lines(check)


def step_line(step: Step) -> str:
    """A step of a check, how long it took, and what went wrong."""
    name, spent = _(STEPS[step.name]), number(step.seconds, 2)
    if step.failure is None:
        return _("{step}, {seconds} s").format(step=name, seconds=spent)
    what, fix = explained(step.failure)
    return _("{step}, {seconds} s: {what} {fix}").format(step=name, seconds=spent, what=what, fix=fix)


def found(table: CheckedTable) -> str:
    """What was found of a table, in one sentence."""
    rows = number(table.rows) if table.rows is None or table.rows <= MOST_COUNTED else f"> {number(MOST_COUNTED)}"
    if table.first is None:
        return _("{table} from {source}: {rows} rows.").format(table=table.table, source=table.source, rows=rows)
    return _("{table} from {source}: {rows} rows, {first} to {last}.").format(
        table=table.table, source=table.source, rows=rows, first=table.first, last=table.last
    )


def column_line(column: CheckedColumn) -> str:
    """A column, its source, its type and a few values."""
    kind = f" ({column.type})" if column.type else ""
    values = f": {', '.join(column.samples)}" if column.samples else ""
    return f"{column.column} ← {column.source}{kind}{values}"


def remarks(table: CheckedTable) -> Iterator[str]:
    """What is not wrong and yet should be looked at."""
    if table.rows == 0:
        yield _("It has no row.")
    if not table.is_pruned and table.first is not None:
        yield _("Its time is computed or has a zone: the engine may have to read every row to find those of a day.")
    for column in table.columns:
        if column.untranslated:
            sentence = _("{column} has words that the mapping gives no meaning: {codes}.")
            yield sentence.format(column=column.column, codes=few(column.untranslated))


def few(names: tuple[str, ...]) -> str:
    more = f" … (+{len(names) - FEW})" if len(names) > FEW else ""
    return listed(names[:FEW]) + more


def metric_lines(check: Check) -> Iterator[str]:
    """How many metrics are available, and what each of the others needs."""
    yield available(check)
    for each in (each for each in check.metrics if each.needs):
        name = _(CATALOGUE[each.metric].name)
        yield "  " + _("{metric} needs {columns}.").format(metric=name, columns=column_words.lacking(each.needs))


def available(check: Check) -> str:
    there = sum(not each.needs for each in check.metrics)
    sentence = _("{available} of {all} metrics are available.")
    return sentence.format(available=number(there), all=number(len(check.metrics)))


def proposal_lines(proposal: Proposal) -> Iterator[str]:
    """What each column was taken for, how surely and why, and what could not be placed."""
    for table in proposal.tables:
        yield f"{table.table} ← {table.source or '–'} ({certain(table.certainty)}): {reason(table.reason)}"
        for column in table.columns:
            if column.source:
                yield f"  {column.column} ← {column.source} ({certain(column.certainty)}): {reason(column.reason)}"
    if proposal.unplaced:
        names = listed(f"{each.table}.{each.name}" for each in proposal.unplaced)
        yield _("Not placed: {columns}.").format(columns=names)


def reason(told: Reason) -> str:
    return _(told.what).format_map(told.values)


def certain(share: float) -> str:
    return f"{number(100 * share)} %"


def notes(proposal: Proposal) -> Mapping[tuple[str, str], str]:
    """How sure a proposal is of each column, as a remark in the file."""
    return {
        (each.table, column.column): certain(column.certainty) for each in proposal.tables for column in each.columns
    }


def here() -> str:
    """What a mapping that is not yet a file is called."""
    return _("on this page")


def as_json(check: Check, mapping: SourceMapping | None) -> dict[str, object]:
    """A check for scripts. Sentences are in the reader's language, names are not."""
    return {
        "sound": check.is_sound,
        "steps": [
            {"step": each.name, "seconds": round(each.seconds, 3), "error": _sentence(each.failure)}
            for each in check.steps
        ],
        "errors": [_sentence(each) for each in check.faults],
        "tables": [
            {
                "table": table.table, "source": table.source, "rows": table.rows, "first": table.first,
                "last": table.last, "days_can_be_skipped": table.is_pruned,
                "columns": [
                    {
                        "column": each.column, "source": each.source, "type": each.type,
                        "samples": list(each.samples), "untranslated": list(each.untranslated),
                    }
                    for each in table.columns
                ],
            }
            for table in check.tables
        ],
        "metrics": {each.metric: list(each.needs) for each in check.metrics},
        "mapping": None if mapping is None else mapping.name,
    }  # fmt: skip


def _sentence(failure: object) -> str | None:
    return None if failure is None else paragraph(explained(failure))  # ty: ignore[invalid-argument-type]

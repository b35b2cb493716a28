"""What the upload wizard says of files, columns, counts and rejects."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from data_access.imports.adding import Added
from data_access.imports.before import Before
from data_access.imports.draft import Proposed
from data_access.imports.sampling import Sample
from data_access.imports.table_rows import TableCount
from data_access.proposing import Reason
from metrics.catalogue import CATALOGUE
from reports import text
from reports.own_data import column_names, reject_words
from reports.text import N_, _

AN_INSTANT = datetime(2026, 11, 30, 14, 5, 9)  # a day that cannot be a month
SURE, LIKELY = 0.9, 0.7
UNITS = {
    "seconds": N_("seconds"),
    "milliseconds": N_("milliseconds"),
    "minutes": N_("minutes"),
    "hours": N_("hours"),
    "h:mm:ss": N_("1:02:03 (hours, minutes, seconds)"),
    "h:mm": N_("1:02 (hours, minutes)"),
    "m:ss": N_("62:03 (minutes, seconds)"),
}
ROWS = {
    "records": N_("Each row is one record"),
    "events": N_("Several rows tell of one record: the last one counts"),
    "repeated": N_("The record is repeated on many rows: it counts once"),
}
SHOWN = 1_000  # rejects on the screen; the file has all


def read(sample: Sample) -> str:
    """What was recognised of a file."""
    sentence = _("{rows} rows, {columns} columns, header in line {line}, {encoding}")
    return sentence.format(
        rows=text.number(sample.rows),
        columns=text.number(len(sample.columns)),
        line=sample.header_line,
        encoding=sample.encoding.upper(),
    )


def certainty(amount: float) -> str:
    if amount >= SURE:
        return _("sure")
    return _("likely") if amount >= LIKELY else _("perhaps")


def proposed(told: Proposed) -> str:
    """Why a column of the file was taken for something, and how surely."""
    return f"{certainty(told.certainty)} ({text.number(100 * told.certainty)} %): {reason(told.reason)}"


def reason(told: Reason) -> str:
    return _(told.what).format_map(told.values)


def form(code: str) -> str:
    """A date format as a person reads it: by an example."""
    written = code.replace("%.f", ".5").replace("%z", "+08:00").replace("%e", "%d")
    noon = "下午" if text.language.get() == "zh" else "PM"
    return AN_INSTANT.strftime(written.replace("%p", noon))


def unit(code: str) -> str:
    return _(UNITS[code])


def rows(code: str) -> str:
    return _(ROWS[code])


def meaning(code: object) -> str:
    """What a word is said to mean."""
    if isinstance(code, bool):
        return _("Yes") if code else _("No")
    return text.code(code) if isinstance(code, str) else str(code)


def in_use(before: Before, zone: str) -> str:
    """A warehouse file of the product's own: its name, its rows, when it was made."""
    name = _("Demo: an invented contact centre") if before.source == "demo" else before.name
    parts = [name]
    if before.rows is not None:
        parts.append(_("{rows} rows").format(rows=text.number(before.rows)))
    if before.made_at is not None:
        parts.append(text.moment(text.at_site(before.made_at, zone)))
    return " · ".join(parts)


def counted(counts: Sequence[TableCount], added: Sequence[Added]) -> pl.DataFrame:
    """What became of the rows, for each file and table; `added` has what the rows of each did, in the same order."""
    return pl.DataFrame(
        [
            {
                _("File"): text.listed(count.files),
                _("Table"): column_names.table(count.table),
                _("Rows read"): count.read,
                _("Loaded"): count.loaded,
                _("Rows rejected"): count.rejected,
                _("Left out as repeated"): count.superseded + count.repeated + count.without_key,
                _("New"): each.new,
                _("Changed"): each.changed,
                _("As they were"): each.same + each.older,
                _("In the table now"): each.rows,
                _("From"): _day(count.first),
                _("To"): _day(count.last),
            }
            for count, each in zip(counts, added, strict=True)
        ]
    )


def _day(moment: object) -> str:
    return str(moment)[:10] if moment else "–"


def rejects(listed: pl.DataFrame) -> pl.DataFrame:
    """The first rejects, in the reader's words."""
    told = listed.head(SHOWN)
    kinds = {"rejected": _("row rejected"), "kept": _("value left out")}
    return pl.DataFrame(
        {
            _("File"): [each.rpartition("/")[2] for each in told["file"]],
            _("Line"): told["line"],
            _("Column"): told["column"],
            _("Value"): told["value"],
            _("Reason"): [reject_words.reason(each) for each in told["reason"]],
            _("What was done"): [kinds[each] for each in told["row"]],
        }
    )


def lacking(found: Sequence[tuple[str, tuple[str, ...]]]) -> pl.DataFrame:
    """Metrics that cannot be computed yet, and what they still need."""
    return pl.DataFrame(
        [
            {_("Metric"): _(CATALOGUE[name].name), _("Needs"): text.listed(map(column_names.needed, needs))}
            for name, needs in found
        ],
        schema={_("Metric"): pl.String, _("Needs"): pl.String},
    )


def metrics(names: Sequence[str]) -> str:
    """Metrics by what they are called."""
    return text.listed(_(CATALOGUE[name].name) for name in names)

"""What a person takes along as CSV: tables and charts with the definitions, scope and data time they stand on."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl
import polars.selectors as cs
from sqlalchemy import Engine

from data_access.audit import in_words, record
from data_access.audit_rows import Act
from data_access.store import Store
from data_access.viewer import Viewer
from metrics.catalogue import CATALOGUE
from metrics.metric import AnyMetric, Status, Unit
from metrics.scope import Filters, Period, Scope
from reports.codes import CODED, CODES
from reports.sentences import COVERAGES
from reports.text import N_, _, code, column, definition, dimension, labelled, language, listed, period
from reports.version import PRODUCT, VERSION
from reports.visible import in_file

BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # without it spreadsheet programs take UTF-8 for the system's old encoding
INSTANT = "%Y-%m-%d %H:%M:%S"  # as spreadsheets read it
LINE_END = "\r\n"  # RFC 4180
#: Text that a spreadsheet would run as a formula, full-width signs included; a plain negative number is none.
FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
PLAIN_NUMBER = r"^-\d+(\.\d+)?$"
LONGEST_NAME = 200  # bytes, below the 255 of every file system, with room for a copy's "(1)"
RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")  # names that Windows keeps for devices

UNITS = {
    Unit.PERCENT: N_("%"),
    Unit.PER_THOUSAND: N_("per 1,000"),
    Unit.PER_MILLION: N_("per million"),
    Unit.SCORE: N_("points"),
    Unit.COEFFICIENT: N_("coefficient, −1 to 1"),
    Unit.SECONDS: N_("seconds"),
}
STATUSES = {
    Status.OK: N_("usable"),
    Status.TOO_FEW: N_("too few"),
    Status.NO_DATA: N_("no data"),
    Status.NO_VARIATION: N_("nothing to compare"),
    Status.NOT_AVAILABLE: N_("not available"),
    Status.NOT_SPLIT: N_("cannot be split like this"),
}
#: Columns that say whether a value may be judged, and their codes in words.
SAID_OF_VALUES: Mapping[str, Mapping[str, str]] = {
    "status": dict(STATUSES),
    "old_status": dict(STATUSES),
    "covers": dict(COVERAGES),
}


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """One table, or the numbers behind one chart, in the order in which they are shown.

    `names` gives headers, in the reader's language, to columns that have none of their own. `period` and `filters` are
    those of its numbers, where they are not the file's.
    """

    title: str
    frame: pl.DataFrame
    names: Mapping[str, str] = field(default_factory=dict)
    period: Period | None = None
    filters: Filters | None = None


def take_along(
    state: Engine,
    viewer: Viewer,
    title: str,
    sections: Sequence[Section],
    store: Store,
    scope: Scope,
    metrics: Sequence[AnyMetric],
    now: datetime,
) -> bytes:
    """A snapshot for a person to keep; that it was taken stands in the audit log.

    Raises:
        SourceUnavailable: that could not be written down, so there is no file.
    """
    content = csv_snapshot(title, sections, store, scope, metrics)
    return written_down(state, viewer, title, content, scope, now)


def written_down(state: Engine, viewer: Viewer, title: str, content: bytes, scope: Scope, now: datetime) -> bytes:
    """The content of a file, once it stands in the audit log that it was taken.

    Raises:
        SourceUnavailable: that could not be written down, so there is no file.
    """
    told = {"title": title, "bytes": len(content), **in_words(scope.period, scope.filters)}
    record(state, viewer, Act.FILE_TAKEN, told, now)
    return content


def csv_snapshot(
    title: str, sections: Sequence[Section], store: Store, scope: Scope, metrics: Sequence[AnyMetric] = ()
) -> bytes:
    """Sections below each other in one CSV file, under lines that say what they are; equal input, equal bytes.

    UTF-8 with byte order mark, lines end as RFC 4180 says. Lines that begin with # are no data. Values are unformatted,
    with a dot; text that a spreadsheet would run is put out of action by a leading apostrophe.

    Args:
        metrics: those whose definitions head the file, besides the ones named in a section's `metric` column.
    """
    told = [*facts(title, store, scope), *definitions(store, sections, metrics)]
    return flat([labelled(*each) for each in told], sections)


def flat(told: Sequence[str], sections: Sequence[Section]) -> bytes:
    """Lines of words, then sections below each other, in the form that `csv_snapshot` describes."""
    head = "".join(_noted(each) for each in told)
    tables = [_noted(each.title) + _own_scope(each) + _table(each) for each in sections]
    return BYTE_ORDER_MARK + LINE_END.join([head, *tables]).encode()


def copied(
    state: Engine, viewer: Viewer, title: str, section: Section, store: Store, scope: Scope, now: datetime
) -> str:
    """A table as spreadsheets paste it, under a line of what it is; that it was taken stands in the audit log.

    Raises:
        SourceUnavailable: that could not be written down, so there is nothing.
    """
    filters = scope.filters if section.filters is None else section.filters
    narrowed = [labelled(_("Filters"), filters_in_words(filters))] if filters else []
    days, end = _period(section.period or scope.period), labelled(_("Data up to"), data_up_to(store))
    about = " · ".join([title, days, *narrowed, end])
    table = defused(spoken(section)).write_csv(separator="\t", quote_style="necessary", datetime_format=INSTANT)
    content = f"{about}\n{table}"
    written_down(state, viewer, title, content.encode(), scope, now)
    return content


def file_name(title: str, shown: Period, language: str, ending: str = "csv") -> str:
    """A name that every system accepts, with title, first and last day, and language."""
    spoken = unicodedata.normalize("NFC", title)
    kept = "".join(each if each.isalnum() or each in "-_" else " " for each in spoken)
    words = "_".join(kept.split()) or PRODUCT
    if RESERVED.match(words):
        words = f"{PRODUCT}_{words}"
    tail = f"_{shown.start.isoformat()}_{shown.last.isoformat()}_{language}.{ending}"
    return words.encode()[: LONGEST_NAME - len(tail)].decode(errors="ignore") + tail


def defused(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with text cells and headers that a spreadsheet would run made plain text by an apostrophe.

    Control characters go: they end a cell for some readers, and colour or move what a terminal shows.
    """
    safe = frame.with_columns(_made_safe(pl.col(name)).alias(name) for name in cs.expand_selector(frame, cs.string()))
    return safe.rename({name: "'" + name for name in frame.columns if re.match(FORMULA, re.sub(CONTROL, "", name))})


def _made_safe(words: pl.Expr) -> pl.Expr:
    text = words.str.replace_all(CONTROL, "")
    runs = text.str.contains(FORMULA) & ~text.str.contains(PLAIN_NUMBER)
    return pl.when(runs).then(pl.lit("'") + text).otherwise(text)


def _named_in(frame: pl.DataFrame) -> list[AnyMetric]:
    if "metric" not in frame.columns:
        return []
    return [CATALOGUE[each] for each in frame["metric"].unique(maintain_order=True) if each in CATALOGUE]


def facts(title: str, store: Store, scope: Scope) -> list[tuple[str, str]]:
    """What a file is about: names and what belongs to each."""
    return [
        (_("Title"), title),
        (_("Period"), _period(scope.period)),
        (_("Compared with"), _period(scope.comparison) if scope.comparison else _("nothing")),
        (_("Filters"), filters_in_words(scope.filters)),
        (_("Data up to"), data_up_to(store)),
        (_("Warehouse"), store.warehouse.name),
        (_("Product"), f"{PRODUCT} {VERSION}"),
    ]


def definitions(store: Store, sections: Sequence[Section], metrics: Sequence[AnyMetric] = ()) -> list[tuple[str, str]]:
    """The definitions in force of these metrics and of those named in a section's `metric` column."""
    used = dict.fromkeys([*metrics, *(metric for each in sections for metric in _named_in(each.frame))])
    return [
        (f"{_('Metric')} {each.id}", f"{_(each.name)} ({_(UNITS[each.unit])}). {definition(each, store.rules)}")
        for each in used
    ]


def _period(shown: Period) -> str:
    return f"{period(shown)} ({shown.start.isoformat()}/{shown.last.isoformat()})"


def data_up_to(store: Store) -> str:
    """The moment of the newest data, to the second."""
    return store.as_of.isoformat(sep=" ", timespec="seconds")


def filters_in_words(filters: Filters) -> str:
    """Channel: Phone, Online chat; Team: T01."""
    said = [
        labelled(dimension(name), listed([code(each) if name in CODED else each for each in values]))
        for name, values in filters
    ]
    return ("；" if language.get() == "zh" else "; ").join(said) or _("none")


def _noted(line: str) -> str:
    """A line that is no data, as one cell."""
    cell = f"# {' '.join(in_file(line).split())}"
    if "," in cell or '"' in cell:
        cell = '"' + cell.replace('"', '""') + '"'
    return cell + LINE_END


def _own_scope(section: Section) -> str:
    lines = [] if section.period is None else [labelled(_("Period"), _period(section.period))]
    lines += [] if section.filters is None else [labelled(_("Filters"), filters_in_words(section.filters))]
    return "".join(_noted(line) for line in lines)


def _table(section: Section) -> str:
    return defused(spoken(section)).write_csv(line_terminator=LINE_END, datetime_format=INSTANT)


def spoken(section: Section) -> pl.DataFrame:
    """A section's frame with codes and headers in the reader's language, and each metric's name beside its id."""
    frame = section.frame
    shown = judged(frame).with_columns(
        *(_spoken(name) for name in frame.select(~cs.numeric()).columns if name in CODED),  # counts are no codes
        *(_spoken(name) for name in frame.columns if name == "verdict"),
        *(pl.col(name).round(6) for name in frame.select(cs.float()).columns),
    )
    if "metric" in frame.columns:
        after = frame.columns.index("metric") + 1
        for place, column in enumerate(_metric_columns(frame["metric"])):
            shown = shown.insert_column(after + place, column)
    return shown.rename({name: header for name in frame.columns if (header := _header(name, section)) != name})


def _header(name: str, section: Section) -> str:
    if name in section.names:
        return section.names[name]
    return column(name)


def _spoken(name: str) -> pl.Expr:
    known = {each: _(said) for each, said in CODES.items()}
    return pl.col(name).replace(known).fill_null(_("Not recorded"))


def judged(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with whether its values may be judged in the reader's language."""
    known = {name: {code: _(said) for code, said in codes.items()} for name, codes in SAID_OF_VALUES.items()}
    return frame.with_columns(pl.col(name).replace(said) for name, said in known.items() if name in frame.columns)


def _metric_columns(ids: pl.Series) -> list[pl.Series]:
    """Name and unit beside the id."""
    metrics = [CATALOGUE.get(each) for each in ids]
    names = [_(metric.name) if metric else None for metric in metrics]
    units = [_(UNITS[metric.unit]) if metric else None for metric in metrics]
    return [pl.Series(_("Metric"), names, pl.String), pl.Series(_("Unit"), units, pl.String)]

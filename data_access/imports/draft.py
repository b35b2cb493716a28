"""A mapping in the making: what each column of a file may mean, proposed, and corrected by a person step by step."""

import re
from collections.abc import Mapping as Named
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from sqlalchemy import BigInteger, Date, DateTime, String

from data_access.imports.code_words import codes_of
from data_access.imports.convert import CLOCKS
from data_access.imports.date_forms import DateForms, clock_form, date_forms
from data_access.imports.mapping import ColumnSource, Mapping, TableMapping, Unit
from data_access.imports.missing import MISSING_WORDS
from data_access.imports.sampling import Sample
from data_access.imports.typed_rows import KEYS
from data_access.proposing import Reason
from data_access.schema import KIND, REQUIRED, TABLES

FEW = 200  # values by which a column is proposed
REPEATED = ("agents", "teams", "customers")  # what stands on many rows of other records
UNITS: dict[Unit, tuple[str, ...]] = {
    "milliseconds": ("毫秒", "ms", "milli"),
    "minutes": ("分", "minute", "min"),
    "hours": ("小时", "hour", "hrs"),
}
LAST_BY = (
    "sys_mod_count", "sys_updated_at", "updated_at", "last_updated_at", "update_time", "modified_at", "version",
    "更新时间", "最后更新时间", "修改时间", "最后修改时间", "操作时间", "更新次数",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a column of the file was taken for, how surely (0 to 1), and why."""

    column: str
    certainty: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Unlike:
    """What a column of the file is named like, and some of its values, which are something else."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """One file on its way into one table. `sources` says where each canonical column is filled from."""

    sample: Sample
    table: str
    proposed: Named[str, Proposed] = field(default_factory=dict)  # by column of the file
    sources: Named[str, ColumnSource] = field(default_factory=dict)
    dates: Named[str, DateForms] = field(default_factory=dict)  # by canonical column
    rows: str = "records"
    last_by: ColumnSource | None = None
    known_as: str = ""  # the saved mapping that was recognised by the header
    unlike: Named[str, Unlike] = field(default_factory=dict)  # by column of the file

    def values(self, column: str) -> list[str]:
        """The different values of a column of the file, as far as the sample goes."""
        return [each for each in self.sample.source.rows[column].unique(maintain_order=True) if each.strip()]

    def column_for(self, column: str) -> str | None:
        """What a column of the file fills."""
        return next((each for each, source in self.sources.items() if source.column[:1] == (column,)), None)

    @property
    def lacking(self) -> tuple[str, ...]:
        """Required columns that nothing fills yet."""
        kinds = {"kind", "value"} if any(each.startswith(KIND) for each in self.sources) else set()
        return tuple(each for each in REQUIRED[self.table] if each not in {*self.sources, *kinds})

    @property
    def misnamed(self) -> dict[str, Unlike]:
        """Columns of the file that are left out although they are named like one that nothing fills."""
        return {
            column: told
            for column, told in self.unlike.items()
            if self.column_for(column) is None and told.column not in self.sources
        }

    @property
    def canonical(self) -> frozenset[str]:
        """The columns of the table that are filled."""
        own = frozenset(each for each in self.sources if not each.startswith(KIND))
        return own if own == frozenset(self.sources) else own | {"kind", "value"}


def place(draft: Draft, column: str, canonical: str | None) -> Draft:
    """Say what a column of the file fills; another one that filled it gives way. None: nothing."""
    before = draft.column_for(column)
    kept = {each: source for each, source in draft.sources.items() if each not in {before, canonical}}
    dates = {each: forms for each, forms in draft.dates.items() if each not in {before, canonical}}
    if canonical is not None:
        kept[canonical], forms = _source(draft, column, canonical)
        dates |= {canonical: forms} if forms else {}
    return replace(draft, sources=kept, dates=dates)


def choose(draft: Draft, column: str, canonical: str | None) -> Draft:
    """As `place`, by a person: what follows from it is proposed anew."""
    chosen = place(draft, column, canonical)
    if canonical in KEYS[draft.table]:
        chosen = with_repeats(replace(chosen, rows="records", last_by=None))
    return with_clocks(chosen) if canonical in REQUIRED[draft.table] else chosen


def correct(draft: Draft, canonical: str, **changed: object) -> Draft:
    """Change how a canonical column is read: format, unit, codes, the column of its clock time."""
    source = draft.sources[canonical].model_copy(update=changed)
    return replace(draft, sources={**draft.sources, canonical: source})


def is_duration(table: str, column: str) -> bool:
    return isinstance(TABLES[table].c[column].type, BigInteger)


def is_instant(table: str, column: str) -> bool:
    return isinstance(TABLES[table].c[column].type, DateTime)


def is_of_words(table: str, column: str) -> bool:
    return isinstance(TABLES[table].c[column].type, String)


def missing_words(draft: Draft) -> list[str]:
    """Words in the sample that often stand for nothing."""
    rows = draft.sample.source.rows
    told = {each.strip() for name in draft.sample.columns for each in rows[name].unique().head(FEW)}
    return [each for each in MISSING_WORDS if each in told]


def mapping_of(draft: Draft, name: str, time_zone: str, missing: Sequence[str] = ()) -> Mapping:
    """The draft as a mapping of one table, which `python -m jobs import` takes as well."""
    kinds = {each.removeprefix(KIND): source for each, source in draft.sources.items() if each.startswith(KIND)}
    columns = {each: source for each, source in draft.sources.items() if not each.startswith(KIND)}
    key = next((draft.sources[each].column[0] for each in KEYS[draft.table] if each in draft.sources), None)
    table = TableMapping.model_validate(
        {
            "columns": {each: columns[each] for each in map(str, TABLES[draft.table].c.keys()) if each in columns},
            "kinds": kinds,
            "rows": draft.rows,
            "key": key if draft.rows == "events" else None,
            "last_by": draft.last_by if draft.rows == "events" else None,
        }
    )
    return Mapping(
        name=name,
        time_zone=time_zone,
        tables={draft.table: table},
        missing=tuple(missing),
        header_line=draft.sample.header_line,
        sheet=draft.sample.sheet if len(draft.sample.sheets) > 1 else None,
        on_bad="null_and_list",
    )


def drafted(sample: Sample, mapping: Mapping) -> Draft:
    """A saved mapping of one table as a draft of a file with the same header."""
    table, told = next(iter(mapping.tables.items()))
    kinds = {KIND + kind: source for kind, source in told.kinds.items()}
    return Draft(
        sample,
        table,
        sources={**told.columns, **kinds},
        rows=told.rows,
        last_by=told.last_by,
        known_as=mapping.name,
    )


def _source(draft: Draft, column: str, canonical: str) -> tuple[ColumnSource, DateForms | None]:
    """How a column of the file is read for a canonical one."""
    if canonical.startswith(KIND):
        return ColumnSource(column=(column,)), None
    values, kind = draft.values(column), TABLES[draft.table].c[canonical].type
    if isinstance(kind, DateTime | Date):
        forms = date_forms(values) or DateForms(("%Y-%m-%d %H:%M:%S",), share=0.0)
        return ColumnSource(column=(column,), format=forms.forms), forms
    if isinstance(kind, BigInteger):
        return ColumnSource(column=(column,), unit=_unit(column, values)), None
    codes = codes_of(draft.table, canonical, values)
    return ColumnSource(column=(column,), codes=codes, other=_other(draft.table, canonical, codes)), None


def _other(table: str, canonical: str, codes: Named[str, object]) -> Literal["keep", "reject"]:
    return "keep" if codes and is_of_words(table, canonical) else "reject"


def _unit(column: str, values: Sequence[str]) -> Unit:
    """Of a duration: by how most of its values are written, else by what its column is called."""
    told = [each.strip() for each in values if each.strip() not in MISSING_WORDS][:FEW]
    for unit in ("h:mm:ss", "m:ss", "h:mm"):  # 4:05 is more often a call of minutes than one of hours
        pattern = CLOCKS[unit].replace("?<", "?P<")
        if sum(re.match(pattern, each) is not None for each in told) > len(told) / 2:
            return unit
    return next((unit for unit, words in UNITS.items() if any(word in column.lower() for word in words)), "seconds")


def with_clocks(draft: Draft) -> Draft:
    """Where the table's own time is a day only and another column has clock times, both together are the time."""
    for canonical in REQUIRED[draft.table]:
        forms = draft.dates.get(canonical)
        if forms is None or forms.has_clock or not isinstance(TABLES[draft.table].c[canonical].type, DateTime):
            continue
        free = [each for each in draft.sample.columns if draft.column_for(each) is None]
        clocks = {each: form for each in free if (form := clock_form(draft.values(each)))}
        if clocks:
            draft = with_clock(draft, canonical, next(iter(clocks)))
    return draft


def with_clock(draft: Draft, canonical: str, clock: str | None) -> Draft:
    """Take the clock time of a date from another column; None: from none."""
    source, forms = draft.sources[canonical], draft.dates[canonical]
    form = clock_form(draft.values(clock)) if clock else None
    days = forms.forms
    if clock is None or form is None:
        return correct(draft, canonical, column=source.column[:1], format=days)
    return correct(draft, canonical, column=(source.column[0], clock), format=tuple(f"{day} {form}" for day in days))


def with_repeats(draft: Draft) -> Draft:
    """Whether a record stands in several rows of the file: told by its key."""
    keys = [draft.sources[each].column[0] for each in KEYS[draft.table] if each in draft.sources]
    rows = draft.sample.source.rows
    if len(keys) != len(KEYS[draft.table]) and draft.table not in REPEATED:
        return draft
    if not keys or rows.select(keys).n_unique() > 0.98 * rows.height:
        return draft
    if draft.table in REPEATED:
        return replace(draft, rows="repeated")
    return replace(draft, rows="events", last_by=_last_by(draft)) if len(keys) == 1 else draft


def _last_by(draft: Draft) -> ColumnSource | None:
    """What may tell which of several rows of a record is the last: a count of updates, or the time of the last."""
    for column in draft.sample.columns:
        if column.strip().lower() in LAST_BY:
            forms = date_forms(draft.values(column))
            return ColumnSource(column=(column,), format=forms.forms if forms else ())
    return None

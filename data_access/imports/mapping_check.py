"""Does a mapping fit the logical tables: their columns, their types, what they need?"""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Double, Integer, String

from data_access.imports.mapping import ColumnSource, Fixed, Mapping, Scalar, TableMapping, parse_mapping, parse_text
from data_access.schema import REQUIRED, TABLES
from data_access.zones import is_zone, near_zones
from metrics.errors import MappingError, near

#: Parts of a date format, each with one meaning in Python and in Polars; fractions of a second are `%.f`.
DIRECTIVES = frozenset(re.findall(r"%\.f|%.", "%Y %y %m %d %e %b %B %a %A %H %I %M %S %p %.f %z %%"))
YEAR, MONTH, DAY_OF_MONTH = {"%Y", "%y"}, {"%m", "%b", "%B"}, {"%d", "%e"}
SEE_DOCS = "docs/connecting.md shows the forms."

KINDS: dict[type, tuple[type, ...]] = {
    String: (str,),
    Boolean: (bool,),
    BigInteger: (int,),
    Integer: (int,),
    Double: (int, float),
    DateTime: (),
    Date: (),
}


def read_mapping(path: Path) -> Mapping:
    """A mapping file that can be used.

    Raises:
        MappingError: it cannot be read, or a key or value in it is wrong; the sentence names the key.
    """
    return _sound(parse_mapping(path), path)


def checked(text: str, named: str) -> Mapping:
    """The same for the text of such a file.

    Raises:
        MappingError: as there.
    """
    return _sound(parse_text(text.encode(), named), named)


def _sound(mapping: Mapping, named: Path | str) -> Mapping:
    for what, fix, values in _faults(mapping):
        raise MappingError(what, fix, mapping=named, **values)
    return mapping


Fault = tuple[str, str, dict[str, object]]


def _faults(mapping: Mapping) -> Iterator[Fault]:
    for key, zone in (("time_zone", mapping.time_zone), ("site_zone", mapping.site_zone or mapping.time_zone)):
        if not is_zone(zone):
            values: dict[str, object] = {"key": key, "zone": zone, "near": near_zones(zone)}
            yield "Mapping {mapping}: {key} '{zone}' is not a time zone.", "Write a name such as {near}.", values
    if mapping.encoding and not _is_encoding(mapping.encoding):
        fix = "Use utf-8, gb18030, utf-16 or another name that Python knows, or leave it out."
        yield "Mapping {mapping}: the encoding '{encoding}' is unknown.", fix, {"encoding": mapping.encoding}
    for name, table in mapping.tables.items():
        yield from _table_faults(name, table)


def _table_faults(name: str, table: TableMapping) -> Iterator[Fault]:
    known = TABLES[name].c.keys()
    for column in table.columns:
        if column not in known:
            values: dict[str, object] = {"table": name, "column": column, "near": near(column, known)}
            what = "Mapping {mapping}: the table {table} has no column '{column}'."
            yield what, "Did you mean one of: {near}? docs/connecting.md explains [{table}.columns].", values
            return
    if table.kinds and name != "volumes":
        what = "Mapping {mapping}: {table} has kinds, which only volumes have."
        yield what, "Remove them.", {"table": name}
    of_kinds = {"kind", "value"} if table.kinds else set()
    for column in of_kinds & {*table.columns}:
        what = "Mapping {mapping}: {table} has kinds and also fills {column}."
        yield what, "Remove one of them.", {"table": name, "column": column}
    for kind, source in table.kinds.items():
        yield from _source_faults(f"{name}.kinds.{kind}", Double, source)
    for column in REQUIRED[name]:
        if column not in {*table.columns, *of_kinds}:
            fix = "Add it to [{table}.columns]: without it the table does not count as present."
            yield "Mapping {mapping}: {table}.columns does not fill {column}.", fix, {"table": name, "column": column}
    if table.rows == "events" and not table.key:
        fix = "Add key: the file's column that tells which events belong together."
        yield "Mapping {mapping}: {table} has events and no key.", fix, {"table": name}
    if table.rows != "events" and (table.key or table.last_by):
        what = "Mapping {mapping}: {table} has key or last_by, which only events use."
        yield what, 'Set rows = "events", or remove them.', {"table": name}
    for column, source in table.columns.items():
        yield from _source_faults(f"{name}.columns.{column}", TABLES[name].c[column].type.__class__, source)
    if table.last_by is not None:
        yield from _source_faults(f"{name}.last_by", DateTime if table.last_by.format else Double, table.last_by)


def _source_faults(key: str, kind: type, source: ColumnSource) -> Iterator[Fault]:
    values: dict[str, object] = {"key": key}
    is_time = kind in (DateTime, Date)
    if bool(source.column) == (source.value is not None):
        yield "Mapping {mapping}: {key} needs a column or a value, and not both.", SEE_DOCS, values
    if is_time and source.column and not source.format:
        fix = 'Say how the file writes it, for example format = "%d/%m/%Y %H:%M".'
        yield "Mapping {mapping}: {key} is a date or time and has no format.", fix, values
    if not is_time and (source.format or source.missing_time):
        fix = "Remove them: only dates and times use them."
        yield "Mapping {mapping}: {key} has format or missing_time and is no date or time.", fix, values
    if source.times and kind is not Double:
        yield "Mapping {mapping}: {key} has times and is no number.", "Remove it: only numbers use it.", values
    if source.plus and kind is not DateTime:
        yield "Mapping {mapping}: {key} has plus and is no time.", "Remove it: only times use it.", values
    for form in source.format:
        yield from _format_faults(key, form)
    if kind is not BigInteger and source.unit != "seconds" and not source.plus:
        fix = "Remove it: only columns ending in _seconds, and times with plus, use it."
        yield "Mapping {mapping}: {key} has a unit and is no duration.", fix, values
    if source.codes and is_time:
        yield "Mapping {mapping}: {key} is a date or time and has codes.", "Remove them.", values
    if not source.codes and source.other != "reject":
        yield "Mapping {mapping}: {key} has other and no codes.", "List the codes, or remove other.", values
    if source.other == "keep" and kind is not String:
        fix = 'Use other = "reject" or other = "missing": only columns of words can keep any code.'
        yield "Mapping {mapping}: {key} cannot keep codes that are not listed.", fix, values
    constants = [value for value in (source.value, *source.codes.values(), *_fixed(source)) if value is not None]
    if not all(_fits(value, KINDS[kind]) for value in constants):
        fix = "Write true or false for flags, bare numbers for numbers and quoted text for words; dates need a column."
        yield "Mapping {mapping}: {key} is given a value of another kind.", fix, values


def _format_faults(key: str, form: str) -> Iterator[Fault]:
    parts = set(re.findall(r"%\.f|%.", form))
    values: dict[str, object] = {"key": key, "form": form, "parts": " ".join(sorted(DIRECTIVES))}
    if not parts <= DIRECTIVES:
        what = "Mapping {mapping}: the format '{form}' of {key} has an unknown part."
        yield what, "The parts are: {parts}.", values
    elif not (parts & YEAR and parts & MONTH and parts & DAY_OF_MONTH):
        what = "Mapping {mapping}: the format '{form}' of {key} lacks the year, the month or the day."
        yield what, 'Join two columns where needed: column = ["date", "time"].', values
    elif ("%M" in parts) != bool(parts & {"%H", "%I"}) or ("%S" in parts and "%M" not in parts):
        what = "Mapping {mapping}: the format '{form}' of {key} has hours, minutes or seconds without the others."
        yield what, "Write hours and minutes together, and seconds after them.", values
    elif ("%I" in parts) != ("%p" in parts):
        what = "Mapping {mapping}: the format '{form}' of {key} has one of %I and %p without the other."
        yield what, "Write both for a 12-hour clock, or %H for 24 hours.", values


def _fixed(source: ColumnSource) -> tuple[Scalar, ...]:
    return (source.other.value,) if isinstance(source.other, Fixed) else ()


def _fits(value: Scalar, kinds: tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))


def _is_encoding(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True

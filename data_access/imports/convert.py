"""From a file's text to the types of the logical tables, with a reason for every value that does not fit."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl
from sqlalchemy import BigInteger, Boolean, Date, DateTime, Double, Integer, String
from sqlalchemy.types import TypeEngine

from data_access.imports.mapping import ColumnSource, Fixed, Mapping, Unit
from data_access.imports.number_forms import number
from data_access.imports.workbook import CELL_FORMATS, elapsed

TYPES: dict[type[TypeEngine], pl.DataType] = {
    String: pl.String(),
    Boolean: pl.Boolean(),
    BigInteger: pl.Int64(),
    Integer: pl.Int32(),
    Double: pl.Float64(),
    DateTime: pl.Datetime("us"),
    Date: pl.Date(),
}
SECONDS_OF = {"seconds": 1.0, "milliseconds": 0.001, "minutes": 60.0, "hours": 3600.0}
CLOCKS: dict[Unit, str] = {
    "h:mm:ss": r"^(?<h>\d+):(?<m>[0-5]\d):(?<s>[0-5]\d)$",
    "h:mm": r"^(?<h>\d+):(?<m>[0-5]\d)(?<s>)$",
    "m:ss": r"^(?<h>)(?<m>\d+):(?<s>[0-5]\d)$",
}
#: %Y also matches two digits, so that 29/2/16 would become the year 16.
YEARS = (1900, 2199)

NOT_A_DATE = "not a date of the form {form}"
NOT_A_NUMBER = "not a number"
NOT_WHOLE = "not a whole number"
NOT_A_DURATION = "not a duration of the form {form}"
NOT_A_FLAG = "neither true nor false"
UNKNOWN_CODE = "a code that the mapping does not list"


@dataclass(frozen=True, slots=True)
class Conversion:
    """How one column becomes typed: its `text` as it stands, its `value`, and whether the text `is_bad`, with why."""

    text: pl.Expr
    value: pl.Expr
    is_bad: pl.Expr
    reason: str


def conversion(
    source: ColumnSource, kind: TypeEngine, mapping: Mapping, *, column: str = "", is_workbook: bool = False
) -> Conversion:
    """Expressions over the text columns of a file. Blanks around values are cut; an empty value is missing.

    Args:
        column: the canonical column that is filled: it says which signs its numbers may have.
    """
    dtype = TYPES[type(kind)]
    never = pl.lit(value=False)
    if source.value is not None:
        return Conversion(pl.lit(None, pl.String), pl.lit(source.value, dtype), never, "")
    text = _text(source, mapping, is_workbook=is_workbook)
    if source.codes:
        return _decoded(source, text, dtype)
    if dtype == pl.String():
        return Conversion(text, text, never, "")
    value, reason = _parsed(source, text, dtype, mapping, column, is_workbook=is_workbook)
    is_bad = text.is_not_null() & value.is_null()
    if source.plus:
        return _later(source, Conversion(text, value.cast(dtype), is_bad, reason), mapping, is_workbook=is_workbook)
    if source.missing_time:
        value = pl.when(value.dt.time() != pl.lit(source.missing_time).str.to_time(_clock(source.missing_time))).then(
            value
        )
    return Conversion(text, value.cast(dtype), is_bad, reason)


def _later(source: ColumnSource, begun: Conversion, mapping: Mapping, *, is_workbook: bool) -> Conversion:
    """A time with a duration added; missing where either is, bad where either is."""
    missing = ["", *mapping.missing, *source.missing]
    stripped = pl.col(source.plus or "").str.strip_chars()
    text = pl.when(~stripped.is_in(missing)).then(stripped)
    seconds = _seconds(source, text, mapping.decimal, is_workbook=is_workbook)
    is_bad = begun.is_bad | (text.is_not_null() & seconds.is_null())
    value = begun.value + pl.duration(seconds=seconds)
    return Conversion(pl.concat_str([begun.text, text], separator=" + "), value, is_bad, begun.reason)


def _seconds(source: ColumnSource, text: pl.Expr, decimal: str, *, is_workbook: bool) -> pl.Expr:
    if source.unit in CLOCKS:
        told = _clock_seconds(text, CLOCKS[source.unit])
        return pl.coalesce(told, elapsed(text)) if is_workbook else told
    told = number(text, decimal, has_thousands=SECONDS_OF[source.unit] <= 1)
    return (told * SECONDS_OF[source.unit]).round().cast(pl.Int64, strict=False)


def _text(source: ColumnSource, mapping: Mapping, *, is_workbook: bool) -> pl.Expr:
    missing = ["", *mapping.missing, *source.missing]
    parts = []
    for name in source.column:
        part = pl.col(name).str.strip_chars()
        if is_workbook and len(source.column) > 1:
            part = part.str.strip_suffix(" 00:00:00")  # a date cell that another cell gives the time for
        parts.append(pl.when(~part.is_in(missing)).then(part))
    return pl.concat_str(parts, separator=" ")


def _decoded(source: ColumnSource, text: pl.Expr, dtype: pl.DataType) -> Conversion:
    codes = list(source.codes)
    is_other = ~text.is_in(codes)
    value = text.replace_strict(codes, list(source.codes.values()), default=None, return_dtype=dtype)
    if isinstance(source.other, Fixed):
        value = pl.when(is_other).then(pl.lit(source.other.value, dtype)).otherwise(value)
    elif source.other == "keep":
        value = pl.coalesce(value, text)
    is_bad = is_other.fill_null(value=False) if source.other == "reject" else pl.lit(value=False)
    return Conversion(text, value, is_bad, UNKNOWN_CODE)


def _parsed(
    source: ColumnSource, text: pl.Expr, dtype: pl.DataType, mapping: Mapping, column: str, *, is_workbook: bool
) -> tuple[pl.Expr, str]:
    if dtype.is_temporal():
        forms = " or ".join(source.format)
        return instant(
            source.format + (CELL_FORMATS if is_workbook else ()), text, mapping.time_zone
        ), NOT_A_DATE.format(form=forms)
    if dtype == pl.Boolean():
        words = text.str.to_lowercase()
        return pl.when(words == "true").then(True).when(words == "false").then(False), NOT_A_FLAG
    if source.unit in CLOCKS:
        return _seconds(source, text, mapping.decimal, is_workbook=is_workbook), NOT_A_DURATION.format(form=source.unit)
    if dtype == pl.Int64():
        return _seconds(source, text, mapping.decimal, is_workbook=is_workbook), NOT_A_NUMBER
    told = number(text, mapping.decimal, column)
    if dtype == pl.Float64():
        factor = number(pl.col(source.times).str.strip_chars(), mapping.decimal) if source.times else 1.0
        return told * factor, NOT_A_NUMBER
    return pl.when(told == told.round()).then(told).cast(pl.Int32, strict=False), NOT_WHOLE


def _clock_seconds(text: pl.Expr, pattern: str) -> pl.Expr:
    def part(name: str) -> pl.Expr:
        digits = groups.struct.field(name)
        return pl.when(digits == "").then(0).otherwise(digits.cast(pl.Int64, strict=False))

    groups = text.str.extract_groups(pattern)
    return part("h") * 3600 + part("m") * 60 + part("s")


def instant(forms: tuple[str, ...], text: pl.Expr, zone: str) -> pl.Expr:
    """The time that a text tells by the first of these formats that it fits; null where it fits none."""
    first, last = YEARS
    parsed = pl.coalesce([_of_form(form, text, zone) for form in forms])
    return pl.when(parsed.dt.year().is_between(first, last)).then(parsed)


def _of_form(form: str, text: pl.Expr, zone: str) -> pl.Expr:
    edits: list[tuple[str, Callable[[pl.Expr], pl.Expr]]] = [
        ("%p", lambda words: words.str.replace_many(["上午", "下午"], ["AM", "PM"])),
        ("%z", lambda words: words.str.replace("Z$", "+00:00")),
    ]
    for part, edit in edits:
        text = edit(text) if part in form else text
    parsed = text.str.to_datetime(form, strict=False, time_unit="us")
    if "%z" in form:
        parsed = parsed.dt.convert_time_zone(zone).dt.replace_time_zone(None)
    return parsed


def _clock(time: str) -> str:
    return "%H:%M" if time.count(":") == 1 else "%H:%M:%S"

"""A mapping file drafted from a proposal, or written from a mapping that somebody has corrected."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import Boolean, Date, DateTime, Double, Integer, String

from data_access.connecting.source_mapping import SourceMapping, SourceOf, Unit
from data_access.imports.code_words import codes_of
from data_access.imports.mapping import Fixed
from data_access.proposing import Proposal, SourceColumn
from data_access.resemblance import kind_of
from data_access.schema import REQUIRED, TABLES

UNKNOWN_ZONE = "Asia/Shanghai"
UNITS: dict[Unit, tuple[str, ...]] = {
    "milliseconds": ("_ms", "millis", "毫秒"),
    "minutes": ("_min", "minutes", "分钟"),
    "hours": ("_hours", "小时"),
}
HEAD = """\
# Which tables and columns of the database are the logical ones: docs/connecting.md, "Connecting a warehouse".
# Put it beside secrets.toml and name it there: [warehouse] mapping = "warehouse.toml".
"""


def drafted(
    proposal: Proposal, columns: Sequence[SourceColumn], name: str, zone: str = UNKNOWN_ZONE
) -> SourceMapping | None:
    """The mapping that a proposal comes to: of each table that has what it needs, the columns that can be read so.

    None where no table has what it needs.
    """
    known = {(each.table, each.name): each for each in columns}
    tables = {}
    for table in proposal.tables:
        sources = {
            column.column: filled
            for column in table.columns
            if table.source and column.source
            for filled in [_source(table.table, column.column, known[table.source, column.source])]
            if filled is not None
        }
        if {*REQUIRED[table.table]} <= sources.keys():
            tables[table.table] = {"table": table.source, "columns": sources}
    return SourceMapping.model_validate({"name": name, "time_zone": zone, "tables": tables}) if tables else None


def _source(table: str, column: str, source: SourceColumn) -> SourceOf | None:
    """What fills a canonical column from a source column; None where only an expression or codes could."""
    kind, found = TABLES[table].c[column].type, kind_of(source.type, source.samples)
    codes = codes_of(table, column, source.samples) if found in {"words", "flag"} or isinstance(kind, String) else {}
    is_text = kind_of(source.type, ()) in {"words", None}
    if isinstance(kind, Boolean) and is_text and not codes:
        return None
    if isinstance(kind, DateTime | Date) and found in {"whole", "number"}:
        return None
    if isinstance(kind, Integer | Double) and found == "words" and not codes:
        return None
    unit = next((unit for unit, ends in UNITS.items() if source.name.lower().endswith(ends)), "seconds")
    meant = {word: code for word, code in codes.items() if word != code} if is_text else {}
    return SourceOf(column=source.name, codes=meant, unit=unit if column.endswith("_seconds") else "seconds")


def mapping_text(mapping: SourceMapping, notes: Mapping[tuple[str, str], str] | None = None) -> str:
    """The mapping as TOML; `notes` are remarks behind (table, column), such as how sure a proposal is."""
    lines = [HEAD, f"name = {_value(mapping.name)}", f"time_zone = {_value(mapping.time_zone)}"]
    lines += [
        f"{key} = {_value(each)}"
        for key in ("site_zone", "late_days", "statement_seconds")
        if (each := getattr(mapping, key)) is not None
    ]
    if mapping.hours is not None:
        hours = mapping.hours.model_dump(mode="json")
        lines += ["", "[hours]", *(f"{key} = {_value(each)}" for key, each in hours.items())]
    for name, table in mapping.tables.items():
        lines += ["", f"[{name}]", f"table = {_value(table.table)}"]
        lines += [f"where = {_value(table.where)}"] if table.where else []
        lines += ["", f"[{name}.columns]"] if table.columns else []
        for column, source in table.columns.items():
            note = (notes or {}).get((name, column))
            lines.append(f"{column} = {_written(source)}" + (f"  # {note}" if note else ""))
    return "\n".join(lines) + "\n"


def _written(source: SourceOf) -> str:
    told = source.model_dump(mode="json", exclude_defaults=True)
    if isinstance(source.other, Fixed):
        told["other"] = {"value": source.other.value}
    return _value(told["column"]) if [*told] == ["column"] else _value(told)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(str(key))} = {_value(each)}" for key, each in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # TOML's basic string, but for this


def _key(key: str) -> str:
    is_bare = bool(key) and key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if is_bare else _value(key)

"""The mapping of a connected warehouse: which of its tables and columns are the logical ones, in a TOML file."""

import hashlib
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from data_access.imports.mapping import Fixed, Scalar
from data_access.imports.mapping_check import KINDS
from data_access.schema import REQUIRED, TABLES
from data_access.zones import is_zone, near_zones
from metrics.errors import MappingError, near
from metrics.rules import Rules
from metrics.working_time import Clock

ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
Unit = Literal["seconds", "milliseconds", "minutes", "hours"]
SEE_DOCS = "docs/connecting.md shows the forms."


def _as_column(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceOf(_Strict):
    """What fills one canonical column: a column, an expression in the engine's own SQL, or one value for all rows."""

    column: Annotated[str, Field(min_length=1)] | None = None
    expression: Annotated[str, Field(min_length=1, max_length=2000)] | None = None
    value: Scalar | None = None
    codes: dict[str, Scalar] = Field(default_factory=dict)
    other: Literal["keep", "missing"] | Fixed | None = None  # None: keep words, all else is missing
    unit: Unit = "seconds"


class TableOf(_Strict):
    """The source table of one logical table, its rows that count, and its columns; none: those of the same name."""

    table: Annotated[str, Field(min_length=1)]
    where: Annotated[str, Field(min_length=1, max_length=2000)] | None = None
    columns: dict[str, Annotated[SourceOf, BeforeValidator(_as_column)]] = Field(default_factory=dict)


class Hours(_Strict):
    """Business hours, which the deadlines' clock keeps until somebody sets other rules."""

    opens: ClockTime = "09:00"
    closes: ClockTime = "18:00"
    clock: Clock = Clock.OFFICE_HOURS


class SourceMapping(_Strict):
    """A whole mapping. `time_zone` is the zone of the source's clock, `site_zone` that of the reports."""

    name: Annotated[str, Field(min_length=1)]
    time_zone: str
    tables: Annotated[dict[str, TableOf], Field(min_length=1)]
    site_zone: str | None = None
    late_days: Annotated[int, Field(ge=0)] | None = None
    statement_seconds: Annotated[int, Field(ge=1)] | None = None
    hours: Hours | None = None

    @property
    def print(self) -> str:
        """Changes with whatever changes what is read."""
        told = self.model_dump_json(exclude={"name", "hours", "late_days", "statement_seconds"})
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def usual_rules(self) -> Rules:
        """The rules that ship, with these business hours."""
        if self.hours is None:
            return Rules()
        opens, closes = _seconds(self.hours.opens), _seconds(self.hours.closes)
        return Rules(office_opens_seconds=opens, office_closes_seconds=closes, deadline_clock=self.hours.clock.value)


def read_source_mapping(path: Path) -> SourceMapping:
    """The mapping of a file, held against the logical tables but not yet against a database.

    Raises:
        MappingError: it cannot be read, or a key or value in it is wrong; the sentence names the key.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as failure:
        raise MappingError(
            "The mapping file {mapping} cannot be read.", "Check its name and your rights to it.", mapping=path
        ) from failure
    except UnicodeError as failure:
        raise _not_toml(path.name, failure) from failure
    return source_mapping(text, path.name)


def source_mapping(text: str, place: str) -> SourceMapping:
    """The mapping that a TOML document called `place` says.

    Raises:
        MappingError: as `read_source_mapping`.
    """
    try:
        entries = tomllib.loads(text)
    except ValueError as failure:
        raise _not_toml(place, failure) from failure
    tables = {name: entries[name] for name in entries if name in TABLES}
    rest = {name: value for name, value in entries.items() if name not in TABLES}
    try:
        mapping = SourceMapping.model_validate({**rest, "tables": tables})
    except ValidationError as failure:
        raise _explained(place, failure) from failure
    _check(mapping, place)
    return mapping


def _check(mapping: SourceMapping, place: str) -> None:
    for key, zone in (("time_zone", mapping.time_zone), ("site_zone", mapping.site_zone or mapping.time_zone)):
        if not is_zone(zone):
            what, fix = "Mapping {mapping}: {key} '{zone}' is not a time zone.", "Write a name such as {near}."
            raise MappingError(what, fix, mapping=place, key=key, zone=zone, near=near_zones(zone))
    if mapping.hours and _seconds(mapping.hours.opens) >= _seconds(mapping.hours.closes):
        what = "Mapping {mapping}: the business hours end before they begin."
        raise MappingError(what, 'Write hours such as opens = "09:00" and closes = "18:00".', mapping=place)
    for name, table in mapping.tables.items():
        for column, source in table.columns.items():
            if column not in TABLES[name].c:
                what = "Mapping {mapping}: the table {table} has no column '{column}'."
                fix = "Did you mean one of: {near}? docs/connecting.md explains [{table}.columns]."
                known = near(column, TABLES[name].c.keys())
                raise MappingError(what, fix, mapping=place, table=name, column=column, near=known)
            _check_source(place, f"{name}.columns.{column}", type(TABLES[name].c[column].type), source)
        lacking = [column for column in REQUIRED[name] if table.columns and column not in table.columns]
        if lacking:
            what = "Mapping {mapping}: {table}.columns does not fill {column}."
            fix = "Add it to [{table}.columns]: without it the table does not count as present."
            raise MappingError(what, fix, mapping=place, table=name, column=lacking[0])


def _check_source(place: str, key: str, kind: type, source: SourceOf) -> None:
    values = {"mapping": place, "key": key}
    if [source.column, source.expression, source.value].count(None) != 2:
        raise MappingError(
            "Mapping {mapping}: {key} needs a column, an expression or a value, and one of them only.",
            SEE_DOCS,
            **values,
        )
    if source.other is not None and not source.codes:
        raise MappingError(
            "Mapping {mapping}: {key} has other and no codes.", "List the codes, or remove other.", **values
        )
    if source.codes and source.value is not None:
        raise MappingError("Mapping {mapping}: {key} has codes and a value.", "Remove one of them.", **values)
    if source.unit != "seconds" and not key.endswith("_seconds"):
        raise MappingError(
            "Mapping {mapping}: {key} has a unit and is no duration.",
            "Remove it: only columns ending in _seconds use it.",
            **values,
        )
    fixed = (source.other.value,) if isinstance(source.other, Fixed) else ()
    told = [each for each in (source.value, *source.codes.values(), *fixed) if each is not None]
    if not all(isinstance(each, KINDS[kind]) and (bool in KINDS[kind] or not isinstance(each, bool)) for each in told):
        raise MappingError(
            "Mapping {mapping}: {key} is given a value of another kind.",
            "Write true or false for flags, bare numbers for numbers and quoted text for words; dates need a column.",
            **values,
        )


def _not_toml(place: str, failure: ValueError) -> MappingError:
    return MappingError(
        "The mapping file {mapping} is not TOML in UTF-8: {problem}.",
        "Correct it there; docs/connecting.md shows the form.",
        mapping=place,
        problem=failure,
    )


def _seconds(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def _explained(place: str, failure: ValidationError) -> MappingError:
    # An unknown key first: a mistyped one also makes the right one look missing.
    first = sorted(failure.errors(), key=lambda error: error["type"] != "extra_forbidden")[0]
    path = [str(part) for part in first["loc"] if part != "tables"]
    key = ".".join(path)
    if first["type"] == "extra_forbidden":
        return MappingError(
            "Mapping {mapping} has an unknown key: {key}.",
            "Did you mean one of: {near}? docs/connecting.md explains every key.",
            mapping=place,
            key=key,
            near=near(path[-1], _known_keys(first["loc"])),
        )
    if first["loc"] == ("tables",):
        return MappingError(
            "Mapping {mapping} fills no table.",
            "Add a section such as [contacts]; the tables are: {tables}.",
            mapping=place,
            tables=", ".join(TABLES),
        )
    if first["type"] == "missing":
        return MappingError(
            "Mapping {mapping} lacks the key {key}.",
            "Add it; docs/connecting.md explains every key.",
            mapping=place,
            key=key,
        )
    return MappingError(
        "Mapping {mapping}, key {key}: {problem}.",
        "Correct it; docs/connecting.md explains every key.",
        mapping=place,
        key=key,
        problem=first["msg"],
    )


def _known_keys(place: tuple[int | str, ...]) -> list[str]:
    if place[0] == "hours":
        return list(Hours.model_fields)
    if place[0] == "tables":
        return list((SourceOf if "columns" in place else TableOf).model_fields)
    return [name for name in SourceMapping.model_fields if name != "tables"] + list(TABLES)

"""What a mapping file says: which columns of a user's files become which columns of the logical tables."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from data_access.schema import TABLES
from metrics.errors import MappingError, near

Scalar = bool | int | float | str
Unit = Literal["seconds", "milliseconds", "minutes", "hours", "h:mm:ss", "h:mm", "m:ss"]
OnBad = Literal["reject_row", "null_and_list"]


def _in_a_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _as_column(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_in_a_tuple)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fixed(_Strict):
    """The value that every code not listed stands for."""

    value: Scalar


class ColumnSource(_Strict):
    """How one canonical column is filled: from columns of the file, or with one value for all rows."""

    column: Names = ()
    value: Scalar | None = None
    format: Names = ()
    times: Annotated[str, Field(min_length=1)] | None = None  # a column that the number is multiplied by
    plus: Annotated[str, Field(min_length=1)] | None = None  # a column of durations, added to the time
    codes: dict[str, Scalar] = Field(default_factory=dict)
    other: Literal["reject", "keep", "missing"] | Fixed = "reject"
    missing: Names = ()
    missing_time: Annotated[str, Field(pattern=r"^\d\d:\d\d(:\d\d)?$")] | None = None
    unit: Unit = "seconds"
    on_bad: OnBad | None = None


Source = Annotated[ColumnSource, BeforeValidator(_as_column)]


class TableMapping(_Strict):
    """How rows of files become rows of one logical table."""

    columns: dict[str, Source]
    kinds: dict[str, Source] = Field(default_factory=dict)  # of volumes: a column of values for each kind
    files: str = "*"
    sheet: str | None = None
    rows: Literal["records", "events", "repeated"] = "records"
    key: str | None = None
    last_by: Source | None = None
    on_bad: OnBad | None = None

    def source_columns(self) -> frozenset[str]:
        """The columns that the files must have."""
        sources = [*self.columns.values(), *self.kinds.values(), *([self.last_by] if self.last_by else [])]
        durations = frozenset(source.plus for source in sources if source.plus)
        named = frozenset(name for source in sources for name in source.column)
        factors = frozenset(source.times for source in sources if source.times)
        return named | durations | factors | frozenset(filter(None, [self.key]))

    def of_kind(self, kind: str) -> "TableMapping":
        """The mapping of one kind's rows."""
        own = {"kind": ColumnSource(value=kind), "value": self.kinds[kind]}
        return self.model_copy(update={"columns": {**self.columns, **own}, "kinds": {}})


class Mapping(_Strict):
    """A whole mapping file. `time_zone` is the zone of the file's clock times, `site_zone` that of the reports."""

    name: Annotated[str, Field(min_length=1)]
    time_zone: str
    tables: Annotated[dict[str, TableMapping], Field(min_length=1)]
    site_zone: str | None = None
    source: str = ""
    missing: Names = ()
    encoding: str | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    decimal: Literal[".", ","] = "."
    sheet: str | None = None
    header_line: Annotated[int, Field(ge=1)] = 1
    on_bad: OnBad = "reject_row"
    max_rejected: Annotated[float, Field(ge=0, le=1)] = 0.2


def parse_mapping(path: Path) -> Mapping:
    """The mapping of a TOML file, its keys and types checked, but not yet held against the logical tables.

    Raises:
        MappingError: the file is missing, is not TOML, or has a key that is unknown, missing or of the wrong kind.
    """
    try:
        text = path.read_bytes()
    except OSError as failure:
        raise MappingError(
            "The mapping file {mapping} cannot be read.", "Check its name and your rights to it.", mapping=path
        ) from failure
    return parse_text(text, path)


def parse_text(text: bytes, named: Path | str) -> Mapping:
    """The same for the content of such a file, in UTF-8; `named` is what it is called where it is wrong."""
    entries = _toml(text, named)
    tables = {name: entries.pop(name) for name in list(entries) if name in TABLES}
    try:
        return Mapping.model_validate({**entries, "tables": tables})
    except ValidationError as failure:
        raise _explained(named, failure) from failure


def _toml(text: bytes, path: Path | str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.decode("utf-8-sig"))
    except ValueError as failure:
        raise MappingError(
            "The mapping file {mapping} is not TOML in UTF-8: {problem}.",
            "Correct it there; docs/connecting.md shows the form.",
            mapping=path,
            problem=failure,
        ) from failure


def _explained(path: Path | str, failure: ValidationError) -> MappingError:
    # An unknown key first: a mistyped one also makes the right one look missing.
    first = sorted(failure.errors(), key=lambda error: error["type"] != "extra_forbidden")[0]
    place = [str(part) for part in first["loc"] if part != "tables"]
    key = ".".join(place)
    if first["type"] == "extra_forbidden":
        return MappingError(
            "Mapping {mapping} has an unknown key: {key}.",
            "Did you mean one of: {near}? docs/connecting.md explains every key.",
            mapping=path,
            key=key,
            near=near(place[-1], _known_keys(first["loc"])),
        )
    if not key or (first["loc"] == ("tables",) and first["type"] == "too_short"):
        return MappingError(
            "Mapping {mapping} fills no table.",
            "Add a section such as [contacts]; the tables are: {tables}.",
            mapping=path,
            tables=", ".join(TABLES),
        )
    if first["type"] == "missing":
        return MappingError(
            "Mapping {mapping} lacks the key {key}.",
            "Add it; docs/connecting.md explains every key.",
            mapping=path,
            key=key,
        )
    return MappingError(
        "Mapping {mapping}, key {key}: {problem}.",
        "Correct it; docs/connecting.md explains every key.",
        mapping=path,
        key=key,
        problem=first["msg"],
    )


def _known_keys(place: tuple[int | str, ...]) -> list[str]:
    if "columns" in place or "last_by" in place:
        return list(ColumnSource.model_fields)
    if place[0] == "tables":
        return list(TableMapping.model_fields)
    return [name for name in Mapping.model_fields if name != "tables"] + list(TABLES)

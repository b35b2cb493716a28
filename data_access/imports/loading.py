"""Loading: the files that a mapping reads become typed rows of logical tables, with everything that does not fit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from data_access.imports.delimited import read_delimited
from data_access.imports.mapping import Mapping
from data_access.imports.source_rows import SourceRows
from data_access.imports.table_rows import TableRows, table_rows
from data_access.imports.workbook import ENDINGS, read_workbook
from metrics.errors import ImportFailed

Progress = Callable[[float, str], None]
READING = 0.67  # share of the whole after reading, as it was timed on 140,000 rows

READ_FILES = "Reading the files"
CONVERT_ROWS = "Checking the rows"


@dataclass(frozen=True, slots=True)
class Part:
    """Files that are read by one mapping."""

    mapping: Mapping
    files: tuple[Path, ...]


@dataclass(slots=True)
class Tally:
    """Rows so far, for whoever watches an import."""

    read: int = 0
    loaded: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file as it was read."""

    file: Path
    encoding: str
    rows: int
    blank: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """The tables that a part fills, ready to be written."""

    files: tuple[FileRead, ...]
    tables: tuple[TableRows, ...]


Sheet = tuple[Path, str | None]


def load(part: Part, progress: Progress, tally: Tally) -> Loaded:
    """Read the files of a part and check their rows.

    Args:
        progress: called with the share done (0 to 1) and the step's name.

    Raises:
        ImportFailed: a file cannot be read, or fits no section of the mapping.
    """
    plan = _plan(part.mapping, part.files)
    sources = _read(part.mapping, plan, progress, tally)
    tables = []
    for done, (name, sheets) in enumerate(plan.items()):
        progress(READING + (1 - READING) * done / len(plan), CONVERT_ROWS)
        table = table_rows(name, part.mapping, [sources[sheet] for sheet in sheets])
        tally.loaded += table.count.loaded
        tally.rejected += table.count.rejected
        tables.append(table)
    reads = [FileRead(read.file, read.encoding, read.read, read.blank) for read in sources.values()]
    return Loaded(tuple(reads), tuple(tables))


def file_by_file(mapping: Mapping, files: Sequence[Path]) -> list[Part]:
    """A part for each file, with the tables that its name says."""
    parts = []
    for file in dict.fromkeys(files):
        mine = {name: table for name, table in mapping.tables.items() if fnmatch(file.name, table.files)}
        parts.append(Part(mapping.model_copy(update={"tables": mine}), (file,)))
    return parts


def _plan(mapping: Mapping, files: Sequence[Path]) -> dict[str, list[Sheet]]:
    """The sheets that each table is filled from; a CSV file counts as a sheet without a name."""
    for file in files:
        _require_file(file)
    plan = {}
    for name, table in mapping.tables.items():
        mine = [file for file in dict.fromkeys(files) if fnmatch(file.name, table.files)]
        if not mine:
            raise ImportFailed(
                "No file is given for the table {table}: it takes files named {pattern}.",
                "Add such a file to the command, or correct files in the mapping's section [{table}].",
                table=name,
                pattern=table.files,
            )
        plan[name] = [(file, table.sheet or mapping.sheet if _is_workbook(file) else None) for file in mine]
    used = {file for sheets in plan.values() for file, _ in sheets}
    for file in files:
        if file not in used:
            raise ImportFailed(
                "{file} fits no section of the mapping.", "Leave it out, or add a section for it.", file=file
            )
    return plan


def _require_file(file: Path) -> None:
    if file.is_dir():
        raise ImportFailed("{file} is a folder.", "Name the files in it, such as {file}/*.csv.", file=file)
    if not file.is_file():
        raise ImportFailed("There is no file {file}.", "Check its name and folder.", file=file)


def _is_workbook(file: Path) -> bool:
    return file.suffix.lower() in ENDINGS


def _read(mapping: Mapping, plan: dict[str, list[Sheet]], progress: Progress, tally: Tally) -> dict[Sheet, SourceRows]:
    wanted: dict[Sheet, frozenset[str]] = {}
    for name, sheets in plan.items():
        for sheet in sheets:
            wanted[sheet] = wanted.get(sheet, frozenset()) | mapping.tables[name].source_columns()
    sources = {}
    for done, ((file, sheet), columns) in enumerate(wanted.items()):
        before = tally.read

        def part(share: float, rows: int, done: int = done) -> None:
            tally.read += rows
            progress(READING * (done + share) / len(wanted), READ_FILES)

        part(0.0, 0)
        if _is_workbook(file):
            read = read_workbook(file, columns, sheet=sheet, header_line=mapping.header_line)
        else:
            read = read_delimited(
                file,
                columns,
                encoding=mapping.encoding,
                delimiter=mapping.delimiter,
                header_line=mapping.header_line,
                progress=part,
            )
        tally.read = before + read.read
        sources[file, sheet] = read
    return sources

"""Import: files in, a new warehouse put in use at once, or the old one left as it was."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from uuid import uuid4

import duckdb
import polars as pl
from filelock import FileLock, Timeout
from sqlalchemy.exc import SQLAlchemyError

from data_access.home import Home
from data_access.imports.delimited import read_delimited
from data_access.imports.mapping import Mapping
from data_access.imports.rejects import write_rejects
from data_access.imports.source_rows import SourceRows
from data_access.imports.table_rows import TableCount, TableRows, table_rows
from data_access.imports.warehouse_file import write_warehouse
from data_access.imports.workbook import ENDINGS, read_workbook
from metrics.errors import ImportFailed

Progress = Callable[[float, str], None]
READING, CONVERTING = 0.6, 0.9  # shares of the whole after these steps, as they were timed on 140,000 rows

READ_FILES = "Reading the files"
CONVERT_ROWS = "Checking the rows"
WRITE_WAREHOUSE = "Writing the warehouse"
DONE = "Done"


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file as it was read."""

    file: Path
    encoding: str
    rows: int
    blank: int


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `rejects` is the file that lists what does not fit, if anything did not."""

    name: str
    build_id: str
    warehouse: Path
    files: tuple[FileRead, ...]
    tables: tuple[TableCount, ...]
    rejects: Path | None


def import_files(
    mapping: Mapping, files: Sequence[Path], home: Home, progress: Progress = lambda share, step: None
) -> Imported:
    """Load files into a new embedded warehouse and put it in use. Readers of the old one are not disturbed.

    Args:
        progress: called with the share done (0 to 1) and the step's name.

    Raises:
        ImportFailed: a file or too many of its rows do not fit, the disk is full, or another build is running;
            the warehouse in use stays as it is.
    """
    with _lock(home):
        home.remove_unfinished()
        build_id, made_at = uuid4().hex, datetime.now(UTC)
        plan = _plan(mapping, files)
        sources = _read(mapping, plan, progress)
        tables = _convert(mapping, plan, sources, progress)
        listed = pl.concat([table.rejects for table in tables.values()])
        rejects = write_rejects(home.folder / "rejects", listed, made_at, build_id)
        for table in tables.values():
            _check(mapping, table.count, rejects)
        progress(CONVERTING, WRITE_WAREHOUSE)
        path = _write(mapping, tables, home, build_id, made_at)
        progress(1.0, DONE)
    reads = [FileRead(read.file, read.encoding, read.read, read.blank) for read in sources.values()]
    return Imported(mapping.name, build_id, path, tuple(reads), tuple(t.count for t in tables.values()), rejects)


@contextmanager
def _lock(home: Home) -> Generator[None]:
    home.folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(home.lock, timeout=0):
            yield
    except Timeout as failure:
        raise ImportFailed(
            "Another import or build is running.", "Wait until it has ended, then start this one again."
        ) from failure


Sheet = tuple[Path, str | None]


def _plan(mapping: Mapping, files: Sequence[Path]) -> dict[str, list[Sheet]]:
    """The sheets that each table is filled from; a CSV file counts as a sheet without a name."""
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
        if not file.is_file():
            raise ImportFailed("There is no file {file}.", "Check its name and folder.", file=file)
    return plan


def _is_workbook(file: Path) -> bool:
    return file.suffix.lower() in ENDINGS


def _read(mapping: Mapping, plan: dict[str, list[Sheet]], progress: Progress) -> dict[Sheet, SourceRows]:
    wanted: dict[Sheet, frozenset[str]] = {}
    for name, sheets in plan.items():
        for sheet in sheets:
            wanted[sheet] = wanted.get(sheet, frozenset()) | mapping.tables[name].source_columns()
    sources = {}
    for done, ((file, sheet), columns) in enumerate(wanted.items()):

        def part(share: float, done: int = done) -> None:
            progress(READING * (done + share) / len(wanted), READ_FILES)

        part(0.0)
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
        sources[file, sheet] = read
    return sources


def _convert(
    mapping: Mapping, plan: dict[str, list[Sheet]], sources: dict[Sheet, SourceRows], progress: Progress
) -> dict[str, TableRows]:
    tables = {}
    for done, (name, sheets) in enumerate(plan.items()):
        progress(READING + (CONVERTING - READING) * done / len(plan), CONVERT_ROWS)
        tables[name] = table_rows(name, mapping, [sources[sheet] for sheet in sheets])
    return tables


def _check(mapping: Mapping, count: TableCount, rejects: Path | None) -> None:
    share = count.rejected / count.read
    if share > mapping.max_rejected or not count.loaded:
        raise ImportFailed(
            "{rejected} of {read} rows do not fit the table {table}; up to {allowed:.0%} may. Nothing was changed.",
            "Read the reasons in {rejects}, then correct the mapping or the file, or raise max_rejected.",
            rejected=f"{count.rejected:,}",
            read=f"{count.read:,}",
            table=count.table,
            allowed=mapping.max_rejected,
            rejects=rejects,
        )


def _write(mapping: Mapping, tables: dict[str, TableRows], home: Home, build_id: str, made_at: datetime) -> Path:
    info = {
        "build_id": build_id,
        "source": "import",
        "name": mapping.name,
        "origin": mapping.source,
        "source_zone": mapping.time_zone,
        "site_zone": mapping.site_zone or mapping.time_zone,
        "made_at": made_at.isoformat(timespec="seconds"),
        "rows": str(sum(table.count.loaded for table in tables.values())),
        **{f"rows_{name}": str(table.count.loaded) for name, table in tables.items()},
    }
    is_adopted = False
    try:
        path = home.new_warehouse()
        write_warehouse(path, {name: table.frame for name, table in tables.items()}, info)
        home.adopt(path)
        is_adopted = True
    except (SQLAlchemyError, duckdb.Error, OSError) as failure:
        raise ImportFailed(
            "The new warehouse could not be written: {problem}.",
            "Make room on the disk or give rights to {folder}, then import again; the old warehouse is untouched.",
            problem=str(getattr(failure, "orig", None) or failure).splitlines()[0].rstrip("."),
            folder=home.folder,
        ) from failure
    finally:
        if not is_adopted:
            home.remove_unfinished()
    return path

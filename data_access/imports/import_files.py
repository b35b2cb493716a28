"""Import: files in, a new warehouse put in use at once, or the old one left as it was."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import polars as pl
from sqlalchemy.exc import SQLAlchemyError

from data_access.audit_rows import Act
from data_access.home import Home
from data_access.imports.adding import Added
from data_access.imports.before import Before, alone, require_same_clocks, warehouse_to_add_to
from data_access.imports.loading import FileRead, Part, Progress, Tally, file_by_file, load
from data_access.imports.mapping import Mapping
from data_access.imports.rejects import write_rejects
from data_access.imports.table_rows import TableCount, TableRows
from data_access.imports.warehouse_file import Written, write_warehouse
from metrics.errors import ImportFailed

CONVERTING = 0.9  # share of the whole after reading and checking, as it was timed on 140,000 rows
PUTTING = 0.99  # when it is written, and nobody reads it yet

WRITE_WAREHOUSE = "Writing the warehouse"
DONE = "Done"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `rejects` is the file that lists what does not fit, if anything did not.

    `tables` and `added` go together: one for each table and part, in the order in which they were loaded.
    """

    name: str
    build_id: str
    warehouse: Path
    files: tuple[FileRead, ...]
    tables: tuple[TableCount, ...]
    added: tuple[Added, ...]
    is_added: bool  # to the warehouse before, rather than in its place
    rejects: Path | None

    @property
    def act(self) -> Act:
        """What the audit log calls it."""
        return Act.DATA_ADDED if self.is_added else Act.DATA_REPLACED

    @property
    def told(self) -> dict[str, Any]:
        """What the audit log says of it."""
        return {"source": self.name, "files": [each.file.name for each in self.files]}


def import_files(
    mapping: Mapping,
    files: Sequence[Path],
    home: Home,
    progress: Progress = lambda share, step: None,
    *,
    add: bool = False,
) -> Imported:
    """Load files that one mapping reads; for the rest see `import_parts`."""
    parts = file_by_file(mapping, files) if add else [Part(mapping, tuple(files))]
    return import_parts(parts, home, progress, add=add)


def import_parts(
    parts: Sequence[Part],
    home: Home,
    progress: Progress = lambda share, step: None,
    tally: Tally | None = None,
    *,
    add: bool = False,
) -> Imported:
    """Load files into a new embedded warehouse and put it in use. Readers of the old one are not disturbed.

    Args:
        parts: a row of a later one takes the place of an earlier one's with the same key; within a part the second
            row of a key is rejected.
        progress: called with the share done (0 to 1) and the step's name; what it raises ends the import.
        tally: counts along.
        add: to the warehouse in use, of which the rows with other keys stay.

    Raises:
        ImportFailed: a file or too many of its rows do not fit, the warehouse in use takes no such rows, the disk is
            full, or another build is running; the warehouse in use stays as it is.
    """
    with alone(home):
        home.remove_unfinished()
        before = warehouse_to_add_to(home, parts[0].mapping) if add else None
        for part in parts[1:]:
            require_same_clocks(parts[0].mapping, part.mapping)
        info = _info([part.mapping for part in parts], before)
        steps = [_within(progress, number, len(parts)) for number in range(len(parts))]
        loaded = [load(part, step, tally or Tally()) for part, step in zip(parts, steps, strict=True)]
        tables = [table for each in loaded for table in each.tables]
        rejects = write_rejects(home, pl.concat(each.rejects for each in tables), info)
        for part, each in zip(parts, loaded, strict=True):
            for table in each.tables:
                _check(part.mapping, table.count, rejects)
        progress(CONVERTING, WRITE_WAREHOUSE)
        path, written = _write(tables, home, info, before, lambda: progress(PUTTING, WRITE_WAREHOUSE))
        progress(1.0, DONE)
    files = tuple(file for each in loaded for file in each.files)
    counts = tuple(table.count for table in tables)
    return Imported(info["name"], info["build_id"], path, files, counts, written.added, bool(before), rejects)


def _within(progress: Progress, number: int, parts: int) -> Progress:
    """Of one part among several, which read and convert one after the other."""
    return lambda share, step: progress(CONVERTING * (number + share) / parts, step)


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


def _info(mappings: Sequence[Mapping], before: Before | None) -> dict[str, str]:
    """What the new warehouse says of itself."""
    mapping, known = mappings[0], before.mappings if before else ()
    return {
        "build_id": uuid4().hex,
        "source": "import",
        "name": before.name if before else mapping.name,
        "origin": before.origin if before else mapping.source,
        "source_zone": mapping.time_zone,
        "site_zone": mapping.site_zone or mapping.time_zone,
        "mappings": json.dumps(list(dict.fromkeys([*known, *(each.name for each in mappings)])), ensure_ascii=False),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _write(
    tables: Sequence[TableRows], home: Home, info: dict[str, str], before: Before | None, ask: Callable[[], None]
) -> tuple[Path, Written]:
    """Write it and put it in use; `ask` is called in between, and what it raises leaves the old one in use."""
    is_adopted = False
    try:
        path = home.new_warehouse()
        blocks = [(table.count.table, table.frame) for table in tables]
        written = write_warehouse(path, blocks, info, before.path if before else None)
        ask()
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
    return path, written

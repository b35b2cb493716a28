"""Putting a backup back: checked whole, built aside, then put in place; what was there before is kept."""

import shutil
import zipfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, inspect
from sqlalchemy.exc import DBAPIError

from data_access import secret
from data_access.backups.archive import Contents, chunks_of, read
from data_access.backups.in_use import nobody_else
from data_access.backups.making import REPORT, SECRET, SNAPSHOTS, STATE, WAREHOUSE
from data_access.backups.rows import fill, tables_of
from data_access.home import Home
from data_access.imports.before import alone
from data_access.snapshots.files import write
from data_access.state import fill_new_state, newest_version, place_of_state
from metrics.errors import BackupFailed

Progress = Callable[[float, str], None]
CHECKING, FILLING, PLACING, DONE = "Checking the backup", "Filling the state", "Putting files in place", "Done"
SQLITE_PARTS = ("", "-wal", "-shm")


def restore(path: Path, home: Home, now: datetime, progress: Progress) -> tuple[Contents, Path]:
    """Put a backup back into the home and the state store; its contents, and the folder of what was there before.

    Raises:
        BackupFailed: the backup is damaged, of a newer version, or holds no secret where there is none; or the state
            store on a server is not empty; or a dashboard or a job has the state open. Nothing was changed.
        ImportFailed: an import is running.
        BackupFailed, SourceUnavailable: something cannot be written. Where files have been put in place by then, nobody
            opens the state until another restore has come to its end.
    """
    progress(0.0, CHECKING)
    with read(path) as (file, contents):
        _require_known(contents)
        _require_secret(contents, home)
        place = place_of_state()
        aside = home.folder / f"before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        with alone(home), _writing(home), nobody_else(home):
            home.remove_unfinished()
            progress(0.3, FILLING)

            def put_files() -> None:
                progress(0.7, PLACING)
                with _writing(home):
                    before = _in_use_before(home)
                    home.restoring.write_text(f"{path.resolve()}\n{before.name if before else ''}", "utf-8")
                    _files(file, contents, home, aside)
                    if any(name.startswith(WAREHOUSE) for name in contents.members):
                        _warehouse(file, contents, home, aside, before)

            _state(file, contents, place, aside, put_files)
            home.restoring.unlink()
    progress(1.0, DONE)
    return contents, aside


def _require_known(contents: Contents) -> None:
    if contents.schema > newest_version():
        raise BackupFailed(
            "This backup was made by a newer version of Twinwing.", "Install that version, or a newer one, first."
        )


def _require_secret(contents: Contents, home: Home) -> None:
    if contents.has_secret or secret.is_given() or home.secret.exists():
        return
    raise BackupFailed(
        "This backup holds no secret, without which its audit log cannot be verified.",
        "Put the installation's secret.key into {folder}, or set {variable}; then restore again.",
        folder=home.folder,
        variable=secret.VARIABLE,
    )


def _state(file: zipfile.ZipFile, contents: Contents, place: URL, aside: Path, put_files: Callable[[], None]) -> None:
    """Fill a store beside the one in place, put the files where they belong, and only then change over to it."""

    def put(connection: Connection) -> None:
        known = {table.name: table for table in tables_of(connection)}
        if known.keys() != contents.tables.keys():
            raise ValueError(contents.schema)
        for name in reversed(known):
            connection.execute(known[name].delete())  # a migration may have put a first row there
        for name, table in known.items():
            found = fill(connection, table, _lines(file, f"{STATE}{name}.jsonl"))
            if found != contents.tables[name]:
                raise ValueError(name)
        put_files()

    if place.get_backend_name() != "sqlite":
        _require_empty(place)
        fill_new_state(place.render_as_string(hide_password=False), contents.schema, put)
        return
    own = Path(str(place.database))
    fresh = own.with_name(f"{own.name}.restoring")
    for ending in SQLITE_PARTS:
        Path(f"{fresh}{ending}").unlink(missing_ok=True)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    fill_new_state(str(URL.create("sqlite", database=str(fresh))), contents.schema, put)
    _keep(own, aside)
    fresh.replace(own)


def _keep(own: Path, aside: Path) -> None:
    """Copy the store in place, whole in one file if it can be; it stays there until the other takes its place."""
    if not own.exists():
        return
    engine = create_engine(URL.create("sqlite", database=str(own)))
    with suppress(DBAPIError), engine.connect() as connection:  # one that is damaged is kept as it is
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    aside.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copy2(own, aside / own.name)
    for ending in SQLITE_PARTS[1:]:  # left beside another file, they would be taken for parts of it
        _move(Path(f"{own}{ending}"), aside)


@contextmanager
def _writing(home: Home) -> Generator[None]:
    try:
        yield
    except OSError as failure:
        raise BackupFailed(
            "The backup cannot be put back into {folder}: {reason}.",
            "Make room there, or give it to the user of the service; then restore again.",
            folder=home.folder,
            reason=failure.strerror or str(failure),
        ) from failure


def _require_empty(place: URL) -> None:
    engine = create_engine(place)
    try:
        tables = inspect(engine).get_table_names()
    finally:
        engine.dispose()
    if tables:
        raise BackupFailed(
            "The state store on the server is not empty, and a restore replaces nothing there.",
            "Make an empty database and name it in TWINWING_STATE; nothing was changed.",
        )


def _lines(file: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with file.open(name) as opened:
        yield from opened


def _files(file: zipfile.ZipFile, contents: Contents, home: Home, aside: Path) -> None:
    if contents.has_secret and not secret.is_given():
        _move(home.secret, aside)
        secret.put_back(file.read(SECRET), home.secret)
    _move(home.audit_anchor, aside)
    write(home.audit_anchor, "{} {}\n".format(*contents.audit).encode("ascii"))
    for name in contents.members:
        if name == REPORT:
            _move(home.folder / REPORT, aside)
            write(home.folder / REPORT, file.read(name))
        elif name.startswith(SNAPSHOTS):
            write(home.folder / name, file.read(name))


def _in_use_before(home: Home) -> Path | None:
    """The warehouse in use before a restore; where that is run again, before the one that did not come to its end."""
    in_use = home.current_warehouse()
    if in_use is None or not home.restoring.exists():
        return in_use
    _backup, _line, noted = home.restoring.read_text("utf-8").partition("\n")
    found = in_use.with_name(noted) if noted else None
    return found if found and found.exists() else in_use


def _warehouse(file: zipfile.ZipFile, contents: Contents, home: Home, aside: Path, before: Path | None) -> None:
    """Under a name that no reader has open; the one in use stays as the one before, and what named it lies aside."""
    fresh = home.new_warehouse()
    for name in contents.members:
        if name.startswith(WAREHOUSE):
            _stem, _dot, ending = Path(name).name.partition(".")
            with fresh.with_suffix(f".{ending}").open("wb") as target:
                for chunk in chunks_of(file, name):
                    target.write(chunk)
    if home.pointer.exists():
        aside.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copy(home.pointer, aside / home.pointer.name)
    home.adopt(fresh, before)


def _move(path: Path, folder: Path) -> None:
    if path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.move(path, folder / path.name)  # the state store may lie on another disk

"""Making a backup while the dashboard runs: the state as of one moment, the secret, snapshots and the warehouse."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from data_access import secret
from data_access.audit_rows import AuditHead
from data_access.backups.archive import CHUNK, FORMAT, Contents, Writer, written
from data_access.backups.rows import lines_of, tables_of
from data_access.home import Home
from data_access.imports.before import alone
from data_access.state import one_moment
from metrics.errors import BackupFailed

Progress = Callable[[float, str], None]
STATE, SNAPSHOTS, WAREHOUSE = "state/", "snapshots/", "warehouse/"
SECRET, REPORT = "secret.key", "weekly.toml"
ENDING = ".zip"
READING, COPYING, DONE = "Reading the state", "Copying files", "Done"


def place_for(where: Path, now: datetime) -> Path:
    """`where` itself if it is called like a file, else a new file in that folder, named by the instant."""
    return where if where.suffix == ENDING else where / f"twinwing-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}{ENDING}"


@dataclass(frozen=True, slots=True)
class Along:
    """What a backup takes along besides the state: the installation's secret, the embedded warehouse in use."""

    secret: bool = True
    warehouse: bool = True


def back_up(
    path: Path, home: Home, state: Engine, now: datetime, product: str, along: Along, progress: Progress
) -> Contents:
    """Write a backup; what people do meanwhile is in it whole or not at all. A secret of the environment is not.

    Args:
        product: the version of the program.

    Raises:
        BackupFailed: there is a file already, or it cannot be written.
        ImportFailed: an import is running, and the warehouse is wanted.
        SourceUnavailable: the state store does not answer.
    """
    if path.exists():
        raise BackupFailed("The file {path} exists already.", "Choose another name, or a folder.", path=path)
    has_secret = along.secret and not secret.is_given()
    with written(path) as file:
        progress(0.0, READING)
        with one_moment(state) as (connection, schema):
            tables = _state(connection, file, progress)
            head = connection.execute(select(AuditHead.last_id, AuditHead.last_seal)).one()
        progress(0.4, COPYING)
        _files(file, home, has_secret=has_secret)
        if along.warehouse and home.pointer.exists():
            with alone(home):
                _warehouse(file, home, lambda share: progress(0.5 + share / 2, COPYING))
        made = now.astimezone(UTC).isoformat(timespec="seconds")
        contents = Contents(FORMAT, product, made, schema, tables, tuple(head), has_secret, file.members)
        file.close(contents)
    progress(1.0, DONE)
    return contents


def forget_older(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest `keep` backups of a folder that were named by their instant; which they were."""
    made = sorted(folder.glob(f"twinwing-*Z{ENDING}"))
    old = made[:-keep]
    for path in old:
        path.unlink()
    return old


def _state(connection: Connection, file: Writer, progress: Progress) -> dict[str, int]:
    tables = tables_of(connection)
    counts = {}
    for place, table in enumerate(tables):
        counts[table.name] = file.add(f"{STATE}{table.name}.jsonl", lines_of(connection, table)) - 1  # the names
        progress(0.4 * place / len(tables), READING)
    return counts


def _files(file: Writer, home: Home, *, has_secret: bool) -> None:
    if has_secret:
        secret.seal("backup", "")  # makes the secret where nothing needed it before
        file.add(SECRET, _pieces(home.secret))
    own = home.folder / REPORT
    if own.exists():
        file.add(REPORT, _pieces(own))
    for snapshot in sorted((home.folder / "snapshots").glob("*.zip")):
        file.add(f"{SNAPSHOTS}{snapshot.name}", _pieces(snapshot), is_packed=False)


def _warehouse(file: Writer, home: Home, told: Callable[[float], None]) -> None:
    """The embedded warehouse in use with what lies beside it under the same name; a finished one never changes."""
    in_use = home.current_warehouse()
    if in_use is None:
        return
    parts = sorted(each for each in in_use.parent.glob(f"{in_use.stem}.*") if each.is_file())  # an engine spills beside
    for place, part in enumerate(parts):
        file.add(f"{WAREHOUSE}{part.name}", _pieces(part), is_packed=part.suffix != in_use.suffix)
        told((place + 1) / len(parts))


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece

"""The files of snapshots, which only the dashboard's own user of the machine may read."""

import os
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from data_access.home import home
from metrics.errors import SourceUnavailable


def file_of(snapshot: str) -> Path:
    """Where what was frozen is kept."""
    return home().folder / "snapshots" / f"{snapshot}.zip"


def total_size(snapshots: Iterable[str]) -> int:
    """Bytes that the files of these have together; one that is gone has none."""
    return sum(file.stat().st_size for file in map(file_of, snapshots) if file.is_file())


def delete(snapshots: Iterable[str]) -> None:
    """Delete the files of these; one that cannot be deleted stays until the next time."""
    for file in map(file_of, snapshots):
        with suppress(OSError):
            file.unlink()


def write(file: Path, content: bytes) -> None:
    """All of it or nothing.

    Raises:
        SourceUnavailable: there is no room, or the dashboard may not write there.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = file.with_suffix(f".{uuid.uuid4().hex}.tmp")
        with fresh.open("wb") as opened:
            os.fchmod(opened.fileno(), 0o600)
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        fresh.replace(file)
    except OSError as failure:
        raise SourceUnavailable(
            "The snapshot cannot be written to {folder}.",
            "Make room there, or let the dashboard write to it.",
            folder=str(file.parent),
        ) from failure

"""The file of a backup: a ZIP whose first word is a list of what it holds, each with its size and SHA-256."""

import fcntl
import hashlib
import json
import os
import uuid
import zipfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from metrics.errors import BackupFailed

FORMAT = 1
CONTENTS = "contents.json"
CHUNK = 2**20
UNFINISHED = ".twinwing-part"  # nobody else's downloads are called so


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup says of itself.

    Args:
        made: when, in ISO 8601 and UTC.
        schema: the version of the state store's tables.
        tables: rows of each table of the state store.
        audit: the last entry of the audit log and its seal.
        has_secret: does it hold the installation's secret?
        members: size in bytes and SHA-256 of every file in it.
    """

    format: int
    product: str
    made: str
    schema: str
    tables: dict[str, int]
    audit: tuple[int, str]
    has_secret: bool
    members: dict[str, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Writer:
    """A backup that is being written."""

    file: zipfile.ZipFile
    members: dict[str, tuple[int, str]] = field(default_factory=dict)

    def add(self, name: str, chunks: Iterable[bytes], *, is_packed: bool = True) -> int:
        """Write one file; how many chunks it had. What is packed already is only stored."""
        told = zipfile.ZipInfo(name)
        told.compress_type = zipfile.ZIP_DEFLATED if is_packed else zipfile.ZIP_STORED
        told.external_attr = 0o600 << 16
        digest, size, count = hashlib.sha256(), 0, 0
        with self.file.open(told, "w", force_zip64=True) as opened:
            for chunk in chunks:
                opened.write(chunk)
                digest.update(chunk)
                size, count = size + len(chunk), count + 1
        self.members[name] = (size, digest.hexdigest())
        return count

    def close(self, contents: Contents) -> None:
        """Say what it holds; nothing can be added after that."""
        self.file.writestr(CONTENTS, json.dumps(asdict(contents), ensure_ascii=False, indent=1))


@contextmanager
def written(path: Path) -> Generator[Writer]:
    """A backup at `path`, which appears when it is complete and which only its owner may read.

    What one that was killed left in the same folder goes.

    Raises:
        BackupFailed: it cannot be written there.
    """
    unfinished = path.with_name(f"{path.name}.{uuid.uuid4().hex}{UNFINISHED}")  # another may be made in the same second
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_unfinished(path.parent)
        with _begun(unfinished) as opened:
            with zipfile.ZipFile(opened, "w") as file:
                yield Writer(file)
            opened.flush()
            os.fsync(opened.fileno())
        unfinished.replace(path)
    except OSError as failure:
        raise BackupFailed(
            "The backup cannot be written to {path}: {reason}.",
            "Make room there, or choose a folder that you may write to. Backups made before are as they were.",
            path=path,
            reason=failure.strerror or str(failure),
        ) from failure
    finally:
        unfinished.unlink(missing_ok=True)


def _remove_unfinished(folder: Path) -> None:
    """Delete what nobody writes any more: whoever writes one holds its lock, which goes with the process."""
    for path in folder.glob(f"*.zip.*{UNFINISHED}"):
        with suppress(OSError), path.open("rb") as left:  # locked, gone in the meantime, or no telling
            fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def _begun(path: Path) -> BinaryIO:
    """A new file, locked for as long as it is open; made anew where another backup took it for one left behind."""
    while True:
        opened = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b")
        with suppress(OSError):  # a file system without locks: there nothing is removed either
            fcntl.flock(opened, fcntl.LOCK_EX)
        if path.exists():
            return opened
        opened.close()


@contextmanager
def read(path: Path) -> Generator[tuple[zipfile.ZipFile, Contents]]:
    """A backup that is whole: every file in it is as its list says.

    Raises:
        BackupFailed: it is not there, damaged, no backup, or of a newer version.
    """
    try:
        _require_file(path)
        with zipfile.ZipFile(path) as file:
            contents = _contents(file)
            for name, (size, digest) in contents.members.items():
                if _measured(file, name) != (size, digest):
                    raise _damaged(path, name)
            yield file, contents
    except OSError as failure:
        raise _damaged(path, failure.strerror or str(failure)) from failure
    except (zipfile.BadZipFile, EOFError, KeyError, TypeError, ValueError) as failure:
        raise _damaged(path, str(failure) or type(failure).__name__) from failure


def _require_file(path: Path) -> None:
    if path.is_dir():
        raise BackupFailed("{path} is a folder, and no backup.", "Name one of the backups that lie in it.", path=path)
    if not path.exists():
        raise BackupFailed(
            "There is no file {path}.", "Name a backup, a file that python -m jobs backup made.", path=path
        )


def _contents(file: zipfile.ZipFile) -> Contents:
    told = json.loads(file.read(CONTENTS))
    if told["format"] > FORMAT:
        raise BackupFailed(
            "This backup was made by a newer version of Twinwing.", "Install that version, or a newer one, first."
        )
    members = {name: (size, digest) for name, (size, digest) in told["members"].items()}
    if set(file.namelist()) != {*members, CONTENTS} or not all(map(_is_inside, members)):
        raise ValueError(CONTENTS)
    fields: dict[str, Any] = {**told, "members": members, "audit": tuple(told["audit"])}
    return Contents(**fields)


def _is_inside(name: str) -> bool:
    """A name that leads nowhere else than into the folder it is unpacked to."""
    return not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts and "\\" not in name


def _measured(file: zipfile.ZipFile, name: str) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks_of(file, name):
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest()


def chunks_of(file: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """One file of a backup, piece by piece."""
    with file.open(name) as opened:
        while chunk := opened.read(CHUNK):
            yield chunk


def _damaged(path: Path, reason: str) -> BackupFailed:
    return BackupFailed(
        "{path} is no whole backup of Twinwing: {reason}.",
        "Take another one; nothing was changed here.",
        path=path,
        reason=reason,
    )

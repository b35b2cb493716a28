"""Files that people drop on a page: kept in a folder of the home until they are imported, and bounded."""

import shutil
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data_access.home import Home
from data_access.imports.workbook import ENDINGS
from data_access.imports.workbook_archive import require_harmless
from metrics.errors import ImportFailed

TEXT_ENDINGS = (".csv", ".tsv", ".txt")
ENDINGS_DROPPED = (*TEXT_ENDINGS, *ENDINGS, ".xls")  # the last one to be told what to do with it
MOST_FILES = 20
MOST_BYTES = 500_000_000  # of all files together; one file is bounded by server.maxUploadSize
KEPT_SECONDS = 24 * 3600
LONGEST_NAME, LONGEST_ENDING = 200, 10  # bytes of a file's name, below the 255 of every file system; characters
GZIP, OLD_WORKBOOK = b"\x1f\x8b", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Dropped:
    """What became of files that were dropped: those that are kept, by name, and why the others are not."""

    files: tuple[Path, ...]
    refused: tuple[ImportFailed, ...]


def keep_uploads(home: Home, files: Sequence[tuple[str, bytes]]) -> Dropped:
    """Write dropped files into a new folder that only this user can read, as far as they may be unpacked.

    Args:
        files: their names, as the browser tells them, and contents.

    Raises:
        ImportFailed: together they are too many or too large.
    """
    size = sum(len(content) for _, content in files)
    if len(files) > MOST_FILES or size > MOST_BYTES:
        raise ImportFailed(
            "{count} files of {size} MB together are too much at once; up to {most} of {room} MB can be dropped.",
            "Import them in several turns: rows are added to those that are there.",
            count=len(files),
            size=f"{size / 1e6:,.0f}",
            most=MOST_FILES,
            room=f"{MOST_BYTES / 1e6:,.0f}",
        )
    remove_old_uploads(home)
    folder = uploads_of(home) / uuid.uuid4().hex
    folder.mkdir(parents=True, mode=0o700)
    kept, refused = [], []
    for name, content in files:
        try:
            kept.append(_kept(folder, name, content))
        except ImportFailed as failure:
            refused.append(failure)
    if not kept:
        shutil.rmtree(folder)
    return Dropped(tuple(sorted(kept)), tuple(refused))


def uploads_of(home: Home) -> Path:
    """The folder with a folder for each drop."""
    return home.folder / "uploads"


def remove_uploads(files: Sequence[Path]) -> None:
    """Take away the folder of files that are imported or given up."""
    for folder in {file.parent for file in files}:
        shutil.rmtree(folder, ignore_errors=True)


def remove_old_uploads(home: Home) -> None:
    """Take away what was dropped a day ago and never imported."""
    for folder in uploads_of(home).glob("*"):
        if folder.is_dir() and time.time() - folder.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def _kept(folder: Path, name: str, content: bytes) -> Path:
    path = folder / _file_name(name)
    _require_known(path, content)
    _require_new(path, content)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(content)
    try:
        if path.suffix.lower() in ENDINGS:
            require_harmless(path)
    except ImportFailed:
        path.unlink()
        raise
    return path


def _file_name(name: str) -> str:
    """The last part of a name, as far as every file system takes it, with its ending."""
    plain = Path("".join(each for each in Path(name.replace("\\", "/")).name if each.isprintable()) or "file")
    ending = plain.suffix[:LONGEST_ENDING]
    return plain.stem.encode()[: LONGEST_NAME - len(ending.encode())].decode(errors="ignore") + ending


def _require_known(path: Path, content: bytes) -> None:
    is_workbook = path.suffix.lower() in ENDINGS
    if content.startswith(GZIP) or not (is_workbook or path.suffix.lower() in TEXT_ENDINGS):
        what = "{file} is neither a CSV file nor an XLSX workbook."
        if content.startswith(OLD_WORKBOOK):
            what = "{file} is a workbook of the old kind, XLS."
        raise ImportFailed(what, "Save it as XLSX or CSV and drop it again.", file=path.name)


def _require_new(path: Path, content: bytes) -> None:
    once = "It is read once; nothing has to be done."
    for other in path.parent.iterdir():
        if other.stat().st_size == len(content) and other.read_bytes() == content:
            if other == path:
                raise ImportFailed("{file} was dropped twice.", once, file=path.name)
            raise ImportFailed("{file} holds the same as {other}.", once, file=path.name, other=other.name)
    if path.exists():
        raise ImportFailed(
            "Two different files are called {file}.",
            "The first of them was taken: give the other another name and drop it afterwards.",
            file=path.name,
        )

"""Where roll-ups lie: Parquet files that are never changed, and a manifest that is replaced in one step."""

import hashlib
import json
import os
import re
import uuid
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import polars as pl
from filelock import FileLock
from polars.exceptions import ComputeError, InvalidOperationError, PanicException, PolarsError

from data_access.chosen_rows import Choice, Held, days_held
from metrics.errors import SourceUnavailable

Mark = tuple[int, int]  # how many rows, and a fingerprint of them
Marks = dict[date, Mark]  # by day
UNREADABLE = (ComputeError, InvalidOperationError, PanicException)  # what Polars says of a damaged file
LEFT_BEHIND = re.compile(r".+\.parquet|manifest\..+\.tmp")  # where no manifest names it; by a refresh that was killed
NO_DAY = date.min  # stands for the day of rows whose day is not known


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file, with the SHA-256, the size and the time (nanoseconds) that it had when it was written.

    `days` says which days its columns hold.
    """

    file: str
    checksum: str
    size: int
    written_at: int
    days: tuple[Held, ...] = ()

    def to_json(self) -> list[Any]:
        return [self.file, self.checksum, self.size, self.written_at, [each.to_json() for each in self.days]]

    @classmethod
    def from_json(cls, stored: list[Any]) -> "Part":
        *told, days = stored
        return cls(*told, tuple(map(Held.from_json, days)))


@dataclass(frozen=True)
class Manifest:
    """Which files are in force, and what the warehouse looked like when they were made."""

    key: str  # rules, columns and grains: another key means other sums
    version: str  # of the warehouse
    as_of: datetime | None  # start of the newest contact, site time
    marks: dict[str, Marks]  # of every table, rows without a day under NO_DAY
    checked_at: datetime  # when every day was looked at for changes (UTC)
    parts: dict[str, Part]
    bands: tuple[tuple[str, int, int], ...] = ()  # usual handle times as they were found

    @property
    def days(self) -> Marks:
        """Marks of contacts, of known days."""
        return {each: mark for each, mark in self.marks.get("contacts", {}).items() if each != NO_DAY}

    @cached_property
    def id(self) -> str:
        """Changes whenever any figure may have changed: the key of every cache."""
        sums = sorted((name, part.checksum) for name, part in self.parts.items())
        return hashlib.sha256(repr((self.key, self.as_of, sums)).encode()).hexdigest()[:16]

    def to_json(self) -> str:
        return json.dumps(
            {
                "key": self.key,
                "version": self.version,
                "as_of": self.as_of and self.as_of.isoformat(),
                "marks": {table: _by_column(marks) for table, marks in self.marks.items()},
                "checked_at": self.checked_at.isoformat(),
                "parts": {name: part.to_json() for name, part in self.parts.items()},
                "bands": self.bands,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "Manifest":
        stored = json.loads(text)
        return cls(
            key=stored["key"],
            version=stored["version"],
            as_of=datetime.fromisoformat(stored["as_of"]) if stored["as_of"] else None,
            marks={table: _marks(marks) for table, marks in stored["marks"].items()},
            checked_at=datetime.fromisoformat(stored["checked_at"]),
            parts={name: Part.from_json(part) for name, part in stored["parts"].items()},
            bands=tuple((issue, low, high) for issue, low, high in stored["bands"]),
        )


@dataclass(frozen=True, slots=True)
class RollupFiles:
    """A folder of roll-ups. Readers hold a manifest; files that it names stay until the second refresh after it."""

    folder: Path

    @property
    def _manifest(self) -> Path:
        return self.folder / "manifest.json"

    def manifest(self) -> Manifest | None:
        """The manifest in force; None where there is none or it cannot be read, which means: build anew."""
        try:
            return Manifest.from_json(self._manifest.read_text())
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
            return None

    @contextmanager
    def writing(self) -> Generator[None]:
        """
        Raises:
            SourceUnavailable: something cannot be written to the folder; what lies there stays in force.
        """
        try:
            yield
        except (OSError, PolarsError) as failure:
            raise SourceUnavailable(
                "The roll-ups cannot be written to {folder}: {reason}.",
                "Make room there, or let the dashboard write to it; figures computed earlier are kept.",
                folder=self.folder,
                reason=getattr(failure, "strerror", None) or str(failure).splitlines()[0],
            ) from failure

    @contextmanager
    def alone(self) -> Generator[None]:
        """One process at a time brings what lies here up to date.

        Raises:
            SourceUnavailable: the folder may not be written to.
        """
        lock = FileLock(self.folder / "refresh.lock")
        with self.writing():
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def write(self, frame: pl.DataFrame) -> Part:
        """
        Raises:
            SourceUnavailable: there is no room, or the folder may not be written to.
        """
        path = self.folder / f"{uuid.uuid4().hex}.parquet"
        with self.writing():
            # Parts say which days files hold, so no statistics; lz4 is half as long again as zstd, read in two thirds.
            frame.write_parquet(path, compression="lz4", statistics=False)
            found = path.stat()
            checksum = _checksum(path, found.st_size, found.st_mtime_ns)
            return Part(path.name, checksum, found.st_size, found.st_mtime_ns, days_held(frame))

    def read(self, part: Part, columns: list[str] | None = None, only: Sequence[Choice] = ()) -> pl.DataFrame:
        """
        Args:
            columns: None for all.
            only: rows of which all of this holds.

        Raises:
            SourceUnavailable: the file is gone or damaged; the next refresh makes it anew.
        """
        path = self.folder / part.file
        try:
            found = path.stat()
            if _checksum(path, found.st_size, found.st_mtime_ns) != part.checksum:
                raise ComputeError(part.file)  # Polars might read other figures from it, or end the whole process
            if not only:
                return pl.read_parquet(path, columns=columns)
            chosen = pl.scan_parquet(path).filter(*(each.holds for each in only))  # others are never in memory
            return (chosen if columns is None else chosen.select(columns)).collect()
        except (OSError, *UNREADABLE) as failure:
            if isinstance(failure, UNREADABLE):  # it may be as long and as old as it should be: nobody would notice
                with suppress(OSError):
                    path.unlink()
            raise SourceUnavailable(
                "The roll-up {file} is gone or damaged.",
                "Reload the page, which counts it anew, or run python -m jobs refresh.",
                file=path,
            ) from failure

    def read_all(self, parts: Mapping[str, Part], name: str, columns: Collection[str] | None = None) -> pl.DataFrame:
        """The files of one part, in order, one below the other; those of these columns that there are, None for all."""
        return pl.concat([self.read_some(each, columns) for each in self.of(parts, name)], how="vertical_relaxed")

    def read_some(self, part: Part, columns: Collection[str] | None) -> pl.DataFrame:
        if columns is None:
            return self.read(part)
        known = pl.read_parquet_schema(self.folder / part.file)
        return self.read(part, [each for each in known if each in columns])

    def of(self, parts: Mapping[str, Part], name: str) -> list[Part]:
        """The files of one part, in order."""
        return [part for file, part in sorted(parts.items()) if file.rpartition("/")[0] == name]

    def is_sound(self, part: Part) -> bool:
        """Is the file as it was written? One whose size and time are those of its writing is not read for that."""
        path = self.folder / part.file
        try:
            found = path.stat()
            if (found.st_size, found.st_mtime_ns) == (part.size, part.written_at):
                return os.access(path, os.R_OK)
            return _checksum(path, found.st_size, found.st_mtime_ns) == part.checksum
        except OSError:
            return False

    def adopt(self, fresh: Manifest, old: Manifest | None) -> None:
        """Put a manifest in force and remove files that neither it nor the one before names.

        Raises:
            SourceUnavailable: there is no room, or the folder may not be written to.
        """
        temporary = self._manifest.with_suffix(f".{uuid.uuid4().hex}.tmp")
        with self.writing():
            with temporary.open("w") as file:
                file.write(fresh.to_json())
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._manifest)
        named = {part.file for manifest in (fresh, old) if manifest for part in manifest.parts.values()}
        with os.scandir(self.folder) as every:
            gone = [each.path for each in every if each.name not in named and LEFT_BEHIND.fullmatch(each.name)]
        for path in gone:
            Path(path).unlink(missing_ok=True)


def _by_column(marks: Marks) -> list[list[int]]:
    """Ordinals of days, rows and fingerprints: some ten thousand of them are written at each refresh."""
    counts, prints = zip(*marks.values(), strict=True) if marks else ((), ())
    return [[each.toordinal() for each in marks], list(counts), list(prints)]


def _marks(stored: list[list[int]] | dict[str, list[int]]) -> Marks:
    if isinstance(stored, dict):  # as they were written before: day by day
        return dict(zip(map(date.fromisoformat, stored), map(tuple, stored.values()), strict=True))
    days, counts, prints = stored
    return dict(zip(map(date.fromordinal, days), zip(counts, prints, strict=True), strict=True))


@lru_cache(maxsize=10_000)
def _checksum(path: Path, _size: int, _written_at: int) -> str:
    """Of what lies there since then: a process reads it whole once, at half a second a gigabyte."""
    return hashlib.sha256(path.read_bytes()).hexdigest()

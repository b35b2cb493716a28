"""Where roll-ups lie: Parquet files that are never changed, and a manifest that is replaced in one step."""

import hashlib
import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

Mark = tuple[int, int]  # how many rows, and a fingerprint of them
Marks = dict[date, Mark]  # by day
NO_DAY = date.min  # stands for the day of rows whose day is not known


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file, with the SHA-256, the size and the time (nanoseconds) that it had when it was written."""

    file: str
    checksum: str
    size: int
    written_at: int


@dataclass(frozen=True, slots=True)
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

    @property
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
                "marks": {
                    table: dict(zip(map(date.isoformat, marks), marks.values(), strict=True))
                    for table, marks in self.marks.items()
                },
                "checked_at": self.checked_at.isoformat(),
                "parts": {
                    name: [part.file, part.checksum, part.size, part.written_at] for name, part in self.parts.items()
                },
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
            parts={name: Part(*part) for name, part in stored["parts"].items()},
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
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def write(self, frame: pl.DataFrame) -> Part:
        path = self.folder / f"{uuid.uuid4().hex}.parquet"
        # Files are read whole, so they need no statistics; lz4 is half as long again as zstd and read in two thirds.
        frame.write_parquet(path, compression="lz4", statistics=False)
        found = path.stat()
        return Part(path.name, _checksum(path), found.st_size, found.st_mtime_ns)

    def read(self, part: Part, columns: list[str] | None = None) -> pl.DataFrame:
        return pl.read_parquet(self.folder / part.file, columns=columns)

    def read_all(self, parts: Mapping[str, Part], name: str) -> pl.DataFrame:
        """The files of one part, in order, one below the other."""
        return pl.concat([self.read(part) for part in self.of(parts, name)], how="vertical_relaxed")

    def of(self, parts: Mapping[str, Part], name: str) -> list[Part]:
        """The files of one part, in order."""
        return [part for file, part in sorted(parts.items()) if file.rpartition("/")[0] == name]

    def is_sound(self, part: Part) -> bool:
        """Is the file as it was written? One whose size and time are those of its writing is not read for that."""
        path = self.folder / part.file
        try:
            found = path.stat()
        except FileNotFoundError:
            return False
        return (found.st_size, found.st_mtime_ns) == (part.size, part.written_at) or _checksum(path) == part.checksum

    def adopt(self, fresh: Manifest, old: Manifest | None) -> None:
        """Put a manifest in force and remove files that neither it nor the one before names."""
        temporary = self._manifest.with_suffix(f".{uuid.uuid4().hex}.tmp")
        with temporary.open("w") as file:
            file.write(fresh.to_json())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._manifest)
        named = {part.file for manifest in (fresh, old) if manifest for part in manifest.parts.values()}
        for path in self.folder.glob("*.parquet"):
            if path.name not in named:
                path.unlink(missing_ok=True)


def _marks(stored: dict[str, list[int]]) -> Marks:
    return dict(zip(map(date.fromisoformat, stored), map(tuple, stored.values()), strict=True))


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

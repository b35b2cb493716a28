"""What was computed from roll-ups, kept beside them, so that no process has to compute it again.

A file is named by all that its answer depends on: the roll-ups, the rules, the program, and what was asked. When
roll-ups are made anew, the answers of the ones before go.
"""

import hashlib
import uuid
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar

import polars as pl

from data_access.coded import from_bytes, to_bytes
from data_access.spool import Stretch

ROOMS = Path(__file__).resolve().parents[1]
MOST_BYTES = 4 * 2**30  # beyond, the oldest go; the facts of 100 million contacts' cases take one
NOT_WHOLE = (
    OSError, ValueError, KeyError, TypeError, AttributeError, ImportError, zlib.error, pl.exceptions.PolarsError,
)  # fmt: skip
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The answers to one set of roll-ups under one set of rules. `about` says on what else all of them depend."""

    folder: Path
    manifest: str
    about: str

    def answer(self, question: object, make: Callable[[], Made]) -> Made:
        """What is kept of a question, whose `repr` says all that is asked; made and kept where there is none."""
        file = self._file(question, "answer")
        with suppress(*NOT_WHOLE):  # none there, or not whole: made anew
            return from_bytes(file.read_bytes())
        made = make()
        self._write(file, lambda path: path.write_bytes(to_bytes(made)))
        self._tidy()
        return made

    def frame(self, question: object, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """The same of a frame that is too long to be an answer."""
        file = self._file(question, "parquet")
        with suppress(*NOT_WHOLE):
            return pl.read_parquet(file)
        made = make()
        self._put(file, made)
        self._tidy()
        return made

    def stretches(self, question: object, make: Callable[[], Iterable[Stretch]]) -> tuple[date, ...]:
        """The first days of the stretches that a frame, too long to be read whole, lies in."""
        return self.answer(("stretches", question), lambda: tuple(start for start, _rows in self._laid(question, make)))

    def stretch(self, question: object, start: date, make: Callable[[], Iterable[Stretch]]) -> pl.DataFrame:
        """One of them."""
        with suppress(*NOT_WHOLE):
            return pl.read_parquet(self._file((question, start), "parquet"))
        found = pl.DataFrame()
        for first, rows in self._laid(question, make):  # to the end: the others are not whole either, perhaps
            found = rows if first == start else found
        return found

    def _laid(self, question: object, make: Callable[[], Iterable[Stretch]]) -> Iterator[Stretch]:
        for start, rows in make():
            self._put(self._file((question, start), "parquet"), rows)
            yield start, rows
        self._tidy()

    def _put(self, file: Path, rows: pl.DataFrame) -> None:
        self._write(file, lambda path: rows.write_parquet(path, compression="lz4", statistics=False))

    def _file(self, question: object, ending: str) -> Path:
        asked = repr((_program(), self.about, question))
        return self.folder / f"{self.manifest}-{hashlib.sha256(asked.encode()).hexdigest()[:24]}.{ending}"

    def _write(self, file: Path, write: Callable[[Path], object]) -> None:
        with suppress(OSError):  # a full or read-only disk: it is made again next time
            file.parent.mkdir(exist_ok=True)
            fresh = file.with_suffix(f".{uuid.uuid4().hex}.tmp")
            try:
                write(fresh)
                fresh.replace(file)
            finally:
                fresh.unlink(missing_ok=True)

    def _tidy(self) -> None:
        """Answers of other roll-ups go, and the oldest where there are too many."""
        with suppress(OSError):  # another process may tidy, too
            found = [(each, each.stat()) for each in self.folder.iterdir() if each.is_file()]
            held = 0
            for file, told in sorted(found, key=lambda each: each[1].st_mtime_ns, reverse=True):
                held += told.st_size
                if not file.name.startswith(self.manifest) or held > MOST_BYTES:
                    file.unlink(missing_ok=True)


@cache
def _program() -> str:
    """A fingerprint of what computes answers: another program finds other things in the same roll-ups."""
    found = hashlib.sha256()
    for room in ("metrics", "data_access"):
        for file in sorted((ROOMS / room).rglob("*.py")):
            found.update(file.read_bytes())
    return found.hexdigest()

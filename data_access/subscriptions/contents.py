"""What a report holds: the shipped file, or the site's own in its place; read anew each time."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_access.home import Home
from metrics.catalogue import CATALOGUE, named
from metrics.errors import InvalidSettings, near
from metrics.metric import AnyMetric
from metrics.rhythm import Rhythm

FILE = "weekly.toml"
SHIPPED = Path(__file__).with_name(FILE)
CHAPTERS = ("figures", "moved", "complaints", "quality", "wings", "changes", "swot", "actions", "ahead")
KEYS = ("chapters", "figures", "owner")


@dataclass(frozen=True, slots=True)
class Contents:
    """Chapters in their order, key figures in theirs, and who is told of a report that is not sent."""

    chapters: tuple[str, ...]
    figures: tuple[AnyMetric, ...]
    owner: str = ""


def read_contents(place: Home, rhythm: Rhythm) -> Contents:
    """What a report of this rhythm holds.

    Raises:
        InvalidSettings: the site's own file cannot be read, or says something that it cannot.
    """
    own = place.folder / FILE
    told = _read(SHIPPED)
    given = _read(own) if own.exists() else {}
    _check(own, given)
    chosen = {**told, **given} | told.get(rhythm, {}) | ({name: given[name] for name in KEYS if name in given})
    chosen |= given.get(rhythm, {})
    return Contents(tuple(chosen["chapters"]), tuple(named(chosen["figures"])), chosen["owner"])


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as failure:
        raise InvalidSettings(
            "The file {file}, which says what reports hold, cannot be read: {reason}",
            "Correct it, or delete it and the report that ships is made again.",
            file=file,
            reason=str(failure),
        ) from failure


def _check(file: Path, given: dict[str, Any]) -> None:
    tables = {name: each for name, each in given.items() if name in set(Rhythm)}
    for name in given:
        _one_of(file, name, [*KEYS, *Rhythm])
    for place, table in ({"": given} | tables).items():
        if not isinstance(table, dict):
            raise _wrong(file, place)
        for name, value in table.items():
            if place:
                _one_of(file, name, KEYS)
            if name in KEYS:
                _check_value(file, f"{place}.{name}".strip("."), name, value)


def _check_value(file: Path, where: str, name: str, value: Any) -> None:
    if name == "owner":
        if not isinstance(value, str) or (value and "@" not in value) or any(each in value for each in "\r\n,;"):
            raise _wrong(file, where)
        return
    if not isinstance(value, list) or not value or len(value) != len(set(map(str, value))):
        raise _wrong(file, where)
    for each in value:
        _one_of(file, each, CHAPTERS if name == "chapters" else list(CATALOGUE))


def _one_of(file: Path, word: object, known: Any) -> None:
    if word not in known:
        raise InvalidSettings(
            "The file {file}, which says what reports hold, names '{word}', which there is not.",
            "Write one of these: {near}.",
            file=file,
            word=word,
            near=near(str(word), known),
        )


def _wrong(file: Path, where: str) -> InvalidSettings:
    return InvalidSettings(
        "The file {file}, which says what reports hold, has something wrong at {where}.",
        "Chapters and figures are lists of names, each once and at least one; the owner is one e-mail address.",
        file=file,
        where=where,
    )

"""The warehouse in use and the one before: may rows be added to it, and the way back."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import select

from data_access.home import Home
from data_access.imports.mapping import Mapping
from data_access.read import read
from data_access.schema import warehouse_info
from data_access.warehouse import open_embedded
from data_access.zones import DEFAULT_ZONE
from metrics.errors import ImportFailed, SourceUnavailable


@dataclass(frozen=True, slots=True)
class Before:
    """A warehouse file of the product's own, as it tells of itself."""

    path: Path
    name: str
    source: str  # demo or import
    origin: str
    source_zone: str
    site_zone: str
    made_at: datetime | None
    rows: int | None
    contacts: int | None
    mappings: tuple[str, ...] = ()  # the names of those that its rows were imported by, where it tells


def in_use(home: Home) -> Before | None:
    """The embedded warehouse in use; None where there is none, or it is gone."""
    return _told(home.current_warehouse())


def previous(home: Home) -> Before | None:
    """The warehouse that the one in use took the place of; None where it is not kept."""
    return _told(home.previous_warehouse())


def go_back(home: Home) -> Before:
    """Put the warehouse before in use again; going back once more undoes it.

    Raises:
        ImportFailed: there is none, or a build is running.
    """
    with alone(home):
        before = previous(home)
        if before is None:
            raise ImportFailed("There are no data before these.", "Import the files again that you want to see.")
        home.adopt(before.path)
    return before


def warehouse_to_add_to(home: Home, mapping: Mapping) -> Before | None:
    """The warehouse in use; None where there is none yet, so that the rows begin a new one.

    Raises:
        ImportFailed: it is a demo, or its clocks are not those of the mapping.
    """
    before = in_use(home)
    if before is None:
        return None
    if before.source != "import":
        raise ImportFailed(
            "The data in use are a demo: rows of your own are never mixed with invented ones.",
            "Replace the demo by your own data; it can be brought back afterwards.",
        )
    _require_same(before.source_zone, before.site_zone, mapping)
    return before


def require_same_clocks(first: Mapping, other: Mapping) -> None:
    """
    Raises:
        ImportFailed: two mappings that fill one warehouse are of different time zones.
    """
    _require_same(first.time_zone, first.site_zone or first.time_zone, other)


@contextmanager
def alone(home: Home) -> Generator[None]:
    """Nobody else builds meanwhile.

    Raises:
        ImportFailed: another import or build is running.
    """
    home.make()
    try:
        with FileLock(home.lock, timeout=0):
            yield
    except Timeout as failure:
        raise ImportFailed(
            "Another import or build is running.", "Wait until it has ended, then start this one again."
        ) from failure


def _require_same(source_zone: str, site_zone: str, mapping: Mapping) -> None:
    told = mapping.time_zone, mapping.site_zone or mapping.time_zone
    if told != (source_zone, site_zone):
        raise ImportFailed(
            "The rows are of the time zone {told}, and those that they are added to of {known}.",
            "Use the same time zones in both, or replace the data in use.",
            told=" → ".join(dict.fromkeys(told)),
            known=" → ".join(dict.fromkeys((source_zone, site_zone))),
        )


def _told(path: Path | None) -> Before | None:
    if path is None or not path.exists():
        return None
    try:
        engine = open_embedded(path).engine
        info = dict(read(engine, select(warehouse_info.c.key, warehouse_info.c.value)).iter_rows())
        engine.dispose()
    except SourceUnavailable:
        return None
    made_at, rows = info.get("made_at"), info.get("rows")
    contacts = info.get("rows_contacts") or json.loads(info.get("parameters", "{}")).get("contacts")
    return Before(
        path=path,
        name=info.get("name", path.stem),
        source=info.get("source", "import"),
        origin=info.get("origin", ""),
        source_zone=info.get("source_zone", DEFAULT_ZONE),
        site_zone=info.get("site_zone", DEFAULT_ZONE),
        made_at=datetime.fromisoformat(made_at) if made_at else None,
        rows=int(rows) if rows else None,
        contacts=int(contacts) if contacts else None,
        mappings=tuple(json.loads(info.get("mappings", "[]"))),
    )

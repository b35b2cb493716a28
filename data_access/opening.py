"""Opening: which warehouse is in use, its roll-ups brought up to date, and the last good ones when it is silent."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import ArgumentError

from data_access.connecting.place import Place, connected_place
from data_access.home import Home
from data_access.read import database_name
from data_access.rollups import Progress, Rollups, connected_folder, open_rollups
from data_access.store import Store
from data_access.warehouse import Warehouse, open_connected, open_embedded
from data_access.zones import DEFAULT_ZONE, given_zones, is_zone
from metrics.errors import InvalidSettings, MappingError, SourceUnavailable
from metrics.rules import Rules

MEMORY = "warehouse.json"  # beside the roll-ups: what a connected warehouse was like when it last answered


@dataclass(frozen=True, slots=True)
class LastGood:
    """A store over the roll-ups in place, and when they were last found to agree with the warehouse (UTC)."""

    store: Store
    checked_at: datetime


def open_warehouse(home: Home) -> Warehouse:
    """The warehouse that the environment or the administrator's file names, else the embedded one in use.

    Raises:
        SourceUnavailable: there is none yet, its name is wrong, or it does not answer.
        MappingError: its mapping cannot be read, or does not fit it.
        InvalidSettings: the administrator's file cannot be read.
    """
    place = connected_place()
    return _connected(place) if place else open_embedded(embedded_path(home))


def open_store(home: Home, rules: Rules, progress: Progress | None = None) -> Store:
    """The warehouse's store, its roll-ups refreshed.

    Raises:
        SourceUnavailable: as `open_warehouse`; the roll-ups in place are kept, see `last_good_store`.
    """
    warehouse = open_warehouse(home)
    rollups = open_rollups(warehouse, rules, home.rollups)
    manifest = rollups.refresh(progress)
    if warehouse.source != "connected":
        return Store(rollups, manifest)
    _remember(rollups)
    return Store(rollups, manifest, datetime.now(ZoneInfo(warehouse.site_zone)).date())


def site_zone(home: Home) -> ZoneInfo:
    """The zone of the site's clock, whether or not its warehouse answers; the usual one where nothing tells."""
    place = connected_place()
    try:
        if place is None:
            told = _embedded_zone(home)
        elif place.mapping is None:
            told = given_zones()[1]
        else:
            from data_access.connecting.source_mapping import read_source_mapping  # as in `_connected`

            mapping = read_source_mapping(place.mapping)
            told = mapping.site_zone or mapping.time_zone
    except (MappingError, InvalidSettings):
        told = DEFAULT_ZONE
    return ZoneInfo(told if is_zone(told) else DEFAULT_ZONE)


def _embedded_zone(home: Home) -> str:
    try:
        return open_embedded(embedded_path(home)).site_zone
    except SourceUnavailable:
        return DEFAULT_ZONE


def last_good_store(home: Home, rules: Rules) -> LastGood | None:
    """The roll-ups of a connected warehouse that does not answer now; None where none are sound and of these rules.

    Figures that the roll-ups do not hold raise SourceUnavailable when they are asked for: the database is not asked,
    also where it answers and something else failed, for neither its mapping nor its guard stands before it here.
    """
    place = connected_place()
    if place is None:
        return None
    warehouse = Warehouse(_unasked(engine_at(place.url, place.told_by)), {}, "connected", "connected", "", "", "")
    memory = open_rollups(warehouse, rules, home.rollups).files.folder / MEMORY
    if not memory.exists():
        return None
    told = json.loads(memory.read_text())
    columns = {table: frozenset(names) for table, names in told.pop("columns").items()}
    rollups = open_rollups(Warehouse(engine=warehouse.engine, columns=columns, **told), rules, home.rollups)
    manifest = rollups.in_place()
    if manifest is None:
        return None
    checked_at = datetime.fromtimestamp(memory.stat().st_mtime, UTC)
    today = checked_at.astimezone(ZoneInfo(rollups.warehouse.site_zone)).date()
    return LastGood(Store(rollups, manifest, today), checked_at)


def _unasked(engine: Engine) -> Engine:
    """The engine, of which every connection is refused."""

    def refuse(*_given: object) -> None:
        raise SourceUnavailable(
            "The warehouse {url} does not answer or cannot be used now, so it is not asked for this.",
            "Check that it is running and reachable, then reload this page; figures computed earlier are kept.",
            url=database_name(engine),
        )

    event.listen(engine, "do_connect", refuse)
    return engine


def warehouse_stamp(home: Home) -> str:
    """A key that changes when another warehouse is put in use: cheap enough for every rerun.

    For a connected warehouse it changes with every refresh of its roll-ups. The warehouse itself changes without
    telling: whoever keeps a store open has to ask again after a while.
    """
    place = connected_place()
    if place:
        manifest = home.rollups / connected_folder(engine_at(place.url, place.told_by).url) / "manifest.json"
        return f"{manifest.parent.name} {manifest.stat().st_mtime_ns if manifest.exists() else 0}"
    try:
        return home.pointer.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def _connected(place: Place) -> Warehouse:
    engine_at(place.url, place.told_by).dispose()
    if place.mapping is None:
        return open_connected(place.url)
    from data_access.connecting.source_mapping import read_source_mapping  # without a mapping nobody waits for it

    return open_connected(place.url, read_source_mapping(place.mapping), place.mapping.name)


def engine_at(url: str, variable: str) -> Engine:
    """An engine for the address that an environment variable or a file holds; nothing is connected yet.

    Raises:
        SourceUnavailable: the address cannot be read, or its driver is not installed.
    """
    try:
        return create_engine(url)
    except ArgumentError as failure:
        raise SourceUnavailable(
            "The address of the database in {variable} cannot be read.",
            "Write it as dialect://user:password@host/database; docs/connecting.md has an example for each engine.",
            variable=variable,
        ) from failure
    except ImportError as failure:
        raise SourceUnavailable(
            "The driver '{driver}' that the database in {variable} needs is not installed.",
            "Install it into .venv; docs/connecting.md names the package for each engine.",
            driver=failure.name or url.partition(":")[0],
            variable=variable,
        ) from failure


def embedded_path(home: Home) -> Path:
    """The embedded warehouse in use.

    Raises:
        SourceUnavailable: there is none yet, it is gone, or what names it cannot be read.
    """
    try:
        path = home.current_warehouse()
    except (ValueError, KeyError, TypeError) as failure:
        raise SourceUnavailable(
            "The file {file}, which names the warehouse in use, cannot be read.",
            "Delete it, then run python -m jobs demo or import your files again.",
            file=home.pointer,
        ) from failure
    if path is None:
        raise SourceUnavailable(
            "There is no warehouse yet.",
            "Open the dashboard, whose first page makes a demo, or run python -m jobs demo, or python -m jobs import "
            "with your own files.",
        )
    if not path.exists():
        raise SourceUnavailable(
            "The warehouse file {file} is gone.",
            "Put it back, or run python -m jobs demo or import your files again.",
            file=path,
        )
    return path


def _remember(rollups: Rollups) -> None:
    """Write down what the warehouse is like, for the day on which it does not answer."""
    warehouse = rollups.warehouse
    told = {
        "columns": {table: sorted(names) for table, names in sorted(warehouse.columns.items())},
        "version": warehouse.version,
        "source": warehouse.source,
        "name": warehouse.name,
        "source_zone": warehouse.source_zone,
        "site_zone": warehouse.site_zone,
        "mapping_print": warehouse.logical.mapping.print if warehouse.logical else "",
    }
    path = rollups.files.folder / MEMORY
    fresh = path.with_suffix(f".{uuid.uuid4().hex}.tmp")
    with rollups.files.writing():
        fresh.write_text(json.dumps(told), encoding="utf-8")
        fresh.replace(path)

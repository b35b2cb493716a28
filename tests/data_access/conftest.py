"""Warehouses made once: of roll-ups, copied by each test that changes or damages one, and a small demo to read."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url

from data_access.changes import read_changes, register_demo_changes
from data_access.demo import Manifest, read_manifest
from data_access.home import Home
from data_access.opening import open_store
from data_access.rollups import Rollups, open_rollups
from data_access.state import open_state
from data_access.store import Store
from data_access.swot.asked import Asked, Known
from data_access.swot.gather import usual_period
from data_access.targets import Target
from data_access.viewer import LOCAL
from data_access.warehouse import Warehouse, open_connected, open_embedded
from metrics.rules import Rules
from tests.data_access.rebuilding import Opened, rows
from tests.data_access.seed import embedded, seeded
from tests.postgresql import fresh_database


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Warehouses of `rows`: made once, copied by each test. «b» has fewer contacts than «a»."""
    folder = tmp_path_factory.mktemp("templates")
    for engine in ("duckdb", "sqlite"):
        seeded(folder / f"w.{engine}", rows()).engine.dispose()
    embedded(folder / "a.duckdb", rows(), "a").engine.dispose()
    embedded(folder / "b.duckdb", {**rows(), "contacts": rows()["contacts"][50:250]}, "b").engine.dispose()
    return folder


@pytest.fixture(scope="session")
def own(templates: Path, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """A warehouse of the user's own on each engine: what tests ask of it one after the other is compiled once."""
    folder = tmp_path_factory.mktemp("own")

    @cache
    def opened(engine: str) -> Warehouse:
        file = shutil.copy(templates / f"w.{engine}", folder)
        return replace(open_connected(f"{engine}:///{file}"), source_zone="UTC", site_zone="UTC")

    return opened


@pytest.fixture
def connect(templates: Path, own: Opened) -> Opened:
    """A template as a warehouse of the user's own, in which nobody has changed anything; one to a test and engine."""

    def opened(engine: str = "duckdb") -> Warehouse:
        warehouse = own(engine)
        warehouse.engine.dispose()
        shutil.copy(templates / f"w.{engine}", str(warehouse.engine.url.database))
        return warehouse

    return opened


@pytest.fixture(scope="session")
def built(templates: Path) -> Path:
    """The folder of roll-ups built from a template: made once, copied by each test that goes on from there."""
    warehouse = replace(open_connected(f"duckdb:///{templates / 'w.duckdb'}"), source_zone="UTC", site_zone="UTC")
    rollups = open_rollups(warehouse, Rules(), templates / "built")
    rollups.refresh()
    warehouse.engine.dispose()
    return rollups.files.folder


@pytest.fixture
def refreshed(connect: Opened, built: Path, tmp_path: Path) -> Rollups:
    """Roll-ups of a user's own warehouse as they were built from it, both to be changed."""
    rollups = open_rollups(connect(), Rules(), tmp_path)
    shutil.copytree(built, rollups.files.folder)
    assert rollups.in_place() is not None
    return rollups


@pytest.fixture
def embed(templates: Path, tmp_path: Path) -> Opened:
    """Opens a copy of a template as one that the product made."""
    return lambda name="a": open_embedded(Path(shutil.copy(templates / f"{name}.duckdb", tmp_path)))


@pytest.fixture(scope="session")
def empty_states(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """The address of an empty state store of this kind: migrated once, copied by each test."""

    @cache
    def migrated(kind: str) -> str:
        folder = tmp_path_factory.mktemp("state")
        url = fresh_database() if kind == "postgresql" else f"sqlite:///{folder / 'state.sqlite'}"
        open_state(url).dispose()
        return url

    return migrated


@pytest.fixture(params=["sqlite", "postgresql"])
def state(request: pytest.FixtureRequest, empty_states: Callable[[str], str], tmp_path: Path) -> Iterator[Engine]:
    """An empty state store: a file, and a database on a real server."""
    made = make_url(empty_states(request.param)).database or ""
    url = fresh_database(made) if request.param == "postgresql" else f"sqlite:///{shutil.copy(made, tmp_path)}"
    engine = open_state(url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def planted(ready_demo: Home) -> tuple[Store, Manifest]:
    """A demo of the fewest contacts in which the planted patterns are found."""
    manifest = read_manifest(ready_demo.current_warehouse())
    assert manifest is not None
    return open_store(ready_demo, Rules()), manifest


@pytest.fixture(scope="session")
def asked(planted: tuple[Store, Manifest], tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """The usual board of that demo, with its changes on record, and targets that it surely keeps."""
    state = open_state(f"sqlite:///{tmp_path_factory.mktemp('state') / 'state.db'}")
    register_demo_changes(state, planted[1], "en", datetime(2026, 11, 1, tzinfo=UTC))
    low = tuple(
        Target(metric=each, value=40.0, start=date(2026, 1, 1))
        for each in ("complaint_linkage", "complaint_sla_attainment")
    )
    known = Known(targets=low, changes=tuple(read_changes(state, LOCAL)))
    return Asked(planted[0], LOCAL, *usual_period(planted[0]), (), known)

"""The same demo in a real PostgreSQL, a real MariaDB and SQLite: counted, told and shown is what DuckDB gives."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
import streamlit as st
from polars.testing import assert_frame_equal
from sqlalchemy import Connection, delete, insert, update

from data_access.connecting.place import VARIABLE
from data_access.dialects import day
from data_access.home import Home
from data_access.numbers import Grain, read_metrics
from data_access.opening import open_store
from data_access.rollups import Rollups, open_rollups
from data_access.rows import has_cases
from data_access.schema import TABLES
from data_access.store import Store
from data_access.viewer import LOCAL
from data_access.warehouse import open_connected
from metrics.catalogue import CATALOGUE, named
from metrics.metric import Source, Status
from metrics.rules import Rules
from metrics.scope import Period
from tests.data_access.looking import behind
from tests.data_access.rebuilding import change, frames
from tests.data_access.seed import ENGINES, SERVERS, contact, seeded
from tests.loading import load
from tests.pages.visiting import broken, has_figures, opened

OTHERS = [each for each in ENGINES if each != "duckdb"]
EVERY_OTHER = pytest.mark.parametrize("engine", OTHERS)
EVERY_SERVER = pytest.mark.parametrize("engine", list(SERVERS))
QUARTER = Period(date(2026, 7, 1), date(2026, 10, 1))  # of the demo's data
#: Sums of fractions depend on the order in which an engine adds them up.
NEARLY = {"rel_tol": 1e-12, "abs_tol": 1e-12}
CONTACTS, COMPLAINTS, REVIEWS = (TABLES[name] for name in ("contacts", "complaints", "qa_reviews"))


@pytest.fixture(scope="module")
def loaded(ready_demo: Home, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """The address of the demo on each engine."""
    source, folder, made = ready_demo.current_warehouse(), tmp_path_factory.mktemp("engines"), {}
    assert source is not None

    def address(engine: str) -> str:
        if engine not in made:
            made[engine] = SERVERS[engine]() if engine in SERVERS else f"{engine}:///{folder}/w.{engine}"
            load(source, made[engine])
        return made[engine]

    return address


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Where the roll-ups of each engine lie."""
    return Home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def stores(loaded: Callable[[str], str], homes: Home) -> Callable[[str], Store]:
    """The demo's store on each engine, its roll-ups built there."""
    made: dict[str, Store] = {}

    def store(engine: str) -> Store:
        if engine not in made:
            rollups = open_rollups(open_connected(loaded(engine)), Rules(), homes.rollups)
            made[engine] = Store(rollups, rollups.refresh())
        return made[engine]

    return store


@pytest.fixture(scope="module")
def embedded(ready_demo: Home) -> Iterator[Store]:
    """The same in DuckDB, as the product made it."""
    store = open_store(ready_demo, Rules())
    yield store
    store.warehouse.engine.dispose()


def assert_same(found: pl.DataFrame, wanted: pl.DataFrame) -> None:
    assert_frame_equal(found, wanted, check_row_order=False, check_exact=True)


@EVERY_OTHER
def test_every_roll_up_and_every_case_equals_duckdbs(
    engine: str, stores: Callable[[str], Store], embedded: Store
) -> None:
    store = stores(engine)
    found, wanted = (frames(each.rollups, each.manifest) for each in (store, embedded))
    assert found.keys() == wanted.keys()
    for name, frame in wanted.items():
        assert_same(found[name], frame)
    assert (store.manifest.as_of, store.manifest.bands) == (embedded.manifest.as_of, embedded.manifest.bands)


@EVERY_OTHER
@pytest.mark.parametrize(
    ("by", "grain"),
    [((), Grain.MONTH), (("supervisor",), None), (("hour", "product"), None)],
    ids=["months", "by who leads a team", "counted live"],
)
def test_every_metric_equals_duckdbs(
    engine: str, by: tuple[str, ...], grain: Grain | None, stores: Callable[[str], Store], embedded: Store
) -> None:
    period = Period(embedded.data_start, embedded.data_end) if grain else QUARTER
    found, wanted = (
        read_metrics(each, LOCAL, list(CATALOGUE.values()), period, by=by, grain=grain)
        for each in (stores(engine), embedded)
    )
    assert wanted["value"].is_not_null().any()
    assert_frame_equal(found, wanted, check_exact=False, **NEARLY)


@EVERY_SERVER
def test_rows_behind_every_kind_of_metric_equal_duckdbs(
    engine: str, stores: Callable[[str], Store], embedded: Store
) -> None:
    known = read_metrics(embedded, LOCAL, list(CATALOGUE.values()), QUARTER)
    known = known.filter(pl.col("status") != Status.NOT_AVAILABLE)["metric"]
    kinds = {(type(metric), metric.reads): metric for metric in named(known) if has_cases(metric)}
    for metric in kinds.values():
        found, wanted = (behind(each, LOCAL, metric, QUARTER) for each in (stores(engine), embedded))
        assert (found.table, found.count) == (wanted.table, wanted.count)
        assert_same(found.frame, wanted.frame)


@pytest.mark.parametrize("engine", ENGINES)
def test_words_are_told_apart_by_every_letter(engine: str, tmp_path: Path) -> None:
    words = ["fax", "Fax", "fax ", "fáx", "", None]
    at = datetime(2024, 1, 8, 23, 30)
    rows = [contact(f"k{place}", at, channel=word, agent_id=word) for place, word in enumerate(words)]
    warehouse = seeded(tmp_path / f"w.{engine}", {"contacts": rows}, zones=("UTC", "Asia/Shanghai"))
    rollups = open_rollups(warehouse, Rules(), tmp_path)
    store = Store(rollups, rollups.refresh())
    for name in ("channel", "agent_id"):
        found = store.facts(LOCAL, [Source.CONTACTS], Period(date(2024, 1, 1), date(2024, 2, 1)), (), (name,))
        counts = found.group_by("day", name).agg(pl.col("contacts").sum())
        assert sorted(counts.rows(), key=str) == sorted(((date(2024, 1, 9), each, 1) for each in words), key=str)


PAGES = ["this_week", "escalation", "sampling_plan"]  # all of them: make test-scale


@EVERY_SERVER
def test_pages_open_on_a_server(
    engine: str, loaded: Callable[[str], str], homes: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWINWING_HOME", str(homes.folder))
    monkeypatch.setenv(VARIABLE, loaded(engine))
    st.cache_resource.clear()
    for url in PAGES:
        app = opened(url)
        assert broken(app) == []
        assert [each.value for each in app.error] == [], url
        assert has_figures(app), url
    st.cache_resource.clear()


def late(connection: Connection) -> None:
    """Contacts and complaints come late, change and go, on the last day and a year before."""
    old, last = date(2025, 11, 12), date(2026, 10, 31)
    for number, its_day in enumerate((old, last)):
        at = datetime.combine(its_day, datetime.min.time()) + timedelta(hours=12)
        connection.execute(insert(CONTACTS).values(contact(f"late{number}", at, "someone", team_id="team_01")))
        connection.execute(
            insert(COMPLAINTS).values(complaint_id=f"late{number}", received_at=at, is_valid=True, severity="urgent")
        )
        connection.execute(update(CONTACTS).where(day(CONTACTS.c.started_at) == its_day).values(csat=1.0))
    connection.execute(delete(REVIEWS).where(day(REVIEWS.c.reviewed_at) == old))
    connection.execute(update(COMPLAINTS).where(day(COMPLAINTS.c.received_at) == last).values(upheld="upheld"))


@pytest.fixture(scope="module")
def after_late(ready_demo: Home, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """What DuckDB gives of the demo with what came late, built from nothing."""
    folder = tmp_path_factory.mktemp("late")
    path = shutil.copy(ready_demo.current_warehouse() or "", folder / "w.duckdb")
    warehouse = open_connected(f"duckdb:///{path}")
    change(warehouse, late)
    rollups = open_rollups(warehouse, Rules(), folder)
    return frames(rollups, rollups.refresh())


@EVERY_SERVER  # the last test here: it changes the demo on the server
def test_refresh_after_late_data_equals_what_duckdb_builds_from_nothing(
    engine: str, stores: Callable[[str], Store], after_late: dict[str, pl.DataFrame]
) -> None:
    store = stores(engine)
    change(store.warehouse, late)
    rollups: Rollups = replace(store.rollups, warehouse=replace(store.warehouse, late_days=None))
    found = frames(rollups, rollups.refresh())
    for name, frame in after_late.items():
        assert_same(found[name], frame)

"""Opening: which warehouse is in use, and what is left when it is silent."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from sqlalchemy import DateTime, create_engine, insert, select

from data_access.connecting.place import VARIABLE
from data_access.home import Home
from data_access.numbers import read_metrics
from data_access.opening import last_good_store, open_store, open_warehouse, warehouse_stamp
from data_access.read import read
from data_access.rollups import open_rollups
from data_access.rows import has_cases
from data_access.schema import COLUMNS, REQUIRED, TABLES
from data_access.store import Store
from data_access.viewer import LOCAL
from data_access.warehouse import Warehouse
from metrics.catalogue import CATALOGUE, named
from metrics.errors import SourceUnavailable
from metrics.metric import Source, Status
from metrics.rules import Rules
from metrics.scope import Period
from tests.data_access.looking import behind
from tests.data_access.seed import EVERY_COLUMN, QUICK, contact, embedded, random_rows, seeded

AT = datetime(2024, 1, 8, 12)
ROWS = {"contacts": [contact("k1", AT, team_id="a"), contact("k2", AT, "c2", team_id="b")]}
DAY = Period(AT.date(), AT.date() + timedelta(days=1))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv(VARIABLE, raising=False)
    return Home(tmp_path / "home")


def in_use(home: Home) -> Path:
    path = home.new_warehouse()
    embedded(path, ROWS).engine.dispose()
    home.adopt(path)
    return path


def test_home_without_a_warehouse_says_how_to_make_one(home: Home) -> None:
    with pytest.raises(SourceUnavailable, match=r"yet\. Open the dashboard, whose first page makes a demo"):
        open_warehouse(home)


def test_embedded_warehouse_in_use_is_opened(home: Home) -> None:
    in_use(home)
    store = open_store(home, Rules())
    assert store.facts(LOCAL, [Source.CONTACTS], DAY, ())["contacts"].sum() == 2  # the two rows


def test_lost_file_is_named(home: Home) -> None:
    path = in_use(home)
    path.unlink()
    with pytest.raises(SourceUnavailable, match=path.name):
        open_warehouse(home)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"kept": []}'])
def test_damaged_pointer_is_named(home: Home, text: str) -> None:
    in_use(home)
    home.pointer.write_text(text)
    with pytest.raises(SourceUnavailable, match=r"warehouse\.json, which names the warehouse in use, cannot be read"):
        open_warehouse(home)


def test_environment_goes_before_the_embedded_warehouse(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_use(home)
    seeded(tmp_path / "own.sqlite", ROWS).engine.dispose()
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path}/own.sqlite")
    assert open_warehouse(home).source == "connected"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("not a url", "The address of the database in TWINWING_WAREHOUSE cannot be read"),
        ("oracle://u:secret@h/d", "is not installed"),  # no driver for Oracle comes with the product
        ("nosuch://u:secret@h/d", "The address of the database in TWINWING_WAREHOUSE cannot be read"),
    ],
)
def test_wrong_address_is_one_sentence_without_the_password(
    home: Home, monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    monkeypatch.setenv(VARIABLE, url)
    with pytest.raises(SourceUnavailable, match=said) as failure:
        open_warehouse(home)
    assert "secret" not in str(failure.value)


def test_silent_warehouse_leaves_the_last_good_figures(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "own.sqlite"
    seeded(path, ROWS).engine.dispose()
    monkeypatch.setenv(VARIABLE, f"sqlite:///{path}")
    answered = open_store(home, Rules())
    assert answered.today == datetime.now(ZoneInfo("Asia/Shanghai")).date()  # the zone of a warehouse that names none
    wanted = answered.facts(LOCAL, [Source.CONTACTS], DAY, ())["contacts"].sum()
    answered.warehouse.engine.dispose()
    path.unlink()
    path.mkdir()  # a folder cannot be opened as a database
    with pytest.raises(SourceUnavailable, match="does not answer"):
        open_store(home, Rules())
    kept = last_good_store(home, Rules())
    assert kept is not None
    assert kept.store.facts(LOCAL, [Source.CONTACTS], DAY, ())["contacts"].sum() == wanted == 2  # the two rows
    assert abs(datetime.now(UTC) - kept.checked_at) < timedelta(minutes=5)


def test_last_good_figures_never_ask_a_database_that_answers(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They stand in wherever a refresh fails, also for lack of room, and neither mapping nor guard stands before it."""
    seeded(tmp_path / "own.duckdb", ROWS).engine.dispose()
    monkeypatch.setenv(VARIABLE, f"duckdb:///{tmp_path}/own.duckdb")
    store = open_store(home, Rules())
    live = DAY, (), ("agent_id", "issue_type", "channel")
    assert store.facts(LOCAL, [Source.CONTACTS], *live).height
    store.warehouse.engine.dispose()
    kept = last_good_store(home, Rules())
    assert kept is not None
    assert kept.store.facts(LOCAL, [Source.CONTACTS], DAY, ())["contacts"].sum() == 2
    with pytest.raises(SourceUnavailable, match="does not answer"):
        kept.store.facts(LOCAL, [Source.CONTACTS], *live)


def test_last_good_figures_of_other_rules_are_not_shown(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeded(tmp_path / "own.sqlite", ROWS).engine.dispose()
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path}/own.sqlite")
    open_store(home, Rules())
    assert last_good_store(home, Rules(fcr_window_days=3)) is None


def test_embedded_warehouse_has_no_last_good_store(home: Home) -> None:
    in_use(home)
    open_store(home, Rules())
    assert last_good_store(home, Rules()) is None


def test_stamp_changes_with_the_warehouse_in_use_and_only_then(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    none = warehouse_stamp(home)
    in_use(home)
    first = warehouse_stamp(home)
    open_store(home, Rules())
    assert warehouse_stamp(home) == first
    in_use(home)
    monkeypatch.setenv(VARIABLE, "sqlite:////a")
    connected = warehouse_stamp(home)
    monkeypatch.delenv(VARIABLE)
    assert len({none, first, warehouse_stamp(home), connected}) == 4


def test_running_store_of_a_connected_warehouse_sees_new_days_after_a_refresh(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "own.sqlite"
    seeded(path, ROWS).engine.dispose()
    monkeypatch.setenv(VARIABLE, f"sqlite:///{path}")
    none = warehouse_stamp(home)
    running, first = open_store(home, Rules()), warehouse_stamp(home)
    assert first == warehouse_stamp(home) != none
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(insert(TABLES["contacts"]).values(contact("k3", AT + timedelta(days=1), "c3", team_id="a")))
    engine.dispose()
    assert warehouse_stamp(home) == first  # nobody has looked yet
    fresh = open_store(home, Rules())
    assert warehouse_stamp(home) != first
    both = Period(DAY.start, DAY.end + timedelta(days=1))
    found = [each.facts(LOCAL, [Source.CONTACTS], both, ())["contacts"].sum() for each in (running, fresh)]
    assert found == [2, 3]  # the running one keeps its moment; its files are still there
    assert (running.data_end, fresh.data_end) == (DAY.end, both.end)


#: Of each table the instants that a warehouse may lack.
OPTIONAL = {
    table: sorted(
        {name for kind, names in columns if isinstance(kind, DateTime) for name in names.split()} - {*REQUIRED[table]}
    )
    for table, columns in COLUMNS.items()
}
SHANGHAI = ("UTC", "Asia/Shanghai")
QUARTER = Period(date(2024, 1, 1), date(2024, 4, 1))


def figures(warehouse: Warehouse, folder: Path) -> dict[str, tuple[str, float | None]]:
    """Every metric's status and value; cases are looked up behind one of each kind that has one."""
    rollups = open_rollups(warehouse, Rules(), folder)
    store = Store(rollups, rollups.refresh())
    found = read_metrics(store, LOCAL, list(CATALOGUE.values()), QUARTER)
    known = found.filter(pl.col("status") != Status.NOT_AVAILABLE)["metric"]
    kinds = {(type(metric), metric.reads): metric for metric in named(known) if has_cases(metric)}
    for metric in kinds.values():
        behind(store, LOCAL, metric, QUARTER)
    return {metric: (status, value) for metric, status, value in found.select("metric", "status", "value").rows()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, float | None]]:
    folder = tmp_path_factory.mktemp("whole")
    return figures(seeded(folder / "w.duckdb", random_rows(), zones=SHANGHAI), folder)


LACKING = [table for table, names in OPTIONAL.items() if names]
OTHERS = [table for table in LACKING if table != "contacts"]
#: Those of contacts by themselves, as they change other figures too; the others in two halves on one engine, and all at
#: once elsewhere.
APART = [
    *(("duckdb", tables) for tables in (["contacts"], OTHERS[::2], OTHERS[1::2])),
    *((engine, tables) for engine in QUICK if engine != "duckdb" for tables in (["contacts"], OTHERS)),
]


@pytest.mark.alike(2)
@pytest.mark.parametrize(("engine", "tables"), APART, ids=lambda given: given if isinstance(given, str) else given[0])
def test_zones_apart_and_every_optional_instant_of_a_table_missing_leave_the_other_figures_alone(
    engine: str, tables: list[str], tmp_path: Path, whole: dict[str, tuple[str, float | None]]
) -> None:
    rows, only = random_rows(), {each: " ".join(names) for each, names in EVERY_COLUMN.items()}
    for table in tables:
        lacking = {*OPTIONAL[table]}
        rows[table] = [
            {name: value for name, value in row.items() if name not in lacking} for row in rows.get(table, [])
        ]
        only[table] = " ".join(name for name in EVERY_COLUMN[table] if name not in lacking)
    found = figures(seeded(tmp_path / f"w.{engine}", rows, only=only, zones=SHANGHAI), tmp_path)
    gone = {f"{table}.{name}" for table in tables for name in OPTIONAL[table]}
    refused = {metric.id for metric in CATALOGUE.values() if gone & {each.split(" or ")[0] for each in metric.needs}}
    refused |= {metric for metric, (status, _value) in whole.items() if status == Status.NOT_AVAILABLE}  # of no volume
    assert {metric for metric, (status, _value) in found.items() if status == Status.NOT_AVAILABLE} == refused
    # Without a time of answer every contact counts as handled, without a time of reopening every reopening counts.
    # Without a time of dispute nobody knows of open ones, which would not count.
    otherwise = {"qa_pass_rate", "qa_score"} if "qa_reviews" in tables else set()
    if "contacts" not in tables:
        assert {metric: told for metric, told in found.items() if metric not in otherwise} == {
            metric: (Status.NOT_AVAILABLE, None) if metric in refused else told
            for metric, told in whole.items()
            if metric not in otherwise
        }


@pytest.mark.parametrize("engine", QUICK)
def test_column_that_is_missing_is_read_as_nulls_of_its_type(engine: str, tmp_path: Path) -> None:
    rows = {"contacts": [{"contact_id": "k1", "started_at": AT}]}
    only = {"contacts": "contact_id started_at"}
    warehouse = seeded(tmp_path / f"w.{engine}", rows, only=only, zones=SHANGHAI)
    lacking = [TABLES["contacts"].c[name] for name in ("answered_at", "talk_seconds", "csat", "resolved", "channel")]
    query = select(*(warehouse.column("contacts", column.name).label(column.name) for column in lacking))
    shown = query.add_columns(warehouse.site(warehouse.column("contacts", "answered_at")).label("at_site"))
    found = read(warehouse.engine, shown.select_from(warehouse.table("contacts")))
    assert found.rows() == [(None,) * 6]
    assert found.dtypes == [pl.Datetime("us"), pl.Int64, pl.Float64, pl.Boolean, pl.String, pl.Datetime("us")]

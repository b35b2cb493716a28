"""`python -m jobs metrics`: the numbers of the pages, and one sentence for what cannot be read."""

import csv
import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from io import StringIO
from pathlib import Path

import duckdb
import pytest

from data_access.connecting.place import VARIABLE
from data_access.demo import make_demo
from data_access.home import Home
from data_access.numbers import Grain, read_metrics
from data_access.opening import open_store
from data_access.store import Store
from data_access.viewer import LOCAL
from jobs.formats import Format
from jobs.metrics_command import Request, column, requested, rows, written
from metrics.catalogue import CATALOGUE
from metrics.errors import InvalidScope, UnknownName
from metrics.rules import Rules
from metrics.scope import Period

OCTOBER = ("2026-10-01", "2026-11-01")
Command = Callable[..., subprocess.CompletedProcess[str]]
InProcess = Callable[..., tuple[int, str, str]]
KEYS = ["value", "numerator", "denominator", "low", "high", "covers", "mature", "status", "needs"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("home"))
    path = home.new_warehouse()
    make_demo(path, contacts=5_000, months=12)
    home.adopt(path)
    return home


@pytest.fixture(scope="module")
def store(home: Home) -> Iterator[Store]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(VARIABLE, raising=False)
        yield open_store(home, Rules())


def asked(**given: object) -> Request:
    words: dict = {"by": (), "metrics": (), "filters": (), "grain": None, **given}
    return requested(*OCTOBER, **words)


def printed(store: Store, request: Request) -> list[dict]:
    return json.loads(written(rows(store, LOCAL, request), Format.JSON))


def test_every_metric_is_printed_as_the_pages_read_it(store: Store) -> None:
    period = Period(date(2026, 10, 1), date(2026, 11, 1))
    wanted = read_metrics(store, LOCAL, list(CATALOGUE.values()), period)
    assert printed(store, asked()) == wanted.to_dicts()


def test_numbers_are_those_of_plain_sql(store: Store, home: Home) -> None:
    [row] = printed(store, asked(metrics=["csat"], filters=["channel=phone", "channel=chat"]))
    store.warehouse.engine.dispose()  # DuckDB lets one configuration at a time into a file
    with duckdb.connect(str(home.current_warehouse()), read_only=True) as connection:
        counted = connection.execute("""
            SELECT count(*) FILTER (WHERE csat IN (4, 5)), count(*) FROM contacts
            WHERE started_at >= '2026-10-01' AND started_at < '2026-11-01' AND channel IN ('phone', 'chat')
            AND csat BETWEEN 1 AND 5 AND exclusion_reason IS NULL AND merged_into IS NULL""").fetchone()
    assert counted is not None
    assert (row["numerator"], row["denominator"]) == counted
    assert row["value"] == pytest.approx(100 * counted[0] / counted[1])


def test_groups_are_named_as_they_were_asked_for(store: Store) -> None:
    [first, *_] = printed(store, asked(metrics=["csat"], by=["team,channel"], grain=Grain.WEEK))
    assert list(first) == ["metric", "team", "channel", "week", *KEYS]
    [other, *_] = printed(store, asked(metrics=["csat"], by=["team_id"]))
    assert list(other) == ["metric", "team_id", *KEYS]


def test_names_stand_beside_codes_where_they_are_asked_for(store: Store, home: Home) -> None:
    found = printed(store, asked(metrics=["first_contact_resolution"], by=["channel", "team"], is_named=True))
    assert list(found[0]) == ["metric", "channel", "team", "team_name", *KEYS]
    store.warehouse.engine.dispose()
    with duckdb.connect(str(home.current_warehouse()), read_only=True) as connection:
        known = dict(connection.execute("SELECT team_id, name FROM teams").fetchall())
    assert len(known) > 1
    assert {(row["team"], row["team_name"]) for row in found} == {*known.items(), (None, None)}


def test_what_cannot_be_split_is_null_with_the_reason(store: Store) -> None:
    rows_ = printed(store, asked(metrics=["complaint_rate_per_order"], by=["team"]))
    assert [(row["value"], row["status"], row["needs"]) for row in rows_] == [(None, "not_split", "team_id")]


def test_csv_has_the_same_rows(store: Store) -> None:
    frame = rows(store, LOCAL, asked(by=["team"]))
    read = list(csv.DictReader(StringIO(written(frame, Format.CSV))))
    assert len(read) == frame.height
    for row, wanted in zip(read, frame.iter_rows(named=True), strict=True):
        assert (row["metric"], row["team"]) == (wanted["metric"], wanted["team"] or "")
        assert (float(row["value"]) if row["value"] else None) == wanted["value"]


def test_several_metrics_may_follow_the_option_once(
    home: Home, in_process: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWINWING_HOME", str(home.folder))
    asked_for = ["metrics", "--from", "2026-10-05", "--to", "2026-10-12", "--format", "csv", "--metric", "csat"]
    _status, one_by_one, _said = in_process(*asked_for, "--metric", "transfer_rate")
    assert [line.split(",")[0] for line in one_by_one.splitlines()] == ["metric", "csat", "transfer_rate"]
    assert in_process(*asked_for, "transfer_rate")[1] == one_by_one


def test_metrics_and_dimensions_may_be_given_twice() -> None:
    request = asked(metrics=["csat,csat", "csat"], by=["team", "team_id,channel"])
    assert [metric.id for metric in request.metrics] == ["csat"]
    assert dict(zip(request.by, request.names, strict=True)) == {"team_id": "team", "channel": "channel"}


@pytest.mark.parametrize(("name", "wanted"), [("team", "team_id"), ("agent_id", "agent_id"), ("channel", "channel")])
def test_dimensions_have_spoken_names(name: str, wanted: str) -> None:
    assert column(name) == wanted


def test_unknown_dimension_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"by 'chanel'\. Did you mean: channel"):
        column("chanel")


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2026-11-02", "2026-11-01", "has no day in it"),
        ("2026-11-01", "2026-11-01", "has no day in it"),
        ("2026-02-30", "2026-11-01", "'2026-02-30' is not a day"),
        ("yesterday", "2026-11-01", "'yesterday' is not a day"),
        ("2026-01-01", "9999-12-31", "'9999-12-31' is not a day that can be shown"),
    ],
)
def test_impossible_period_is_one_sentence(start: str, end: str, said: str) -> None:
    with pytest.raises(InvalidScope, match=said):
        requested(start, end, (), (), (), None)


@pytest.mark.parametrize("given", ["channel", "channel=", "=phone"])
def test_filter_without_a_name_or_value_is_refused(given: str) -> None:
    with pytest.raises((InvalidScope, UnknownName)):
        asked(filters=[given])


def test_filter_for_a_value_that_never_occurs_names_the_nearest(store: Store) -> None:
    with pytest.raises(UnknownName, match=r"channel 'phnoe'\. Did you mean: phone"):
        rows(store, LOCAL, asked(filters=["channel=phnoe"]))


def test_real_command_prints_only_data_on_stdout(home: Home, command: Command) -> None:
    done = command(["metrics", "--from", OCTOBER[0], "--to", OCTOBER[1], "--metric", "csat"], home)
    assert (done.returncode, done.stderr) == (0, "")
    assert [row["metric"] for row in json.loads(done.stdout)] == ["csat"]


@pytest.mark.parametrize(
    ("metric", "start", "said"),
    [
        ("csta", OCTOBER[0], "There is no metric 'csta'. Did you mean: csat?"),
        ("fcr", OCTOBER[0], "There is no metric 'fcr'. Did you mean: first_contact_resolution?\n"),
        ("zzz", OCTOBER[0], "There is no metric 'zzz'. The page Definitions lists every metric with its id.\n"),
        ("csat", "2027-01-01", "The period from 2027-01-01 to 2026-11-01 has no day in it."),
    ],
)
def test_bad_request_is_one_line_on_stderr(in_process: InProcess, metric: str, start: str, said: str) -> None:
    status, printed_, told = in_process("metrics", "--from", start, "--to", OCTOBER[1], "--metric", metric)
    assert (status, printed_) == (2, "")
    assert told.startswith(said)
    assert told.count("\n") == 1


def test_empty_home_is_told_what_to_do_in_chinese(tmp_path: Path, command: Command) -> None:
    done = command(["refresh"], Home(tmp_path), language="zh_CN.UTF-8")
    assert (done.returncode, done.stdout) == (2, "")
    assert "仓库" in done.stderr or "数据" in done.stderr
    assert "Traceback" not in done.stderr

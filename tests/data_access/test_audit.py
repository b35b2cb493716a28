"""The audit log: nothing in it can be altered, left out or cut off without being noticed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from data_access.audit import (
    LEAST_DAYS,
    Search,
    append,
    keep_audit_for,
    people_in_audit,
    read_audit,
    record,
    retention_days,
)
from data_access.audit_check import Fault, verify_audit
from data_access.audit_rows import Act
from data_access.home import Home, home
from data_access.state import transaction
from data_access.viewer import LOCAL, Role, Stranger, Viewer
from metrics.errors import InvalidSettings, NotAllowed

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
LI = Viewer("li@example.com", Role.MANAGER)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("TWINWING_HOME", str(tmp_path))
    return home()


@pytest.fixture
def engine(place: Home, state: Engine) -> Engine:
    return state


def written(engine: Engine, count: int = 5, start: datetime = NOW) -> None:
    for number in range(count):
        record(engine, LI, Act.FILE_TAKEN, {"title": f"表 {number}", "bytes": number}, start + timedelta(hours=number))


def tampered(engine: Engine, *statements: str) -> None:
    """As someone who has the database and takes its guards away."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("DROP TRIGGER audit_log_is_only_added_to ON audit_log"))
        else:
            for name in ("audit_log_is_not_altered", "audit_log_is_not_cut"):
                connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(text(statement))


def test_entries_come_back_newest_first_as_they_were_written(engine: Engine):
    record(engine, Stranger("eve"), Act.REFUSED, {"page": "people"}, NOW)
    record(engine, LI, Act.CASES_OPENED, {"metric": "csat", "rows": 3, "team_id": ["a"]}, NOW + DAY)
    entries, count = read_audit(engine, LOCAL, Search(), 10)
    assert count == 2
    assert [(each.id, each.who, each.role, each.act, each.scope) for each in entries] == [
        (2, "li@example.com", "manager", "cases_opened", {"metric": "csat", "rows": 3, "team_id": ["a"]}),
        (1, "eve", "none", "refused", {"page": "people"}),
    ]
    assert [each.at for each in entries] == [NOW + DAY, NOW]


@pytest.mark.parametrize(
    ("search", "numbers"),
    [
        (Search(who="eve"), [1]),
        (Search(acts=("file_taken",)), [4, 3, 2]),
        (Search(start=date(2026, 11, 24)), [4]),
        (Search(end=date(2026, 11, 24)), [3, 2, 1]),
        (Search(start=date(2026, 11, 23), end=date(2026, 11, 24), who="li@example.com"), [3, 2]),
    ],
)
def test_a_search_finds_by_day_person_and_act(engine: Engine, search: Search, numbers: list[int]):
    record(engine, Stranger("eve"), Act.REFUSED, {}, NOW)
    for at in (NOW, NOW + timedelta(hours=14, minutes=29), NOW + timedelta(hours=14, minutes=30)):  # to midnight
        record(engine, LI, Act.FILE_TAKEN, {}, at)
    assert [each.id for each in read_audit(engine, LOCAL, search, 10)[0]] == numbers
    assert read_audit(engine, LOCAL, search, 1)[1] == len(numbers)
    assert people_in_audit(engine, LOCAL) == ["eve", "li@example.com"]


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.ADMIN])
def test_only_an_administrator_reads_the_log(engine: Engine, role: Role):
    for read in (
        lambda viewer: read_audit(engine, viewer, Search(), 1),
        lambda viewer: people_in_audit(engine, viewer),
        lambda viewer: keep_audit_for(engine, viewer, 400, NOW),
    ):
        with pytest.raises(NotAllowed):
            read(Viewer("x", role))


def test_a_log_as_it_was_written_is_whole(engine: Engine):
    assert verify_audit(engine).count == 0
    written(engine)
    found = verify_audit(engine)
    assert (found.fault, found.count, found.last_id) == (None, 5, 5)
    assert verify_audit(engine, (found.last_id, found.last_seal)).fault is None
    written(engine, 2, NOW + DAY)
    assert verify_audit(engine, (found.last_id, found.last_seal)).fault is None


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET who = 'x' WHERE id = 3", "DELETE FROM audit_log"])
def test_the_store_refuses_to_alter_or_delete(engine: Engine, statement: str):
    written(engine)
    with pytest.raises(DatabaseError, match="only added to"), engine.begin() as connection:
        connection.execute(text(statement))
    assert verify_audit(engine).count == 5


@pytest.mark.parametrize(
    ("statement", "fault", "at"),
    [
        ("UPDATE audit_log SET who = 'x' WHERE id = 3", Fault.ALTERED, 3),
        ("UPDATE audit_log SET role = 'admin' WHERE id = 1", Fault.ALTERED, 1),
        ("UPDATE audit_log SET act = 'signed_in' WHERE id = 5", Fault.ALTERED, 5),
        ("UPDATE audit_log SET at = '2026-01-01 00:00:00.000000' WHERE id = 2", Fault.ALTERED, 2),
        ("""UPDATE audit_log SET scope = '{"title": "x"}' WHERE id = 4""", Fault.ALTERED, 4),
        ("DELETE FROM audit_log WHERE id = 3", Fault.MISSING, 3),
        ("DELETE FROM audit_log WHERE id = 1", Fault.MISSING, 1),
        ("DELETE FROM audit_log WHERE id > 3", Fault.CUT, 4),
        ("DELETE FROM audit_log", Fault.CUT, 1),
        ("UPDATE audit_head SET first_id = 3", Fault.MISSING, 3),
    ],
)
def test_whatever_is_altered_in_the_database_is_noticed(engine: Engine, statement: str, fault: Fault, at: int):
    written(engine)
    tampered(engine, statement)
    found = verify_audit(engine)
    assert (found.fault, found.at) == (fault, at)


def test_a_tail_cut_off_together_with_its_head_is_noticed_by_what_was_noted_outside(engine: Engine):
    written(engine)
    noted = verify_audit(engine)
    with engine.connect() as connection:
        seal = connection.execute(text("SELECT seal FROM audit_log WHERE id = 3")).scalar_one()
    tampered(engine, "DELETE FROM audit_log WHERE id > 3", f"UPDATE audit_head SET last_id = 3, last_seal = '{seal}'")
    assert verify_audit(engine).fault is Fault.CUT  # by the anchor in the home
    home().audit_anchor.unlink()
    assert verify_audit(engine).fault is None
    assert verify_audit(engine, (noted.last_id, noted.last_seal)).fault is Fault.CUT


def test_a_chain_forged_without_the_secret_is_noticed(engine: Engine, monkeypatch: pytest.MonkeyPatch):
    written(engine)
    monkeypatch.setenv("TWINWING_SECRET", "x" * 32)
    assert (verify_audit(engine).fault, verify_audit(engine).at) == (Fault.ALTERED, 1)


def test_an_entry_is_undone_with_what_it_belongs_to_and_leaves_no_gap(engine: Engine):
    written(engine, 2)
    with pytest.raises(RuntimeError, match="x"), transaction(engine) as session:
        append(session, LI, Act.CHANGE_CREATED, {}, NOW)
        raise RuntimeError("x")
    written(engine, 1)
    assert (verify_audit(engine).count, verify_audit(engine).fault) == (3, None)


def test_entries_written_at_once_form_one_chain(engine: Engine):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: written(engine, 5), range(8)))
    found = verify_audit(engine)
    assert (found.fault, found.count) == (None, 40)


def test_entries_older_than_the_retention_go_and_the_rest_still_verifies(engine: Engine):
    written(engine, 3, NOW - 201 * DAY)
    written(engine, 2, NOW - 199 * DAY)
    keep_audit_for(engine, LOCAL, 200, NOW)
    assert retention_days(engine) == 200
    entries, count = read_audit(engine, LOCAL, Search(), 10)
    # Of five the three older than 200 days go; one entry says that the setting was changed, one what was taken.
    assert [each.id for each in entries] == [7, 6, 5, 4]
    assert entries[0].scope == {"up_to": 3, "seal": entries[0].scope["seal"], "days": 200}
    assert (entries[1].act, entries[1].scope["before"], entries[1].scope["after"]) == ("setting_changed", 1095, 200)
    assert (count, verify_audit(engine).fault, verify_audit(engine).count) == (4, None, 4)
    record(engine, LI, Act.SIGNED_IN, {}, NOW + 3 * DAY)  # the first of a day takes the next two away
    assert [each.id for each in read_audit(engine, LOCAL, Search(), 10)[0]] == [9, 8, 7, 6]
    assert verify_audit(engine).fault is None


def test_an_entry_of_a_clock_that_was_far_behind_takes_none_before_it_away(engine: Engine):
    written(engine, 2, NOW - 1_100 * DAY)
    written(engine, 2, NOW - 300 * DAY)
    record(engine, LI, Act.SIGNED_IN, {}, datetime(1970, 1, 1, tzinfo=UTC))  # a host without a battery
    record(engine, LI, Act.SIGNED_IN, {}, NOW)
    # Of the first day of the right clock: only the first two are older than the usual 1,095 days.
    assert [each.id for each in read_audit(engine, LOCAL, Search(), 10)[0]] == [7, 6, 5, 4, 3]
    assert verify_audit(engine).fault is None


def test_a_beginning_that_was_cut_is_not_taken_for_a_retention(engine: Engine):
    written(engine)
    with engine.connect() as connection:
        seal = connection.execute(text("SELECT seal FROM audit_log WHERE id = 2")).scalar_one()
    tampered(
        engine, f"UPDATE audit_head SET first_id = 3, before_first = '{seal}'", "DELETE FROM audit_log WHERE id < 3"
    )
    assert (verify_audit(engine).fault, verify_audit(engine).at) == (Fault.CUT, 3)


def test_the_log_is_kept_for_half_a_year_at_least(engine: Engine):
    with pytest.raises(InvalidSettings, match="179 days"):
        keep_audit_for(engine, LOCAL, LEAST_DAYS - 1, NOW)
    assert retention_days(engine) == 1095

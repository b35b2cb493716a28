"""Clocks that change: summer time at the site, and a host whose clock is set back or was ahead."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from data_access.desk.deadlines import due_list
from data_access.home import Home
from data_access.marks import Marker
from data_access.opening import site_zone
from data_access.rollups import open_rollups
from data_access.state import open_state
from data_access.store import Store
from data_access.viewer import LOCAL
from data_access.watch import outbox
from data_access.watch.events import record_failure
from data_access.watch.quiet import is_quiet
from data_access.watch.runs import begin_run, end_run, last_run
from metrics.alerts.rule import AlertRule, Kind
from metrics.rhythm import Rhythm, last_whole
from metrics.rules import Rules
from metrics.scope import Period
from metrics.working_time import Clock
from tests.data_access.seed import seeded

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: Sundays on which the clocks of a zone go forward and back in 2026: 23 and 25 hours. Source: EU directive 2000/84/EC
#: (last Sundays of March and October), US Energy Policy Act of 2005 (second of March, first of November).
CHANGES = (
    ("Europe/Berlin", date(2026, 3, 29), 23),
    ("Europe/Berlin", date(2026, 10, 25), 25),
    ("America/New_York", date(2026, 3, 8), 23),
    ("America/New_York", date(2026, 11, 1), 25),
)
RULE = AlertRule(key="own", kind=Kind.THRESHOLD, about="csat", limit=0.0, is_on=True, channels=("duty",))


def hours_around(day: date) -> list[datetime]:
    """Every full hour of UTC from two days before to two days after."""
    first = datetime.combine(day, datetime.min.time(), UTC) - 2 * DAY
    return [first + number * HOUR for number in range(5 * 24)]


@pytest.mark.parametrize(("zone", "day", "hours"), CHANGES)
def test_a_day_of_23_or_25_hours_holds_its_contacts_and_its_neighbours_theirs(
    zone: str, day: date, hours: int, tmp_path: Path
):
    rows = [{"contact_id": str(at), "started_at": at.replace(tzinfo=None)} for at in hours_around(day)]
    columns = {"contacts": "contact_id started_at"}
    warehouse = seeded(tmp_path / "w.duckdb", {"contacts": rows}, only=columns, zones=("UTC", zone))
    found, _as_of = Marker(warehouse, Rules()).marks(date(2026, 1, 1))
    counted = {each: count for each, (count, _print) in found["contacts"].items()}
    assert [counted[day + shift * DAY] for shift in (-1, 0, 1)] == [24, hours, 24]
    warehouse.engine.dispose()


@pytest.mark.parametrize(("zone", "day", "hours"), CHANGES)
def test_reports_and_quiet_hours_go_by_the_sites_clock_over_the_change(zone: str, day: date, hours: int):
    clock = [at.astimezone(ZoneInfo(zone)) for at in hours_around(day)]
    # A report a day, whichever hour the job runs in: none is passed over, and none comes back.
    asked = [last_whole(Rhythm.DAY, at.date()).start for at in clock]
    assert asked == sorted(asked)
    assert sorted(set(asked)) == [asked[0] + number * DAY for number in range(len(set(asked)))]
    # Quiet from 22 to 7 o'clock is nine hours; in the night of the change an hour less or more goes by.
    night = [at for at in clock if is_quiet((22, 7), at) and abs(at.replace(tzinfo=None) - _midnight(day)) <= 7 * HOUR]
    assert len(night) == 9 + hours - 24


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time())


@pytest.mark.parametrize(
    ("zone", "friday", "monday", "due"),
    [
        # Friday 17:30, with 30 minutes left of the day; Monday 10:00. Berlin is 1 h ahead of UTC, then 2.
        ("Europe/Berlin", datetime(2026, 3, 27, 16, 30), datetime(2026, 3, 30, 8), datetime(2026, 3, 30, 10, 30)),
        # New York is 5 h behind, then 4.
        ("America/New_York", datetime(2026, 3, 6, 22, 30), datetime(2026, 3, 9, 14), datetime(2026, 3, 9, 10, 30)),
    ],
)
def test_two_office_hours_over_the_change_end_at_the_sites_clock(
    zone: str, friday: datetime, monday: datetime, due: datetime, tmp_path: Path, state: Engine
):
    complaint = {
        "complaint_id": "p1", "received_at": friday, "severity": "general", "handed_over_at": friday,
        "responsible_department": "it", "first_response_at": friday,
    }  # fmt: skip
    rows = {"contacts": [{"contact_id": "k1", "started_at": monday}], "complaints": [complaint]}
    rollups = open_rollups(
        seeded(
            tmp_path / "w.duckdb",
            rows,
            only={"contacts": "contact_id started_at", "complaints": " ".join(complaint)},
            zones=("UTC", zone),
        ),
        Rules(deadline_clock=Clock.OFFICE_HOURS, min_denominator=1),
        tmp_path,
    )
    store = Store(rollups, rollups.refresh())
    whole = Period(friday.date(), friday.date() + DAY)
    (row,) = due_list(leg="department", column="soon")(
        store, state, LOCAL, period=whole, filters=(), now=NOW
    ).frame.rows(named=True)
    assert (row["due_at"], row["seconds_left"]) == (due, 30 * 60)
    store.warehouse.engine.dispose()


@pytest.fixture
def state(tmp_path: Path) -> Engine:
    return open_state(f"sqlite:///{tmp_path / 'state.sqlite'}")


@pytest.mark.parametrize("back", [HOUR, DAY, 400 * DAY])
def test_a_clock_that_is_set_back_holds_no_message_up(back: timedelta, state: Engine):
    assert record_failure(state, RULE, {"what": "w", "fix": "f", "values": {}}, NOW.date(), NOW)
    earlier = NOW - back
    assert not record_failure(state, RULE, {}, earlier.date(), earlier)  # it is open: told once
    claimed = outbox.claim_next(state, NOW, (), is_quiet=False)  # by a process that is killed
    again = outbox.claim_next(state, earlier, (), is_quiet=False)
    assert claimed is not None
    assert again is not None
    assert again.id == claimed.id
    assert not outbox.confirm(state, claimed, None, earlier)  # only who holds it settles it
    assert outbox.confirm(state, again, None, earlier)
    assert outbox.claim_next(state, NOW + DAY, (), is_quiet=False) is None


def test_an_attempt_that_failed_is_made_again_within_two_hours_of_a_clock_that_was_set_back(state: Engine):
    record_failure(state, RULE, {"what": "w", "fix": "f", "values": {}}, NOW.date(), NOW)
    failed = outbox.claim_next(state, NOW, (), is_quiet=False)
    assert failed is not None
    outbox.postpone(state, failed, "http_500", NOW)  # for a minute
    found = [outbox.claim_next(state, NOW - HOUR + 5 * number * timedelta(minutes=1), (), is_quiet=False)
             for number in range(14)]  # fmt: skip
    assert [each is not None for each in found].index(True) == 13  # at 9:05, as it was due at 9:01


def test_a_look_at_alerts_by_a_clock_that_was_ahead_does_not_pass_for_the_newest(state: Engine):
    ahead, _killed = begin_run(state, NOW + DAY)
    end_run(state, ahead, None, (1, 0), NOW + DAY)
    place, was_killed = begin_run(state, NOW)
    end_run(state, place, None, (2, 0), NOW)
    run = last_run(state)
    assert run is not None
    assert (run.rules, was_killed) == (2, False)


def test_what_day_it_is_at_the_site_does_not_hang_on_whether_the_warehouse_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TWINWING_WAREHOUSE", "postgresql+psycopg://nobody@127.0.0.1:9/gone")
    monkeypatch.setenv("TWINWING_SITE_ZONE", "America/New_York")
    assert site_zone(Home(tmp_path)).key == "America/New_York"
    monkeypatch.setenv("TWINWING_SITE_ZONE", "Mars/Olympus")
    assert site_zone(Home(tmp_path)).key == "Asia/Shanghai"
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        'name = "n"\ntime_zone = "UTC"\nsite_zone = "Europe/Berlin"\n[contacts]\ntable = "calls"\n'
        '[contacts.columns]\ncontact_id = "id"\nstarted_at = "at"\n'
    )
    monkeypatch.setenv("TWINWING_MAPPING", str(mapping))
    assert site_zone(Home(tmp_path)).key == "Europe/Berlin"
    mapping.write_text("nothing")
    assert site_zone(Home(tmp_path)).key == "Asia/Shanghai"

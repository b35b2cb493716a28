"""Forecasts of the demo: counted as plain SQL counts, cut to what the viewer sees, types that add up."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest
from sqlalchemy import text

from data_access.demo import Manifest
from data_access.names import values_seen
from data_access.store import Store
from data_access.viewer import LOCAL, Role, Viewer
from data_access.watch.forecast import (
    Lacking,
    read_breach,
    read_counts,
    read_foretold,
    recorded,
)
from data_access.watch.staff import read_staff, read_staff_there, read_work
from metrics.errors import NotAllowed
from metrics.forecast import TOTAL, Breach, Foretold
from metrics.results import NotEstimable

Planted = tuple[Store, Manifest]


def _foretold(store: Store, subject: str, viewer: Viewer = LOCAL) -> Foretold:
    found = read_foretold(store, viewer, subject, ())
    assert isinstance(found, Foretold)
    return found


def test_history_is_what_sql_counts(planted: Planted):
    store, _manifest = planted
    counts = _foretold(store, "contacts").panel.counts[0]
    with store.warehouse.engine.connect() as connection:
        told = connection.execute(
            text("SELECT count(*) FROM contacts WHERE exclusion_reason IS NULL AND merged_into IS NULL")
        ).scalar_one()
    assert told == counts.sum()


def test_types_add_up_to_all(planted: Planted):
    store, _manifest = planted
    for subject in ("contacts", "complaints"):
        found = _foretold(store, subject)
        assert len(found.names) > 2
        for grain in ("day", "week"):
            total, *parts = (found.of(name, grain).frame["expected"] for name in found.names)
            assert (total - sum(parts)).abs().max() <= 1e-9


def test_most_series_are_foretold_better_than_by_the_last_week(planted: Planted):
    store, _manifest = planted
    tests = [
        found.of(name, grain).test
        for found in (_foretold(store, "contacts"), _foretold(store, "complaints"))
        for name in found.names
        for grain in ("day", "week")
    ]
    assert sum(each.against_naive < 1 for each in tests) >= 0.8 * len(tests)
    covered = [each.coverage for each in tests if each.coverage is not None]
    assert 0.90 <= sum(covered) / len(covered) <= 0.98


def test_a_leader_is_foretold_the_own_team_alone(planted: Planted):
    store, _manifest = planted
    team = values_seen(store, LOCAL, "team_id")[0]
    leader = Viewer(name="leader", role=Role.TEAM_LEADER, teams=(team,), is_cleared=True)
    own, every = (_foretold(store, "contacts", viewer).panel.counts[0].sum() for viewer in (leader, LOCAL))
    known = recorded(store, "contacts")
    assert known is not None
    filtered = read_counts(store, LOCAL, "contacts", known, (("team_id", (team,)),))
    assert own == filtered["count"].sum()
    assert 0 < own < every


def test_who_is_not_cleared_may_not_filter_by_people(planted: Planted):
    store, _manifest = planted
    with pytest.raises(NotAllowed):
        read_foretold(store, replace(LOCAL, is_cleared=False), "contacts", (("agent_id", ("A001",)),))


def test_complaints_have_no_queue(planted: Planted):
    store, _manifest = planted
    assert read_foretold(store, LOCAL, "complaints", (("queue", ("phone_service",)),)) == Lacking(filters=("queue",))


def test_breach_is_told_for_a_limit_and_refused_for_an_unknown_type(planted: Planted):
    store, _manifest = planted
    found = _foretold(store, "contacts").of(TOTAL, "day", 4).frame
    told = read_breach(store, LOCAL, "contacts", (), float(found["low"].min()) - 1)
    assert isinstance(told, Breach)
    assert told.is_sure
    assert read_breach(store, LOCAL, "contacts", (), float(found["high"].max())) is None
    assert isinstance(read_breach(store, LOCAL, "contacts", (), 1, part="no such type"), NotEstimable)


def test_work_is_that_of_the_channels_in_which_somebody_waits(planted: Planted):
    store, _manifest = planted
    work = read_work(store, LOCAL, ())
    assert work is not None
    queueless = ", ".join(f"'{each}'" for each in store.rules.queueless_channels)
    near = f"started_at >= DATE '{work.period.start}' AND started_at < DATE '{work.period.end}'"
    counted = f"FROM contacts WHERE exclusion_reason IS NULL AND merged_into IS NULL AND {near}"
    with store.warehouse.engine.connect() as connection:
        waits = f"channel NOT IN ({queueless})"
        share = connection.execute(text(f"SELECT avg(CASE WHEN {waits} THEN 1.0 ELSE 0 END) {counted}")).scalar_one()
        seconds = connection.execute(
            text(
                f"SELECT avg(talk_seconds + coalesce(hold_seconds, 0) + coalesce(wrap_seconds, 0)) {counted}"
                f" AND {waits} AND answered_at IS NOT NULL"
            )
        ).scalar_one()
    assert work.waiting == pytest.approx(float(share), rel=1e-9)
    assert work.handle_seconds == pytest.approx(float(seconds), rel=0.01)  # bins are 2 % wide
    assert work.hours.group_by("weekday").sum()["share"].to_list() == pytest.approx([1] * 7)


def test_usual_hours_are_those_paid_by_weekday(planted: Planted):
    store, _manifest = planted
    there = read_staff_there(store, LOCAL, ())
    known = recorded(store, "contacts")
    assert there is not None
    assert known is not None
    with store.warehouse.engine.connect() as connection:
        monday = connection.execute(
            text(
                "SELECT sum(paid_seconds) / 3600.0 / 8 FROM agent_hours WHERE isodow(day) = 1"
                f" AND day >= DATE '{known.end - timedelta(weeks=8)}' AND day < DATE '{known.end}'"
            )
        ).scalar_one()
    assert there.filter(weekday=1)["there"].item() == pytest.approx(float(monday))
    assert read_staff_there(store, LOCAL, (("channel", ("phone",)),)) is None


def test_days_that_need_more_hours_than_are_paid_are_short(planted: Planted):
    store, _manifest = planted
    staff = read_staff(store, LOCAL, _foretold(store, "contacts"), TOTAL, ())
    assert staff is not None
    assert staff.days.height == 14
    assert staff.short.is_empty()  # 20,000 contacts in two years are 27 a day, for 150 people
    assert replace(staff, days=staff.days.with_columns(there=pl.lit(1.0))).short.height == 14

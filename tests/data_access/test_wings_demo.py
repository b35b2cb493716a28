"""What is planted in the demo is found by the pages of the two wings."""

from datetime import date, timedelta

import polars as pl

from data_access.demo import Manifest
from data_access.store import Store
from data_access.viewer import LOCAL
from data_access.wings.blind_spots import final_days, read_blind_spots
from data_access.wings.linkage import read_complaint_links
from data_access.wings.quotas import read_owed_by_teams, today
from data_access.wings.sampling import pool_week, read_plan, read_rates, usual_capacity
from metrics.metric import Source
from metrics.scope import Period, reach
from metrics.wings.blind_spots import Verdict

LAST_WEEK = Period(date(2026, 10, 19), date(2026, 10, 26))


def test_the_planted_blind_spot_is_the_first_that_is_named(planted: tuple[Store, Manifest]):
    store, manifest = planted
    scenario = next(each for each in manifest.truths if each.id == "blind_spot").scope["scenario"]
    found = read_blind_spots(store, LOCAL, reach(final_days(store, LAST_WEEK), 364), (), "scenario").found
    blind = found.of(Verdict.BLIND)
    assert blind.row(0, named=True)["row"] == scenario
    assert set(blind["row"].drop_nulls()) == {scenario}
    assert found.of(Verdict.IDLE).is_empty()


def test_other_dimensions_show_no_blind_spot(planted: tuple[Store, Manifest]):
    store, _manifest = planted
    period = reach(final_days(store, LAST_WEEK), 182)
    for row in ("issue_type", "channel"):
        assert read_blind_spots(store, LOCAL, period, (), row).found.of(Verdict.BLIND).is_empty()


def test_counts_of_the_map_are_those_of_the_warehouse(planted: tuple[Store, Manifest]):
    store, _manifest = planted
    period = Period(date(2026, 8, 1), date(2026, 10, 1))
    cells = read_blind_spots(store, LOCAL, period, (), "scenario").found.cells.filter(pl.col("level") == "row")
    with store.warehouse.engine.connect() as connection:
        counts = connection.exec_driver_sql(
            "SELECT count(*), count(*) FILTER (contact_id IN (SELECT contact_id FROM complaints WHERE is_valid AND "
            "duplicate_of IS NULL)), count(*) FILTER (contact_id IN (SELECT contact_id FROM qa_reviews WHERE NOT "
            "is_automatic AND contact_id IS NOT NULL)) FROM contacts WHERE exclusion_reason IS NULL AND team_id IS NOT "
            "NULL AND scenario IS NOT NULL AND started_at >= '2026-08-01' AND started_at < '2026-10-01'"
        ).fetchone()
    assert counts is not None
    assert cells.select(pl.col("contacts", "complained", "reviewed").sum()).row(0) == tuple(counts)


def test_the_plan_expects_more_faults_than_chance_and_tells_raw_from_corrected(planted: tuple[Store, Manifest]):
    store, _manifest = planted
    week = pool_week(store, LAST_WEEK)
    assert week == LAST_WEEK.start
    plan = read_plan(store, LOCAL, week, (), usual_capacity(store, LOCAL, week, ()))
    assert plan.shares is not None
    assert plan.shares.expected > 1.2 * plan.shares.uniform
    # Complaint-led reviews of the centre fail more often and have no probability: the corrected rate is higher.
    rates = read_rates(store, LOCAL, Period(date(2025, 1, 1), date(2026, 11, 1)), ())["centre"]
    assert rates.corrected is not None
    assert rates.raw.value < rates.corrected.value
    assert rates.known < rates.reviews


def test_complaints_join_as_often_as_the_metric_says(planted: tuple[Store, Manifest]):
    store, _manifest = planted
    linked = read_complaint_links(store, LOCAL, LAST_WEEK, ())
    assert linked is not None
    facts = store.facts(LOCAL, (Source.COMPLAINTS,), LAST_WEEK, ())
    assert tuple(linked.chain["count"].head(2)) == facts.select(pl.col("complaints", "complaints_linked").sum()).row(0)


def test_teams_owe_what_the_quota_metric_leaves_open(planted: tuple[Store, Manifest]):
    store, _manifest = planted
    day = today(store)
    owed = read_owed_by_teams(store, LOCAL, ())
    week = Period(day - timedelta(days=day.weekday()), day + timedelta(days=1))
    facts = store.facts(LOCAL, (Source.PLAN,), week, ())
    assert owed["owed_week"].sum() == facts["team_due"].sum() - facts["team_done"].sum()

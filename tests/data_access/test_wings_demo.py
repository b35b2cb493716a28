"""What is planted in the demo is found by the pages of the two wings."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl

from data_access.demo import Manifest
from data_access.rollups import open_rollups
from data_access.store import Store
from data_access.viewer import LOCAL
from data_access.warehouse import open_embedded
from data_access.wings.blind_spots import days_looked, final_days, read_blind_spots
from data_access.wings.linkage import read_complaint_links
from data_access.wings.past_weeks import marked, weeks_before
from data_access.wings.quotas import read_owed_by_teams, today
from data_access.wings.sampling import pool_week, read_plan, read_rates, usual_capacity
from metrics.metric import Source
from metrics.rules import Rules
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


def test_so_many_weeks_are_looked_at_as_were_asked_for(planted: tuple[Store, Manifest]):
    # By hand: data end with Saturday, 31 October; complaints and reviews may follow for two weeks, so that 17 October
    # is the last final day. 26 weeks up to it began on Sunday, 19 April.
    store, _manifest = planted
    assert days_looked(store, LAST_WEEK, 26) == Period(date(2026, 4, 19), date(2026, 10, 18))
    long = Period(date(2026, 1, 1), date(2026, 7, 1))  # longer than 13 weeks, and final
    assert days_looked(store, long, 13) == long


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


#: Had it been known, nobody would call trade-ins a blind spot: all later reviews are of them, all complaints of others.
FUTURE = """
CREATE TEMP TABLE past AS SELECT contact_id, scenario = 'trade_in' AS blind,
        row_number() OVER (PARTITION BY scenario = 'trade_in' ORDER BY hash(contact_id)) AS place
    FROM contacts WHERE started_at BETWEEN TIMESTAMP '{then}' - INTERVAL 120 DAY AND '{then}';
UPDATE complaints
    SET contact_id = (SELECT contact_id FROM past WHERE NOT blind AND place = 1 + hash(complaint_id) % 200)
    WHERE received_at >= '{then}';
UPDATE qa_reviews SET passed = NOT passed, fatal = false,
        contact_id = (SELECT contact_id FROM past WHERE blind AND place = 1 + hash(review_id) % 100)
    WHERE reviewed_at >= '{then}';
UPDATE qa_reviews SET disputed_at = NULL, dispute_upheld = NULL WHERE disputed_at >= '{then}';
UPDATE qa_reviews SET disputed_at = '{then}', dispute_upheld = true
    WHERE reviewed_at < '{then}' AND disputed_at IS NULL AND hash(review_id) % 3 = 0;
UPDATE contacts SET scenario = 'browsing', emotion_score = 95, issue_type = 'other' WHERE started_at >= '{then}';
"""


def test_what_happens_later_changes_no_plan(planted: tuple[Store, Manifest], tmp_path: Path):
    store, _manifest = planted
    week = date(2026, 6, 1)
    shutil.copy(str(store.warehouse.engine.url.database), tmp_path / "shuffled.duckdb")
    with duckdb.connect(tmp_path / "shuffled.duckdb") as connection:
        connection.execute(FUTURE.format(then=week + timedelta(days=7)))
    rollups = open_rollups(open_embedded(tmp_path / "shuffled.duckdb"), Rules(), tmp_path)
    shuffled = Store(rollups, rollups.refresh())
    plans = [read_plan(each, LOCAL, week, (), 10) for each in (store, shuffled)]
    known = [(each.cells.sort(pl.all()).rows(), each.risk.effects.rows()) for each in plans if each.risk]
    assert known[0] == known[1]
    weeks = weeks_before(store, week, 26)
    assert marked(store, LOCAL, weeks, ()) == marked(shuffled, LOCAL, weeks, ())
    assert marked(store, LOCAL, weeks, ()).blind  # trade-ins, from some week on


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

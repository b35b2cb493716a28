"""Decisions about control limits on record, and the charts of the demo that heed them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from sqlalchemy import Engine

from data_access.audit import Search, read_audit
from data_access.demo.manifest import Manifest
from data_access.numbers import Grain, read_metrics
from data_access.store import Store
from data_access.viewer import LOCAL, Role, Viewer
from data_access.watch.control import How, read_controlled, read_watched
from data_access.watch.decisions import (
    LONGEST,
    Decided,
    LimitDecision,
    applying,
    decide,
    in_force,
    read_decision_history,
    restore,
    take_back,
)
from metrics.catalogue import CATALOGUE
from metrics.complaint import COMPLAINT_RATE
from metrics.errors import InvalidSettings, NotAllowed, StateConflict, UnknownName
from metrics.results import NotEstimable, Reason
from metrics.scope import Period
from metrics.spc import NHS, ControlChart, Variation

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
ANALYST = Viewer("chen", Role.ANALYST)
RETURNS = (("issue_type", ("returns",)),)
WEEKS = How(Grain.WEEK, NHS)


def phase(reason: str = "a standard solution", **more) -> LimitDecision:
    told = {"metric": "complaint_rate", "kind": Decided.PHASE, "day": date(2026, 1, 5)}
    return LimitDecision(**(told | {"reason": reason} | more))


def test_a_decision_is_replaced_taken_back_and_restored_and_all_of_it_stays_on_record(state: Engine):
    first = decide(state, ANALYST, phase("  new   script "), NOW)
    second = decide(state, ANALYST, phase("new script in every team", baseline=12), NOW + timedelta(minutes=1))
    other = decide(state, LOCAL, phase("one team only", filters=(("team_id", ("T01",)),)), NOW)
    assert (first.reason, first.made_by, first.made_at) == ("new script", "chen", NOW)
    past = read_decision_history(state, ANALYST)
    assert [each.decision.id for each in past] == [second.id, *sorted([first.id, other.id])]
    assert {each.id for each in in_force(past)} == {second.id, other.id}
    assert next(each.removed_by for each in past if each.decision.id == first.id) == "chen"
    take_back(state, ANALYST, second, NOW)
    with pytest.raises(StateConflict):
        take_back(state, ANALYST, second, NOW)
    assert [each.id for each in in_force(read_decision_history(state, ANALYST))] == [other.id]
    restore(state, ANALYST, second, NOW)
    assert second in in_force(read_decision_history(state, ANALYST))
    entries, _count = read_audit(state, LOCAL, Search(), 10)
    assert [each.act for each in entries] == ["limits_restored", "limits_taken_back", *["limits_decided"] * 3]
    assert entries[-1].scope["reason"] == "new script"


def test_a_decision_about_a_team_is_for_who_sees_it_and_its_filters_alone(state: Engine):
    theirs = decide(state, LOCAL, phase(filters=(("team_id", ("T01",)),)), NOW)
    everywhere = decide(state, LOCAL, phase("everywhere"), NOW)
    known = in_force(read_decision_history(state, LOCAL))
    assert applying(known, "complaint_rate", ()) == (everywhere,)
    assert set(applying(known, "complaint_rate", (("team_id", ("T01",)),))) == {theirs, everywhere}
    assert applying(known, "csat", ()) == ()
    leader = Viewer("li", Role.TEAM_LEADER, ("T02",))
    assert in_force(read_decision_history(state, leader)) == [everywhere]
    with pytest.raises(NotAllowed):
        take_back(state, leader, theirs, NOW)
    with pytest.raises(NotAllowed):
        decide(state, leader, replace(theirs, id=""), NOW)
    for act in (decide, take_back):  # it counts in the charts of every team
        with pytest.raises(NotAllowed):
            act(state, leader, everywhere, NOW)
    assert decide(state, leader, phase(filters=(("team_id", ("T02",)),)), NOW).made_by == "li"


def test_a_reason_is_read_without_personal_data_by_who_is_not_cleared(state: Engine):
    decide(state, LOCAL, phase("王小美 (13800138000) 投诉后改流程"), NOW)
    (masked,) = in_force(read_decision_history(state, ANALYST, {"王小美"}))
    assert masked.reason.endswith("投诉后改流程")
    assert [each for each in ("王小美", "13800138000") if each in masked.reason] == []


def test_limits_change_only_with_a_reason(state: Engine):
    wrong = ({"reason": " \n"}, {"reason": "x" * (LONGEST + 1)}, {"baseline": 3})
    for each in wrong:
        with pytest.raises(InvalidSettings):
            decide(state, ANALYST, phase(**each), NOW)
    with pytest.raises(UnknownName):
        decide(state, ANALYST, phase(metric="complain_rate"), NOW)
    with pytest.raises(NotAllowed):
        decide(state, Viewer("x", Role.VIEWER), phase(), NOW)


@pytest.fixture(scope="module")
def end(planted: tuple[Store, Manifest]) -> date:
    anchor = planted[0].anchor
    return anchor - timedelta(days=anchor.weekday())


def test_the_planted_fall_of_complaints_is_flagged_and_a_phase_parts_it(planted: tuple[Store, Manifest]):
    store, manifest = planted
    start = date.fromisoformat(next(each.start for each in manifest.changes if each.id == "returns_sop"))
    how, until = How(Grain.MONTH, NHS), date(2026, 11, 1)  # in weeks these few contacts are too few
    whole = read_controlled(store, LOCAL, COMPLAINT_RATE, until, RETURNS, how)
    after = whole.chart.points.filter(pl.col("period") >= start)
    assert after["run_of_7"].min() == -1  # the manifest says that complaints fall
    begun = phase(day=start)
    parted = read_controlled(store, LOCAL, COMPLAINT_RATE, until, RETURNS, how, [begun, phase(metric="csat")])
    assert parted.decisions == (begun,)
    assert [each.start for each in parted.chart.phases] == [0, (whole.final["month"] < start).sum()]
    read = read_metrics(store, LOCAL, [COMPLAINT_RATE], Period(date(2024, 11, 1), until), RETURNS, grain=Grain.MONTH)
    for number, is_in in enumerate([pl.col("month") < start, pl.col("month") >= start], 1):
        drawn = parted.chart.points.filter(pl.col("phase") == number)
        kept = read.filter(is_in, pl.col("month").is_in(drawn["period"].implode()))
        pooled = kept["numerator"].sum() / kept["denominator"].sum() * 1000  # complaints a thousand contacts
        assert drawn["centre"][0] == pytest.approx(pooled)


def test_a_week_that_is_left_out_makes_no_limits(planted: tuple[Store, Manifest], end: date):
    store, csat = planted[0], CATALOGUE["csat"]
    whole = read_controlled(store, LOCAL, csat, end, (), WEEKS)
    week = whole.chart.points["period"][3]
    gone = phase(metric="csat", kind=Decided.LEFT_OUT, day=week + timedelta(days=2))
    found = read_controlled(store, LOCAL, csat, end, (), WEEKS, [gone])
    assert found.chart.points.filter(pl.col("is_excluded"))["period"].to_list() == [week]
    assert found.chart.latest.base == whole.chart.latest.base - 1


def test_every_metric_has_a_verdict_or_a_reason(planted: tuple[Store, Manifest], end: date):
    targets = {metric: metric.target for metric in CATALOGUE.values()}
    found = read_watched(planted[0], LOCAL, targets, end, (), WEEKS)
    assert [each.metric for each in found] == list(targets)
    for each in found:
        chart = each.controlled.chart
        is_silent = isinstance(chart, NotEstimable) or chart.latest.base < 10
        assert (each.variation is Variation.UNKNOWN) == is_silent
    overlapping = {
        each.metric.id: each.controlled.chart for each in found if each.metric.last_days == "calibration_days"
    }
    assert overlapping
    assert {each.reason for each in overlapping.values() if isinstance(each, NotEstimable)} == {Reason.OVERLAPPING}
    assert any(isinstance(each.controlled.chart, ControlChart) for each in found)
    for each in found:  # without limits only the latest value is looked for: that of the whole chart
        if each.metric.id in overlapping:
            whole = read_controlled(planted[0], LOCAL, each.metric, end, (), WEEKS)
            assert each.controlled.last == whole.last

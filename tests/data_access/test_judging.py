"""Judging a registered change: the planted effects of a demo are found, and what cannot be judged says why."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from data_access.change_rows import Change, Kind, Shape
from data_access.changes import read_changes, register_demo_changes
from data_access.demo import Manifest
from data_access.judging import Judged, can_judge, judge, others_at, plan, suited_grain, whole_series
from data_access.numbers import Grain
from data_access.rollups import open_rollups
from data_access.state import open_state
from data_access.store import Store
from data_access.viewer import LOCAL, Role, Viewer
from metrics.catalogue import CATALOGUE
from metrics.errors import InvalidScope
from metrics.intervention import ChangeEffect, CheckCode, Family, Plan, VerdictCode
from metrics.metric import Metric
from metrics.results import NotEstimable, Reason
from metrics.rules import Rules
from metrics.scope import Filters
from tests.data_access.seed import contact, seeded

Planted = tuple[Store, Manifest]


@pytest.fixture(scope="module")
def changes(planted: Planted, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Change]:
    """The demo's changes as they are put on record, by their metric's scope."""
    state = open_state(f"sqlite:///{tmp_path_factory.mktemp('state') / 'state.db'}")
    register_demo_changes(state, planted[1], "en", datetime(2026, 11, 1, tzinfo=UTC))
    return {dict(change.scope)["issue_type"][0]: change for change in read_changes(state, LOCAL)}


def answered(judged: Judged) -> ChangeEffect:
    assert isinstance(judged.result, ChangeEffect)
    return judged.result


def test_looking_late_counts_what_was_final_on_the_day(planted: Planted) -> None:
    # On Monday 3 August the week of the 20th of July was the last of which repeats were known; that of the 27th is now.
    fcr, monday = CATALOGUE["first_contact_resolution"], date(2026, 8, 3)
    assert isinstance(fcr, Metric)
    weeks = whole_series(planted[0], LOCAL, fcr, (), Grain.WEEK, monday)["period"]
    assert weeks.max() == date(2026, 7, 20)


@pytest.mark.parametrize("grain", [Grain.MONTH, Grain.WEEK])
def test_new_way_of_returns_worked_by_what_was_planted(
    grain: Grain, planted: Planted, changes: dict[str, Change]
) -> None:
    # Planted: from 150 to 50 a month (at a fifth of the size from 30 to 10), 66.7 % less.
    judged = judge(planted[0], LOCAL, changes["returns"], grain)
    result = answered(judged)
    assert result.verdict.code is VerdictCode.WORKED
    assert result.rate_ratio.low < 1 / 3 < result.rate_ratio.high
    assert judged.has_own_exposure
    # The demo ends ten months after the change, and its complaints begin fourteen before it.
    if grain is Grain.MONTH:
        assert (result.before.periods, result.after.periods) == (14, 10)
        assert (result.before.mean.value, result.after.mean.value) == (30, 10)
    assert {each.numbers["tried"] for each in result.checks if each.code is CheckCode.DISPLACEMENT} == {3}


def test_script_for_the_texture_is_judged_within_its_subtype_and_batch(
    planted: Planted, changes: dict[str, Change]
) -> None:
    # Planted: from 21 to 10 a month, at a fifth of the size 4.2 and 2, half a year after: 52.4 % less.
    assert {"subtype", "batch"} <= dict(changes["product_quality"].scope).keys()
    result = answered(judge(planted[0], LOCAL, changes["product_quality"], Grain.MONTH))
    assert (result.before.periods, result.after.total) == (18, 12)
    assert result.level_only.low < 10 / 21 < result.level_only.high


def test_change_that_was_none_is_not_said_to_have_worked(planted: Planted, changes: dict[str, Change]) -> None:
    # Half a year before the planted change nothing was planted; what came then is among what happened.
    earlier = replace(changes["returns"], id="other", start=date(2025, 7, 1))
    happened = others_at(changes.values(), earlier)
    assert [each.code for each in happened] == [changes["returns"].name]  # the others are limited to other issues
    result = answered(judge(planted[0], LOCAL, earlier, Grain.MONTH, happened))
    assert result.verdict.code not in {VerdictCode.WORKED, VerdictCode.WORKED_FADING}


def test_what_was_declared_beforehand_reaches_the_analysis(planted: Planted, changes: dict[str, Change]) -> None:
    declared = replace(
        changes["returns"],
        rolled_out=date(2026, 3, 1),
        guardrails=("csat", "complaint_rate"),
        shape=Shape.STEP_AND_SLOPE,
    )
    result = answered(judge(planted[0], LOCAL, declared, Grain.MONTH))
    assert (result.transition, result.after.start, result.shape) == (2, date(2026, 3, 1), "step+slope")
    assert {each.numbers["tried"] for each in result.checks if each.code is CheckCode.GUARDRAILS} == {2}


def test_an_answer_is_kept_for_whoever_sees_the_same(planted: Planted, changes: dict[str, Change]) -> None:
    first = judge(planted[0], LOCAL, changes["returns"], Grain.MONTH)
    assert judge(planted[0], LOCAL, replace(changes["returns"], owner="Li"), Grain.MONTH) is first
    leader = Viewer(name="leader", role=Role.TEAM_LEADER, is_cleared=True, teams=("team_03",))
    assert judge(planted[0], leader, changes["returns"], Grain.MONTH) is not first


def test_the_plan_looks_at_what_was_before_the_change(planted: Planted, changes: dict[str, Change]) -> None:
    found = plan(planted[0], LOCAL, changes["returns"], Grain.MONTH, 0.5)
    assert isinstance(found, Plan)
    assert (found.periods, found.level, found.target) == (14, 30, -0.5)  # planted: 30 a month at this size


@pytest.mark.parametrize(
    ("metric", "days"),
    # The demo's last day is 31 October; the last whole week that is final ends that many days before.
    [("transfer_rate", 0), ("first_contact_resolution", 7), ("attitude_complaint_rate", 14)],
)
def test_days_that_are_not_final_are_left_out(metric: str, days: int, planted: Planted) -> None:
    change = Change(name="x", kind=Kind.TRAINING, start=date(2026, 6, 1), metric=metric)
    judged = judge(planted[0], LOCAL, change, Grain.WEEK)
    last = judged.series.row(-1)
    end = date(2026, 11, 1) - timedelta(days=days)
    assert last[0] + timedelta(days=7) == end - timedelta(days=end.weekday())  # whole weeks only


@pytest.mark.parametrize(
    ("metric", "filters", "expected"),
    [
        ("complaint_rate", (("issue_type", ("returns",)),), True),
        ("complaint_rate", (("team_id", ("team_01",)),), False),  # its contacts are cut by the team too
        ("complaint_rate", (), False),
        ("qa_coverage", (("issue_type", ("returns",)),), False),
        ("csat", (("issue_type", ("returns",)),), False),
    ],
)
def test_rate_says_when_its_exposure_is_not_cut_like_its_count(
    metric: str, filters: Filters, *, expected: bool, planted: Planted
) -> None:
    change = Change(name="x", kind=Kind.PROCESS, start=date(2026, 1, 1), metric=metric, scope=filters)
    assert judge(planted[0], LOCAL, change, Grain.MONTH).has_own_exposure is expected


def test_leader_judges_by_the_cases_of_own_teams(planted: Planted) -> None:
    leader = Viewer(name="leader", role=Role.TEAM_LEADER, is_cleared=True, teams=("team_03",))
    change = Change(name="x", kind=Kind.TRAINING, start=date(2026, 1, 1), metric="csat")
    own = judge(planted[0], leader, change, Grain.MONTH).series
    of_team = replace(change, scope=(("team_id", ("team_03",)),))
    assert own.equals(judge(planted[0], LOCAL, of_team, Grain.MONTH).series)


@pytest.mark.parametrize("metric", ["handle_time", "resolution_time_p90"])
def test_a_quantile_is_refused(metric: str, planted: Planted) -> None:
    assert not can_judge(CATALOGUE[metric])
    change = Change(name="x", kind=Kind.TRAINING, start=date(2026, 1, 1), metric=metric)
    with pytest.raises(InvalidScope, match=r"is neither a count nor a share nor a mean\. Choose another metric"):
        judge(planted[0], LOCAL, change, Grain.MONTH)


def test_a_mean_is_judged_in_its_unit(planted: Planted) -> None:
    change = Change(name="x", kind=Kind.TRAINING, start=date(2026, 1, 1), metric="csat_mean")
    judged = judge(planted[0], LOCAL, change, Grain.MONTH)
    result = answered(judged)
    last = judged.series.row(-1, named=True)
    assert result.family is Family.MEAN
    assert result.path["observed"][-1] == pytest.approx(last["numerator"] / last["denominator"])


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (date(2024, 11, 1), Reason.NO_PERIOD_BEFORE),
        (date(2020, 1, 1), Reason.NO_PERIOD_BEFORE),
        (date(2026, 11, 1), Reason.NO_PERIOD_AFTER),
        (date(2027, 5, 1), Reason.NO_PERIOD_AFTER),
        (date(2026, 9, 1), Reason.FEW_PERIODS_AFTER),
    ],
)
def test_change_without_periods_on_both_sides_gets_no_verdict(start: date, reason: Reason, planted: Planted) -> None:
    change = Change(name="x", kind=Kind.TRAINING, start=start, metric="csat")
    result = judge(planted[0], LOCAL, change, Grain.MONTH).result
    assert isinstance(result, NotEstimable)
    assert result.reason is reason


@pytest.mark.parametrize(
    ("start", "grain"),
    # The demo reaches from November 2024 through October 2026.
    [
        (date(2025, 4, 30), Grain.WEEK),
        (date(2025, 5, 1), Grain.MONTH),
        (date(2026, 5, 1), Grain.MONTH),
        (date(2026, 5, 2), Grain.WEEK),
    ],
)
def test_months_are_suited_where_six_lie_on_both_sides(start: date, grain: Grain, planted: Planted) -> None:
    change = Change(name="x", kind=Kind.TRAINING, start=start, metric="csat")
    assert suited_grain(planted[0], change) is grain


T = datetime(2024, 1, 1, 10)


@pytest.mark.parametrize(
    ("metric", "filters", "needs"),
    [
        ("complaint_rate", (("issue_type", ("refund",)),), "complaints.complaint_type, contacts.issue_type"),
        ("complaint_rate", (("product", ("lamp",)), ("subtype", ("late",))), "complaints.product, contacts.product"),
        ("complaint_rate", (("subtype", ("late",)),), "complaints.subtype"),
        ("complaint_rate", (("batch", ("b07",)),), "complaints.batch"),
        ("complaint_rate_per_order", (), "volumes"),
        ("complaint_rate_per_order", (("team_id", ("a",)),), "team_id"),  # no order is a team's
        ("attitude_complaint_rate", (), "complaints.established_cause, complaints.complaint_type"),
        ("csat", (), "contacts.csat"),
        ("transfer_rate", (("subtype", ("late",)),), "subtype"),  # contacts are not cut by it
        ("qa_coverage", (), "qa_reviews.contact_id"),
    ],
)
def test_judging_without_the_columns_it_needs_is_refused_with_their_names(
    metric: str, filters: Filters, needs: str, tmp_path: Path
) -> None:
    only = {"contacts": "contact_id started_at transfer_count", "complaints": "complaint_id received_at"}
    rows = {"contacts": [{"contact_id": str(day), "started_at": T + timedelta(days=day)} for day in range(120)]}
    rollups = open_rollups(seeded(tmp_path / "w.sqlite", rows, only=only), Rules(), tmp_path)
    change = Change(name="x", kind=Kind.PROCESS, start=date(2024, 3, 1), metric=metric, scope=filters)
    with pytest.raises(InvalidScope) as refused:
        judge(Store(rollups, rollups.refresh()), LOCAL, change, Grain.WEEK)
    said = str(refused.value)
    assert f"for this change: {needs}" in said
    assert said.endswith("Connect what is missing, or choose another metric or another place for this change.")


def test_scope_without_a_case_is_no_estimate_and_no_failure(tmp_path: Path) -> None:
    instants = [T + timedelta(days=day) for day in range(120)]
    contacts = [contact(str(place), at, answered_at=at) for place, at in enumerate(instants)]
    rollups = open_rollups(seeded(tmp_path / "w.duckdb", {"contacts": contacts}), Rules(), tmp_path)
    change = Change(name="x", kind=Kind.PROCESS, start=date(2024, 3, 1), metric="complaint_rate")
    judged = judge(Store(rollups, rollups.refresh()), LOCAL, change, Grain.WEEK)
    assert isinstance(judged.result, NotEstimable)
    # The contacts began on a Monday, and 17 whole weeks of them are final.
    assert judged.series.select("numerator", "denominator").sum().row(0) == (0, 17 * 7)

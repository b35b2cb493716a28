"""Judging a registered change: the planted effects of a demo are found, and what cannot be judged says why."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from data_access.change_rows import Change, Kind
from data_access.changes import read_changes, register_demo_changes
from data_access.demo import Manifest
from data_access.judging import Judged, can_judge, judge, suited_grain
from data_access.numbers import Grain
from data_access.rollups import open_rollups
from data_access.state import open_state
from data_access.store import Store
from data_access.viewer import LOCAL, Role, Viewer
from metrics.catalogue import CATALOGUE
from metrics.errors import InvalidScope
from metrics.results import Answer, BeforeAfter, Caveat, NotEstimable, Verdict
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


def answered(judged: Judged) -> BeforeAfter:
    assert isinstance(judged.result, BeforeAfter)
    return judged.result


@pytest.mark.parametrize("grain", [Grain.MONTH, Grain.WEEK])
def test_new_way_of_returns_is_judged_better_by_what_was_planted(
    grain: Grain, planted: Planted, changes: dict[str, Change]
) -> None:
    # Planted: from 150 to 50 a month (at a fifth of the size from 30 to 10), 66.7 % less.
    judged = judge(planted[0], LOCAL, changes["returns"], 12, grain)
    result = answered(judged)
    assert (result.answer, result.verdict) == (Answer.FEWER, Verdict.BETTER)
    for change in (result.count, result.rate):
        assert change is not None
        assert change.relative is not None
        assert change.relative.low < -100 * 2 / 3 < change.relative.high
        assert change.relative.high < 0
    # The demo ends ten months after the change.
    if grain is Grain.MONTH:
        assert (result.before.periods, result.after.periods) == (12, 10)
        assert (result.before.per_period, result.after.per_period) == (30, 10)
    assert judged.has_own_exposure


def test_script_for_the_texture_is_judged_within_its_subtype_and_batch(
    planted: Planted, changes: dict[str, Change]
) -> None:
    # Planted: from 21 to 10 a month, at a fifth of the size 4.2 and 2, six months on either side: 52.4 % less.
    assert {"subtype", "batch"} <= dict(changes["product_quality"].scope).keys()
    result = answered(judge(planted[0], LOCAL, changes["product_quality"], 6, Grain.MONTH))
    assert (result.before.numerator, result.after.numerator) == (25, 12)
    assert result.count.relative is not None
    assert result.count.relative.low < -52.4 < result.count.relative.high


def test_change_that_was_none_is_not_judged_better(planted: Planted, changes: dict[str, Change]) -> None:
    # Half a year before the planted change nothing was planted.
    earlier = replace(changes["returns"], start=date(2025, 7, 1))
    result = answered(judge(planted[0], LOCAL, earlier, 6, Grain.MONTH))
    assert (result.answer, result.verdict) == (Answer.NO_CLEAR_DIFFERENCE, Verdict.UNCLEAR)


def test_windows_are_as_long_as_was_asked_and_no_longer(planted: Planted, changes: dict[str, Change]) -> None:
    judged = judge(planted[0], LOCAL, changes["returns"], 3, Grain.MONTH)
    result = answered(judged)
    assert (result.before.start, result.before.end) == (date(2025, 10, 1), date(2026, 1, 1))
    assert (result.after.start, result.after.end) == (date(2026, 1, 1), date(2026, 4, 1))
    assert Caveat.FEW_PERIODS in result.caveats


@pytest.mark.parametrize(
    ("metric", "days"),
    # The demo's last day is 31 October; the last whole month that is final ends that many days before.
    [("transfer_rate", 0), ("first_contact_resolution", 7), ("attitude_complaint_rate", 14)],
)
def test_days_that_are_not_final_are_left_out(metric: str, days: int, planted: Planted) -> None:
    change = Change(name="x", kind=Kind.TRAINING, start=date(2026, 6, 1), metric=metric)
    judged = judge(planted[0], LOCAL, change, 12, Grain.WEEK)
    last = judged.series.select("period", "days").row(-1)
    assert last[0] + timedelta(days=last[1]) == date(2026, 11, 1) - timedelta(days=days)


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
    assert judge(planted[0], LOCAL, change, 6, Grain.MONTH).has_own_exposure is expected


def test_leader_judges_by_the_cases_of_own_teams(planted: Planted) -> None:
    leader = Viewer(name="leader", role=Role.TEAM_LEADER, is_cleared=True, teams=("team_03",))
    change = Change(name="x", kind=Kind.TRAINING, start=date(2026, 1, 1), metric="csat")
    own = judge(planted[0], leader, change, 6, Grain.MONTH).series
    of_team = replace(change, scope=(("team_id", ("team_03",)),))
    assert own.equals(judge(planted[0], LOCAL, of_team, 6, Grain.MONTH).series)


@pytest.mark.parametrize("metric", ["handle_time", "resolution_time_p90", "csat_mean"])
def test_what_is_neither_a_count_nor_a_share_is_refused(metric: str, planted: Planted) -> None:
    assert not can_judge(CATALOGUE[metric])
    change = Change(name="x", kind=Kind.TRAINING, start=date(2026, 1, 1), metric=metric)
    with pytest.raises(InvalidScope, match=r"is neither a count nor a share\. Choose another metric"):
        judge(planted[0], LOCAL, change, 6, Grain.MONTH)


@pytest.mark.parametrize("start", [date(2024, 11, 1), date(2026, 11, 1), date(2027, 5, 1), date(2020, 1, 1)])
def test_change_outside_the_data_is_refused_with_their_days(start: date, planted: Planted) -> None:
    change = Change(name="x", kind=Kind.TRAINING, start=start, metric="csat")
    with pytest.raises(InvalidScope, match=rf"do not lie on both sides of {start}\. Correct the day"):
        judge(planted[0], LOCAL, change, 6, Grain.MONTH)


def test_change_of_last_week_cannot_be_estimated_by_months(planted: Planted) -> None:
    change = Change(name="x", kind=Kind.TRAINING, start=date(2026, 10, 26), metric="csat")
    assert isinstance(judge(planted[0], LOCAL, change, 6, Grain.MONTH).result, NotEstimable)


@pytest.mark.parametrize(
    ("start", "grain"),
    # The demo reaches from November 2024 through October 2026.
    [
        (date(2025, 1, 31), Grain.WEEK),
        (date(2025, 2, 1), Grain.MONTH),
        (date(2026, 8, 1), Grain.MONTH),
        (date(2026, 8, 2), Grain.WEEK),
    ],
)
def test_months_are_suited_where_three_lie_on_both_sides(start: date, grain: Grain, planted: Planted) -> None:
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
        judge(Store(rollups, rollups.refresh()), LOCAL, change, 2, Grain.WEEK)
    said = str(refused.value)
    assert f"for this change: {needs}" in said
    assert said.endswith("Connect what is missing, or choose another metric or another place for this change.")


def test_scope_without_a_case_is_no_estimate_and_no_failure(tmp_path: Path) -> None:
    instants = [T + timedelta(days=day) for day in range(120)]
    contacts = [contact(str(place), at, answered_at=at) for place, at in enumerate(instants)]
    rollups = open_rollups(seeded(tmp_path / "w.duckdb", {"contacts": contacts}), Rules(), tmp_path)
    change = Change(name="x", kind=Kind.PROCESS, start=date(2024, 3, 1), metric="complaint_rate")
    judged = judge(Store(rollups, rollups.refresh()), LOCAL, change, 2, Grain.WEEK)
    assert isinstance(judged.result, NotEstimable)
    assert judged.series.select("numerator", "denominator").sum().row(0) == (0, 120)

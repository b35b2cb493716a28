"""Series of counts and exposures: every period there, each side cut by what belongs to it."""

from datetime import date, datetime
from pathlib import Path

import pytest

from data_access.numbers import Grain
from data_access.rollups import open_rollups
from data_access.series import has_own_exposure, read_series
from data_access.store import Store
from data_access.viewer import LOCAL, Role, Viewer
from metrics.catalogue import CATALOGUE
from metrics.metric import Metric
from metrics.rules import Rules
from metrics.scope import Filters, Period
from tests.data_access.seed import contact, embedded

#: (day of January 2024, team, channel, issue, answer): the 1st, 8th, 15th and 22nd are Mondays.
CONTACTS = [
    *((1, "a", "phone", "refund", 5.0), (2, "a", "chat", "refund", 1.0), (7, "b", "phone", "price", 5.0)),
    *((8, "a", "phone", "price", None), (9, "b", "phone", "refund", 4.0)),
    *((22, "a", "phone", "refund", 2.0), (23, "b", "chat", "price", None), (31, "b", "phone", "refund", 5.0)),
]
COMPLAINTS = [(1, "a", "phone", "refund"), (7, "b", "phone", "price"), (23, "b", "chat", "refund")]
JANUARY = Period(date(2024, 1, 1), date(2024, 2, 1))
WEEKS = [(date(2024, 1, day), 7) for day in (1, 8, 15, 22)] + [(date(2024, 1, 29), 3)]
LEADER = Viewer(name="leader", role=Role.TEAM_LEADER, is_cleared=True, teams=("b",))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder: Path = tmp_path_factory.mktemp("series")
    contacts = []
    for number, (day, team, channel, issue, answer) in enumerate(CONTACTS):
        at = datetime(2024, 1, day, 12)
        told = {"team_id": team, "channel": channel, "csat": answer, "answered_at": at}
        contacts.append({**contact(str(number), at, f"c{number}", issue), **told})
    complaints = [
        {
            "complaint_id": str(number),
            "received_at": datetime(2024, 1, day, 13),
            "team_id": team,
            "channel": channel,
            "complaint_type": kind,
        }
        for number, (day, team, channel, kind) in enumerate(COMPLAINTS)
    ]
    orders = [{"day": date(2024, 1, day), "kind": "orders", "value": 100.0} for day in (1, 24)]
    rows = {"contacts": contacts, "complaints": complaints, "volumes": orders}
    rollups = open_rollups(embedded(folder / "w.duckdb", rows), Rules(), folder)
    return Store(rollups, rollups.refresh())


def series(
    store: Store, metric: str, filters: Filters = (), viewer: Viewer = LOCAL, period: Period = JANUARY
) -> list[tuple[float, float]]:
    chosen = CATALOGUE[metric]
    assert isinstance(chosen, Metric)
    found = read_series(store, viewer, chosen, period, filters, Grain.WEEK)
    assert found.columns == ["period", "days", "numerator", "denominator"]
    if period == JANUARY:
        assert found.select("period", "days").rows() == WEEKS
    return found.select("numerator", "denominator").rows()


@pytest.mark.parametrize(
    ("metric", "filters", "expected"),
    # Counted by hand in the rows above, week by week.
    [
        ("complaint_rate", (), [(2, 3), (0, 2), (0, 0), (1, 2), (0, 1)]),
        # What a complaint is about cuts the complaints alone: fewer contacts about it are part of the success.
        ("complaint_rate", (("issue_type", ("refund",)),), [(1, 3), (0, 2), (0, 0), (1, 2), (0, 1)]),
        # Nor does the channel by which it came in, which is another than that of the service.
        ("complaint_rate", (("channel", ("phone",)),), [(2, 3), (0, 2), (0, 0), (0, 2), (0, 1)]),
        # Whose it is cuts the contacts too.
        ("complaint_rate", (("team_id", ("b",)),), [(1, 1), (0, 1), (0, 0), (1, 1), (0, 1)]),
        (
            "complaint_rate",
            (("channel", ("phone",)), ("issue_type", ("refund",))),
            [(1, 3), (0, 2), (0, 0), (0, 2), (0, 1)],
        ),
        ("complaint_rate_per_order", (), [(2, 100), (0, 0), (0, 0), (1, 100), (0, 0)]),
        ("cause_established_share", (("issue_type", ("refund",)),), [(0, 1), (0, 0), (0, 0), (0, 1), (0, 0)]),
        ("csat", (), [(2, 3), (1, 1), (0, 0), (0, 1), (1, 1)]),
        ("csat", (("issue_type", ("refund",)),), [(1, 2), (1, 1), (0, 0), (0, 1), (1, 1)]),
    ],
)
def test_series_counts_each_week_and_shows_the_empty_ones_as_none(
    metric: str, filters: Filters, expected: list[tuple[float, float]], store: Store
) -> None:
    assert series(store, metric, filters) == expected


def test_leader_gets_the_series_of_own_teams_on_both_sides(store: Store) -> None:
    assert series(store, "complaint_rate", viewer=LEADER) == series(store, "complaint_rate", (("team_id", ("b",)),))


def test_days_are_those_of_the_period_that_was_asked_for(store: Store) -> None:
    chosen = CATALOGUE["complaint_rate"]
    assert isinstance(chosen, Metric)
    asked = Period(date(2024, 1, 5), date(2024, 1, 10))
    found = read_series(store, LOCAL, chosen, asked, (), Grain.WEEK)
    # Friday to Sunday, then Monday and Tuesday; one complaint and one contact on the 7th, two contacts after it.
    assert found.rows() == [(date(2024, 1, 1), 3, 1, 1), (date(2024, 1, 8), 2, 0, 2)]
    months = read_series(store, LOCAL, chosen, Period(date(2023, 12, 31), date(2024, 2, 1)), (), Grain.MONTH)
    assert months.rows() == [(date(2023, 12, 1), 1, 0, 0), (date(2024, 1, 1), 31, 3, 8)]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        *(("complaint_rate", True), ("complaint_rate_per_order", True), ("attitude_complaint_rate", True)),
        *(("cause_established_share", False), ("csat", False), ("qa_coverage", False)),
    ],
)
def test_only_rates_of_complaints_are_divided_by_something_else(metric: str, *, expected: bool) -> None:
    chosen = CATALOGUE[metric]
    assert isinstance(chosen, Metric)
    assert has_own_exposure(chosen) is expected

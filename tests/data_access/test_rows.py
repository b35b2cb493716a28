"""The rows behind a number: as many as it says, of the viewer's teams, by the site's clock, newest first."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from data_access.demo import Manifest
from data_access.numbers import read_metrics
from data_access.rollups import open_rollups
from data_access.rows import CASES_OF, MOST_ROWS, Rows, has_cases
from data_access.store import SPLITS, Store
from data_access.viewer import LOCAL, Role, Viewer
from data_access.warehouse import Warehouse
from metrics.catalogue import CATALOGUE
from metrics.metric import AnyMetric, Metric, Source
from metrics.rules import Rules
from metrics.scope import Filters, Period
from tests.data_access.looking import behind
from tests.data_access.seed import EVERY_COLUMN, QUICK, contact, random_rows, seeded

Planted = tuple[Store, Manifest]
Asked = tuple[Viewer, Period, Filters]
TEAM_LEADER = Viewer(name="leader", role=Role.TEAM_LEADER, is_cleared=True, teams=("team_02", "team_04"))
LAST_YEAR = Period(date(2025, 11, 1), date(2026, 11, 1))
SCOPES: dict[str, Asked] = {
    "quarter": (LOCAL, Period(date(2026, 7, 1), date(2026, 10, 1)), ()),
    "days": (LOCAL, Period(date(2026, 8, 5), date(2026, 9, 2)), ()),  # from a Wednesday
    "team": (LOCAL, Period(date(2026, 1, 1), date(2026, 10, 1)), (("team_id", ("team_03",)),)),
    "channel": (LOCAL, Period(date(2026, 6, 1), date(2026, 9, 1)), (("channel", ("chat", "phone")),)),
    "leader": (TEAM_LEADER, LAST_YEAR, ()),
}
#: What is counted is complaints; what it is divided by is not.
OF_COMPLAINTS = {
    *("complaint_rate", "complaint_rate_per_order", "complaint_rate_per_customer", "external_complaint_rate"),
    *("attitude_complaint_rate", "staff_error_complaint_rate"),
}
RARE = {"escalation_rate_l3", "external_complaint_rate", "pre_escalation_contact_rate", "pre_escalation_ticket_rate"}
#: Of these a small warehouse may have none in the days that they look at, or none of a team.
SCARCE = {Source.SESSIONS, Source.BACKLOG, Source.LEAD_TIMES, Source.DOUBLE_REVIEWS, Source.OUTCOMES}
RARE |= {metric for metric, each in CATALOGUE.items() if set(each.reads) & SCARCE}
WITH_CASES = {metric: each for metric, each in CATALOGUE.items() if has_cases(each)}


def is_known(metric: AnyMetric, filters: Filters) -> bool:
    return all(name in SPLITS[source] and name not in metric.unsplit for source in metric.reads for name, _ in filters)


#: One metric of each kind, read in the same way: what is asked of the way is asked of it.
KINDS = {(type(each), each.reads): metric for metric, each in WITH_CASES.items()}
CASES = [
    (metric, scope)
    for metric, each in WITH_CASES.items()
    for scope, asked in SCOPES.items()
    if is_known(each, asked[2]) and (scope in {"days", "leader"} or metric in KINDS.values())
]


def test_every_metric_is_looked_behind_by_who_sees_all_and_by_a_leader() -> None:
    tested = [metric for metric, _scope in CASES]
    assert min(tested.count(metric) for metric in WITH_CASES) >= 2
    volumes = {metric for metric, each in CATALOGUE.items() if not set(each.reads) & CASES_OF}
    assert CATALOGUE.keys() - WITH_CASES.keys() == volumes | {
        *("service_level_abandoned_in_time", "service_level_late_abandoned", "cross_sell_conversion"),
    }


@cache
def looked_behind(store: Store, metric: str, scope: str) -> tuple[dict, Rows]:
    """The metric's value, and its cases: looked behind once for all that is asked of them."""
    viewer, period, filters = SCOPES[scope]
    value = read_metrics(store, viewer, [CATALOGUE[metric]], period, filters).row(0, named=True)
    return value, behind(store, viewer, CATALOGUE[metric], period, filters)


@pytest.mark.alike(2)
@pytest.mark.parametrize(("metric", "scope"), [each for each in CASES if each[1] != "quarter"])
def test_as_many_cases_lie_behind_a_metric_as_it_counts(metric: str, scope: str, planted: Planted) -> None:
    value, found = looked_behind(planted[0], metric, scope)
    assert found.frame.height == min(found.count, MOST_ROWS)
    if Source.PLAN in CATALOGUE[metric].reads or metric == "qa_plan_attainment_centre":
        assert found.count >= value["numerator"]  # more than was due may have been done
    elif Source.DOUBLE_REVIEWS in CATALOGUE[metric].reads:
        assert found.frame["contact_id"].n_unique() == value["denominator"]
    elif Source.OUTCOMES in CATALOGUE[metric].reads:
        assert found.count == value["denominator"]
    elif metric == "qa_score":
        assert found.count > 0  # what is divided is points
    elif found.table == "qa_reviews" and Source.SCORES not in CATALOGUE[metric].reads:
        # One contact may have several reviews, one agent several in a week: each counts once.
        week = pl.col("reviewed_at").dt.date().dt.truncate("1w")
        key = (week, "agent_id") if Source.AGENT_WEEKS in CATALOGUE[metric].reads else ("contact_id",)
        assert found.frame.select(*key).n_unique() == value["numerator"]
    else:
        assert found.count == value["numerator" if metric in OF_COMPLAINTS else "denominator"]


@pytest.mark.alike(2)
@pytest.mark.parametrize(
    ("metric", "scope"), [(metric, scope) for metric, scope in CASES if scope in {"days", "leader"}]
)
def test_cases_of_the_numerator_are_marked(metric: str, scope: str, planted: Planted) -> None:
    value, found = looked_behind(planted[0], metric, scope)
    of_scores = Source.SCORES in CATALOGUE[metric].reads
    is_marked = isinstance(CATALOGUE[metric], Metric) and (of_scores or found.table != "qa_reviews")
    assert ("counted" in found.frame.columns) is is_marked
    if is_marked and found.count <= MOST_ROWS and metric not in {"csat_mean", "qa_score"}:  # sums of answers and points
        assert found.frame["counted"].sum() == value["numerator"]


FEW = {"service_follow_up_rate", "first_contact_resolution_survey", "self_service_containment", "answer_consistency"}


@pytest.mark.parametrize("metric", [WITH_CASES[metric] for metric in KINDS.values()], ids=list(KINDS.values()))
def test_newest_cases_come_first_and_never_more_than_a_page(metric: AnyMetric, planted: Planted) -> None:
    found = behind(planted[0], LOCAL, metric, LAST_YEAR)
    instant = {"contacts": "started_at", "complaints": "received_at", "qa_reviews": "reviewed_at"}.get(found.table)
    assert instant is None or found.frame[instant].is_sorted(descending=True)
    assert found.frame.height <= MOST_ROWS
    # Some 10,000 contacts a year: more than a page of those at least.
    few = metric.id.startswith("csat") or metric.id in FEW
    assert found.count > MOST_ROWS or found.table != "contacts" or few


@pytest.mark.alike(2)
@pytest.mark.parametrize("metric", WITH_CASES.values(), ids=list(WITH_CASES))
def test_leader_sees_cases_of_own_teams_only(metric: AnyMetric, planted: Planted) -> None:
    found = behind(planted[0], TEAM_LEADER, metric, LAST_YEAR)
    assert found.count > 0 or metric.id in RARE or Source.RECOVERIES in metric.reads  # which are of no team
    if "team_id" in found.frame.columns:
        assert set(found.frame["team_id"]) <= {"team_02", "team_04"}
    nobody = Viewer(name="nobody", role=Role.TEAM_LEADER, is_cleared=True, teams=())
    assert behind(planted[0], nobody, metric, LAST_YEAR).count == 0


def opened(warehouse: Warehouse, folder: Path) -> Store:
    rollups = open_rollups(warehouse, Rules(), folder)
    return Store(rollups, rollups.refresh())


@pytest.mark.alike(2)
@pytest.mark.parametrize("metric", WITH_CASES.values(), ids=list(WITH_CASES))
def test_leader_sees_no_case_where_teams_are_not_known(metric: AnyMetric, blind: Store) -> None:
    leader = Viewer(name="leader", role=Role.TEAM_LEADER, is_cleared=True, teams=("a",))
    everything = Period(date(2024, 1, 1), date(2024, 4, 1))
    assert behind(blind, LOCAL, metric, everything).count > 0 or metric.id in RARE
    found = behind(blind, leader, metric, everything)
    assert (found.count, found.frame.height) == (0, 0)


@pytest.fixture(scope="module")
def blind(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """No table says which team a row belongs to."""
    only = {
        table: " ".join(name for name in names if name != "team_id")
        for table, names in EVERY_COLUMN.items()
        if table != "teams"
    }
    rows = {
        table: [{name: value for name, value in row.items() if name != "team_id"} for row in made]
        for table, made in random_rows().items()
    }
    folder = tmp_path_factory.mktemp("blind")
    return opened(seeded(folder / "w.sqlite", rows, only=only), folder)


LATE = datetime(2024, 1, 31, 23, 30)  # UTC: in Shanghai 7:30 on 1 February
SHOWN = datetime(2024, 2, 1, 7, 30)
ITS_DAY, DAY_BEFORE = Period(date(2024, 2, 1), date(2024, 2, 2)), Period(date(2024, 1, 31), date(2024, 2, 1))
HOUR = timedelta(hours=1)
CLOCKS = {
    "identified_share": {"started_at": SHOWN, "answered_at": SHOWN + HOUR, "resolved_at": SHOWN + 2 * HOUR},
    "handle_time": {"started_at": SHOWN, "answered_at": SHOWN + HOUR, "resolved_at": SHOWN + 2 * HOUR},
    "resolution_time": {"started_at": SHOWN, "answered_at": SHOWN + HOUR, "resolved_at": SHOWN + 2 * HOUR},
    "complaint_rate": {"received_at": SHOWN, "first_response_at": SHOWN + HOUR, "resolved_at": SHOWN + 2 * HOUR},
    "qa_coverage": {"reviewed_at": SHOWN + HOUR},
}


@pytest.fixture(scope="module")
def by_night(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Store]:
    """One contact, its complaint and its review late in the evening, on each engine."""
    solved = LATE + 2 * HOUR
    complaint = {"complaint_id": "1", "received_at": LATE, "first_response_at": LATE + HOUR, "resolved_at": solved}
    rows = {
        "contacts": [contact("1", LATE, answered_at=LATE + HOUR, talk_seconds=60, resolved_at=solved)],
        "complaints": [complaint],
        "qa_reviews": [{"review_id": "1", "contact_id": "1", "reviewed_at": LATE + HOUR}],
    }

    @cache
    def store(engine: str) -> Store:
        folder = tmp_path_factory.mktemp("by_night")
        return opened(seeded(folder / f"w.{engine}", rows, zones=("UTC", "Asia/Shanghai")), folder)

    return store


@pytest.mark.parametrize("engine", QUICK)
@pytest.mark.parametrize("metric", list(CLOCKS))
def test_instants_are_those_of_the_sites_clock(engine: str, metric: str, by_night: Callable[[str], Store]) -> None:
    found = behind(by_night(engine), LOCAL, CATALOGUE[metric], ITS_DAY)
    assert found.frame.select(list(CLOCKS[metric])).rows(named=True) == [CLOCKS[metric]]
    assert behind(by_night(engine), LOCAL, CATALOGUE[metric], DAY_BEFORE).count == 0


MONDAY = datetime(2024, 1, 15, 10)


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One contact that «anna» took on a Monday, and its reviews."""
    reviews = (
        {"review_id": "self", "level": "self", "reviewed_at": MONDAY},
        {"review_id": "team", "level": "team", "reviewed_at": MONDAY + HOUR, "is_automatic": False},
        {"review_id": "centre", "level": "centre", "reviewed_at": MONDAY + 2 * HOUR},
        {"review_id": "late", "level": "team", "reviewed_at": MONDAY + timedelta(days=7)},
        {"review_id": "machine", "level": "team", "reviewed_at": MONDAY, "is_automatic": True},
        {"review_id": "to do", "level": "centre", "reviewed_at": None},
        {"review_id": "elsewhere", "level": "team", "reviewed_at": MONDAY, "contact_id": "2"},
    )
    taken = contact("1", MONDAY, answered_at=MONDAY, talk_seconds=60, agent_id="anna", team_id="a")
    rows = {"contacts": [taken], "qa_reviews": [{"contact_id": "1", "agent_id": "anna", **each} for each in reviews]}
    folder = tmp_path_factory.mktemp("reviewed")
    return opened(seeded(folder / "w.duckdb", rows), folder)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("qa_coverage", ["self", "team", "centre", "late"]),
        ("qa_coverage_self", ["self"]),
        ("qa_coverage_team", ["team", "late"]),
        ("qa_coverage_centre", ["centre"]),
        ("qa_coverage_agents", ["self", "team", "centre"]),  # «late» was made in a week in which she took no contact
        ("qa_coverage_agents_centre", ["centre"]),
    ],
)
def test_reviews_are_those_by_people_of_the_level_that_were_done(
    metric: str, expected: list[str], reviewed: Store
) -> None:
    found = behind(reviewed, LOCAL, CATALOGUE[metric], Period(date(2024, 1, 15), date(2024, 1, 22)))
    assert found.frame["review_id"].sort().to_list() == sorted(expected)
    assert found.count == len(expected)


def test_complaint_is_listed_by_the_day_that_puts_it_into_the_metric(tmp_path: Path) -> None:
    # Received on Sunday at 23:50, so due for an answer on Monday at 0:20.
    received = datetime(2024, 1, 14, 23, 50)
    rows = {
        "contacts": [contact("1", MONDAY)],
        "complaints": [{"complaint_id": "1", "received_at": received, "severity": "general"}],
    }
    store = opened(seeded(tmp_path / "w.duckdb", rows), tmp_path)
    monday = Period(date(2024, 1, 15), date(2024, 1, 16))
    found = {
        metric: behind(store, LOCAL, CATALOGUE[metric], monday).count
        for metric in ("complaint_rate", "complaint_sla_attainment_response")
    }
    assert found == {"complaint_rate": 0, "complaint_sla_attainment_response": 1}


def test_columns_that_the_warehouse_lacks_are_left_out(tmp_path: Path) -> None:
    rows = {"contacts": [{"contact_id": "1", "started_at": MONDAY, "csat": 5.0}]}
    only = {"contacts": "contact_id started_at csat"}
    store = opened(seeded(tmp_path / "w.sqlite", rows, only=only), tmp_path)
    found = behind(store, LOCAL, CATALOGUE["csat"], Period(date(2024, 1, 15), date(2024, 1, 16)))
    assert found.frame.rows(named=True) == [{"counted": 1, "contact_id": "1", "started_at": MONDAY, "csat": 5.0}]

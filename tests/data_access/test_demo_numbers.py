"""Every metric of the catalogue on a demo warehouse, against plain SQL."""

from datetime import date

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data_access.demo import Manifest
from data_access.home import Home
from data_access.numbers import read_metrics
from data_access.splits import SPLITS as SPLIT_BY
from data_access.store import Store
from data_access.viewer import LOCAL
from metrics.catalogue import CATALOGUE
from metrics.metric import Statistic, Status
from metrics.scope import Filters, Period
from tests.data_access.plain_sql import (
    QUANTILES,
    RATIOS,
    SPLITS,
    assert_quantile_agrees,
    assert_ratio_agrees,
    plain,
)

EVERYTHING = Period(date(2023, 1, 1), date(2028, 1, 1))


ALLOWED = [
    (metric, by)
    for metric in RATIOS
    for by in SPLITS
    if all(name == "week" or name in SPLIT_BY[source] for source in CATALOGUE[metric].reads for name in by)
    and not set(by) & set(CATALOGUE[metric].unsplit)
]


RARE = {
    "pre_escalation_contact_rate", "pre_escalation_ticket_rate", "qa_miss_rate", "escalation_lead_time",
    "escalation_lead_time_p90", "backlog_age", "calibration_alpha", "calibration_kappa", "calibration_ac1",
    "calibration_agreement", "qa_validity", "qa_validity_complaint",
}  # fmt: skip


@pytest.fixture(scope="module")
def demo(planted: tuple[Store, Manifest], ready_demo: Home) -> tuple[Store, duckdb.DuckDBPyConnection]:
    return planted[0], plain(ready_demo.current_warehouse())


def test_every_metric_of_the_catalogue_is_written_in_plain_sql() -> None:
    statistics = {metric.id for metric in CATALOGUE.values() if isinstance(metric, Statistic)}  # test_statistics.py
    assert RATIOS.keys() | QUANTILES.keys() | statistics | {"backlog_age"} == CATALOGUE.keys()


def test_every_metric_is_available_in_the_demo(demo: tuple[Store, duckdb.DuckDBPyConnection]) -> None:
    found = read_metrics(demo[0], LOCAL, list(CATALOGUE.values()), EVERYTHING)
    rare = found["metric"].is_in(RARE)  # of these a small demo may have none in the days that they look at
    assert set(found.filter(~rare)["status"]) == {Status.OK}
    assert set(found["status"]) <= {Status.OK, Status.TOO_FEW, Status.NO_DATA, Status.NO_VARIATION}


def test_metrics_asked_together_are_what_each_is_alone(demo: tuple[Store, duckdb.DuckDBPyConnection]) -> None:
    together = read_metrics(demo[0], LOCAL, list(CATALOGUE.values()), EVERYTHING)
    alone = [read_metrics(demo[0], LOCAL, [metric], EVERYTHING) for metric in CATALOGUE.values()]
    assert_frame_equal(together, pl.concat(alone))


@pytest.mark.alike(3)
@pytest.mark.parametrize(("metric", "by"), ALLOWED, ids=lambda part: part if isinstance(part, str) else "+".join(part))
def test_ratio_equals_plain_sql(
    metric: str, by: tuple[str, ...], demo: tuple[Store, duckdb.DuckDBPyConnection]
) -> None:
    assert_ratio_agrees(*demo, EVERYTHING, metric, by)


@pytest.mark.parametrize("by", SPLITS, ids="+".join)
@pytest.mark.parametrize("metric", list(QUANTILES))
def test_quantile_lies_within_one_per_cent_of_plain_sql(
    metric: str, by: tuple[str, ...], demo: tuple[Store, duckdb.DuckDBPyConnection]
) -> None:
    assert_quantile_agrees(*demo, EVERYTHING, metric, by)


A_MONTH = Period(date(2026, 4, 1), date(2026, 5, 1))
FILTERS: list[Filters] = [
    (),
    (("team_id", ("team_02", "team_04")),),
    (("channel", ("phone",)), ("issue_type", ("returns", "logistics")), ("team_id", ("team_02",))),
    (("customer_tier", ("gold",)),),
]
BOUNDED = [
    (metric, filters)
    for metric in RATIOS
    for filters in FILTERS
    if all(name in SPLIT_BY[source] for source in CATALOGUE[metric].reads for name, _ in filters)
    and not dict(filters).keys() & set(CATALOGUE[metric].unsplit)
]


@pytest.mark.alike(3)
@pytest.mark.parametrize(("metric", "filters"), BOUNDED)
def test_ratio_of_a_month_and_filters_equals_plain_sql(
    metric: str, filters: Filters, demo: tuple[Store, duckdb.DuckDBPyConnection]
) -> None:
    assert_ratio_agrees(*demo, A_MONTH, metric, (), filters)


@pytest.mark.parametrize("metric", ["first_contact_resolution", "handle_time"])
def test_a_supervisors_contacts_are_those_of_his_teams(
    metric: str, demo: tuple[Store, duckdb.DuckDBPyConnection]
) -> None:
    teams = dict(demo[1].execute("SELECT supervisor, list(team_id) FROM teams GROUP BY supervisor").fetchall())
    chosen, month = [CATALOGUE[metric]], Period(date(2026, 6, 1), date(2026, 7, 1))
    found = read_metrics(demo[0], LOCAL, chosen, month, by=("supervisor",))
    assert set(found["supervisor"]) - {None} == set(teams)  # nobody leads where no team answers
    for supervisor, own in teams.items():
        figures = found.filter(supervisor=supervisor).drop("supervisor")
        assert_frame_equal(figures, read_metrics(demo[0], LOCAL, chosen, month, (("team_id", tuple(own)),)))
        assert_frame_equal(figures, read_metrics(demo[0], LOCAL, chosen, month, (("supervisor", (supervisor,)),)))

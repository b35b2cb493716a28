"""Every metric that the two real sets allow, against plain SQL over the imported tables and the raw files by hand."""

import csv
import gzip
import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from data_access.change_rows import Change, Kind
from data_access.home import Home
from data_access.imports.import_files import import_files
from data_access.imports.mapping_check import read_mapping
from data_access.judging import judge
from data_access.numbers import Grain, read_metrics
from data_access.rollups import open_rollups
from data_access.store import Store
from data_access.viewer import LOCAL
from data_access.warehouse import open_embedded
from metrics.catalogue import CATALOGUE, named
from metrics.intervention import ChangeEffect
from metrics.metric import Status
from metrics.rules import Rules
from metrics.scope import Filters, Period
from tests.data_access.plain_sql import SPLITS, assert_quantile_agrees, assert_ratio_agrees, plain
from tests.real_data import real_data

pytestmark = pytest.mark.real_data
MAPPINGS = Path(__file__).resolve().parents[2] / "data_access" / "mappings"
EVERYTHING = Period(date(2015, 1, 1), date(2025, 1, 1))
WINDOW = timedelta(days=7)
#: What each set can give, by its PROVENANCE.md; everything else needs columns that it does not have.
ITSM_RATIOS = (
    *("first_contact_resolution", "first_contact_resolution_flag", "contact_sla_attainment", "transfer_rate"),
    *("reopen_rate", "identified_share", "one_contact_resolution", "self_service_containment"),
)
ITSM_QUANTILES = ("resolution_time", "resolution_time_p90")
SHOP_RATIOS = ("csat", "csat_mean")
SHOP_QUANTILES = ("first_response_time", "first_response_time_p90")
Opened = tuple[Store, duckdb.DuckDBPyConnection]


def opened(mapping: str, file: Path, folder: Path) -> Opened:
    home = Home(folder)
    path = import_files(read_mapping(MAPPINGS / mapping), [file], home).warehouse
    rollups = open_rollups(open_embedded(path), Rules(), home.rollups)
    return Store(rollups, rollups.refresh()), plain(path)


def raw_rows(file: Path) -> list[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def itsm_file() -> Path:
    return real_data("itsm_incident_log") / "incident_event_log.csv.gz"


@pytest.fixture(scope="module")
def shop_file() -> Path:
    return real_data("ecommerce_support_csat") / "customer_support_sample.csv.gz"


@pytest.fixture(scope="module")
def itsm(itsm_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    return opened("itsm_incident_log.toml", itsm_file, tmp_path_factory.mktemp("itsm"))


@pytest.fixture(scope="module")
def shop(shop_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    return opened("ecommerce_support_csat.toml", shop_file, tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def calls_file() -> Path:
    return real_data("pwc_call_center") / "calls.csv"


@pytest.fixture(scope="module")
def calls(calls_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    return opened("pwc_call_center.toml", calls_file, tmp_path_factory.mktemp("calls"))


@pytest.fixture(scope="module")
def incidents(itsm_file: Path) -> list[dict[str, str]]:
    """The last event of each incident, from the raw file; of equal update numbers the later row."""
    last: dict[str, dict[str, str]] = {}
    for row in raw_rows(itsm_file):
        before = last.get(row["number"])
        if before is None or int(row["sys_mod_count"]) >= int(before["sys_mod_count"]):
            last[row["number"]] = row
    return list(last.values())


def available(opened: Opened) -> set[str]:
    found = read_metrics(opened[0], LOCAL, list(CATALOGUE.values()), EVERYTHING)
    return set(found.filter(found["status"] != Status.NOT_AVAILABLE)["metric"])


def total(opened: Opened, metric: str) -> tuple[float, float]:
    found = read_metrics(opened[0], LOCAL, [CATALOGUE[metric]], EVERYTHING)
    return found.select("numerator", "denominator").row(0)


def value(opened: Opened, metric: str) -> float:
    return read_metrics(opened[0], LOCAL, [CATALOGUE[metric]], EVERYTHING)["value"].item()


def test_each_set_gives_what_its_columns_allow(itsm: Opened, shop: Opened) -> None:
    assert available(itsm) == {*ITSM_RATIOS, *ITSM_QUANTILES}
    assert available(shop) == {*SHOP_RATIOS, *SHOP_QUANTILES}


ACROSS_CHANNELS = "one_contact_resolution"  # which no channel has of its own


@pytest.mark.parametrize("by", SPLITS, ids="+".join)
@pytest.mark.parametrize("metric", [metric for metric in ITSM_RATIOS if metric != ACROSS_CHANNELS])
def test_ratio_of_the_service_desk_equals_plain_sql(metric: str, by: tuple[str, ...], itsm: Opened) -> None:
    assert_ratio_agrees(*itsm, EVERYTHING, metric, by)


@pytest.mark.parametrize("by", SPLITS, ids="+".join)
@pytest.mark.parametrize("metric", ITSM_QUANTILES)
def test_quantile_of_the_service_desk_equals_plain_sql(metric: str, by: tuple[str, ...], itsm: Opened) -> None:
    assert_quantile_agrees(*itsm, EVERYTHING, metric, by)


@pytest.mark.parametrize("by", SPLITS, ids="+".join)
@pytest.mark.parametrize("metric", SHOP_RATIOS)
def test_ratio_of_the_shop_equals_plain_sql(metric: str, by: tuple[str, ...], shop: Opened) -> None:
    assert_ratio_agrees(*shop, EVERYTHING, metric, by)


@pytest.mark.parametrize("by", SPLITS, ids="+".join)
@pytest.mark.parametrize("metric", SHOP_QUANTILES)
def test_quantile_of_the_shop_equals_plain_sql(metric: str, by: tuple[str, ...], shop: Opened) -> None:
    assert_quantile_agrees(*shop, EVERYTHING, metric, by)


@pytest.mark.parametrize("filters", [(), (("channel", ("phone",)),)], ids=["all", "phone"])
@pytest.mark.parametrize("metric", [metric for metric in ITSM_RATIOS if metric != ACROSS_CHANNELS])
def test_ratio_of_one_week_of_the_service_desk_equals_plain_sql(metric: str, filters: Filters, itsm: Opened) -> None:
    assert_ratio_agrees(*itsm, Period(date(2016, 4, 11), date(2016, 4, 18)), metric, (), filters)


def test_a_change_on_the_service_desk_is_judged_week_by_week(itsm: Opened) -> None:
    store, connection = itsm
    change = Change(name="x", kind=Kind.SCRIPT, start=date(2016, 4, 11), metric="transfer_rate")
    judged = judge(store, LOCAL, change, Grain.WEEK)
    result = judged.result
    assert isinstance(result, ChangeEffect)
    weeks = connection.execute(
        "SELECT date_trunc('week', started_at)::DATE, count(*) FILTER (WHERE transfer_count >= 1), count(*) FROM kept"
        " GROUP BY ALL ORDER BY 1"
    ).fetchall()
    periods = judged.series["period"]
    known = [row for row in weeks if periods[0] <= row[0] <= periods[-1]]
    assert known == judged.series.filter(pl.col("denominator") > 0).select("period", "numerator", "denominator").rows()
    sides = [[row for row in known if (row[0] >= date(2016, 4, 11)) == after] for after in (False, True)]
    assert [len(rows) for rows in sides] == [result.before.periods, result.after.periods]
    before, after = (sum(row[1] for row in rows) / sum(row[2] for row in rows) for rows in sides)
    assert result.naive.rate is not None
    assert (result.naive.rate.old, result.naive.rate.new) == pytest.approx((before, after))


def clock(text: str) -> datetime | None:
    return None if text == "?" else datetime.strptime(text, "%d/%m/%Y %H:%M")


def first_contacts(rows: Iterable[dict[str, str]]) -> tuple[int, int]:
    """(resolved, all) by going through each caller's incidents of a category in their order."""
    chains: dict[tuple[str, str], list[tuple[datetime, str]]] = defaultdict(list)
    for row in rows:
        at = clock(row["opened_at"])
        if row["caller_id"] != "?" and at:
            chains[row["caller_id"], row["category"]].append((at, row["number"]))
    resolved = counted = 0
    for chain in chains.values():
        instants = [at for at, _ in sorted(chain)]
        for place, at in enumerate(instants):
            if place and at - instants[place - 1] <= WINDOW:
                continue
            counted += 1
            resolved += place + 1 == len(instants) or instants[place + 1] - at > WINDOW
    return resolved, counted


def test_totals_of_the_service_desk_equal_the_raw_file(itsm: Opened, incidents: list[dict[str, str]]) -> None:
    # PROVENANCE.md: 24,918 incidents, made_sla true for 15,803 at the last event, 275 reopened.
    assert (
        total(itsm, "contact_sla_attainment")
        == (15_803, 24_918)
        == (
            sum(row["made_sla"] == "true" for row in incidents),
            len(incidents),
        )
    )
    closed = [row for row in incidents if row["incident_state"] in {"Resolved", "Closed"}]
    reopened = [row for row in closed if int(row["reopen_count"]) > 0]
    assert total(itsm, "reopen_rate") == (len(reopened), len(closed))
    assert sum(int(row["reopen_count"]) > 0 for row in incidents) == 275
    moved = sum(int(row["reassignment_count"]) > 0 for row in incidents)
    assert total(itsm, "transfer_rate") == (moved, 24_918)
    known = sum(row["caller_id"] != "?" for row in incidents)
    assert total(itsm, "identified_share") == (known, 24_918)
    marked = [row for row in closed if int(row["reopen_count"]) == 0]
    assert total(itsm, "first_contact_resolution_flag") == (len(marked), 24_918)


def test_first_contacts_of_the_service_desk_equal_the_raw_file(itsm: Opened, incidents: list[dict[str, str]]) -> None:
    assert total(itsm, "first_contact_resolution") == first_contacts(incidents) == (17_326, 20_054)


@pytest.mark.parametrize(("metric", "share"), [("resolution_time", 0.5), ("resolution_time_p90", 0.9)])
def test_resolution_times_of_the_service_desk_equal_the_raw_file(
    metric: str, share: float, itsm: Opened, incidents: list[dict[str, str]]
) -> None:
    pairs = [(clock(row["opened_at"]), clock(row["resolved_at"])) for row in incidents]
    seconds = sorted((end - start).total_seconds() for start, end in pairs if start and end and end >= start)
    assert value(itsm, metric) == pytest.approx(seconds[math.ceil(len(seconds) * share) - 1], rel=0.01)


def test_totals_of_the_shop_equal_the_raw_file(shop: Opened, shop_file: Path) -> None:
    # PROVENANCE.md: 17,182 answers, 11,934 fives and 2,277 fours: 82.7 %, mean 4.248.
    answers = [int(row["CSAT Score"]) for row in raw_rows(shop_file)]
    assert total(shop, "csat") == (sum(answer >= 4 for answer in answers), len(answers)) == (14_211, 17_182)
    assert total(shop, "csat_mean") == (sum(answers), len(answers))
    assert value(shop, "csat") == pytest.approx(82.7, abs=0.05)
    assert value(shop, "csat_mean") == pytest.approx(4.248, abs=0.0005)


@pytest.mark.parametrize(("metric", "share"), [("first_response_time", 0.5), ("first_response_time_p90", 0.9)])
def test_response_times_of_the_shop_equal_the_raw_file(
    metric: str, share: float, shop: Opened, shop_file: Path
) -> None:
    # A time of 00:00 was lost in the source (PROVENANCE.md) and stands for no response known.
    rows = [row for row in raw_rows(shop_file) if not row["issue_responded"].endswith(" 00:00")]
    pairs = [(clock(row["Issue_reported at"]), clock(row["issue_responded"])) for row in rows]
    seconds = sorted((end - start).total_seconds() for start, end in pairs if start and end and end >= start)
    assert value(shop, metric) == pytest.approx(seconds[math.ceil(len(seconds) * share) - 1], rel=0.01, abs=1)


def test_totals_of_the_call_list_equal_the_raw_file(calls: Opened, calls_file: Path) -> None:
    # PROVENANCE.md: 5,000 calls, 4,054 answered, 946 not, 3,646 resolved.
    with calls_file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    answered = [row for row in rows if row["Answered (Y/N)"] == "Y"]
    quick = sum(float(row["Speed of answer in seconds"]) <= 20 for row in answered)
    assert total(calls, "service_level") == (quick, 5_000) == (quick, len(rows))
    assert total(calls, "service_level_of_answered") == (quick, 4_054) == (quick, len(answered))
    assert total(calls, "abandonment_rate") == (946, 5_000)
    assert total(calls, "first_contact_resolution_flag") == (3_646, 4_054)
    scores = [float(row["Satisfaction rating"]) for row in answered]
    assert total(calls, "csat") == (sum(score >= 4 for score in scores), 4_054)
    assert total(calls, "csat_mean") == (sum(scores), 4_054)


def test_topics_of_the_call_list_are_counted_apart(calls: Opened, calls_file: Path) -> None:
    with calls_file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    wanted: dict[str, int] = defaultdict(int)
    for row in rows:
        wanted[row["Topic"]] += row["Answered (Y/N)"] == "N"
    found = read_metrics(calls[0], LOCAL, [CATALOGUE["abandonment_rate"]], EVERYTHING, by=("issue_type",))
    assert dict(found.select("issue_type", "numerator").rows()) == wanted


@pytest.fixture(scope="module")
def days_file() -> Path:
    return real_data("calls_daily_service_level") / "calls_daily.csv"


@pytest.fixture(scope="module")
def daily(days_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    home = Home(tmp_path_factory.mktemp("daily"))
    path = import_files(read_mapping(MAPPINGS / "calls_daily_service_level.toml"), [days_file], home).warehouse
    rollups = open_rollups(open_embedded(path), Rules(), home.rollups)
    return Store(rollups, rollups.refresh())


def test_daily_figures_without_single_calls_give_service_level_and_abandonment(daily: Store, days_file: Path) -> None:
    # PROVENANCE.md: 1,096 days, incoming = answered + abandoned on every row, shares rounded to two decimals.
    with days_file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 1_096
    offered, answered, given_up = (
        sum(int(row[name]) for row in rows) for name in ("incoming_calls", "answered_calls", "abandoned_calls")
    )
    in_time = sum(float(row["service_level_20s"]) * int(row["answered_calls"]) for row in rows)
    asked = named(["abandonment_rate", "service_level", "service_level_of_answered"])
    found = {row["metric"]: row for row in read_metrics(daily, LOCAL, asked, EVERYTHING).iter_rows(named=True)}
    rate = found["abandonment_rate"]
    assert (rate["numerator"], rate["denominator"]) == (given_up, offered) == (offered - answered, offered)
    assert found["service_level"]["value"] == pytest.approx(100 * in_time / offered)
    assert found["service_level_of_answered"]["value"] == pytest.approx(100 * in_time / answered)
    assert (daily.data_start, daily.data_end) == (date(2020, 1, 1), date(2023, 1, 1))
    refused = read_metrics(daily, LOCAL, asked, EVERYTHING, by=("channel",))
    assert set(refused["status"]) == {Status.NOT_AVAILABLE}


def test_a_month_of_daily_figures_equals_the_raw_file(daily: Store, days_file: Path) -> None:
    with days_file.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["date"].startswith("2022-04")]
    april = Period(date(2022, 4, 1), date(2022, 5, 1))
    found = read_metrics(daily, LOCAL, named(["abandonment_rate"]), april).row(0, named=True)
    assert found["numerator"] == sum(int(row["abandoned_calls"]) for row in rows)

"""The store: the same figures from cubes and from live queries, and no row that a viewer may not see."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import combinations
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data_access.contacts import CUBES, DIMENSIONS, sums
from data_access.durations import times
from data_access.names import values_seen
from data_access.numbers import read_metrics
from data_access.read import read
from data_access.rollups import open_rollups
from data_access.store import SPLITS, Store, cut
from data_access.viewer import LOCAL, Role, Viewer
from data_access.warehouse import Warehouse
from metrics.catalogue import CATALOGUE
from metrics.evaluation import evaluate
from metrics.metric import Metric, Quantile, Source, Status
from metrics.rules import Rules
from metrics.scope import FILTERS, Filters, Period
from tests.data_access.seed import EVERY_COLUMN, contact, embedded, random_rows, seeded

PERIOD = Period(date(2024, 1, 22), date(2024, 3, 4))
VALUES = {
    "channel": ("phone",),
    "team_id": ("a", "b"),
    "queue": ("front",),
    "issue_type": ("refund",),
    "product": ("lamp", "kettle"),
    "customer_tier": ("gold",),
}
#: All that a cube holds, every pair whether one does or not, and all at once.
SUBSETS = [
    chosen
    for size in range(len(FILTERS) + 1)
    for chosen in combinations(FILTERS, size)
    if size in {0, 1, 2, len(FILTERS)} or any(set(chosen) <= set(grain) for grain in CUBES)
]
RATIOS = [each for each in CATALOGUE.values() if isinstance(each, Metric) and each.reads == (Source.CONTACTS,)]
QUANTILES = [each for each in CATALOGUE.values() if isinstance(each, Quantile)]
T = datetime(2024, 1, 15, 10, 0)
ITS_WEEK = Period(date(2024, 1, 15), date(2024, 1, 22))


def opened(warehouse: Warehouse, folder: Path) -> Store:
    rollups = open_rollups(warehouse, Rules(), folder)
    return Store(rollups, rollups.refresh())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("store")
    return opened(embedded(folder / "w.duckdb", random_rows()), folder)


def filters(names: Sequence[str]) -> Filters:
    return tuple((name, VALUES[name]) for name in names)


def live(store: Store, kept: Filters, by: tuple[str, ...] = ()) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Facts counted in the warehouse at this moment: contacts and durations."""
    asked = (store.warehouse, store.rules, PERIOD.start, PERIOD.end)
    histogram = times(store.warehouse, store.rules, PERIOD.start, PERIOD.end, by, kept)
    assert histogram is not None
    return read(store.warehouse.engine, sums(*asked, [by], kept)), read(store.warehouse.engine, histogram)


@pytest.mark.alike(2)
@pytest.mark.parametrize("names", SUBSETS, ids="+".join)
def test_every_combination_of_filters_gives_the_live_figures(names: tuple[str, ...], store: Store) -> None:
    kept = filters(names)
    counted, histogram = live(store, kept)
    facts = store.facts(LOCAL, (Source.CONTACTS,), PERIOD, kept)
    assert_frame_equal(evaluate(RATIOS, facts), evaluate(RATIOS, counted))
    facts = store.facts(LOCAL, (Source.TIMES,), PERIOD, kept)
    assert_frame_equal(evaluate(QUANTILES, facts), evaluate(QUANTILES, histogram))


@pytest.mark.alike(2)
@pytest.mark.parametrize("by", [*((name,) for name in DIMENSIONS), ("channel", "product"), ("team_id", "issue_type")])
@pytest.mark.parametrize("names", [(), ("customer_tier",)])
def test_every_split_gives_the_live_figures(by: tuple[str, ...], names: tuple[str, ...], store: Store) -> None:
    kept = filters(names)
    counted, histogram = live(store, kept, by)
    facts = store.facts(LOCAL, (Source.CONTACTS,), PERIOD, kept, by)
    assert_frame_equal(evaluate(RATIOS, facts, by), evaluate(RATIOS, counted, by), check_row_order=False)
    facts = store.facts(LOCAL, (Source.TIMES,), PERIOD, kept, by)
    assert_frame_equal(evaluate(QUANTILES, facts, by), evaluate(QUANTILES, histogram, by), check_row_order=False)


@pytest.mark.parametrize("names", [("team_id",), ("team_id", "product"), ("channel", "team_id", "issue_type")])
def test_cube_is_read_where_one_fits(names: tuple[str, ...], store: Store) -> None:
    # Facts of a cube carry all dimensions of it; live ones those that were asked for.
    grain = next(grain for grain in CUBES if set(names) <= set(grain))
    facts = store.facts(LOCAL, (Source.CONTACTS,), PERIOD, filters(names))
    assert set(grain) <= set(facts.columns)


TEAM_LEADER = Viewer(name="leader", role=Role.TEAM_LEADER, is_cleared=True, teams=("a",))
NOBODY = Viewer(name="nobody", role=Role.TEAM_LEADER, is_cleared=True, teams=())


@pytest.mark.parametrize("source", list(Source))
@pytest.mark.parametrize("names", [(), ("channel", "product"), ("team_id",)], ids="+".join)
@pytest.mark.parametrize("by", [(), ("team_id",), ("agent_id",)], ids="+".join)
def test_viewer_gets_rows_of_own_teams_only(
    source: Source, names: tuple[str, ...], by: tuple[str, ...], store: Store
) -> None:
    if not {*names, *by} <= set(SPLITS[source]):
        names, by = (), ()
    facts = store.facts(TEAM_LEADER, (source,), PERIOD, filters(names), by)
    if source in {Source.VOLUMES, Source.CUSTOMERS, Source.RECOVERIES}:  # they are nobody's
        assert facts.is_empty()
    elif source in {Source.COMPLAINED, Source.SESSIONS, Source.DOUBLE_REVIEWS, Source.LEAD_TIMES}:  # there may be none
        assert set(facts["team_id"]) <= {"a"}
    else:
        assert facts.height > 0
        assert set(facts["team_id"]) == {"a"}
    assert store.facts(NOBODY, (source,), PERIOD, filters(names), by).is_empty()


@pytest.mark.parametrize("by", [(), ("issue_type",), ("team_id",)])
def test_viewer_sees_what_everyone_sees_filtered_to_the_team(by: tuple[str, ...], store: Store) -> None:
    metrics = [each for each in CATALOGUE.values() if not store.unsplit(each, ("team_id", *by))]
    own = read_metrics(store, TEAM_LEADER, metrics, PERIOD, by=by)
    filtered = read_metrics(store, LOCAL, metrics, PERIOD, (("team_id", ("a",)),), by=by)
    assert_frame_equal(own, filtered)


@pytest.mark.parametrize("viewer", [TEAM_LEADER, NOBODY])
def test_viewer_of_some_teams_sees_nothing_where_teams_are_not_known(viewer: Viewer, tmp_path: Path) -> None:
    columns = {name: " ".join(EVERY_COLUMN[name]).replace(" team_id", "") for name in ("contacts", "qa_reviews")}
    columns["complaints"] = " ".join(EVERY_COLUMN["complaints"]).replace(" team_id", "")
    rows = {
        table: [{name: value for name, value in row.items() if name != "team_id"} for row in random_rows()[table]]
        for table in columns
    }
    blind = opened(seeded(tmp_path / "w.duckdb", rows, only=columns), tmp_path)
    for metric in CATALOGUE.values():
        found = read_metrics(blind, viewer, [metric], PERIOD)
        assert found["value"].to_list() == [None], metric.id
        assert found["status"].item() in {Status.NO_DATA, Status.NOT_AVAILABLE}
    assert values_seen(blind, viewer, "channel") == []


def test_values_of_a_dimension_are_those_the_viewer_may_see(store: Store) -> None:
    assert values_seen(store, LOCAL, "team_id") == ["a", "b"]
    assert values_seen(store, TEAM_LEADER, "team_id") == ["a"]
    assert values_seen(store, NOBODY, "team_id") == []
    assert values_seen(store, LOCAL, "channel") == ["chat", "phone", "self_service"]


def one(store: Store, metric: str, viewer: Viewer = LOCAL) -> tuple:
    found = read_metrics(store, viewer, [CATALOGUE[metric]], ITS_WEEK)
    return found.select("numerator", "denominator").row(0)


def test_two_complaints_and_two_reviews_of_a_contact_do_not_multiply_contacts(tmp_path: Path) -> None:
    # Three contacts; the first has two complaints and two reviews by people: 2 / 3 complaints, 1 / 3 reviewed.
    rows = {
        "contacts": [contact(str(number), T, f"c{number}", answered_at=T, talk_seconds=60) for number in range(3)],
        "complaints": [{"complaint_id": name, "contact_id": "0", "received_at": T} for name in "ab"],
        "qa_reviews": [
            {"review_id": name, "contact_id": "0", "reviewed_at": T, "level": level, "is_automatic": False}
            for name, level in (("a", "team"), ("b", "centre"))
        ],
    }
    store = opened(seeded(tmp_path / "w.duckdb", rows), tmp_path)
    assert one(store, "complaint_rate") == (2, 3)
    assert one(store, "qa_coverage") == (1, 3)
    assert one(store, "qa_coverage_team") == (1, 3)
    assert one(store, "qa_coverage_centre") == (1, 3)
    assert one(store, "first_contact_resolution") == (3, 3)


@pytest.mark.parametrize(
    ("talk", "is_automatic", "excluded", "expected"),
    [(10, False, None, (1, 2)), (9, False, None, (0, 1)), (60, True, None, (0, 2)), (60, False, "spam", (0, 1))],
)
def test_coverage_counts_eligible_contacts_in_both_its_parts(
    talk: int, *, is_automatic: bool, excluded: str | None, expected: tuple[int, int], tmp_path: Path
) -> None:
    # Beside the contact under test there is one of a minute without a review.
    rows = {
        "contacts": [
            contact("0", T, answered_at=T, talk_seconds=talk, exclusion_reason=excluded),
            contact("1", T, "c2", answered_at=T, talk_seconds=60),
        ],
        "qa_reviews": [{"review_id": "a", "contact_id": "0", "reviewed_at": T, "is_automatic": is_automatic}],
    }
    assert one(opened(seeded(tmp_path / "w.duckdb", rows), tmp_path), "qa_coverage") == expected


def test_review_without_a_time_is_still_to_be_done(tmp_path: Path) -> None:
    rows = {
        "contacts": [contact("0", T, answered_at=T, talk_seconds=60)],
        "qa_reviews": [{"review_id": "a", "contact_id": "0", "reviewed_at": None, "is_automatic": False}],
    }
    assert one(opened(seeded(tmp_path / "w.duckdb", rows), tmp_path), "qa_coverage") == (0, 1)


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
@pytest.mark.parametrize("tables", [tuple(EVERY_COLUMN), ("contacts",), ("complaints",), ("contacts", "complaints")])
def test_warehouse_without_a_row_gives_no_data_and_no_failure(
    engine: str, tables: tuple[str, ...], tmp_path: Path
) -> None:
    only = {table: " ".join(EVERY_COLUMN[table]) for table in tables}
    store = opened(seeded(tmp_path / f"w.{engine}", {}, only=only), tmp_path)
    found = read_metrics(store, LOCAL, list(CATALOGUE.values()), PERIOD)
    assert found["value"].to_list() == [None] * len(CATALOGUE)
    assert set(found["status"]) <= {Status.NO_DATA, Status.NOT_AVAILABLE}
    split = [each for each in CATALOGUE.values() if not store.unsplit(each, ("team_id",))]
    assert read_metrics(store, TEAM_LEADER, split, PERIOD, by=("team_id",))["value"].null_count() <= len(split)


def test_smallest_warehouse_gives_what_it_can(tmp_path: Path) -> None:
    # Two columns only: neither customers nor issues, answers nor times.
    store = opened(
        seeded(
            tmp_path / "w.duckdb",
            {"contacts": [{"contact_id": "1", "started_at": T}]},
            only={"contacts": "contact_id started_at"},
        ),
        tmp_path,
    )
    found = read_metrics(store, LOCAL, list(CATALOGUE.values()), ITS_WEEK)
    assert set(found["status"]) == {Status.NOT_AVAILABLE}
    facts = store.facts(LOCAL, (Source.CONTACTS,), ITS_WEEK, ())
    assert facts.select("contacts", "handled", "eligible").rows() == [(1, 1, 1)]


def test_figures_of_the_site_do_not_depend_on_the_clock_that_the_source_keeps(tmp_path: Path) -> None:
    # The same instants, kept in UTC and in Shanghai's time (8 h later all year).
    shifted = [
        {name: value + timedelta(hours=8) if isinstance(value, datetime) else value for name, value in row.items()}
        for row in random_rows()["contacts"]
    ]
    in_utc = seeded(tmp_path / "u.duckdb", {"contacts": random_rows()["contacts"]}, zones=("UTC", "Asia/Shanghai"))
    in_shanghai = seeded(tmp_path / "s.duckdb", {"contacts": shifted}, zones=("Asia/Shanghai", "Asia/Shanghai"))
    found = [
        read_metrics(opened(each, tmp_path / each.name), LOCAL, [*RATIOS, *QUANTILES], PERIOD)
        for each in (replace(in_utc, name="u"), replace(in_shanghai, name="s"))
    ]
    assert_frame_equal(*found)


def test_filter_on_a_column_that_the_facts_lack_is_a_fault_and_not_passed_over(store: Store) -> None:
    with pytest.raises(pl.exceptions.ColumnNotFoundError, match="team_id"):
        cut(store.cases("volumes"), LOCAL, PERIOD, (("team_id", ("a",)),))


MONDAY = date(2024, 1, 1)


def week(number: int) -> date:
    return MONDAY + timedelta(weeks=number)


def reaching(store: Store, counts: dict[date, int], last: date | None) -> Store:
    """A store of so many contacts on each day; the data reach through the last."""
    as_of = last and datetime.combine(last, datetime.min.time())
    days = {each: (count, 0) for each, count in counts.items() if count}
    return Store(store.rollups, replace(store.manifest, marks={"contacts": days}, as_of=as_of))


@pytest.mark.parametrize(
    ("weeks", "more_days", "anchor"),
    # Contacts of each week from 1 January, then of the days of a week that is not over.
    [
        ([100, 100, 100, 100], [], week(4)),
        ([100, 100, 100, 100], [14, 14], week(4) + timedelta(days=2)),
        ([100, 100, 100, 9], [], week(3)),  # below a tenth of the usual 100
        ([100, 100, 100, 10], [], week(4)),  # a tenth is not below it
        ([100, 100, 100, 9, 0, 1], [2], week(3)),
        ([100, 100, 100, 49, 9], [], week(3)),  # the week of decline, below half, goes with the tail
        ([100, 100, 100, 50, 9], [], week(4)),
        ([100, 100, 100, 100, 30, 30, 30, 30], [], week(8)),  # a client was lost
        ([100, 100, 100, 100, 100, 11], [], week(6)),  # and most of the others
        ([100, 100, 100, 100, 15], [14, 14], week(5) + timedelta(days=2)),  # a holiday
        ([100, 100, 100, 3, 100], [], week(5)),  # closed, and back
        ([100, 100, 100, 3], [14, 14], week(4) + timedelta(days=2)),  # closed, and back since Monday
        ([100, 100, 100, 3], [3, 3], week(3)),  # not back
        ([5], [], week(1)),
        ([], [4, 4], week(0) + timedelta(days=2)),  # no week is over
    ],
)
def test_anchor_leaves_out_a_thin_tail_and_nothing_else(
    weeks: list[int], more_days: list[int], anchor: date, store: Store
) -> None:
    counts = {week(number) + timedelta(days=6): count for number, count in enumerate(weeks)}
    counts |= {week(len(weeks)) + timedelta(days=number): count for number, count in enumerate(more_days)}
    assert reaching(store, counts, max(counts)).anchor == anchor


def test_a_day_that_is_not_over_is_not_final(store: Store) -> None:
    counts = {week(number) + timedelta(days=6): 100 for number in range(4)}
    last = reaching(store, counts, max(counts))
    assert (last.anchor, replace(last, today=max(counts)).anchor) == (week(4), max(counts))
    assert replace(last, today=week(9)).anchor == week(4)


def test_anchor_is_the_end_of_the_contacts_where_complaints_reach_further(store: Store) -> None:
    # With the complaints' end, contacts of the last week would be final although none of the week after is there.
    counts = {week(number) + timedelta(days=6): 100 for number in range(4)}
    later = reaching(store, counts, week(8))
    assert (later.anchor, later.data_end) == (week(4), week(8) + timedelta(days=1))


@pytest.mark.parametrize("last", [None, date(2024, 1, 31)])
def test_anchor_of_a_warehouse_without_contacts_is_the_end_of_its_data(last: date | None, store: Store) -> None:
    nothing = reaching(store, {}, last)
    assert nothing.anchor == nothing.data_end == (last or date(1970, 1, 1)) + timedelta(days=1)

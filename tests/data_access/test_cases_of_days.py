"""Cases of some days: the rows that all have of them, of which only the files that hold such days are read."""

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data_access import case_refresh, case_rows
from data_access.case_facts import reviewed_contacts
from data_access.chosen_rows import Is, On, days_held, during
from data_access.rollup_files import Manifest
from data_access.rollups import open_rollups
from data_access.store import Store, cut
from data_access.viewer import LOCAL
from metrics.catalogue import CATALOGUE
from metrics.complaint_facts import complaint_rows
from metrics.metric import Metric, Source
from metrics.rules import Rules
from metrics.scope import Period
from tests.data_access.seed import embedded, random_rows

FIRST = date(2024, 1, 8)
PERIODS = [
    Period(FIRST + timedelta(days=start), FIRST + timedelta(days=start + days))
    for start in range(-20, 80, 19)
    for days in (1, 60)
]
COLUMNS = [
    ("complaints", "received_at"), ("complaints", "resolved_at"), ("complaints", "closed_at"),
    ("reviews", "reviewed_at"), ("reviews", "day"), ("reviews", "disputed_at"), ("links", "reviewed_at"),
    ("items", "made_on"), ("named", "day"),
]  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("days")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(case_refresh, "LEAST_ROWS_IN_FILE", 10)  # so that a part lies in several files
        rollups = open_rollups(embedded(folder / "w.duckdb", random_rows()), Rules(), folder)
        yield Store(rollups, rollups.refresh())


@pytest.mark.parametrize("columns", [None, ("contact_id",)])
@pytest.mark.parametrize(("name", "column"), COLUMNS)
def test_cases_of_any_days_are_those_of_all_that_lie_on_them(
    name: str, column: str, columns: tuple[str, ...] | None, store: Store
) -> None:
    every = store.cases(name)
    day = pl.col(column).cast(pl.Date)
    for period in PERIODS:
        start, end = period.start, period.end
        asked = {
            during(column, period): every.filter(day.is_between(start, end, closed="left")),
            On(column, start): every.filter(day >= start),
            On(column, end=end): every.filter(day < end),
            On(column, start, or_never=True): every.filter((day >= start) | day.is_null()),
        }
        for only, wanted in asked.items():
            found = store.cases(name, columns, only)
            kept = wanted if columns is None else wanted.select(each for each in wanted.columns if each in columns)
            assert_frame_equal(found, kept)


def test_rows_lie_on_all_the_days_that_are_asked_for(store: Store) -> None:
    open_in = On("received_at", end=FIRST + timedelta(days=40)), On("closed_at", FIRST, or_never=True)
    wanted = store.cases("complaints").filter(
        pl.col("received_at").dt.date() < FIRST + timedelta(days=40),
        pl.col("closed_at").is_null() | (pl.col("closed_at").dt.date() >= FIRST),
    )
    assert 0 < wanted.height < store.cases("complaints").height
    assert_frame_equal(store.cases("complaints", None, *open_in), wanted)


@pytest.mark.parametrize(
    ("name", "column"), [("complaints", "received_at"), ("reviews", "day"), ("links", "reviewed_at")]
)
def test_files_of_other_days_are_not_read(name: str, column: str, store: Store) -> None:
    everything = list(store.case_files(name))
    assert len(everything) > 3
    a_day = Period(FIRST + timedelta(days=30), FIRST + timedelta(days=31))
    assert len(list(store.case_files(name, None, during(column, a_day)))) < len(everything)


def test_a_period_without_a_case_has_the_columns_of_all(store: Store) -> None:
    nothing = store.cases("complaints", None, during("received_at", Period(date(1990, 1, 1), date(1990, 2, 1))))
    assert nothing.is_empty()
    assert nothing.columns == store.cases("complaints").columns


@pytest.mark.parametrize("days", [[], [None], [FIRST, None], [date(2024, 1, 1), date(9999, 12, 31)], [FIRST] * 3])
def test_a_file_is_passed_over_only_where_it_holds_no_such_row(days: list[date | None]) -> None:
    rows = pl.DataFrame({"at": days}, schema={"at": pl.Datetime("us")}).with_row_index("id").cast({"id": pl.String})
    held = days_held(rows)
    ends = (None, date(2023, 12, 31), FIRST, date(2024, 1, 9), date(9999, 12, 31))
    asked = [On("at", start, end, or_never=never) for start in ends for end in ends for never in (True, False)]
    for only in (*asked, On("of another table", FIRST), Is("id", "0")):
        if only.column in rows.columns and rows.filter(only.holds).height:
            assert only.may_lie_in(held), only
    assert not On("at", end=date(2024, 1, 1)).may_lie_in(held)


def test_a_manifest_keeps_which_days_its_files_hold(store: Store) -> None:
    assert any(part.days for part in store.manifest.parts.values())
    assert Manifest.from_json(store.manifest.to_json()) == store.manifest


@pytest.mark.alike(2)
@pytest.mark.parametrize(
    "metric",
    [each for each in CATALOGUE.values() if isinstance(each, Metric) and Source.COMPLAINTS in each.reads],
    ids=lambda metric: metric.id,
)
def test_complaints_behind_a_figure_are_those_of_all_of_them(metric: Metric, store: Store) -> None:
    """Bounded reads against all complaints at once, on whatever days they were received."""
    whole = store.cases("complaints").join(reviewed_contacts(store, None), on="contact_id", how="left")
    top = metric.numerator.meta.root_names()[0]
    every = complaint_rows(whole, store.as_of, store.rules)
    for period in PERIODS:
        wanted = cut(every, LOCAL, period, ()).filter(pl.col(top) > 0)["complaint_id"]
        found = case_rows.chosen(store, LOCAL, metric, period, ())
        assert found is not None
        counted = found[1].filter(pl.col("counted") == 1)["complaint_id"]
        assert sorted(counted) == sorted(wanted)

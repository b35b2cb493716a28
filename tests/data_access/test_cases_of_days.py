"""Cases of a period: the rows that all have of its days, of which only the files of these days are read."""

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data_access import case_refresh
from data_access.case_parts import PARTS
from data_access.frames import DAY_OF
from data_access.rollups import open_rollups
from data_access.store import Store
from metrics.rules import Rules
from metrics.scope import Period
from tests.data_access.seed import embedded, random_rows

FIRST = date(2024, 1, 8)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("days")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(case_refresh, "LEAST_ROWS_IN_FILE", 10)  # so that a part lies in several files
        rollups = open_rollups(embedded(folder / "w.duckdb", random_rows()), Rules(), folder)
        yield Store(rollups, rollups.refresh())


def test_the_day_of_a_case_is_the_one_that_its_files_go_by() -> None:
    assert {name: PARTS[name].home for name in DAY_OF} == DAY_OF


@pytest.mark.parametrize("columns", [None, ("contact_id",)])
@pytest.mark.parametrize("name", DAY_OF)
def test_cases_of_any_period_are_those_of_all_that_lie_in_it(
    name: str, columns: tuple[str, ...] | None, store: Store
) -> None:
    every = store.cases(name)
    day = pl.col(DAY_OF[name]).cast(pl.Date)
    for start in range(0, 80, 7):
        for days in (1, 10, 60):
            period = Period(FIRST + timedelta(days=start), FIRST + timedelta(days=start + days))
            wanted = every.filter(day.is_between(period.start, period.end, closed="left"))
            found = store.cases(name, columns, period)
            assert_frame_equal(found, wanted if columns is None else wanted.select(columns), check_row_order=False)


@pytest.mark.parametrize("name", DAY_OF)
def test_files_of_other_days_are_not_read(name: str, store: Store) -> None:
    everything = list(store.case_files(name))
    assert len(everything) > 3
    a_day = Period(FIRST + timedelta(days=30), FIRST + timedelta(days=31))
    assert len(list(store._frames.case_files(name, None, a_day))) <= 2


def test_a_period_without_a_case_has_the_columns_of_all(store: Store) -> None:
    nothing = store.cases("complaints", period=Period(date(1990, 1, 1), date(1990, 2, 1)))
    assert nothing.is_empty()
    assert nothing.columns == store.cases("complaints").columns

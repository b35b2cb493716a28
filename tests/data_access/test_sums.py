"""Sums as roll-ups keep them, counts packed into few numbers: the same as each measure added up by itself."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data_access import contacts, sums
from data_access.packed import Packed
from data_access.read import read
from data_access.warehouse import Warehouse
from metrics.rules import Rules
from tests.data_access.seed import ENGINES, random_rows, seeded

START, END = date(2024, 1, 8), date(2024, 4, 1)
DAYS = {START + timedelta(days=day): (1_000, 0) for day in range((END - START).days)}


def plain(warehouse: Warehouse, rules: Rules) -> dict[str, pl.DataFrame]:
    found = read(warehouse.engine, contacts.sums(warehouse, rules, START, END, contacts.CUBES))
    measures = [name for name in found.columns if name not in {"grain", "day", *contacts.DIMENSIONS}]
    return {
        f"sums/{'+'.join(grain)}": found.filter(pl.col("grain") == place).select("day", *measures, *grain)
        for place, grain in enumerate(contacts.CUBES)
    }


def packed(warehouse: Warehouse, rules: Rules, days: dict[date, tuple[int, int]]) -> dict[str, pl.DataFrame]:
    return {name: made() for name, made in sums.sums(warehouse, rules, (START, END), days)}


def check_same(warehouse: Warehouse, rules: Rules, days: dict[date, tuple[int, int]]) -> None:
    wanted, found = plain(warehouse, rules), packed(warehouse, rules, days)
    assert list(found) == list(wanted)
    for name, frame in found.items():
        assert frame["day"].is_sorted()
        assert_frame_equal(frame, wanted[name], check_row_order=False, check_column_order=False)


@pytest.mark.parametrize("few", [0, sums.FEW_CONTACTS], ids=["many", "few"])
@pytest.mark.parametrize("engine", ENGINES)
def test_packed_counts_are_those_of_each_measure(
    engine: str, few: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sums, "FEW_CONTACTS", few)
    warehouse = seeded(tmp_path / f"w.{engine}", random_rows())
    check_same(warehouse, Rules(), DAYS)
    check_same(warehouse, Rules(fcr_same_channel=True), DAYS)


def test_a_day_with_more_contacts_than_were_seen_before_is_counted_with_more_bits(tmp_path: Path) -> None:
    warehouse = seeded(tmp_path / "w.duckdb", random_rows())
    check_same(warehouse, Rules(), dict.fromkeys(DAYS, (1, 0)))
    check_same(warehouse, Rules(), {})


def test_every_cube_is_held_by_a_grain_that_is_counted() -> None:
    assert all(any(set(cube) <= set(grain) for grain in contacts.COUNTED) for cube in contacts.CUBES)
    assert all(set(grain) <= set(contacts.DIMENSIONS) for grain in contacts.COUNTED)


@pytest.mark.parametrize("bits", [1, 12, 31, 62])
def test_counts_stay_apart_up_to_the_last_bit(bits: int) -> None:
    most = 2**bits - 1
    layout = Packed("own", ["a", "b", "c"], bits)
    counts = {"a": most, "b": 0, "c": most}
    numbers = {
        number: [sum(counts[name] << place * bits for place, name in enumerate(names))]
        for number, names in layout.numbers.items()
    }
    found = pl.DataFrame(numbers, schema=dict.fromkeys(numbers, pl.Int64))
    assert found.select(**layout.apart()).row(0, named=True) == counts

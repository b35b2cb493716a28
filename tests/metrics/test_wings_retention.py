"""Customers after bad service: standardisation by hand, refusals, and what stands out of many differences."""

import polars as pl
import pytest
from scipy import stats

from metrics.wings.retention import HORIZONS, Event, Told, compare_retention, worst


def cells(*rows: tuple[str, int, int, int, int], squares: tuple[float, float, float], customers: int) -> pl.DataFrame:
    """(cell, cases, of these heard, others, of these heard) of one event, the same at each horizon."""
    return pl.DataFrame(
        [
            {
                "event": str(Event.COMPLAINT),
                "exposed_n": cases,
                "others_n": others,
                "customers": customers,
                **{f"exposed_{days}": heard for days in HORIZONS},
                **{f"others_{days}": others_heard for days in HORIZONS},
                "exposed_customers": customers,
                "cases_squares": 0.0,  # every sum beside the squares is 0, so that the squares stand alone
                **{f"{name}_products_{days}": 0.0 for name in ("heard", "gap") for days in HORIZONS},
                **{
                    f"{name}_squares_{days}": square
                    for days in HORIZONS
                    for name, square in zip(("heard", "beside", "gap"), squares, strict=True)
                },
            }
            for _cell, cases, heard, others, others_heard in rows
        ]
    )


def test_others_are_weighed_to_the_mix_of_the_cases() -> None:
    rows = (
        ("gold", 60, 30, 50, 40),
        ("standard", 40, 10, 200, 40),
        ("silver", 9, 9, 4, 4),
    )  # four others are too few to say what is usual
    (found, *_) = compare_retention(cells(*rows, squares=(16.0, 9.0, 25.0), customers=101), 30)
    assert found.retained
    assert found.others
    assert found.difference
    # By hand: of the cases with somebody comparable 40 of 100; of the others 0.6 · 40/50 + 0.4 · 40/200 = 0.56.
    assert (found.cases, found.comparable, found.unmatched) == (100, 250, 9)
    assert (found.retained.value, found.others.value, found.difference.value) == pytest.approx((40.0, 56.0, -16.0))
    # Standard errors √(25 · 101/100) / 100 and √16 …, with Student's t of 100 degrees of freedom, 1.984 (tables).
    assert found.difference.high - found.difference.value == pytest.approx(1.984 * (25 * 1.01) ** 0.5, abs=0.01)
    assert found.retained.high - found.retained.value == pytest.approx(1.984 * (16 * 1.01) ** 0.5, abs=0.01)
    assert found.p == pytest.approx(2 * stats.t.sf(16 / (25 * 1.01) ** 0.5, 100))


@pytest.mark.parametrize(
    ("rows", "squares", "told"),
    [
        ([("a", 29, 10, 500, 90)], (9.0, 9.0, 9.0), Told.TOO_FEW),
        ([("a", 500, 90, 29, 10)], (9.0, 9.0, 9.0), Told.TOO_FEW),
        ([("a", 500, 90, 0, 0), ("b", 0, 0, 500, 90)], (9.0, 9.0, 9.0), Told.TOO_FEW),  # nobody is comparable
        ([("a", 50, 50, 50, 50)], (0.0, 0.0, 0.0), Told.NO_VARIATION),
    ],
)
def test_what_cannot_be_compared_is_refused(rows: list, squares: tuple, told: Told) -> None:
    (found, *_) = compare_retention(cells(*rows, squares=squares, customers=100), 30)
    assert (found.told, found.difference, found.p, found.stands_out) == (told, None, None, False)


def test_the_largest_loss_of_those_that_stand_out_is_named() -> None:
    clear = cells(("a", 400, 160, 400, 240), squares=(96.0, 96.0, 192.0), customers=800)
    mild = clear.with_columns(event=pl.lit(str(Event.REPEAT)), **{f"exposed_{days}": 200 for days in HORIZONS})
    # By hand: −20 and −10 points, each with a standard error of √192 / 400 = 3.5 points.
    found = compare_retention(pl.concat([mild, clear], how="vertical_relaxed"), 30)
    assert [(each.event, each.stands_out) for each in found if each.p] == [
        *[(Event.COMPLAINT, True)] * 3,
        *[(Event.REPEAT, True)] * 3,
    ]
    lost = worst(found, 90)
    assert lost
    assert lost.event is Event.COMPLAINT
    unclear = clear.with_columns(**{f"gap_squares_{days}": 20_000.0 for days in HORIZONS})
    assert worst(compare_retention(unclear, 30), 90) is None


def test_the_spread_of_cases_is_that_around_their_own_share() -> None:
    # Three customers with 1, 2 and 3 cases, of them 1, 1 and 0 heard of again: a share of 1/3. Around it, by hand:
    # (1 − 1/3)² + (1 − 2/3)² + (0 − 1)² = 14/9, from Σx² = 2, Σxn = 3, Σn² = 14.
    sums = {"cases_squares": 14.0, "exposed_customers": 3}
    sums |= {"heard_squares_30": 2.0, "heard_products_30": 3.0, "beside_squares_30": 1.0}
    sums |= {"gap_squares_30": 2.0, "gap_products_30": 3.0}
    frame = cells(("a", 6, 2, 60, 20), squares=(2.0, 1.0, 2.0), customers=3)
    frame = frame.with_columns(**{name: pl.lit(value) for name, value in sums.items()})
    (found, *_) = compare_retention(frame, 5)
    assert found.retained
    # Shares of cases and others are the same, so that the difference is 0 and its spread Σx² = 2. Student's t of two
    # degrees of freedom is 4.303 (tables), and three customers stand for 3/2.
    assert (found.retained.low, found.retained.high) == (0.0, 100.0)
    assert found.difference
    assert found.difference.high == pytest.approx(100 * 4.303 * (2 * 1.5) ** 0.5 / 6, rel=0.001)

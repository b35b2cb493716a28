"""Blind spots: many complaints and little QA, told from chance and from what is too small to matter."""

import math

import numpy as np
import polars as pl
import pytest

from metrics.discoveries import discoveries
from metrics.wings.blind_spots import COUNTS, Verdict, blind_spots, with_margins


def counts(*rows: tuple[str | None, str | None, int, int, int, int, int]) -> pl.DataFrame:
    """(scenario, team, contacts, complained, eligible, reviewed, faulty)."""
    types = {"scenario": pl.String, "team_id": pl.String, **dict.fromkeys(COUNTS, pl.Int64)}
    return pl.DataFrame(rows, schema=types, orient="row")


def one_of(cells: pl.DataFrame, row: str | None, column: str | None = None) -> dict:
    return cells.filter(pl.col("row").eq_missing(row), pl.col("column").eq_missing(column)).row(0, named=True)


USUAL = [("usual", team, 1_000, 10, 1_000, 50, 5) for team in ("a", "b", "c")]


def test_p_values_of_benjamini_and_hochberg_are_decided_as_in_their_paper():
    # Benjamini & Hochberg (1995), section 3.2: fifteen p values, the first four are named at 5 %.
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590]
    assert discoveries([*p, 1.0]).tolist() == [True] * 4 + [False] * 11
    assert discoveries([]).tolist() == []


def test_a_cell_with_many_complaints_and_few_reviews_is_blind():
    found = blind_spots(with_margins(counts(*USUAL, ("odd", "a", 1_000, 40, 1_000, 10, 1)), "scenario", "team_id"), 30)
    cell = one_of(found.cells, "odd", "a")
    assert cell["verdict"] == Verdict.BLIND
    # 40 and 10 of 1,000; elsewhere 30 and 150 of 3,000.
    figures = [cell[name] for name in ("complaint_rate", "other_complaint_rate", "coverage", "other_coverage")]
    assert figures == pytest.approx([40, 10, 1, 5])
    assert (cell["excess"], cell["lacking"]) == pytest.approx((30, 40))  # 40 − 1,000 × 1 %; 1,000 × 5 % − 10
    # (40 + 2) / (17.5 + 2) complained of and (10 + 2) / (40 + 2) reviewed, of what 70 and 160 of 4,000 would give.
    assert cell["gap"] == pytest.approx(math.log2((42 / 19.5) / (12 / 42)))
    # The scenario and its only team, and the team taken whole: a quarter of it is the cell.
    assert set(found.of(Verdict.BLIND).select("row", "column").rows()) == {("odd", "a"), ("odd", None), (None, "a")}
    # By hand: the map has four cells, and the blind one is counted once, not with its row and its column.
    assert (found.counted(Verdict.BLIND), found.places.height) == (1, 4)
    assert found.lacking == pytest.approx(40)  # one cell, although three places name it
    assert found.of(Verdict.IDLE).is_empty()


def test_the_two_questions_are_answered_by_exact_tests_and_the_larger_p_counts():
    # R: pbinom(39, 70, 0.25, lower.tail = FALSE) is 5.07e-09, pbinom(10, 160, 0.25) is 6.17e-10: the larger one.
    found = blind_spots(with_margins(counts(*USUAL, ("odd", "a", 1_000, 40, 1_000, 10, 1)), "scenario", None), 30)
    assert (found.counted(Verdict.BLIND), found.places.height) == (1, 2)  # without columns its rows are the places
    whole = one_of(found.cells, "odd")
    tail = sum(math.comb(70, k) * 0.25**k * 0.75 ** (70 - k) for k in range(40, 71))
    few = sum(math.comb(160, k) * 0.25**k * 0.75 ** (160 - k) for k in range(11))
    assert whole["p_blind"] == pytest.approx(max(tail, few), rel=1e-9)


@pytest.mark.parametrize(
    ("odd", "verdict"),
    [
        (("odd", "a", 1_000, 40, 1_000, 50, 5), Verdict.USUAL),  # complained of, and reviewed as usual
        (("odd", "a", 1_000, 10, 1_000, 5, 0), Verdict.USUAL),  # not reviewed, and nobody complains
        (("odd", "a", 29, 10, 29, 0, 0), Verdict.FEW),
        (("odd", "a", 1_000, 1, 1_000, 200, 10), Verdict.IDLE),
        (("odd", "a", 1_000, 1, 1_000, 200, 60), Verdict.USUAL),  # its reviews find more than others do: worth it
    ],
)
def test_one_difference_alone_is_no_blind_spot(odd: tuple, verdict: Verdict):
    found = blind_spots(with_margins(counts(*USUAL, odd), "scenario", "team_id"), 30)
    assert one_of(found.cells, "odd", "a")["verdict"] == verdict


def test_a_sure_but_small_difference_is_not_named():
    many = counts(("x", "a", 10**6, 13_000, 10**6, 40_000, 0), ("y", "a", 10**6, 10_000, 10**6, 50_000, 0))
    found = blind_spots(with_margins(many, "scenario", "team_id"), 30)
    assert found.cells["p_blind"].min() < 1e-9
    assert set(found.cells["verdict"]) == {Verdict.USUAL, Verdict.FEW}  # FEW: the only team has no others


def test_margins_are_the_sums_of_their_cells_and_unknown_places_are_left_out():
    some = counts(*USUAL, ("odd", "a", 100, 1, 90, 5, 0), (None, "a", 50, 0, 50, 0, 0), ("odd", None, 50, 0, 50, 0, 0))
    cells = with_margins(some, "scenario", "team_id")
    assert one_of(cells, "usual")["contacts"] == 3_000
    assert one_of(cells, None, "a")["contacts"] == 1_100
    for level in ("row", "column", "cell"):
        assert cells.filter(pl.col("level") == level)["contacts"].sum() == 3_100


def test_nothing_to_hold_together_is_no_map():
    assert blind_spots(with_margins(counts(("x", "a", 100, 0, 100, 9, 0)), "scenario", "team_id"), 30) is None
    assert blind_spots(with_margins(counts(("x", "a", 100, 9, 100, 0, 0)), "scenario", "team_id"), 30) is None
    assert blind_spots(with_margins(counts(), "scenario", "team_id"), 30) is None


def test_where_cells_differ_by_chance_only_hardly_anything_is_ever_named():
    # 200 maps of 132 equal cells each. Both questions have to be answered wrongly at once, so far fewer than 5 %.
    random = np.random.default_rng(1)
    named = 0
    for _ in range(200):
        n = random.poisson(300, 132)
        complained, reviewed = random.binomial(n, 0.02), random.binomial(n, 0.05)
        rows = [
            (f"s{place % 11}", f"t{place // 11}", *map(int, each), 0)
            for place, each in enumerate(zip(n, complained, n, reviewed, strict=True))
        ]
        found = blind_spots(with_margins(counts(*rows), "scenario", "team_id"), 30)
        named += found.of(Verdict.BLIND).height + found.of(Verdict.IDLE).height
    assert named <= 2

import polars as pl
import pytest

from metrics.desk.causes import pareto, vital_few
from metrics.desk.coding import MAPPED, OWN_NAME, UNMAPPED, coded, raw_codes
from metrics.desk.whys import shared_causes


def complaints(*rows: tuple[str | None, str | None, float | None]) -> pl.DataFrame:
    schema = {"issue_type": pl.String, "upheld": pl.String, "redress_amount": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


TEN = complaints(
    *[("returns", "upheld", 30.0), ("returns", "partly_upheld", 10.0), ("returns", "rejected", None)],
    *[("returns", None, None), ("returns", "upheld", 0.0), ("returns", None, 50.0)],
    *[("refund", "rejected", None), ("refund", None, None)],
    *[("price", None, None), (None, None, None)],
)


def test_shares_add_up_and_the_first_kinds_are_the_most_frequent():
    found = pareto(TEN, "issue_type")
    # By hand: 6, 2, 1 and 1 of 10; a complaint without a type is a kind of its own.
    assert found["issue_type"].to_list() == ["returns", "refund", "price", None]
    assert found["share"].to_list() == pytest.approx([60, 20, 10, 10])
    assert found["cumulative"].to_list() == pytest.approx([60, 80, 90, 100])
    assert vital_few(found)["issue_type"].to_list() == ["returns", "refund"]


def test_upheld_is_of_those_with_a_finding_and_redress_of_those_paid():
    returns, refund, price = pareto(TEN, "issue_type").head(3).iter_rows(named=True)
    # Returns: of 4 findings 3 upheld; 30, 10 and 50 were paid, and nothing in a fourth.
    assert (returns["decided"], returns["upheld"], returns["upheld_share"]) == (4, 3, 75.0)
    assert (returns["redressed"], returns["redress_median"], returns["redress_total"]) == (3, 30.0, 90.0)
    assert (refund["upheld_share"], refund["redress_total"]) == (0.0, None)
    assert (price["decided"], price["upheld_share"], price["upheld_low"]) == (0, None, None)


def test_interval_of_upheld_is_wilsons():
    # Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263 is 0.2553 to 0.3662.
    rows = complaints(*[("returns", "upheld", None)] * 81, *[("returns", "rejected", None)] * 182)
    row = pareto(rows, "issue_type").row(0, named=True)
    assert (row["upheld_low"], row["upheld_high"]) == (pytest.approx(25.53, abs=0.01), pytest.approx(36.62, abs=0.01))


def raw(*rows: tuple[str | None, str | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"issue_type": pl.String, "subtype": pl.String}, orient="row")


CODES = raw(("refund", "slow"), ("refund", "amount"), ("refund", None), ("price", "coupon"), ("odd", "x"), (None, None))


def test_a_subtype_goes_before_its_type_and_a_kinds_own_name_after_both():
    found = coded(CODES, {("refund", None): "rule", ("refund", "slow"): "system", ("price", "coupon"): "rule"})
    assert found["standard"].to_list() == ["system", "rule", "rule", "rule", None, None]
    assert found["how"].to_list() == [MAPPED, MAPPED, MAPPED, MAPPED, UNMAPPED, UNMAPPED]
    plain = coded(CODES, {})
    assert plain["standard"].to_list() == [None, None, None, "price", None, None]
    assert plain["how"].to_list() == [UNMAPPED, UNMAPPED, UNMAPPED, OWN_NAME, UNMAPPED, UNMAPPED]


def test_raw_codes_without_a_kind_come_first():
    found = raw_codes(coded(pl.concat([CODES, raw(("odd", "x"))]), {("refund", None): "rule"}))
    assert found.select("issue_type", "subtype", "count").row(0) == ("odd", "x", 2)
    assert found["count"].sum() == 7
    assert found["how"].to_list() == sorted(found["how"].to_list(), key=lambda how: how != UNMAPPED)


def test_causes_are_shared_however_they_are_written_and_a_type_counts_once():
    trees = [
        ("No  stock sync", "refund"),
        ("no stock sync", "refund"),
        ("Training gap", "price"),
        ("No stock sync", None),
    ]
    found = shared_causes(trees, {"refund": 7, "price": 9})
    assert found.rows() == [("No stock sync", 3, ["refund"], 7), ("Training gap", 1, ["price"], 9)]

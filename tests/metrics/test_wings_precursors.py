"""Lifts against a published table, injected effects and none; what comes before a complaint; what QA did not see."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

from metrics.wings.precursors import ANY, missed, pooled, precursors

NOON = datetime(2026, 1, 5, 12)


def test_the_pooled_ratio_is_that_of_a_published_table():
    """Deaths under tolbutamide and placebo by age (UGDP), in Rothman & Greenland (1998), Modern Epidemiology.

    Under 55 8 of 106 against 5 of 120, from 55 on 22 of 98 against 16 of 85: pooled risk ratio 1.33 (0.80 to 2.20).
    """
    a, n1, c, n0 = (np.array(each, dtype=float) for each in ([8, 22], [106, 98], [5, 16], [120, 85]))
    _expected, lift, low, high, p = pooled(a, n1, c, n0)
    assert [round(each, 2) for each in (lift, low, high) if each is not None] == [1.33, 0.8, 2.2]
    tables = [np.array([[a[k], n1[k] - a[k]], [c[k], n0[k] - c[k]]]) for k in range(2)]
    assert p == pytest.approx(StratifiedTable(tables).test_null_odds(correction=False).pvalue)


def test_few_expected_complaints_are_refused():
    """100 failed and 900 passed with 40 complaints: four are expected, below five of Mantel & Fleiss (1980)."""
    expected, *told = pooled(*(np.array([each], dtype=float) for each in (12, 100, 28, 900)))
    assert (expected, told) == (4.0, [None] * 4)


def test_no_complaint_after_a_failed_item_has_an_upper_end():
    # Ten expected and none found: Garwood's interval of none is 0 to 3.69, over ten 0.369.
    _expected, lift, low, high, _p = pooled(*(np.array([each], dtype=float) for each in (0, 500, 20, 500)))
    assert (lift, low, high) == (0.0, 0.0, pytest.approx(0.3689, abs=1e-4))


def test_complaints_after_failed_items_only_are_the_clearest_of_all():
    # 300 of 1,000 failed, all 20 complaints after them; 6 expected. Half a complaint stands for none among the others:
    # (20 × 700) ÷ (0.5 × 300) = 93.3 times. p: (20 − 6)² ÷ (300 × 700 × 20 × 980 ÷ (1,000² × 999)) = 47.6, z = 6.9.
    expected, lift, low, high, p = pooled(*(np.array([each], dtype=float) for each in (20, 300, 0, 700)))
    assert (expected, lift) == (6.0, pytest.approx(93.33, abs=0.01))
    assert 1 < low < lift < high
    assert p == pytest.approx(2 * stats.norm.sf(np.sqrt(47.62)), rel=0.01)


def simulated(seed: int, effect: float, size: int = 8_000) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Contacts whose complaints about returns come `effect` times as often where item x failed; item y is beside it."""
    random = np.random.default_rng(seed)
    self_check = random.random(size) < 0.4
    fails = random.random((size, 2)) < np.where(self_check, 0.05, 0.15)[:, None]
    # After a self-check complaints are as usual; before centre QA half of them have come, and are not seen after it.
    usual = np.where(self_check, 0.03, 0.015)
    complains = random.random(size) < usual * np.where(fails[:, 0], effect, 1.0)
    contacts = [f"c{place}" for place in range(size)]
    reviews = pl.DataFrame(
        {
            "review_id": contacts,
            "contact_id": contacts,
            "reviewed_at": [NOON] * size,
            "level": np.where(self_check, "self", "centre"),
            "issue_type": "returns",
            "purpose": "regular",
            "item x": fails[:, 0].astype(np.int8),
            "item y": fails[:, 1].astype(np.int8),
        }
    )
    chosen = [name for name, does in zip(contacts, complains, strict=True) if does]
    complaints = pl.DataFrame(
        {"contact_id": chosen, "issue_type": "returns", "received_at": NOON + timedelta(hours=5)},
        schema_overrides={"contact_id": pl.String},
    )
    return reviews, complaints


def test_an_item_that_precedes_complaints_is_named_with_its_size():
    found = precursors(*simulated(1, 2.5), ["item x", "item y"])
    cells = {(row["item"], row["issue_type"]): row for row in found.cells.iter_rows(named=True)}
    assert {key for key, row in cells.items() if row["is_named"]} == {("item x", "returns"), ("item x", ANY)}
    assert cells["item x", "returns"]["low"] < 2.5 < cells["item x", "returns"]["high"]


def test_without_an_effect_hardly_anything_is_named():
    """Levels differ in failing and in complaints; of 60 simulations seven or more with a name come once in 60."""
    named = [
        precursors(*simulated(100 + seed, 1.0), ["item x", "item y"]).cells["is_named"].any() for seed in range(60)
    ]
    assert sum(named) <= 6


def test_reviews_made_after_the_complaint_are_left_out():
    """Every complaint is reviewed afterwards and failed: that would be a lift without end, and tells nothing."""
    reviews, complaints = simulated(2, 1.0)
    complained = pl.col("contact_id").is_in(complaints["contact_id"].implode())
    late = reviews.with_columns(
        pl.when(complained)
        .then(pl.col("reviewed_at") + timedelta(days=3))
        .otherwise("reviewed_at")
        .alias("reviewed_at"),
        pl.when(complained).then(1).otherwise("item x").cast(pl.Int8).alias("item x"),
    )
    found = precursors(late, complaints, ["item x"])
    assert (found.complained, found.left_out) == (0, complaints.height)
    assert not found.cells["is_named"].any()


def test_a_contact_counts_once_by_its_first_review():
    reviews, complaints = simulated(3, 2.5)
    again = reviews.with_columns(pl.col("reviewed_at") + timedelta(hours=1), pl.lit(0, pl.Int8).alias("item x"))
    twice = pl.concat([reviews, again.with_columns(review_id=pl.lit("again ") + pl.col("review_id"))])
    once = precursors(reviews, complaints, ["item x"])
    assert precursors(twice, complaints, ["item x"]).cells.equals(once.cells)


def test_what_qa_did_not_see_by_hand():
    """Of five upheld complaints about service QA failed two, one of them fatally, an item in one that passed, and saw
    nothing in two.

    One that was rejected and one whose cause is the rule do not count.
    """
    reviews = pl.DataFrame(
        {
            "review_id": list("1234567"),
            "contact_id": [f"c{place}" for place in range(7)],
            "purpose": ["regular"] * 7,
            "is_automatic": [False] * 7,
            "passed": [False, True, True, True, True, True, True],
            "fatal": [False, None, False, False, False, False, True],
            "item x": pl.Series([1, 1, 0, None, 0, 0, 0], dtype=pl.Int8),
        }
    )
    complaints = pl.DataFrame(
        {
            "contact_id": [f"c{place}" for place in range(7)],
            "issue_type": ["returns"] * 7,
            "subtype": ["late", "late", "late", "fee", "late", "late", "late"],
            "upheld": ["upheld", "upheld", "partly_upheld", "upheld", "rejected", "upheld", "upheld"],
            "established_cause": ["service"] * 5 + ["rule", "service"],
        }
    )
    row = missed(reviews, complaints, ["item x"]).row(0, named=True)
    assert (row["reviewed"], row["passed"], row["unseen"], row["share"]) == (5, 3, 2, 40.0)
    assert {each["subtype"]: each["count"] for each in row["subtypes"]} == {"late": 1, "fee": 1}

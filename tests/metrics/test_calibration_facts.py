"""Contacts that several people reviewed, from their reviews."""

from datetime import datetime

import polars as pl

from metrics.calibration_facts import FAILED, FATAL, PASSED, double_review_facts
from metrics.review_facts import DIMENSIONS

#: Contact, reviewer, score of 100, passed, fatal.
REVIEWS = [
    ("a", "one", 90, True, False), ("a", "two", 80, True, None),
    ("b", "one", 0, False, True), ("b", "two", 95, True, False),
    ("c", "one", 70, False, False),
]  # fmt: skip


def test_scores_of_contacts_in_which_somebody_found_a_fatal_item_are_left_to_kappa():
    names = ["contact_id", "reviewer_id", "score", "passed", "fatal"]
    reviews = pl.DataFrame(REVIEWS, schema=names, orient="row").with_columns(
        *(pl.lit(None, pl.String).alias(name) for name in DIMENSIONS),
        review_id=pl.int_range(pl.len()).cast(pl.String), reviewed_at=datetime(2026, 7, 1), max_score=100, level=None,
        form_id=pl.lit("f"), form_version=1, purpose=None, is_automatic=False,
    )  # fmt: skip
    found = double_review_facts(reviews).sort("contact_id")
    # By hand: 90 + 80 = 170 and 8,100 + 6,400 = 14,500; of b nothing but the verdicts; c was reviewed once.
    told = found.select("contact_id", "raters", "rating_sum", "rating_squares", "first", "second").rows()
    assert told == [("a", 2, 170, 14_500, PASSED, PASSED), ("b", 0, 0, 0, FATAL, PASSED)]
    assert FAILED not in found["first"]

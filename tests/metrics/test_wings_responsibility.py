import polars as pl
import pytest

from metrics.wings.responsibility import confirmed, matrix, passed_by_qa, wrong_claims


def complaints(rows: list[tuple[str | None, str | None, int]]) -> pl.DataFrame:
    listed = [(claimed, established) for claimed, established, count in rows for _each in range(count)]
    schema = {"claimed_cause": pl.String, "established_cause": pl.String}
    return pl.DataFrame(listed, schema=schema, orient="row").with_columns(count=1)


CASES = complaints([
    ("service", "service", 30), ("service", "rule", 30), ("service", None, 20),
    ("rule", "rule", 95), ("rule", "system", 5), ("price", "rule", 2), (None, "rule", 9),
])  # fmt: skip


def test_shares_stand_on_established_causes_and_pending_ones_on_all():
    cells = {row[:2]: row[2:] for row in matrix(CASES).select(
        "claimed_cause", "established_cause", "count", "claimed", "judged", "share"
    ).rows()}  # fmt: skip
    assert cells["service", "rule"] == (30, 80, 60, 50.0)
    assert cells["service", None] == (20, 80, 60, 25.0)
    assert cells["rule", "system"] == (5, 100, 100, 5.0)


def test_claims_are_right_where_both_causes_are_equal():
    row = confirmed(CASES).row(0, named=True)
    # 30 + 95 of 60 + 100 + 2; Wilson (1927) by hand arithmetic.
    n, x, z = 162, 125, 1.959964
    middle = (x / n + z**2 / (2 * n)) / (1 + z**2 / n)
    assert (row["confirmed"], row["judged"]) == (125, 162)
    assert (row["low"] + row["high"]) / 2 == pytest.approx(100 * middle, abs=0.01)


def test_the_claim_that_is_wrong_most_often_is_named_and_a_small_one_is_not():
    found = wrong_claims(CASES, least=30).select("claimed_cause", "wrong", "judged", "share", "verdict").rows()
    # 30 of 60 and 5 of 100, where 37 of 162 are wrong in all; two price claims say nothing.
    assert found == [
        ("service", 30, 60, 50.0, "more"), ("rule", 5, 100, 5.0, "less"), ("price", 2, 2, 100.0, "too_few"),
    ]  # fmt: skip


def test_only_reviewed_contacts_can_be_passed():
    frame = pl.DataFrame({
        "team_id": ["a"] * 4 + ["b"] * 2 + ["c"],
        "is_contact_passed": [True, True, True, False, False, None, None],
        "count": 1,
    })  # fmt: skip
    found = passed_by_qa(frame, "team_id", least=2).select("team_id", "passed", "reviewed", "complaints", "is_enough")
    assert found.rows() == [("a", 3, 4, 4, True), ("b", 0, 1, 2, False)]


def test_of_many_claims_one_that_chance_explains_is_not_named():
    # 18 of 100 against 90 of 900: Wilson's interval (11.7 to 26.7) leaves out the 10.8 of all, but the exact p is 0.03,
    # and of ten claims the smallest has to be below 0.05 / 10.
    rows = [(f"cause {place}", "other", 10) for place in range(9)] + [("cause 9", "other", 18)]
    rows += [(claimed, claimed, 100 - count) for claimed, _other, count in rows]
    assert set(wrong_claims(complaints(rows), least=30)["verdict"]) == {"alike"}
    alone = wrong_claims(complaints([("a", "b", 30), ("a", "a", 70), ("c", "b", 10), ("c", "c", 90)]), least=30)
    assert dict(alone.select("claimed_cause", "verdict").rows()) == {"a": "more", "c": "less"}

import numpy as np
import polars as pl
import pytest

from metrics.discoveries import discovery_rates
from metrics.wings.answers import answering_otherwise, consistency


def counts(rows: list[tuple]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["team_id", "issue_type", "answer_code", "answered"], orient="row")


def test_consistency_is_the_share_of_equal_pairs():
    found = consistency(counts([("t", "returns", "7", 2), ("u", "returns", "7", 1), ("t", "returns", "15", 1)]))
    row = found.row(0, named=True)
    # Of 4 x 3 = 12 ordered pairs 3 x 2 = 6 are equal.
    assert (row["value"], row["usual"], row["usual_share"], row["answered"], row["answers"]) == (50, "7", 75, 4, 2)


def test_one_answer_about_a_matter_has_no_pairs():
    assert consistency(counts([("t", "returns", "7", 1)]))["value"].to_list() == [None]


def test_p_is_fishers_exact_one():
    rows = [("t", "tea", "milk first", 4), ("u", "tea", "tea first", 4)]
    found = answering_otherwise(counts(rows), "team_id").filter(pl.col("team_id") == "t").row(0, named=True)
    # Fisher (1935), the lady tasting tea: 1 of 70 for all four cups; two sides, two answers.
    assert found["p"] == pytest.approx(4 / 70)
    assert (found["verdict"], found["answer_code"], found["difference"]) == ("too_few", "milk first", 100)


def drawn(shares: list[float], seed: int, each: int = 60) -> pl.DataFrame:
    """Twenty teams with so many answers each about five matters; `shares` of each team give the older one."""
    random = np.random.default_rng(seed)
    rows = []
    for team, share in enumerate(shares):
        for issue in range(5):
            older = random.binomial(each, share if issue == 0 else 0.09)
            rows += [(f"t{team}", f"i{issue}", "older", older), (f"t{team}", f"i{issue}", "usual", each - older)]
    return counts(rows)


def test_a_team_that_answers_otherwise_is_the_only_one_named():
    found = answering_otherwise(drawn([0.75, *[0.09] * 19], seed=1), "team_id")
    other = found.filter(pl.col("verdict") == "other")
    assert other.select("team_id", "issue_type", "answer_code").rows() == [("t0", "i0", "older")]
    low, high = other.select("low", "high").row(0)
    assert low < 75 - 9 < high  # injected


def test_nobody_is_named_where_all_answer_alike():
    named = [
        answering_otherwise(drawn([0.09] * 20, seed), "team_id").filter(pl.col("verdict") == "other").height
        for seed in range(20)
    ]
    assert sum(named) <= 1  # of 2,000 comparisons; at most one demo in twenty has a false discovery


@pytest.mark.parametrize("rows", [[], [("t", "returns", "7", 30)]])
def test_nothing_to_compare_gives_no_rows(rows):
    frame = pl.DataFrame(
        rows,
        schema={"team_id": pl.String, "issue_type": pl.String, "answer_code": pl.String, "answered": pl.Int64},
        orient="row",
    )
    assert answering_otherwise(frame, "team_id").is_empty()


def test_false_discoveries_are_held_as_benjamini_and_hochberg_do():
    # Benjamini & Hochberg (1995), their example of 15 p values: at 5 % the four smallest are rejected.
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    assert (discovery_rates(np.array(p)[::-1])[::-1] <= 0.05).tolist() == [True] * 4 + [False] * 11

"""A coaching sheet: few reviews say little, and more than three habits are not for one talk."""

import polars as pl
import pytest

from metrics.fair import compare_fairly
from metrics.wings.coaching import ITEM_FAILED, LEAST_JUDGED, advise


def counts(own: dict[str, tuple[int, int]], peers: int = 40) -> pl.DataFrame:
    """(judged, failed) of agent «me» by item, beside peers of 100 reviews, half with 5 and half with 15 failed."""
    rows = [("me", item, *each) for item, each in own.items()]
    rows += [(f"p{n}", item, 100, (5, 15)[n % 2]) for item in own for n in range(peers)]
    return pl.DataFrame(rows, schema=["agent_id", "item", "judged", "failed"], orient="row")


def test_habits_and_strengths_stand_by_how_far_they_lie_from_peers() -> None:
    own = {"greeting": (100, 30), "record": (100, 25), "solution": (100, 20), "attitude": (100, 18), "care": (100, 0)}
    advice = advise(counts(own), "me")
    assert [row["item"] for row in advice.habits] == ["greeting", "record", "solution"]
    assert [row["item"] for row in advice.strengths] == ["care"]
    first = advice.habits[0]
    # Counted by hand: 30 of 100 beside 20 · 5 + 20 · 15 of 4,000, the agent's own left out.
    assert (first["share"], first["usual"]) == pytest.approx((30.0, 100 * 400 / 4_000))
    assert first["usual"] < first["shrunken"] < first["share"]
    assert first["is_sure"]


def test_the_estimate_is_pulled_to_peers_as_much_as_the_fair_comparison_pulls() -> None:
    frame = counts({"greeting": (100, 30)})
    cells = frame.select("agent_id", numerator=pl.col("failed") * 1.0, denominator=pl.col("judged") * 1.0)
    found = compare_fairly(cells, "agent_id", (), ITEM_FAILED, 1)
    assert found
    pulled = 100 * (30 + found.strength * 400 / 4_000) / (100 + found.strength)
    assert advise(frame, "me").items["shrunken"].to_list() == [pytest.approx(pulled)]
    alone = frame.filter(agent_id="me")
    assert advise(alone, "me").items.is_empty()  # without a peer there is nothing to stand beside


def test_of_fewer_reviews_nothing_is_said() -> None:
    advice = advise(counts({"greeting": (LEAST_JUDGED - 1, 9)}), "me")
    assert (advice.is_enough, advice.habits, advice.strengths) == (False, [], [])
    assert advise(counts({"greeting": (5, 1)}), "nobody").items.is_empty()

"""Sentences of the reports: an interval says what is known of it."""

import pytest

from metrics.metric import Unit
from reports import sentences
from reports.text import speaking


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (1065, 7500, "95% 区间：17 分 45 秒 至 2 小时 05 分"),  # 17 × 60 + 45, and 2 × 3600 + 5 × 60
        (1065, None, "95% 区间：至少 17 分 45 秒（个案太少，给不出上限）"),
        (None, 7500, "95% 区间：至多 2 小时 05 分（个案太少，给不出下限）"),
        (None, None, "95% 区间：个案太少，无法给出"),
    ],
)
def test_an_open_end_of_an_interval_is_words(low: int | None, high: int | None, said: str):
    with speaking("zh"):
        told = sentences.interval({"low": low, "high": high}, Unit.SECONDS)
    assert told.replace("\u00a0", " ") == said


def test_no_line_ends_within_a_number_and_its_unit():
    with speaking("en"):
        told = sentences.interval({"low": 1065, "high": 7500}, Unit.SECONDS)
    assert told.split(" ")[-3:] == ["17\u00a0min\u00a045\u00a0s", "to", "2\u00a0h\u00a005\u00a0min"]

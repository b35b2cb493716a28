from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data_access import coded
from data_access.frames import slim, together
from data_access.shelf import Shelf
from data_access.swot.asked import Found
from metrics.catalogue import CATALOGUE
from metrics.metric import Metric
from metrics.scope import Period
from metrics.swot.evidence import Kind


@pytest.mark.parametrize(
    "value",
    [
        None, True, 3, -1.5, float("inf"), "字", [1, [2]], (1, (2, None)), {"a", "b"}, frozenset({1}), date(2026, 3, 1),
        datetime(2026, 3, 1, 12, 5), timedelta(days=-1, seconds=3), Kind.CHURN, {(1, Kind.CHURN): {None: 2}},
        Found((), ()), Period(date(2026, 1, 1), date(2026, 2, 1)), CATALOGUE["service_level"],
    ],
)  # fmt: skip
def test_what_a_result_is_made_of_comes_back_as_it_was(value: object) -> None:
    assert coded.from_bytes(coded.to_bytes(value)) == value
    assert type(coded.from_bytes(coded.to_bytes(value))) is type(value)


def test_frames_arrays_and_the_formula_in_force_come_back() -> None:
    frame = pl.DataFrame({"day": [date(2026, 1, 1), None], "n": [1, 2], "x": [[1.5], []]})
    array = np.array([[1.5, np.nan], [0.0, -np.inf]])
    assert_frame_equal(coded.from_bytes(coded.to_bytes(frame)), frame)
    np.testing.assert_array_equal(coded.from_bytes(coded.to_bytes((array,)))[0], array)
    chosen = next(
        each for metric in CATALOGUE.values() if isinstance(metric, Metric) for each in metric.formulas.values()
    )
    assert coded.from_bytes(coded.to_bytes(chosen)) is chosen


def test_nothing_but_data_of_this_product_is_written_or_read() -> None:
    @dataclass
    class Own:
        path: Path

    with pytest.raises(TypeError):
        coded.to_bytes(Own(Path()))
    for named in (["subprocess", "Popen"], ["data_access.coded", "importlib"], ["metrics.rules", "DAY"]):
        with pytest.raises((ValueError, AttributeError)):
            coded._made({"is": "object", "of": [named, {}]})


def test_an_answer_is_made_once_and_anew_where_its_file_is_not_whole(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "answers", "one", "rules")
    period = Period(date(2026, 1, 1), date(2026, 2, 1))
    assert shelf.answer("asked", lambda: period) == period
    assert Shelf(tmp_path / "answers", "one", "rules").answer("asked", lambda: None) == period
    assert Shelf(tmp_path / "answers", "one", "other rules").answer("asked", lambda: None) is None
    for file in (tmp_path / "answers").iterdir():
        file.write_bytes(file.read_bytes()[:-9])
    assert shelf.answer("asked", lambda: 7) == 7
    frame = pl.DataFrame({"n": [1]})
    assert_frame_equal(shelf.frame("asked", lambda: frame), shelf.frame("asked", pl.DataFrame))
    replace(shelf, manifest="two").answer("asked", lambda: 8)
    assert len([*(tmp_path / "answers").iterdir()]) == 1  # those of other roll-ups have gone


def test_whole_numbers_are_held_in_half_and_added_up_in_full() -> None:
    frame = pl.DataFrame({"n": [2**31 - 1, 2], "long": [2**31, 0], "none": pl.Series([None, None], dtype=pl.Int64)})
    held = slim(frame)
    assert held.dtypes == [pl.Int32, pl.Int64, pl.Int32]
    assert_frame_equal(together([held, held]), pl.concat([frame, frame]))
    assert together([held])["n"].sum() == 2**31 + 1

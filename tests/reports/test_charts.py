"""Charts: what is written on them hides nothing, and what is drawn is where it belongs."""

from datetime import date, timedelta
from itertools import pairwise

import polars as pl
import pytest

from data_access.own_events import OwnEvent
from metrics.catalogue import CATALOGUE
from metrics.coverage import Coverage
from metrics.metric import Quantile, Status
from reports import charts, charts_bars, charts_metric, charts_told, text
from reports import charts_base as base

NARROWEST = 260  # pixels from the first to the last day of a trend in a window of 390: measured in Chromium
WEEKS = [date(2026, 4, 27) + timedelta(weeks=each) for each in range(26)]
TWO_YEARS = [date(2024 + month // 12, month % 12 + 1, 1) for month in range(24)]


def rows(days: list[date], name: str, **columns: float) -> pl.DataFrame:
    given = {"value": 70.0, "low": 65.0, "high": 75.0, "denominator": 100.0} | columns
    return pl.DataFrame({name: days}).with_columns(
        *(pl.lit(each).alias(column) for column, each in given.items()),
        mature=pl.lit(value=True),
        status=pl.lit(Status.OK),
        covers=pl.lit(Coverage.AS_SAID),
    )


def boxes(calendar: base.Calendar, days: list[date]) -> list[tuple[float, float, float]]:
    """Row, left and right end of each name in pixels on a phone: 12 for a Chinese letter, 7 for another."""
    found = []
    for words in calendar.words:
        share = (date.fromisoformat(words["x"]) - days[0]) / (days[-1] - days[0])
        wide = sum(12 if ord(letter) > 255 else 7 for letter in words["text"])
        left = share * NARROWEST - (wide if words["xanchor"] == "right" else 0)
        found.append((words["yshift"], left, left + wide))
    return found


@pytest.mark.parametrize("days", [WEEKS, TWO_YEARS])
def test_names_of_the_calendar_stand_below_the_plot_and_beside_each_other(days: list[date]) -> None:
    own = [OwnEvent(name="新热线号码上线", first=days[-1] - timedelta(days=2), last=None)]
    with text.speaking("zh"):
        calendar = base.calendar(days, own)
    assert all(words["yanchor"] == "top" and words["y"] == 0 for words in calendar.words)
    ordered = sorted(boxes(calendar, days))
    assert max(right for _row, _left, right in ordered) <= NARROWEST
    for one, other in pairwise(ordered):
        assert one[0] != other[0] or one[2] <= other[1] + 0.01
    assert base.days_axis(calendar.rows)["ticklabelstandoff"] >= base.ROW * len({row for row, *_ in ordered})


def test_holidays_are_bands_and_make_up_workdays_stand_where_single_days_can_be_told_apart() -> None:
    # The State Council's days of 2026: off 25 to 27 September and 1 to 7 October, worked 20 September and 10 October.
    bands = [("2026-09-25", "2026-09-28"), ("2026-10-01", "2026-10-08")]
    september = [date(2026, 9, 1) + timedelta(days=each) for each in range(50)]
    with text.speaking("zh"):
        by_day, by_week = base.calendar(september), base.calendar(WEEKS)
    found = [sorted((each["x0"], each["x1"]) for each in calendar.shapes) for calendar in (by_day, by_week)]
    assert found[0] == sorted([*bands, ("2026-09-20", "2026-09-20"), ("2026-10-10", "2026-10-10")])
    assert set(bands) < set(found[1])
    of_years = {(each["x0"], each["x1"]) for each in base.calendar([date(2025, 1, 1), date(2026, 12, 31)]).shapes}
    assert bands[1] in of_years
    assert bands[0] not in of_years  # three days of two years
    assert {each["text"] for each in by_day.words} == {"调休上班日", "中秋节", "国庆节"}
    assert {"517 电信日", "618 大促"} < {each["text"] for each in by_week.words}  # seasons first, then who has room


def test_a_long_note_on_the_last_day_stays_inside_the_plot_and_is_told_in_full() -> None:
    note = "大促期间临时增派外包坐席，热线排队加长，次日恢复正常"
    ((words,), (line,)) = reversed(base.marks([(WEEKS[-1], note)], WEEKS))
    assert (line["x0"], words["xanchor"]) == (WEEKS[-1].isoformat(), "right")
    assert len(words["text"]) * 12 <= NARROWEST  # pixels of a Chinese letter in the size of words on a chart
    assert words["hovertext"] == note


def test_the_words_of_a_target_stand_above_the_plot() -> None:
    figure = charts.trend(rows(WEEKS, "week"), CATALOGUE["csat"], "week", target=85.0)
    words = next(each for each in figure.layout.annotations if "85" in each.text)
    assert (words.yref, words.y, words.yanchor) == ("paper", 1, "bottom")


def test_a_time_that_hardly_moves_is_not_drawn_from_zero() -> None:
    """Between 281 and 289 s a step of 2 s gives at most six ticks, from the last one below to the first one above."""
    frame = rows(WEEKS, "week", value=285.0, low=281.0, high=289.0)
    axis = charts.trend(frame, CATALOGUE["handle_time"], "week").layout.yaxis
    assert axis.tickvals == (280, 282, 284, 286, 288, 290)
    assert axis.rangemode is None


@pytest.mark.parametrize(("target", "reach"), [(None, 60.0), (50.0, 60.0), (70.0, 70.0), (1_000.0, 90.0)])
def test_words_beside_bars_lie_beyond_intervals_and_targets(target: float | None, reach: float) -> None:
    """Bars of 30 and 10 with intervals to 60; what reaches three times the longest bar is cut off there."""
    frame = rows([WEEKS[0]] * 2, "week", low=5.0, high=60.0).with_columns(
        value=pl.Series([30.0, 10.0]), team_id=pl.Series(["a", "b"])
    )
    figure = charts_bars.bars(frame, CATALOGUE["complaint_rate"], "team_id", str, target)
    bars, words = figure.data
    assert words.x[0] > reach
    assert words.x[0] == pytest.approx(reach * 1.04)
    assert max(value + above for value, above in zip(bars.x, bars.error_x.array, strict=True)) <= reach


def test_bars_of_a_distribution_lie_side_by_side_and_hold_everything() -> None:
    """Bins of 2 % from 5 s to 10 h, of which only every seventh has cases, ten each."""
    edges = [5 * 1.02**place for place in range(450)]
    bins = pl.DataFrame({"low": edges[:-1:7], "high": edges[1::7], "contacts": [10] * len(edges[:-1:7])})
    metric = CATALOGUE["first_response_time"]
    assert isinstance(metric, Quantile)
    (drawn,) = charts_metric.distribution(bins, metric, []).data
    ends = [left + wide for left, wide in zip(drawn.x, drawn.width, strict=True)]
    assert all(end <= left * 1.0001 for end, left in zip(ends, drawn.x[1:], strict=False))
    assert sum(drawn.y) == pytest.approx(100)
    ratios = [end / left for end, left in zip(ends, drawn.x, strict=True)]
    assert max(ratios) == pytest.approx(min(ratios))  # each as much longer again, so that areas can be compared
    assert len(drawn.x) <= charts_metric.BARS


def test_a_distribution_of_one_bin_is_one_bar() -> None:
    bins = pl.DataFrame({"low": [0.0], "high": [1.0], "contacts": [3]})
    metric = CATALOGUE["handle_time"]
    assert isinstance(metric, Quantile)
    assert charts_metric.distribution(bins, metric, []).data[0].y == (100.0,)


def test_equal_times_marked_on_a_distribution_are_named_on_either_side() -> None:
    bins = pl.DataFrame({"low": [20.0, 21.0], "high": [21.0, 22.0], "contacts": [1, 99]})
    metric = CATALOGUE["handle_time"]
    assert isinstance(metric, Quantile)
    words = charts_metric.distribution(bins, metric, [(21.5, "Median 22 s"), (21.5, "P90 22 s")]).layout.annotations
    assert [(each.xanchor, each.yanchor) for each in words] == [("right", "bottom"), ("left", "bottom")]


def test_what_a_chart_says_is_a_table_as_well():
    said = ["<b>A &lt; B</b><br>12.5%<br>n = 8", "", "<b>C</b>"]
    figure = base.figure(
        [
            {"type": "bar", "x": [1, 2, 3], "y": [1, 2, 3], "hovertext": said, "hoverinfo": "text"},
            {"type": "scatter", "x": [1], "y": [1], "hovertext": ["a band"], "hoverinfo": "skip"},
        ],
        x={},
        y={},
    )
    assert charts_told.told(figure).rows() == [("A < B", "12.5% · n = 8"), ("C", "")]

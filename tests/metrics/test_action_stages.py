"""The circle of actions: what must be there before it goes on, what is overdue, and when a problem is back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from metrics.actions.action import Action, Check, Stage, Step, StepKind
from metrics.actions.recurrence import Weeks, comes_back
from metrics.actions.stages import Lack, Late, is_check_due, lacks, overdue, training_due
from metrics.intervention import Family, VerdictCode
from metrics.rules import Rules

PLANNED = Action(
    title="Fewer returns", problem="Three answers to one question", owner="Li", due=date(2026, 11, 20),
    metric="complaint_rate", expected_change=-0.2, check_on=date(2027, 3, 1),
)  # fmt: skip
FRIDAY = date(2026, 11, 13)
MONDAY = date(2025, 1, 6)


def checked(code: VerdictCode, until: date = date(2027, 3, 1)) -> Check:
    at = datetime(2027, 3, 2, 9, tzinfo=UTC)
    return Check(code=code, at=at, by="job", until=until, grain="week", teams=None, told={})


def test_a_plan_goes_on_only_with_its_problem_its_owner_its_days_and_its_whole_goal():
    assert lacks(PLANNED) == ()
    assert set(lacks(Action(title="x"))) == set(Lack) - {Lack.STEPS, Lack.OPEN_STEPS, Lack.LIVE_ON, Lack.VERDICT}


def test_an_action_is_live_once_every_step_is_done():
    doing = replace(PLANNED, stage=Stage.DO, begun_on=FRIDAY, live_on=date(2026, 11, 20))
    open_step = Step(words="Write the script", owner="Wang", due=date(2026, 11, 16))
    assert lacks(doing) == (Lack.STEPS,)
    assert lacks(replace(doing, steps=(open_step,))) == (Lack.OPEN_STEPS,)
    assert lacks(replace(doing, steps=(replace(open_step, done_on=FRIDAY),))) == ()


@pytest.mark.parametrize(("code", "missing"), [(VerdictCode.TOO_EARLY, (Lack.VERDICT,)), (VerdictCode.WORKED, ())])
def test_a_check_that_leaves_it_open_lets_nothing_go_on(code: VerdictCode, missing: tuple[Lack, ...]):
    assert lacks(replace(PLANNED, stage=Stage.CHECK, check=checked(code))) == missing


def test_training_is_due_after_three_working_days_of_the_chinese_calendar():
    assert training_due(FRIDAY, Rules()) == date(2026, 11, 18)  # Monday, Tuesday, Wednesday
    # State Council, holidays of 2025: 1 to 8 October are off, Saturday 11 October is a make-up workday.
    assert training_due(date(2025, 9, 30), Rules()) == date(2025, 10, 11)


def test_what_is_overdue_is_what_its_day_has_gone_by_for_the_longest_first():
    steps = (
        Step(words="Write", owner="Wang", due=date(2026, 11, 17)),
        Step(words="Train", owner="", kind=StepKind.TRAINING),
        Step(words="Print", owner="Wang", due=date(2026, 11, 16), done_on=date(2026, 11, 19)),
    )
    doing = replace(PLANNED, stage=Stage.DO, begun_on=FRIDAY, steps=steps)
    told = [(each.what, each.due.day, each.owner) for each in overdue(doing, date(2026, 11, 21), Rules())]
    assert told == [(Late.STEP, 17, "Wang"), (Late.TRAINING, 18, "Li"), (Late.LIVE, 20, "Li")]
    assert overdue(doing, date(2026, 11, 17), Rules()) == ()  # the day itself is in time
    assert [each.what for each in overdue(PLANNED, date(2026, 11, 21), Rules())] == [Late.PLAN]
    decided = replace(PLANNED, stage=Stage.ACT, check=checked(VerdictCode.WORKED))
    assert [each.what for each in overdue(decided, date(2027, 3, 10), Rules())] == [Late.DECISION]


def test_a_check_is_due_once_when_the_data_reach_its_day_and_again_on_a_later_one():
    live = replace(PLANNED, stage=Stage.CHECK, live_on=date(2026, 11, 20))
    assert [is_check_due(live, date(2027, 3, day)) for day in (1, 2)] == [True, True]
    assert not is_check_due(live, date(2027, 2, 28))
    again = replace(live, check=checked(VerdictCode.TOO_EARLY))
    assert not is_check_due(again, date(2027, 3, 2))
    assert is_check_due(replace(again, check_on=date(2027, 4, 1)), date(2027, 4, 1))


def weeks(counts: list[float], first: int, base: float = 1_000) -> Weeks:
    days = [MONDAY + timedelta(weeks=first + place) for place in range(len(counts))]
    return Weeks(days, np.array(counts, dtype=float), np.full(len(counts), base))


def found(since: list[float], before: float = 20, after: float = 6):
    return comes_back(
        weeks([before] * 40, 0), weeks([after] * 20, 40), weeks(since, 60), Family.COUNT, higher_is_worse=True
    )


def test_a_problem_is_back_with_the_first_four_weeks_that_have_lost_half_the_gain():
    # From 20 to 6 a week: half of the gain is lost from 13 on. 6 6 6 24 make 10.5 a week, 6 6 24 24 make 15.
    back = found([6] * 8 + [24] * 4)
    assert back is not None
    assert (back.first, back.last) == (MONDAY + timedelta(weeks=66), MONDAY + timedelta(weeks=69))
    assert (back.level, back.reached, back.before) == pytest.approx((0.015, 0.006, 0.02))


@pytest.mark.parametrize(
    ("since", "before", "after"),
    [
        ([6] * 52, 20, 6),  # nothing happens
        ([9] * 52, 20, 6),  # surely worse, and most of the gain is still there
        ([24] * 3, 20, 6),  # less than four weeks
        ([24] * 8, 6, 6),  # nothing was gained
        ([2, 0, 1, 4, 2, 3, 1, 3], 3, 1),  # half of the gain, and so few cases that chance explains them
    ],
)
def test_a_season_a_bad_week_and_chance_are_not_the_problem_coming_back(since: list[float], before: int, after: int):
    assert found(since, before, after) is None


def test_a_week_without_a_case_says_nothing_and_hides_nothing():
    # As in the year of plain weeks, of which one before and one since had nothing to divide by.
    before, after, since = weeks([20] * 12, 0), weeks([6] * 12, 12), weeks([20] * 9, 24)
    for part in (before, since):
        part.numerator[3] = part.denominator[3] = 0
    back = comes_back(before, after, since, Family.COUNT, higher_is_worse=True)
    assert back is not None
    assert (back.level, back.reached, back.before) == pytest.approx((0.02, 0.006, 0.02))


def test_of_a_share_that_should_be_high_lower_is_worse():
    high, low = [800.0] * 12, [700.0] * 12
    back = comes_back(weeks(low, 0), weeks(high, 12), weeks(low, 24), Family.SHARE, higher_is_worse=False)
    assert back is not None
    assert back.last == MONDAY + timedelta(weeks=27)

from datetime import date

import polars as pl
import pytest

from metrics.forecast.staff import agent_hours, hours_of_days, staffed
from metrics.forecast.staffing import Goal, chance_to_wait, load, needed, service_level

# Authority: the R package ErlangC 0.1.0, examples of its manual: 100 calls in 30 minutes of 180 s each, 80 % in 20 s,
# occupancy at most 85 %, shrinkage 30 %. It steps from 11 to 14 agents; the worked example of Call Centre Helper,
# "Erlang C Formula – Made Simple", has the same numbers and asks for 20 people with shrinkage.
HALF_HOUR = 1800


def test_load_is_contacts_in_progress():
    assert load(100, 180, HALF_HOUR) == 10


@pytest.mark.parametrize(("agents", "waiting"), [(11, 0.6821182), (14, 0.1741319), (10, 1.0)])
def test_chance_to_wait_is_that_of_the_manual(agents: int, waiting: float):
    assert chance_to_wait(10, agents) == pytest.approx(waiting, abs=1e-7)


def test_service_level_is_that_of_the_manual():
    assert service_level(10, 14, 180, 20) == pytest.approx(88.835, abs=1e-3)
    assert service_level(10, 10, 180, 20) == 0


def test_staff_is_that_of_the_worked_example():
    need = needed(100, 180, Goal(80, 20, 85, 30), HALF_HOUR)
    assert (need.agents, need.paid) == (14, 20)
    assert need.occupancy == pytest.approx(71.42857, abs=1e-5)
    assert need.wait_seconds == pytest.approx(7.83593701, abs=1e-7)


def test_occupancy_asks_for_more_where_waiting_does_not():
    # 100 erlangs: at 85 % busy 100 / 0.85 = 117.6, so 118, while 80 % in 20 s would need fewer.
    assert needed(2000, 180, Goal()).agents == 118
    assert needed(2000, 180, Goal(occupancy=99)).agents < 118


def test_nobody_is_needed_where_nobody_calls():
    assert needed(0, 180, Goal()).agents == 0


def test_hours_of_a_day_are_shares_that_sum_to_one():
    counts = pl.DataFrame(
        {"day": [date(2026, 6, 1)] * 2 + [date(2026, 6, 8)], "hour": ["9", "10", "9"], "contacts": [6, 2, 8]}
    )
    shares = hours_of_days(counts)
    assert shares.rows() == [(1, 9, 14 / 16), (1, 10, 2 / 16)]


def test_a_day_needs_the_agents_of_its_hours():
    # Monday, 400 contacts of which half wait, all in two equal hours: 100 an hour of 360 s are 10 erlangs.
    days = pl.DataFrame({"period": [date(2026, 6, 1)], "expected": [400.0], "high": [480.0]})
    hours = pl.DataFrame({"weekday": [1, 1], "hour": [9, 10], "share": [0.5, 0.5]})
    needs = staffed(days, hours, 0.5, 360, Goal())
    one = needed(100, 360, Goal())
    assert needs["agents"].to_list() == [one.agents] * 2
    assert (needs["agents_high"] > needs["agents"]).all()
    assert agent_hours(needs).select("agent_hours", "paid_hours", "busiest").row(0) == (2 * one.agents, 2 * one.paid, 9)

"""Who works in the made-up centre, month by month, and who its customers are."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from data_access.demo import vocabulary as words
from data_access.demo.plan import Columns, Plan, epoch

LEAVING_A_MONTH = 0.012
LEFT_AFTER_SECONDS = 30 * 86_400  # without any activity
MOVES = 3  # pairs of agents who change places between two teams, so that history has something to tell


@dataclass(frozen=True, slots=True)
class Seats:
    """Where each seat stands: its team, channel group and shift never change, the agents on it do."""

    team: np.ndarray[Any, Any]
    shift: np.ndarray[Any, Any]
    group: np.ndarray[Any, Any]


@dataclass(frozen=True)
class Staff:
    """Which agent sits where in each month, and what each agent is like."""

    seats: Seats
    agent_on: np.ndarray[Any, Any]  # months x seats: agent numbers
    names: list[str]
    skill: np.ndarray[Any, Any]  # around 0, larger is better
    pace: np.ndarray[Any, Any]  # multiplies handle time
    hired_on: np.ndarray[Any, Any]  # epoch seconds
    agent_ids: tuple[str, ...] = field(default=())

    def on_duty(self, month: int, group: int, shift: int) -> np.ndarray[Any, Any]:
        """The seats of a channel group in a shift; never empty."""
        return np.flatnonzero((self.seats.group == group) & (self.seats.shift == shift))


def make_staff(plan: Plan) -> Staff:
    """Seats by team, agents who leave and are replaced on the first of a month, and a few who change teams."""
    random = plan.random("staff")
    number = np.arange(plan.seats)
    teams = len(words.TEAM_IDS)
    team = number % teams
    shift = np.array(words.SHIFT_PATTERN)[number // teams % len(words.SHIFT_PATTERN)]
    seats = Seats(team, shift, np.array(words.GROUP_OF_TEAM)[team])
    agent_on = np.empty((plan.months, plan.seats), dtype=np.int64)
    agent_on[0] = number
    hired = [plan.seconds[0] - int(days) * 86_400 for days in random.integers(30, 2_200, plan.seats)]
    for month in range(1, plan.months):
        leaving = random.random(plan.seats) < LEAVING_A_MONTH
        agent_on[month] = agent_on[month - 1]
        agent_on[month, leaving] = len(hired) + np.arange(leaving.sum())
        hired += [plan.seconds[month]] * int(leaving.sum())
    _move_some(agent_on, seats, random)
    agents = len(hired)
    surnames, given = random.integers(len(words.SURNAMES), size=agents), random.integers(28, size=agents)
    names = [words.SURNAMES[s] + words.GIVEN_NAMES[g] for s, g in zip(surnames, given, strict=True)]
    skill = random.normal(0, 0.6, agents).clip(-1.5, 1.5)
    for one in range(teams):  # equal teams, so that a planted difference between teams is the only one
        skill[: plan.seats][team == one] -= skill[: plan.seats][team == one].mean()
    skill -= 0.3 * (np.array(hired) >= plan.seconds[0])  # those hired during the demo are still learning
    pace = np.exp(random.normal(0, 0.12, agents))
    ids = tuple(f"a{agent + 1:04d}" for agent in range(agents))
    return Staff(seats, agent_on, names, skill, pace, np.array(hired), ids)


def _move_some(agent_on: np.ndarray[Any, Any], seats: Seats, random: np.random.Generator) -> None:
    """Let pairs of agents of one group and shift change places, each on the first of a month."""
    months = len(agent_on)
    for move in range(MOVES):
        month = int(months * (move + 1) / (MOVES + 1))
        first = int(random.integers(len(seats.team)))
        others = (seats.group == seats.group[first]) & (seats.shift == seats.shift[first])
        second = int(random.choice(np.flatnonzero(others & (seats.team != seats.team[first]))))
        one, two = agent_on[month, first], agent_on[month, second]
        for agent, seat in ((two, first), (one, second)):
            leaving = agent_on[month:, seat] == agent_on[month, seat]
            agent_on[month:, seat][leaving] = -2 - agent
        agent_on[agent_on <= -2] = -2 - agent_on[agent_on <= -2]


def agents_table(plan: Plan, staff: Staff) -> Columns:
    """One row for each agent and stay on a seat; `team` and `shift` are those of the stay."""
    agent, seat, start, end = [], [], [], []
    for place in range(staff.agent_on.shape[1]):
        path = staff.agent_on[:, place]
        breaks = np.flatnonzero(np.diff(path)) + 1
        for first, last in zip([0, *breaks], [*breaks, plan.months], strict=True):
            agent.append(int(path[first]))
            seat.append(place)
            start.append(int(first))
            end.append(int(last))
    order = np.lexsort((start, agent))
    agents, seats = np.array(agent)[order], np.array(seat)[order]
    starts, ends = np.array(start)[order], np.array(end)[order]
    seconds = np.array(plan.seconds)
    final = ends == plan.months
    last_stay = np.append(agents[1:] != agents[:-1], True)
    valid_to = np.where(final, -1, seconds[ends])
    return {
        "agent": agents,
        "team": staff.seats.team[seats],
        "shift": staff.seats.shift[seats],
        "valid_from": np.where(starts == 0, staff.hired_on[agents], seconds[starts]),
        "valid_to": valid_to,
        "hired_on": staff.hired_on[agents],
        "left_on": np.where(last_stay, valid_to, -1),
    }


def supervisors(plan: Plan) -> list[str]:
    """The name of each team's supervisor."""
    random = plan.random("supervisors")
    places = random.permutation(len(words.SURNAMES))[: len(words.TEAM_IDS)]
    return [words.SURNAMES[place] + words.GIVEN_NAMES[27 - place] for place in places]


def customer_tiers(plan: Plan) -> np.ndarray[Any, Any]:
    """The tier (index) of every customer, the silent ones last."""
    random = plan.random("tiers")
    steps = np.cumsum(words.TIER_SHARES)[:-1]
    return np.searchsorted(steps, random.random(plan.customers + plan.silent_customers)).astype(np.int8)


def note_activity(last_active: Any, customers: Any, instants: Any) -> None:
    """Keep each customer's latest instant in `last_active`, by customer number."""
    known = customers >= 0
    np.maximum.at(last_active, customers[known], instants[known])


def customers_table(plan: Plan, tiers: np.ndarray[Any, Any], last_active: Any, complained: Any) -> Columns:
    """What the customers did outside the centre too, and who left: complainants more often."""
    random = plan.random("customers")
    count = len(tiers)
    region = np.searchsorted(np.cumsum(words.REGION_SHARES)[:-1], random.random(count))
    since = plan.seconds[0] - (random.random(count) * 5 * 365 * 86_400).astype(np.int64)
    span = plan.seconds[-1] - plan.seconds[0]
    elsewhere = plan.seconds[0] + ((1 - random.random(count) ** 2.5 * 0.98) * span).astype(np.int64)
    active = np.maximum(last_active, elsewhere - 1)
    leaving = random.random(count) < np.where(complained, 0.14, 0.05)
    churned = active + LEFT_AFTER_SECONDS
    return {
        "customer": np.arange(count),
        "tier": tiers,
        "region": region,
        "since": since,
        "last_active": active,
        "churned": np.where(leaving & (churned < plan.seconds[-1]), churned, -1),
    }


def agent_hours(plan: Plan, staff: Staff, month: int) -> Columns:
    """Hours of each agent and working day. Independent of the contacts, which are a part of what agents do."""
    random = plan.random("agent_hours", month)
    days = np.array([epoch(day) for day in plan.days[plan.month_days(month)]])
    load = plan.day_weights[plan.month_days(month)] / plan.day_weights.mean()
    shape = (len(days), plan.seats)
    agents = np.broadcast_to(staff.agent_on[month], shape)
    rest = (np.arange(plan.seats) + np.arange(len(days))[:, None]) % 7 < 2
    busy = (0.78 * load[:, None] ** 0.35 + random.normal(0, 0.035, shape)).clip(0.5, 0.95)
    present = (8 * 3600 * (0.86 + random.normal(0, 0.03, shape)).clip(0.6, 0.97)).astype(np.int64)
    worked = (present * busy).astype(np.int64)
    hold, wrap = (worked * 0.06).astype(np.int64), (worked * 0.14).astype(np.int64)
    paid = np.full(shape, 8 * 3600)
    columns = {
        "agent": agents, "day": np.broadcast_to(days[:, None], shape), "paid_seconds": paid,
        "scheduled_seconds": paid - 1_800, "ready_seconds": present - worked,
        "talk_seconds": worked - hold - wrap, "hold_seconds": hold, "wrap_seconds": wrap,
    }  # fmt: skip
    return {name: values[~rest] for name, values in columns.items()}

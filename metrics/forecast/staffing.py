"""How many agents does an interval need? Contacts times handle time, by Erlang's formula of waiting.

Source: Erlang (1917), Elektroteknikeren 13; Gans, Koole & Mandelbaum (2003), Manufacturing & Service Operations
Management 5 (its limits: nobody gives up, and the load does not change within the interval, so it asks for rather more
than is needed).
"""

from dataclasses import dataclass
from math import ceil, exp

from metrics.rules import HOUR


@dataclass(frozen=True, slots=True)
class Goal:
    """What the staff has to keep: so many percent answered within so many seconds, and nobody overworked."""

    service_level: float = 80.0  # percent
    answer_seconds: float = 20.0
    occupancy: float = 85.0  # percent of their time that agents may be busy at most: above it they burn out
    shrinkage: float = 30.0  # percent of paid time in which agents are not there for contacts


@dataclass(frozen=True, slots=True)
class Need:
    """The staff of one interval."""

    agents: int  # ready or busy
    paid: int  # with those who are on leave, in training or at rest
    service_level: float  # percent, as it will then be
    occupancy: float  # percent
    wait_seconds: float  # until an answer, on average


def load(contacts: float, handle_seconds: float, interval_seconds: float = HOUR) -> float:
    """Contacts in progress at once, on average, in erlangs."""
    return contacts * handle_seconds / interval_seconds


def chance_to_wait(erlangs: float, agents: int) -> float:
    """The share of contacts that do not find an agent ready; 1 where the agents cannot keep up.

    By Erlang's formula of loss, one agent after another, so that no factorial grows out of bounds.
    """
    if agents <= erlangs:
        return 1.0
    lost = 1.0
    for count in range(1, agents + 1):
        lost = erlangs * lost / (count + erlangs * lost)
    return lost / (1 - erlangs / agents * (1 - lost))


def service_level(erlangs: float, agents: int, handle_seconds: float, answer_seconds: float) -> float:
    """Percent of contacts that are answered within the time; 0 where the agents cannot keep up."""
    if agents <= erlangs:
        return 0.0
    waiting = chance_to_wait(erlangs, agents)
    return 100 * (1 - waiting * exp(-(agents - erlangs) * answer_seconds / handle_seconds))


def needed(contacts: float, handle_seconds: float, goal: Goal, interval_seconds: float = HOUR) -> Need:
    """The fewest agents that keep the goal in an interval; nobody where nobody calls."""
    if contacts <= 0 or handle_seconds <= 0:
        return Need(0, 0, 100.0, 0.0, 0.0)
    erlangs = load(contacts, handle_seconds, interval_seconds)
    agents = max(1, ceil(erlangs / (goal.occupancy / 100)))
    while service_level(erlangs, agents, handle_seconds, goal.answer_seconds) < goal.service_level:
        agents += 1
    waiting = chance_to_wait(erlangs, agents)
    return Need(
        agents,
        ceil(agents / (1 - goal.shrinkage / 100) - 1e-9),
        service_level(erlangs, agents, handle_seconds, goal.answer_seconds),
        100 * erlangs / agents,
        waiting * handle_seconds / (agents - erlangs),
    )

"""A day on the made-up centre's floor: who waits, who talks to whom and how heated it is, at any second of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from data_access.demo import vocabulary as words
from data_access.demo.episodes import SHIFT_OF_HOUR
from data_access.demo.plan import Columns
from data_access.demo.season import HOURS, contact_weights

HOUR, DAY = 3_600, 86_400
LIVE_QUEUES = words.QUEUES[:4]  # of phone and online: in the written ones nobody waits on the line
CONTACTS_PER_AGENT = 30  # a day: a floor that is busy whatever the size of the demo
STAFFING = 0.9  # agents beyond the load, in square roots of it: about eight in ten are answered in time
SCORED = 0.6  # share of contacts with an emotion score, as in the rest of the demo
EMOTION, SPREAD, LONG_WAIT = 44.0, 19.0, 8.0  # as in the rest of the demo; who waited over a minute is angrier
INSTANTS = ("arrived", "answered", "abandoned", "ended", "told")  # `told`: when the emotion is known
SHARES = np.array([issue.share for issue in words.ISSUES])
TALK = np.array([issue.talk_seconds for issue in words.ISSUES])
IS_AFTER_SALES = np.array([code in words.AFTER_SALES for code in words.ISSUE_CODES])
CHANNELS = tuple(np.flatnonzero(np.array(words.GROUP_OF_CHANNEL) == group) for group in (0, 1))


@dataclass(frozen=True, slots=True)
class Agent:
    agent_id: str
    team_id: str
    shift: str


@dataclass(frozen=True, slots=True, eq=False)
class FloorDay:
    """Every contact of a day with INSTANTS in seconds from midnight, and who is on duty: equal seeds, equal days."""

    day: date
    contacts: pl.DataFrame
    duty: dict[str, tuple[frozenset[str], ...]]  # by queue: the agents of each hour

    def queues_at(self, second: float) -> pl.DataFrame:
        """`queue waiting longest_wait_seconds in_progress agents_ready` at a second of the day."""
        hour = min(int(second // HOUR), 23)
        here = self.contacts.filter(pl.col("arrived") <= second)
        waits = (pl.col("answered").is_null() | (pl.col("answered") > second)) & (
            pl.col("abandoned").is_null() | (pl.col("abandoned") > second)
        )
        talks = (pl.col("answered") <= second) & (pl.col("ended") > second)
        busy = here.filter(pl.col("answered") <= second, pl.col("free") > second)
        counted = here.group_by("queue").agg(
            waiting=waits.sum(),
            longest_wait_seconds=(second - pl.col("arrived").filter(waits).min()).fill_null(0).cast(pl.Int64),
            in_progress=talks.fill_null(value=False).sum(),
        )
        on_duty = {queue: self.duty[queue][hour] for queue in self.duty}
        taken = {queue: set(busy.filter(pl.col("queue") == queue)["agent_id"]) for queue in self.duty}
        ready = [len(on_duty[queue] - taken[queue]) for queue in self.duty]
        every = pl.DataFrame({"queue": list(self.duty), "agents_ready": ready})
        return every.join(counted, on="queue", how="left", maintain_order="left").select(
            "queue", pl.col("waiting", "longest_wait_seconds", "in_progress").fill_null(0), "agents_ready"
        )

    def seen_at(self, second: float, since: float = -1.0) -> pl.DataFrame:
        """Contacts of which something became known in (since, second], with what is known of them by then."""
        news = [pl.col(name).is_between(since, second, closed="right").fill_null(value=False) for name in INSTANTS]
        late = [pl.when(pl.col(name) <= second).then(pl.col(name)).alias(name) for name in INSTANTS[1:-1]]
        taken = [
            pl.when(pl.col("answered") <= second).then(pl.col(name)).alias(name) for name in ("agent_id", "team_id")
        ]
        mood = pl.when(pl.col("told") <= second).then(pl.col("emotion_score")).alias("emotion_score")
        return self.contacts.filter(pl.any_horizontal(news)).with_columns(*late, *taken, mood).drop("told", "free")


def floor_day(agents: Sequence[Agent], seed: int, day: date) -> FloorDay:
    """The day of these agents: arrivals by the demo's hours, weekdays and festivals; first come, first served."""
    random = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, day.toordinal()])))
    parts, duty = [], {}
    for place, queue in enumerate(LIVE_QUEUES):
        group, is_after_sales = divmod(place, 2)
        own = [each for each in agents if _group(each) == group][is_after_sales::2]
        arrivals = _arrivals(random, len(agents), group, bool(is_after_sales), day)
        roster = _roster(own, arrivals, day)
        parts.append(_served(own, roster, arrivals, queue))
        duty[queue] = tuple(
            frozenset(own[row].agent_id for row in np.flatnonzero(roster[:, hour])) for hour in range(24)
        )
    every = pl.concat(parts).sort("arrived", maintain_order=True)
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(5)
    return FloorDay(day, every.with_columns(contact_id=pl.lit(f"L{day:%Y%m%d}") + number), duty)


def _group(agent: Agent) -> int:
    return words.GROUP_OF_TEAM[words.TEAM_IDS.index(agent.team_id)] if agent.team_id in words.TEAM_IDS else -1


def _arrivals(random: np.random.Generator, agents: int, group: int, is_after_sales: bool, day: date) -> Columns:
    """Contacts of one queue in the order of their arrival, with what they would need if they are answered."""
    channels, issues = CHANNELS[group], np.flatnonzero(is_after_sales == IS_AFTER_SALES)
    in_channel, about = np.array(words.CHANNEL_SHARES)[channels], SHARES[issues]
    wanted = agents * CONTACTS_PER_AGENT * in_channel.sum() * about.sum() * contact_weights([day])[0]
    hour = np.repeat(np.arange(24), random.poisson(wanted * HOURS / HOURS.sum()))
    count = len(hour)
    issue = random.choice(issues, count, p=about / about.sum())
    return {
        "arrived": np.sort(hour * HOUR + random.random(count) * HOUR).round(),
        "channel": random.choice(channels, count, p=in_channel / in_channel.sum()),
        "issue": issue,
        "talk": (random.lognormal(0, 0.5, count) * TALK[issue] * 0.88).clip(8, 5_400).round(),
        "wrap": random.exponential(38, count).round() + 4,
        "patience": (random.exponential(1, count) * (480 if group else 190)).round() + 2,
        "emotion": random.normal(EMOTION, SPREAD, count),
        "is_scored": random.random(count) < SCORED,
    }


def _roster(own: Sequence[Agent], arrivals: Columns, day: date) -> np.ndarray[Any, Any]:
    """Who is on duty in each hour, agents x 24: as many as the hour's load asks for, those of its shift first."""
    hours = (arrivals["arrived"] // HOUR).astype(int)
    load = np.bincount(hours, arrivals["talk"] + arrivals["wrap"], minlength=24)[:24] / HOUR
    needed = np.ceil(load + STAFFING * np.sqrt(load)).astype(int).clip(1, len(own))
    roster = np.zeros((len(own), 24), dtype=bool)
    turn = day.toordinal() % max(1, len(own))  # who has a rest day changes from day to day
    for hour in range(24):
        shift = words.SHIFTS[SHIFT_OF_HOUR[hour]]
        order = sorted(range(len(own)), key=lambda row: (own[row].shift != shift, (row - turn) % len(own)))
        roster[order[: needed[hour]], hour] = True
    return roster


def _served(own: Sequence[Agent], roster: np.ndarray[Any, Any], arrivals: Columns, queue: str) -> pl.DataFrame:
    """Each contact in turn goes to whoever is free first, the longest idle before others; some give up before."""
    count, rows = len(arrivals["arrived"]), np.arange(len(own))
    begins = _next_duty(roster)
    free, idle_since = np.zeros(len(own)), np.zeros(len(own))
    answered, agent, free_at = np.full(count, np.nan), np.full(count, -1), np.full(count, np.nan)
    for place in range(count):
        arrived = arrivals["arrived"][place]
        soonest = np.maximum(free, arrived)
        hour = np.minimum(soonest // HOUR, 24).astype(int)
        duty = begins[rows, hour]
        soonest = np.where(duty == hour, soonest, duty * HOUR)
        first = np.lexsort((idle_since, soonest))[0]
        if soonest[first] - arrived >= arrivals["patience"][place] or not np.isfinite(soonest[first]):
            continue
        answered[place], agent[place] = soonest[first], first
        free_at[place] = soonest[first] + arrivals["talk"][place] + arrivals["wrap"][place]
        free[first] = idle_since[first] = free_at[place]
    return _written(own, arrivals, queue, answered, agent, free_at)


def _next_duty(roster: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The first hour from each hour on in which an agent is on duty, agents x 25; infinite where there is none."""
    begins = np.full((len(roster), 25), np.inf)
    for hour in reversed(range(24)):
        begins[:, hour] = np.where(roster[:, hour], hour, begins[:, hour + 1])
    return begins


def _written(
    own: Sequence[Agent], arrivals: Columns, queue: str, answered: Any, agent: Any, free_at: Any
) -> pl.DataFrame:
    taken, arrived = ~np.isnan(answered), arrivals["arrived"]
    emotion = (arrivals["emotion"] + LONG_WAIT * (answered - arrived > 60)).clip(0, 100).round(1)
    told = answered + np.minimum(60, arrivals["talk"] / 2).round()
    names = [("agent_id", [each.agent_id for each in own]), ("team_id", [each.team_id for each in own])]
    columns: dict[str, Any] = {
        "queue": [queue] * len(arrived),
        "channel": [words.CHANNELS[each] for each in arrivals["channel"]],
        "direction": ["inbound"] * len(arrived),
        "issue_type": [words.ISSUE_CODES[each] for each in arrivals["issue"]],
        **{name: [codes[row] if row >= 0 else None for row in agent] for name, codes in names},
        "arrived": arrived,
        "answered": answered,
        "abandoned": np.where(taken, np.nan, arrived + arrivals["patience"]),
        "ended": answered + arrivals["talk"],
        "free": free_at,
        "told": np.where(arrivals["is_scored"], told, np.nan),
        "emotion_score": np.where(arrivals["is_scored"], emotion, np.nan),
    }
    strings = dict.fromkeys(("queue", "channel", "direction", "issue_type", "agent_id", "team_id"), pl.String)
    return pl.DataFrame(columns, schema_overrides=strings).with_columns(pl.selectors.float().fill_nan(None))

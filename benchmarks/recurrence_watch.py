"""How often a closed action is reopened although nothing happened, and how soon when its problem is back.

The process: a count a week about a level, 52 weeks before an action, 26 after it, and a year of watching. Weeks are
Poisson, or twice as scattered, with or without a likeness to the week before. The action took a fifth or a half away.

    python -m benchmarks.recurrence_watch [YEARS]
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from metrics.actions.recurrence import WATCHED, Weeks, comes_back
from metrics.intervention import Family

SEED = 12
YEARS = 1_000  # simulated in each setting
BEFORE, AFTER = 52, 26  # weeks
BASE = 1_000.0  # exposure of a week
LEVELS = (2, 5, 20, 60)  # a week, after the action
WEEKS_LIKE = ((1.0, 0.0), (2.0, 0.0), (2.0, 0.5))  # dispersion, correlation with the week before
GAINS = (0.2, 0.5)
MONDAY = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Setting:
    """What weeks are like, and what the action took away of the level before it."""

    level: float
    dispersion: float
    alike: float
    gain: float


def watched(random: np.random.Generator, setting: Setting, *, is_back: bool) -> int | None:
    """One year of watching: the week in which the problem was said to be back; None: never."""
    before = setting.level / (1 - setting.gain)
    levels = np.repeat([before, setting.level, before if is_back else setting.level], [BEFORE, AFTER, WATCHED])
    counts = random.poisson(levels * _moods(random, setting, len(levels))).astype(float)
    days = [MONDAY + timedelta(weeks=place) for place in range(len(levels))]
    weeks = Weeks(days, counts, np.full(len(levels), BASE))
    live, closed = days[BEFORE], days[BEFORE + AFTER]
    found = comes_back(
        weeks.part(MONDAY, live), weeks.part(live, closed), weeks.part(closed, date.max), Family.COUNT,
        higher_is_worse=True,
    )  # fmt: skip
    return None if found is None else (found.last - closed).days // 7 + 1


def _moods(random: np.random.Generator, setting: Setting, count: int) -> np.ndarray:
    """By how much each week's level is moved: log-normal, with memory, of mean 1."""
    if setting.dispersion <= 1:
        return np.ones(count)
    variance = np.log1p((setting.dispersion - 1) / setting.level)
    noise = random.normal(size=count) * np.sqrt(1 - setting.alike**2)
    noise[0] = random.normal()
    for place in range(1, count):
        noise[place] += setting.alike * noise[place - 1]
    return np.exp(np.sqrt(variance) * noise - variance / 2)


def results(years: int) -> Iterator[dict[str, float | None]]:
    """False alarms a year, and how many returns are found, after how many weeks, in each setting."""
    random = np.random.default_rng(SEED)
    for level in LEVELS:
        for dispersion, alike in WEEKS_LIKE:
            for gain in GAINS:
                setting = Setting(level, dispersion, alike, gain)
                false = [watched(random, setting, is_back=False) is not None for _ in range(years)]
                back = [watched(random, setting, is_back=True) for _ in range(years // 4)]
                found = [each for each in back if each is not None]
                yield {
                    "a week": level, "dispersion": dispersion, "alike": alike, "gain": gain,
                    "false alarms a year": float(np.mean(false)), "found": len(found) / len(back),
                    "median weeks": float(np.median(found)) if found else None,
                }  # fmt: skip


if __name__ == "__main__":
    with pl.Config(tbl_rows=-1, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, float_precision=3):
        print(pl.DataFrame(list(results(int(sys.argv[1]) if len(sys.argv) > 1 else YEARS))))

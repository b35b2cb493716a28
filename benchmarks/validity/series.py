"""Made-up series of which everything is known: level, trend, season, dispersion, correlation, and the effect."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
import polars as pl
from scipy import special, stats

from metrics.intervention import Grain

PER_YEAR = {"month": 12, "week": 365.25 / 7}
TREND = -0.12  # of the log level in a year
SEASON = 0.2  # of the log level, up and down


class Process(StrEnum):
    """Where the correlation comes from.

    COPULA: the counts themselves resemble their neighbours, whatever their dispersion (a Gaussian copula of Poisson or
    negative binomial counts). LATENT: the level wanders about its mean, and counts scatter about it by chance.
    """

    COPULA = "copula"
    LATENT = "latent"


@dataclass(frozen=True, slots=True)
class Design:
    """How many periods before and after the change."""

    before: int
    after: int
    grain: Grain = "month"

    @property
    def name(self) -> str:
        return f"{self.before} + {self.after} {self.grain}s"

    @property
    def periods(self) -> list[date]:
        count = self.before + self.after
        if self.grain == "month":
            return [date(2020 + i // 12, i % 12 + 1, 1) for i in range(count)]
        return [date(2020, 1, 6) + timedelta(days=7 * i) for i in range(count)]


@dataclass(frozen=True, slots=True)
class World:
    """What is true of a series."""

    correlation: float = 0.0
    dispersion: float = 1.0
    has_trend: bool = True
    has_season: bool = True
    process: Process = Process.COPULA
    level: float = 60.0
    effect: float = 0.0  # relative
    wander: float = 0.0  # standard deviation of the level's steps from period to period, on the logarithm


def drawn(design: Design, world: World, trials: int, random: np.random.Generator) -> np.ndarray:
    """Counts, trials × periods."""
    count = design.before + design.after
    since = (np.arange(count) - design.before) / PER_YEAR[design.grain]
    log_level = np.log(world.level) + TREND * world.has_trend * since
    log_level = log_level + SEASON * world.has_season * np.sin(2 * np.pi * since + 1)
    mean = np.exp(log_level + np.log1p(world.effect) * (np.arange(count) >= design.before))
    if world.wander:
        mean = mean * np.exp(np.cumsum(random.normal(0, world.wander, (trials, count)), axis=1))
    memory = _autoregression(trials, count, world.correlation, random)
    if world.process is Process.LATENT:
        spread = np.log1p((world.dispersion - 1) / world.level)
        return random.poisson(mean * np.exp(np.sqrt(spread) * memory - spread / 2))
    probability = special.ndtr(memory)
    if world.dispersion == 1:
        return stats.poisson.ppf(probability, mean).astype(int)
    size = mean / (world.dispersion - 1)
    return stats.nbinom.ppf(probability, size, size / (size + mean)).astype(int)


def framed(design: Design, counts: np.ndarray) -> pl.DataFrame:
    """One trial as a series."""
    return pl.DataFrame({"period": design.periods, "count": counts})


def _autoregression(trials: int, count: int, correlation: float, random: np.random.Generator) -> np.ndarray:
    noise = random.standard_normal((trials, count))
    memory = noise.copy()
    for i in range(1, count):
        memory[:, i] = correlation * memory[:, i - 1] + np.sqrt(1 - correlation**2) * noise[:, i]
    return memory

"""What the question "did the change work?" is answered with: numbers with their intervals, and codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

import polars as pl

from metrics.results import Change, Estimate

Expected = Literal["decrease", "increase", "either"]
Shape = Literal["step", "step+slope", "temporary", "delayed"]
Grain = Literal["month", "week", "day"]
Season = Literal["auto", "none"] | int


class Family(StrEnum):
    """What the values are, and so how they vary."""

    COUNT = "count"
    SHARE = "share"
    MEAN = "mean"


class VerdictCode(StrEnum):
    """Did it work?"""

    WORKED = "worked"
    WORKED_FADING = "worked_fading"
    TOO_EARLY = "too_early"
    NO_CLEAR_CHANGE = "no_clear_change"
    ALREADY_UNDER_WAY = "already_under_way"
    CONFOUNDED = "confounded"
    GOT_WORSE = "got_worse"
    NOT_ESTIMABLE = "not_estimable"


class ModelCode(StrEnum):
    """Which reading of the time before speaks."""

    STRAIGHT_TREND = "straight_trend"  # periods scatter about a line without memory
    CORRELATED_TREND = "correlated_trend"  # a line, and neighbouring periods resemble each other
    MOVING_LEVEL = "moving_level"  # the level wanders: only the periods next to the change tell of it


class Why(StrEnum):
    """Why that model speaks."""

    TREND_FITS = "trend_fits"
    NEIGHBOURS_ALIKE = "neighbours_alike"
    LEVEL_WANDERS = "level_wanders"


class CheckCode(StrEnum):
    """What was looked at beside the estimate."""

    RESIDUALS = "residuals"
    PRE_TREND = "pre_trend"
    REGRESSION_TO_MEAN = "regression_to_mean"
    PLACEBO_TIME = "placebo_time"
    PLACEBO_OUTCOME = "placebo_outcome"
    DISPLACEMENT = "displacement"
    GUARDRAILS = "guardrails"
    OTHER_CHANGES = "other_changes"
    ROBUSTNESS = "robustness"
    SECOND_OPINION = "second_opinion"
    FADING = "fading"
    LEAVE_ONE_OUT = "leave_one_out"


class CheckStatus(StrEnum):
    OK = "ok"
    WARNING = "warning"
    NOT_POSSIBLE = "not_possible"


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `numbers` fill its sentence, `names` the series or events that it found."""

    code: CheckCode
    status: CheckStatus
    numbers: Mapping[str, float]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """A ratio (1 is no effect) or a difference (0 is none) with its interval and two-sided p."""

    value: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, slots=True)
class Level:
    """One side of the change over the periods used, from `start` to the first day of the last one."""

    start: date
    last: date
    periods: int
    total: float | None  # events; None for means
    base: float | None  # exposure or denominator; None where there is none
    mean: Estimate  # per period: of the count, or of the values of a mean
    rate: Estimate | None  # per unit of the base


@dataclass(frozen=True, slots=True)
class Naive:
    """Before against after with nothing taken out. For means `rate` is None and `count` is of their mean."""

    count: Change
    rate: Change | None
    ratio: Effect | None  # of the rate where there is one, else of the count; None: there was nothing before


@dataclass(frozen=True, slots=True)
class Model:
    """Which model speaks, why, and what is in it."""

    code: ModelCode
    why: Why
    wanders: float  # probability that the level wanders
    harmonics: int
    weekdays: bool
    controlled: bool
    events: tuple[str, ...]  # taken out by regressors of their own
    inseparable: tuple[str, ...]  # happened with the change
    corrected_for_none: bool  # a side without events: Firth's correction makes the estimate finite


@dataclass(frozen=True, slots=True)
class Specification:
    """One other way to analyse the same series; the frame `Robustness.grid` has one row for each."""

    model: str
    window: str
    season: int


@dataclass(frozen=True, slots=True, eq=False)
class Robustness:
    """How many other ways of analysing agree.

    `grid`: model, window, season, value, low, high, p, same_direction, clear; ordered by value.
    """

    agree: float | None  # share of ways with an effect in the same direction; None: no other way was possible
    clear: float | None  # share in which it is also clear by itself
    grid: pl.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class Placebo:
    """What doing nothing looks like: a step at every earlier date, judged from before the change alone, and at its own.

    `dates`: period, value, low, high, p, rank (1 is the strongest by its p), is_change; ordered by period. Value, low
    and high are on the scale of the checks, as in `Robustness.grid`. Without an earlier date it has no rows.
    """

    dates: pl.DataFrame
    rank: int | None  # of the change among all dates


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer. `reasons` are the checks that decided, `event` what it cannot be told from.

    `more_periods`: how many more are needed for 80 % power to see a change of `to_see` (a ratio); None where more
    periods are not the answer, or where even the longest horizon does not suffice.
    """

    code: VerdictCode
    reasons: tuple[CheckCode, ...] = ()
    event: str | None = None
    power: float | None = None
    to_see: float | None = None
    more_periods: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ChangeEffect:
    """What one change did.

    `path`: period, place (before, transition, after), observed, fitted, counterfactual, low, high: counts per period,
    shares from 0 to 1, or means. Low and high enclose the counterfactual, which before the change is what is fitted.
    """

    family: Family
    start: date
    grain: Grain
    shape: Shape
    expected: Expected
    confidence: float
    before: Level
    after: Level
    transition: int  # periods left out
    naive: Naive
    rate_ratio: Effect  # at the start, for a step all the time; of shares and means the ratio of their levels
    overall: Effect  # mean ratio over all periods after
    difference: Effect  # mean over all periods after, in points of the share, units of the mean, events per period
    slope_change: Effect | None  # ratio per period (means: difference); None where no bend was asked for
    averted: Estimate | None  # events to date, positive is fewer than without the change; None for means
    level_only: Effect  # the ratio when there is no trend to take out
    path: pl.DataFrame
    dispersion: float  # 1 is chance alone; of means the residual standard deviation
    autocorrelation: float  # of neighbouring periods, estimated with the model
    model: Model
    checks: tuple[Check, ...]
    robustness: Robustness
    placebo: Placebo
    verdict: Verdict

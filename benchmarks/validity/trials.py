"""How often the estimate is wrong, how often its interval covers, and what the bars alone would have said."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from scipy import stats

from benchmarks.validity.series import Design, World, drawn, framed
from metrics.intervention import ChangeEffect, Expected, VerdictCode, evaluate_change
from metrics.intervention.fit import GRID, NO_MEMORY
from metrics.intervention.model import Asked, fitted
from metrics.intervention.observed import Observed, read_series

ERROR = 0.05


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of the trials."""

    covered: float  # the interval holds what is true
    clear: float  # the interval leaves out no effect
    bars: float  # the two bars differ, by the exact test of two rates
    welch: float  # the two means differ, by Welch's t-test
    width: float  # median, high over low


def estimated(design: Design, world: World, trials: int, seed: int) -> Rates:
    """The primary estimate only, with the options that `evaluate_change` has by itself."""
    random = np.random.default_rng(seed)
    counts = drawn(design, world, trials, random)
    template = _template(design)
    asked, truth = Asked(), np.log1p(world.effect)
    covered, clear, width = [], [], []
    for trial in counts:
        effect = fitted(replace(template, value=trial.astype(float)), asked).log_effect()
        covered.append(effect.low <= truth <= effect.high)
        clear.append(effect.p < ERROR)
        width.append(np.exp(effect.high - effect.low))
    before, after = counts[:, : design.before], counts[:, design.before :]
    share = design.after / (design.before + design.after)
    totals = after.sum(1), counts.sum(1)
    bars = [stats.binomtest(int(a), int(n), share).pvalue < ERROR for a, n in zip(*totals, strict=True)]
    welch = stats.ttest_ind(after, before, axis=1, equal_var=False).pvalue < ERROR
    return Rates(*(float(np.mean(each)) for each in (covered, clear, bars, welch)), width=float(np.median(width)))


def verdicts(design: Design, world: World, trials: int, seed: int) -> dict[VerdictCode, float]:
    """The whole evaluation, checks and verdict: the share of each code."""
    random = np.random.default_rng(seed)
    start, codes = design.periods[design.before], Counter[VerdictCode]()
    for trial in drawn(design, world, trials, random):
        found = evaluate_change(framed(design, trial), start, grain=design.grain)
        codes[found.verdict.code if isinstance(found, ChangeEffect) else VerdictCode.NOT_ESTIMABLE] += 1
    return {code: count / trials for code, count in codes.items()}


def wandering(design: Design, world: World, trials: int, seed: int) -> tuple[float, float]:
    """Coverage of the estimate, and of a straight trend whose periods have no memory."""
    template, covered = _template(design), []
    for trial in drawn(design, world, trials, np.random.default_rng(seed)):
        seen = replace(template, value=trial.astype(float))
        both = [fitted(seen, Asked(), grid=grid).log_effect() for grid in (GRID, NO_MEMORY)]
        covered.append([effect.low <= 0 <= effect.high for effect in both])
    estimate, straight = np.mean(covered, axis=0)
    return float(estimate), float(straight)


def worked(design: Design, world: World, trials: int, seed: int) -> tuple[float, float, float]:
    """Shares with a clear decrease, and told to have worked where a decrease, or either way, was expected.

    Only what is clear needs the whole evaluation.
    """
    random = np.random.default_rng(seed)
    template, clear = _template(design), 0
    told: Counter[Expected] = Counter()
    for trial in drawn(design, world, trials, random):
        effect = fitted(replace(template, value=trial.astype(float)), Asked()).log_effect()
        falls = effect.p < ERROR and effect.value < 0
        clear += falls
        expected: tuple[Expected, ...] = ("decrease", "either") if falls else ("either",)
        for each in expected if effect.p < ERROR else ():
            told[each] += _has_worked(design, trial, each)
    return clear / trials, told["decrease"] / trials, told["either"] / trials


def _has_worked(design: Design, trial: np.ndarray, expected: Expected) -> bool:
    start = design.periods[design.before]
    found = evaluate_change(framed(design, trial), start, grain=design.grain, expected=expected)
    return isinstance(found, ChangeEffect) and found.verdict.code is VerdictCode.WORKED


def summed(rows: list[tuple[Design, World, Rates]]) -> pl.DataFrame:
    """One row for each design, correlation and dispersion: mean, and the worst over trend, season and process."""
    frame = pl.DataFrame(
        [
            (design.name, world.correlation, world.dispersion, rates.covered, rates.clear, rates.bars, rates.welch)
            for design, world, rates in rows
        ],
        schema=["design", "correlation", "dispersion", "covered", "clear", "bars", "welch"],
        orient="row",
    )
    by = ["design", "correlation", "dispersion"]
    return frame.group_by(by, maintain_order=True).agg(
        pl.col("covered").mean(),
        lowest=pl.col("covered").min(),
        highest=pl.col("covered").max(),
        clear=pl.col("clear").mean(),
        worst=pl.col("clear").max(),
        bars=pl.col("bars").mean(),
        welch=pl.col("welch").mean(),
    )


def _template(design: Design) -> Observed:
    blank = read_series(framed(design, np.ones(design.before + design.after)), design.grain)
    return blank.changed_at(design.before)

"""How often each set of rules of a control chart is wrong, and how soon it is right: run lengths by simulation.

The process: independent draws from N(0, 1), one a week; after the shift from N(1, 1). Twice: with limits known
beforehand, as textbooks have it, and with limits from the last 52 weeks, as the page draws them.

    python -m benchmarks.run_lengths [SEED]
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from metrics.spc import NELSON, NHS, RULE_SETS, WESTERN, RuleSet, runs_analysis
from metrics.spc.limits import D2_OF_TWO

SEED = 8
WINDOW = 52  # weeks that limits come from
WEEKS_A_YEAR = 52.18
LONG, MANY = 3_000, 1_000  # points of a series with known limits, and series
YEARS, SERIES = 2, 400  # looked at with limits of the window, and series
PATIENCE = 26  # weeks after a shift within which it should be found
CHUNK = 100  # series at once
Numbers = NDArray[np.float64]
SHEWHART = RuleSet("limits", NHS.rules[:1], "Shewhart (1931)")


@dataclass(frozen=True, slots=True)
class Known:
    """Mean weeks to the first signal with known limits, and the standard error of the mean."""

    weeks: float
    error: float


@dataclass(frozen=True, slots=True)
class Windowed:
    """With limits of the window: share of quiet weeks that are flagged, alarms a year, and after the shift the share of
    series found within `PATIENCE` weeks, and the median weeks to that.
    """

    flagged: float
    alarms: float
    found: float
    median: float


def signalled(rules: RuleSet, z: Numbers) -> NDArray[np.bool_]:
    """Where a pattern is just complete: the shape of `z`, a series a row."""
    series, points = z.shape
    names = np.repeat(np.arange(series), points)
    frame = pl.DataFrame({"series": names, "value": z.ravel(), "z": z.ravel(), "side": np.sign(z).ravel()})
    found = frame.select(
        pl.any_horizontal((rule.complete.over("series") != 0).fill_null(value=False) for rule in rules.rules)
    )
    return found.to_series().to_numpy().reshape(series, points)


def first(signals: NDArray[np.bool_]) -> Numbers:
    """Points to the first signal of each series; not a number where there is none."""
    return np.where(signals.any(axis=1), signals.argmax(axis=1) + 1.0, np.nan)


def known_limits(rules: RuleSet, shift: float, generator: np.random.Generator) -> Known:
    """Run length from the first point on."""
    lengths = [first(signalled(rules, generator.normal(shift, 1.0, (CHUNK, LONG)))) for _chunk in range(MANY // CHUNK)]
    told = np.concatenate(lengths)
    if np.isnan(told).any():
        raise ValueError(f"{rules.name}: a series of {LONG} points had no signal; make them longer")
    return Known(float(told.mean()), float(told.std() / np.sqrt(len(told))))


def windows(values: Numbers) -> Iterator[Numbers]:
    """For each series the windows that end in each week after the first: weeks × window."""
    for row in values:
        yield np.lib.stride_tricks.sliding_window_view(row, WINDOW)


def latest_flagged(rules: RuleSet, values: Numbers) -> NDArray[np.bool_]:
    """Whether the latest point is flagged by limits of the window that it ends: series × weeks."""
    return np.stack([_of_windows(rules, each) for each in windows(values)])


def _of_windows(rules: RuleSet, window: Numbers) -> NDArray[np.bool_]:
    centre = window.mean(axis=1, keepdims=True)
    sigma = np.abs(np.diff(window, axis=1)).mean(axis=1, keepdims=True) / D2_OF_TWO
    z = (window - centre) / sigma
    found = signalled(rules, z)[:, -1]
    if not rules.counts_runs:
        return found
    runs = [runs_analysis(pl.Series(np.sign(row).astype(np.int8))) for row in z]
    return found | np.array([bool(each and each.names) for each in runs])


def of_window(rules: RuleSet, generator: np.random.Generator) -> Windowed:
    """False alarms of quiet series, and how soon a shift is found."""
    weeks = WINDOW - 1 + round(YEARS * WEEKS_A_YEAR)
    quiet = latest_flagged(rules, generator.normal(0.0, 1.0, (SERIES, weeks)))
    begun = quiet[:, 1:] & ~quiet[:, :-1]
    shifted = generator.normal(0.0, 1.0, (SERIES, WINDOW - 1 + PATIENCE))
    shifted[:, WINDOW - 1 :] += 1.0
    told = first(latest_flagged(rules, shifted))
    reached = np.where(np.isnan(told), np.inf, told)
    return Windowed(
        flagged=float(quiet.mean()),
        alarms=float(begun.sum() / begun.size * WEEKS_A_YEAR),
        found=float(np.isfinite(reached).mean()),
        median=float(np.median(reached)),
    )


def main(seed: int) -> None:
    """Print the tables of docs/watch.md."""
    print(f"seed {seed}; {MANY} series with known limits, {SERIES} with limits of {WINDOW} weeks")
    print("| rules | in control, weeks | false alarms a year | after 1 σ, weeks |")
    for rules in (SHEWHART, NHS, WESTERN, NELSON):
        generator = np.random.default_rng(seed)
        quiet, moved = (known_limits(rules, shift, generator) for shift in (0.0, 1.0))
        told = f"{quiet.weeks:.1f} ± {quiet.error:.1f} | {WEEKS_A_YEAR / quiet.weeks:.2f}"
        print(f"| {rules.name} | {told} | {moved.weeks:.1f} ± {moved.error:.1f} |", flush=True)
    print(f"| rules | quiet weeks flagged | alarms a year | found within {PATIENCE} weeks | median weeks |")
    for rules in (SHEWHART, *RULE_SETS.values()):
        found = of_window(rules, np.random.default_rng(seed))
        told = f"{found.flagged:.1%} | {found.alarms:.2f} | {found.found:.0%} | {found.median:.0f}"
        print(f"| {rules.name} | {told} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SEED)

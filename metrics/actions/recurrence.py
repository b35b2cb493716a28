"""Is the problem back? The weeks since an action was checked against the level that it had reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy import special

from metrics.intervention import Family

WINDOW = 4  # weeks that are looked at together: one bad week is not the problem coming back
WATCHED = 52  # weeks after the check; whoever wants to know for longer has control charts and alerts
LEAST = 4  # weeks of the level after the change, to be held against
HALF = 0.5  # of the gain has to be lost: less may be a season, and is not the problem that the action was about
#: One-sided chance of a false alarm at each look. The looks of a year overlap: docs/actions.md has the measured rates
#: of a whole year.
CHANCE = 0.0005


MOST_ALIKE = 0.6  # correlation of neighbouring weeks; an estimate beyond it says that the level moves


@dataclass(frozen=True, slots=True, eq=False)
class Weeks:
    """Whole weeks in their order: first days, and what is divided by what in each."""

    days: Sequence[date]
    numerator: np.ndarray
    denominator: np.ndarray

    def part(self, first: date, end: date) -> "Weeks":
        """The weeks that begin in [first, end)."""
        return self._of(np.array([first <= day < end for day in self.days], dtype=bool))

    def _of(self, kept: np.ndarray) -> "Weeks":
        days = [day for day, is_kept in zip(self.days, kept, strict=True) if is_kept]
        return Weeks(days, self.numerator[kept], self.denominator[kept])

    @property
    def based(self) -> "Weeks":
        """The weeks in which there was anything: of an empty one nothing can be said."""
        return self._of(self.denominator > 0)

    @property
    def level(self) -> float:
        return float(self.numerator.sum() / self.denominator.sum())


@dataclass(frozen=True, slots=True)
class ComeBack:
    """The problem is back: the window in which it shows, and the levels; all ratios of numerator to denominator."""

    first: date
    last: date  # first day of the window's last week
    level: float
    reached: float  # what the action had reached
    before: float  # before the action
    z: float


def comes_back(before: Weeks, after: Weeks, since: Weeks, kind: Family, *, higher_is_worse: bool) -> ComeBack | None:
    """The first window of weeks in which the level is surely worse than the one reached, and half the gain is lost.

    The dispersion and the memory from week to week are those of the weeks before and after the action, never less than
    chance alone for counts and shares; every look has the same small chance of a false alarm.

    Args:
        before: the weeks before the action went live; `after`: those that its check looked at.
        since: the weeks since that.

    Source: Pearson's dispersion, McCullagh & Nelder (1989), Generalized Linear Models, 9.2; the bias of correlations,
    Kendall (1954), Biometrika 41.
    """
    sign = 1.0 if higher_is_worse else -1.0
    before, after, since = (each.based for each in (before, after, since))
    known = [each for each in (before, after) if len(each.days)]
    if len(after.days) < LEAST or len(before.days) < LEAST:
        return None
    gain = sign * (before.level - after.level)
    if gain <= 0:
        return None  # nothing was reached that could be lost
    spread, freedom = _dispersion(known, kind)
    limit = float(special.stdtrit(freedom, 1 - CHANCE))
    for end in range(WINDOW, min(len(since.days), WATCHED) + 1):
        window = Weeks(
            since.days[end - WINDOW : end], since.numerator[end - WINDOW : end], since.denominator[end - WINDOW : end]
        )
        z = _z(window, after, kind, spread, sign)
        if z > limit and sign * (window.level - after.level) >= HALF * gain:
            return ComeBack(window.days[0], window.days[-1], window.level, after.level, before.level, z)
    return None


def _variance(level: float, kind: Family) -> float:
    """Of one unit of the denominator, up to the dispersion."""
    return {Family.COUNT: level, Family.SHARE: level * (1 - level), Family.MEAN: 1.0}[kind]


def _dispersion(parts: Sequence[Weeks], kind: Family) -> tuple[float, int]:
    """How much more weeks vary than by chance, their likeness to their neighbours included; and degrees of freedom."""
    scaled, products, freedom = 0.0, 0.0, 0
    for each in parts:
        scale = max(_variance(each.level, kind), 1e-12)
        residual = (each.numerator / each.denominator - each.level) * np.sqrt(each.denominator / scale)
        scaled += float((residual**2).sum())
        products += float((residual[1:] * residual[:-1]).sum())
        freedom += len(residual) - 1
    alike = products / scaled if scaled > 0 else 0.0
    alike = min(max(alike + (1 + 3 * alike) / (freedom + 1), 0.0), MOST_ALIKE)  # few weeks show less than there is
    spread = scaled / freedom * (1 + alike) / (1 - alike)
    return (spread if kind is Family.MEAN else max(spread, 1.0)), freedom


def _z(window: Weeks, after: Weeks, kind: Family, spread: float, sign: float) -> float:
    """How unlikely so bad a window is at the level after the action, as a number of standard errors.

    The sum of a window of counts is skewed, the more the fewer there are: it is held against a gamma distribution of
    its mean and variance, that of a mean against the normal one.
    """
    at, base = float(window.denominator.sum()), float(after.denominator.sum())
    level = max(after.level, 0.5 / base) if kind is not Family.MEAN else after.level
    expected, found = level * at, float(window.numerator.sum())
    variance = spread * _variance(level, kind) * at * (1 + at / base)
    if variance <= 0:
        return 0.0
    if kind is Family.MEAN or sign < 0:
        return sign * (found - expected) / variance**0.5
    beyond = special.gammaincc(expected**2 / variance, max(found - 0.5, 0.0) * expected / variance)
    return float(-special.ndtri(max(beyond, 1e-300)))

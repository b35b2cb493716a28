"""How well a score puts first what came to pass, and whether one score does it better than another."""

from dataclasses import dataclass

import numpy as np

from metrics.results import Estimate

DRAWS = 500
NOTHING = (float("nan"), float("nan"), float("nan"), float("nan"))
SEED = 20_260_315  # of the bootstrap, so that the same data give the same interval


@dataclass(frozen=True, slots=True)
class Better:
    """Two scores on the same cases, and the difference of the second from the first; shares in percent."""

    first: float
    second: float
    difference: Estimate

    @property
    def is_sure(self) -> bool:
        """Is the second better, by the whole of the interval?"""
        return self.difference.low > 0


@dataclass(frozen=True, slots=True)
class Compared:
    """The rules against the model, at as many cases as the rules flag."""

    cases: int
    flagged: int
    hits: int
    precision: Better
    average_precision: Better


def average_precision(hit: np.ndarray, score: np.ndarray, weight: np.ndarray | None = None) -> float:
    """The area under the precision–recall curve as a step function; cases of one score are taken together.

    Source: Su, Yuan & Zhu (2015), ICTIR; the definition that scikit-learn documents, AP = Σ (Rₙ − Rₙ₋₁) Pₙ.
    """
    order, ends = _order(score)
    return _average(hit[order], np.ones(len(hit)) if weight is None else weight[order], ends)


def _order(score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The highest first, and the last place of each run of equal scores."""
    order = np.argsort(-score, kind="stable")
    ordered = score[order]
    return order, np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)


def _average(hit: np.ndarray, weight: np.ndarray, ends: np.ndarray) -> float:
    taken, right = np.cumsum(weight)[ends], np.cumsum(weight * hit)[ends]
    if right[-1] == 0:
        return float("nan")
    steps = np.diff(right, prepend=0.0) / right[-1]
    with np.errstate(invalid="ignore"):
        return float(np.nansum(steps * right / taken))


def compare(hit: np.ndarray, owner: np.ndarray, rules: np.ndarray, model: np.ndarray) -> Compared | None:
    """The rules (how many a case meets) against the model's scores. None where nothing was flagged or came to pass.

    The model takes as many cases as the rules flag, its highest scores first. Customers are drawn again, with all of
    their cases: in a draw, the model takes as many as the rules flag in it.

    Args:
        hit: 1 where the case went up.
        owner: a number for each customer, from 0.

    Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, 13.3: percentiles, over clusters.
    """
    flagged = rules > 0
    if not flagged.any() or not hit.any():
        return None
    first, second = _order(rules), _order(model)
    hits, marked = hit.astype(float), flagged.astype(float)
    random = np.random.default_rng(SEED)
    owners = int(owner.max()) + 1
    ones = np.ones(len(hit))
    told = _measured(hits, marked, ones, first, second)
    drawn = np.array([
        _measured(hits, marked, np.bincount(random.integers(owners, size=owners), minlength=owners)[owner], first,
                  second)
        for _ in range(DRAWS)
    ])  # fmt: skip
    count = int(flagged.sum())
    return Compared(len(hit), count, int(hits.sum()), _better(told, drawn, 0), _better(told, drawn, 2))


def _measured(
    hit: np.ndarray,
    marked: np.ndarray,
    weight: np.ndarray,
    rules: tuple[np.ndarray, np.ndarray],
    model: tuple[np.ndarray, np.ndarray],
) -> tuple[float, float, float, float]:
    """Precision of the rules, of the model at as many cases, and the average precision of both."""
    number = float((weight * marked).sum())
    if number == 0:
        return NOTHING
    order = model[0]
    ordered = weight[order]
    before = np.cumsum(ordered) - ordered
    taken = np.clip(number - before, 0, ordered)
    found = float((taken * hit[order]).sum())
    averages = [_average(hit[each[0]], weight[each[0]], each[1]) for each in (rules, model)]
    return float((weight * marked * hit).sum()) / number, found / number, averages[0], averages[1]


def _better(told: tuple[float, ...], drawn: np.ndarray, place: int) -> Better:
    gaps = drawn[:, place + 1] - drawn[:, place]
    low, high = np.nanpercentile(gaps, [2.5, 97.5])
    first, second = told[place], told[place + 1]
    return Better(100 * first, 100 * second, Estimate(100 * (second - first), 100 * float(low), 100 * float(high)))

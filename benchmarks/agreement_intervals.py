"""How often do intervals of agreement cover what is true? `python -m benchmarks.agreement_intervals [TRIALS]`.

Prints the table in docs/statistics.md: contacts that two people reviewed, drawn again and again from designs of which
α, κ, AC1 and the share that they agree on are known.
"""

import sys
from collections.abc import Callable
from functools import cache

import numpy as np
import polars as pl
from scipy import stats

from metrics.agreement import ac1, agreement, alpha, alpha_of_claims, kappa
from metrics.results import Estimate

SIZES = (30, 60, 150)  # from the least number of cases that a figure is told for as shipped
MANY = 100_000  # contacts that a design's own α is computed from where no formula gives it
Drawn = Callable[[np.random.Generator, int], pl.DataFrame]
Scores = Callable[[np.random.Generator, int], np.ndarray]  # contacts × raters


def verdicts(fatal: float, failed: float, kept: float) -> np.ndarray:
    """Shares of the pairs where each reviewer keeps the true verdict, or else draws one from the same shares."""
    shares = np.array([fatal, failed, 1 - fatal - failed])
    seen = kept * np.eye(3) + (1 - kept) * shares
    return seen.T @ np.diag(shares) @ seen


#: Fatal and failed, and how often a reviewer sees what is there; the last one of a strict and a mild reviewer.
VERDICTS = {
    "6 % fail, often disputed": verdicts(0.01, 0.05, 0.6),
    "12 % fail": verdicts(0.02, 0.10, 0.8),
    "20 % fail, none fatal": verdicts(0.0, 0.2, 0.75),
    "20 % fail, seldom disputed": verdicts(0.05, 0.15, 0.95),
    "40 % fail": verdicts(0.1, 0.3, 0.7),
    "one is stricter": np.array([[0.01, 0.01, 0], [0, 0.05, 0.10], [0, 0.01, 0.82]]),
}
AGREED = np.linspace(0.70, 0.98, 57)
#: Of an item: how often it fails, how often that is seen, how often it is seen where it is not.
CLAIMS = {"5 % fail": (0.05, 0.85, 0.005), "10 % fail, half is seen": (0.10, 0.5, 0.05), "30 % fail": (0.3, 0.8, 0.05)}


def rated(values: np.ndarray) -> pl.DataFrame:
    """Units as `alpha` reads them, from contacts × raters."""
    sums, squares = values.sum(axis=1, dtype=float), (values**2).sum(axis=1, dtype=float)
    raters, nothings = np.full(len(values), values.shape[1]), (values == 0).sum(axis=1)
    return pl.DataFrame({"raters": raters, "rating_sum": sums, "rating_squares": squares, "nothings": nothings})


def scored(scores: Scores) -> Drawn:
    """Scores as `alpha` reads them."""
    return lambda random, count: rated(scores(random, count))


def judged(table: np.ndarray) -> Drawn:
    """Pairs of verdicts."""

    def draw(random: np.random.Generator, count: int) -> pl.DataFrame:
        cell = random.choice(9, count, p=table.ravel())
        return pl.DataFrame({"first": cell // 3, "second": cell % 3})

    return draw


def normal(shared: float) -> Scores:
    """Ratings of which `shared` of the variance lies in the contact: that is α."""

    def draw(random: np.random.Generator, count: int) -> np.ndarray:
        contact, own = random.normal(0, np.sqrt(shared), (count, 1)), random.normal(0, np.sqrt(1 - shared), (count, 2))
        return 85 + 8 * (contact + own)

    return draw


def points_lost(items: int, fails: float, *, evenly: bool) -> Scores:
    """100 less what failed items cost, of which each reviewer sees 85 %. Not evenly: some contacts fail in much."""

    def draw(random: np.random.Generator, count: int) -> np.ndarray:
        share = np.full((count, 1), fails) if evenly else random.beta(4 * fails, 4 * (1 - fails), (count, 1))
        seen = 0.85 * random.binomial(1, np.broadcast_to(share, (count, items))) + 0.005
        lost = random.binomial(1, np.stack([seen, seen], axis=1)).sum(axis=2)
        return 100 - 100 / items * lost

    return draw


def claimed(fails: float, seen: float, wrongly: float) -> Drawn:
    """An item, failed or not, by two reviewers."""

    def draw(random: np.random.Generator, count: int) -> pl.DataFrame:
        chance = np.where(random.random((count, 1)) < fails, seen, wrongly)
        return rated((random.random((count, 2)) < chance).astype(int))

    return draw


def with_nothing(scores: Scores, fatal: float, seen: float) -> Drawn:
    """Scores of which a fatal item makes nothing where a reviewer sees it, and in 2 of 1,000 where it is not there."""

    def drawn(random: np.random.Generator, count: int) -> pl.DataFrame:
        chance = np.where(random.random((count, 1)) < fatal, seen, 0.002)
        return rated(np.where(random.random((count, 2)) < chance, 0, scores(random, count)))

    return drawn


def alpha_with_nothing(units: pl.DataFrame) -> Estimate | None:
    """α of samples that hold a score of nothing at all; what those without one can't know is not asked of them."""
    return alpha(units) if units["nothings"].sum() else None


RATINGS = {
    "normal, α 0.8": normal(0.8),
    "normal, α 0.5": normal(0.5),
    "20 items, 6 % fail": points_lost(20, 0.06, evenly=True),
    "8 items, 5 % fail": points_lost(8, 0.05, evenly=True),
    "20 items, some contacts fail in many": points_lost(20, 0.06, evenly=False),
}
NOTHINGS = {
    "normal, α 0.8, 2 % fatal": with_nothing(normal(0.8), 0.02, 0.85),
    "normal, α 0.8, 6 % fatal": with_nothing(normal(0.8), 0.06, 0.85),
    "normal, α 0.5, 3 % fatal, often not seen": with_nothing(normal(0.5), 0.03, 0.6),
    "20 items, 1 % fatal": with_nothing(points_lost(20, 0.06, evenly=False), 0.01, 0.95),
    "20 items, 4 % fatal, often not seen": with_nothing(points_lost(20, 0.06, evenly=False), 0.04, 0.7),
    "20 items, 6 % fatal": with_nothing(points_lost(20, 0.06, evenly=False), 0.06, 0.85),
}
DESIGNS: dict[str, tuple[Callable[[pl.DataFrame], Estimate | None], dict[str, Drawn]]] = {
    "α of scores": (alpha, {name: scored(scores) for name, scores in RATINGS.items()}),
    "α of scores, some of nothing": (alpha_with_nothing, NOTHINGS),
    "α of an item": (alpha_of_claims, {name: claimed(*each) for name, each in CLAIMS.items()}),
    "κ": (kappa, {name: judged(table) for name, table in VERDICTS.items()}),
    "AC1": (ac1, {name: judged(table) for name, table in VERDICTS.items()}),
}


def covered(statistic: str, size: int, trials: int, seed: int = 1) -> dict[str, float]:
    """In how many of 100 samples the interval covers the design's own value; samples without a value are left out."""
    of, designs = DESIGNS[statistic]
    random, found = np.random.default_rng(seed), {}
    for name, draw in designs.items():
        told = [each for _ in range(trials) if (each := of(draw(random, size)))]
        found[name] = 100 * float(np.mean([each.low <= truth(statistic, name) <= each.high for each in told]))
    return found


@cache
def truth(statistic: str, design: str) -> float:
    """The design's own value, from very many contacts."""
    of, designs = DESIGNS[statistic]
    everybody = of(designs[design](np.random.default_rng(0), MANY))
    assert everybody is not None
    return everybody.value


def agreed(size: int) -> dict[str, float]:
    """The same of the share agreed on, without drawing: all that may be counted, by how likely it is."""
    counts = np.arange(size + 1)
    verdicts = [pl.DataFrame({"first": 2, "second": np.where(np.arange(size) < count, 2, 0)}) for count in counts]
    ends = [(each.low, each.high) for each in map(agreement, verdicts) if each]
    low, high = np.array(ends).T
    likely = stats.binom.pmf(counts, size, AGREED[:, None])
    truth = 100 * AGREED[:, None]
    inside = (likely * ((low <= truth) & (truth <= high))).sum(axis=1)
    return {f"{share:.1%}": 100 * float(each) for share, each in zip(AGREED, inside, strict=True)}


def main(trials: int) -> None:
    """The table, line by line: the mean over designs, and the lowest and the highest design."""
    print("| Statistic | Designs |", *(f"{size} contacts |" for size in SIZES))
    print("|---|---|" + "---|" * len(SIZES))
    for statistic, (_, designs) in DESIGNS.items():
        told = [covered(statistic, size, trials) for size in SIZES]
        print(f"| {statistic} | {len(designs)} |", *(f"{spread(each)} |" for each in told), flush=True)
        for name in designs:
            print(f"    {name}:", *(f"{each[name]:.1f}" for each in told), flush=True)
    print(f"| share agreed on | {len(AGREED)} |", *(f"{spread(agreed(size))} |" for size in SIZES))


def spread(found: dict[str, float]) -> str:
    shares = list(found.values())
    return f"{np.mean(shares):.1f} % ({min(shares):.1f} to {max(shares):.1f})"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)

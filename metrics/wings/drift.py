"""Does a reviewer take off more or fewer points over the months than the others, with nothing reviewed twice?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse, special

from metrics.agreement import Z_95
from metrics.discoveries import discoveries
from metrics.results import Needed, NotEstimable, Reason
from metrics.wings.loglinear import fitted, slope
from metrics.wings.mixed import dummies, fixed_effects

LEAST_MONTHS = 6  # with reviews of one reviewer: over fewer a slope says little
KEYS = ("reviewer_id", "level")
Reviewer = tuple[str, str | None]


@dataclass(frozen=True, slots=True, eq=False)
class Drift:
    """Points that reviewers take off against what their level takes off such contacts in the same month.

    `reviewers`: `reviewer_id level reviews months`, and for those with enough of them `yearly low high` (percent by
    which it grows in a year), `first last` (percent of what the others take off, by the slope, in the first and the
    last month), `p`, `is_drifting`.
    `paths`: `reviewer_id level month reviews lost expected`: points in percent of the possible ones, summed, and what
    the others would have taken off.
    """

    reviewers: pl.DataFrame
    paths: pl.DataFrame
    scatter: dict[str | None, float]  # by level: the variance of points taken off over their mean


def drift(cells: pl.DataFrame, mix: Sequence[str], least: int) -> Drift | NotEstimable:
    """The slope over the months of the points that a reviewer takes off, over what the others would have taken off.

    Points taken off are a log-linear model of the mix, the months of each level and the reviewers. Whoever then drifts
    most clearly is given a slope in it and all are tested again, as one who drifts would make the others seem to drift
    the other way. Errors follow the scatter of reviews, or of months where that is larger. False discoveries over
    reviewers are held at 5 %.

    Args:
        cells: `reviewer_id level month` (a first day), `*mix`, `reviews lost lost_squares` (points taken off in percent
            of the possible ones).
        least: reviews below which a reviewer is not tested.

    Source: House rule, on McCullagh & Nelder (1989), quasi-likelihood; Benjamini & Hochberg (1995).
    """
    known = cells.drop_nulls(["reviewer_id", "month"]).filter(pl.col("reviews") > 0).sort(*KEYS, "month", *mix)
    counted = known.group_by(KEYS, maintain_order=True).agg(
        pl.col("reviews", "lost").sum(), pl.col("month").n_unique().cast(pl.Int64).alias("months")
    )
    enough = (pl.col("reviews") >= least) & (pl.col("months") >= LEAST_MONTHS) & (pl.col("lost") > 0)
    peers = counted.filter(enough).filter(pl.len().over("level") > 1)
    if peers.is_empty():
        return NotEstimable(Reason.FEW_POINTS, Needed.POINTS, {"found": peers.height, "least": 2, "reviews": least})
    model = _Model(known, mix)
    paths, slopes, scatter = _told_apart(model, peers)
    joined = counted.drop("lost").join(slopes, on=KEYS, how="left", nulls_equal=True)
    told = joined.with_columns(pl.col("is_drifting").fill_null(value=False))
    return Drift(told.sort("p", "reviewer_id", nulls_last=True), paths, scatter)


def _told_apart(model: "_Model", peers: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, dict[str | None, float]]:
    """Paths, slopes and scatter when everybody who drifts has a slope in the model."""
    apart: list[Reviewer] = []
    while True:
        paths, scatter = model.paths(apart), model.scatter()
        slopes = _slopes(paths, peers, scatter)
        fresh = slopes.filter(pl.col("is_drifting"), ~_is_among(apart)).sort("p", "reviewer_id")
        if fresh.is_empty():
            return paths, slopes, scatter
        found: Reviewer = fresh.select(KEYS).row(0)
        of_level = [each for each in peers.select(KEYS).iter_rows() if each[1] == found[1]]
        if len(of_level) - sum(1 for each in apart if each[1] == found[1]) < 3:  # two have to say what is usual
            return paths, slopes, scatter
        apart.append(found)


class _Model:
    """The log-linear model of one set of cells; each fit begins where the one before ended."""

    def __init__(self, cells: pl.DataFrame, mix: Sequence[str]) -> None:
        self.cells = cells
        self.total, self.exposure = (cells[name].to_numpy().astype(float) for name in ("lost", "reviews"))
        self.time = _years(cells["month"])
        month = pl.concat_str(pl.col("level").fill_null(""), pl.col("month").cast(pl.String), separator=" ")
        reviewer = pl.concat_str(pl.col("level").fill_null(""), "reviewer_id", separator=" ")
        keys = cells.select(month.alias("month"), reviewer.alias("reviewer"))
        self.reviewers = dummies(keys["reviewer"])
        self.fixed = sparse.csr_array(sparse.hstack([fixed_effects(cells, mix), dummies(keys["month"])]))
        self.beta: np.ndarray | None = None
        self.mean = self.total

    def paths(self, apart: Sequence[Reviewer]) -> pl.DataFrame:
        """Points taken off and expected by reviewer and month."""
        drifting = [self._is(each) * self.time for each in apart]
        own = [self.reviewers, *(sparse.csr_array(each[:, None]) for each in drifting)]
        x = sparse.csr_array(sparse.hstack([self.fixed, *own]))
        start = None if self.beta is None else np.append(self.beta, np.zeros(x.shape[1] - len(self.beta)))
        self.beta = fitted(x, self.total, self.exposure, start)
        usual = self.exposure * np.exp(self.fixed @ self.beta[: self.fixed.shape[1]])
        self.mean = self.exposure * np.exp(x @ self.beta)
        typical = ~np.any([self._is(each) for each in apart], axis=0) if apart else np.ones(len(usual), dtype=bool)
        cells = self.cells.select(*KEYS, "month", "reviews", "lost").with_columns(
            expected=pl.Series(usual), typical=pl.Series(typical)
        )
        sums = pl.col("lost", "expected").filter(pl.col("typical")).sum()
        levels = cells.group_by("level").agg(sums).select("level", (pl.col("lost") / pl.col("expected")).alias("scale"))
        scaled = cells.join(levels, on="level", how="left", nulls_equal=True)
        scaled = scaled.with_columns(pl.col("expected") * pl.col("scale"))
        return scaled.group_by(*KEYS, "month").agg(pl.col("reviews", "lost", "expected").sum()).sort(*KEYS, "month")

    def scatter(self) -> dict[str | None, float]:
        """The variance of points taken off over their mean by level: of single reviews, or of months where larger."""
        cells = self.cells.with_columns(mean=pl.Series(self.mean))
        n, mean = pl.col("reviews"), pl.col("mean") / pl.col("reviews")
        single = (pl.col("lost_squares") - 2 * mean * pl.col("lost") + n * mean**2) / mean
        found = cells.group_by("level").agg(single.sum() / (n.sum() - pl.len().clip(upper_bound=n.sum() // 20)))
        months = cells.group_by(*KEYS, "month").agg(pl.col("lost", "mean").sum()).filter(pl.col("mean") > 0)
        apart = (pl.col("lost") - pl.col("mean")) ** 2 / pl.col("mean")
        freedom = (pl.len() - pl.col("month").n_unique() - pl.col("reviewer_id").n_unique() + 1).clip(lower_bound=1)
        by_month = months.group_by("level").agg((apart.sum() / freedom).alias("months"))
        both = found.rename({"lost_squares": "single"}).join(by_month, on="level", how="left", nulls_equal=True)
        return dict(both.select("level", pl.max_horizontal("single", "months")).iter_rows())

    def _is(self, reviewer: Reviewer) -> np.ndarray:
        name, level = reviewer
        return self.cells.select((pl.col("reviewer_id") == name) & pl.col("level").eq_missing(level))[:, 0].to_numpy()


def by_quarter(found: Drift, reviewer: Reviewer) -> pl.DataFrame:
    """What a reviewer took off in percent of what the others would have: `quarter reviews share low high`.

    The interval is that of a logarithm whose error is the scatter's, with the others' figure as given.
    """
    name, level = reviewer
    own = found.paths.filter(pl.col("reviewer_id") == name, pl.col("level").eq_missing(level))
    scatter = found.scatter[level]
    sums = own.group_by(pl.col("month").dt.truncate("1q").alias("quarter")).agg(
        pl.col("reviews", "lost", "expected").sum()
    )
    share = 100 * pl.col("lost") / pl.col("expected")
    half = (Z_95 * (scatter / pl.col("lost").clip(lower_bound=scatter)).sqrt()).exp()
    told = sums.with_columns(share=share, low=share / half, high=share * half)
    return told.select("quarter", "reviews", "share", "low", "high").sort("quarter")


def _years(months: pl.Series) -> np.ndarray:
    return (months.dt.year() + (months.dt.month() - 1) / 12).to_numpy()


def _is_among(reviewers: Sequence[Reviewer]) -> pl.Expr:
    found = [(pl.col("reviewer_id") == name) & pl.col("level").eq_missing(level) for name, level in reviewers]
    return pl.any_horizontal(found) if found else pl.lit(value=False)


def _slopes(paths: pl.DataFrame, peers: pl.DataFrame, scatter: dict[str | None, float]) -> pl.DataFrame:
    rows = []
    for name, level in peers.select(KEYS).iter_rows():
        own = paths.filter(pl.col("reviewer_id") == name, pl.col("level").eq_missing(level))
        time = _years(own["month"])
        lost, expected = own["lost"].to_numpy().astype(float), own["expected"].to_numpy()
        middle = (time[0] + time[-1]) / 2
        steep, variance = slope(lost, expected, time - middle)
        error = float(np.sqrt(scatter[level] * variance))
        overall = lost.sum() / (expected * np.exp(steep * (time - middle))).sum()
        ends = [100 * overall * np.exp(steep * (each - middle)) for each in (time[0], time[-1])]
        growth = [100 * np.expm1(steep + side * Z_95 * error) for side in (0, -1, 1)]
        rows.append((name, level, *growth, *ends, 2 * float(special.ndtr(-abs(steep / error)))))
    names = ["yearly", "low", "high", "first", "last", "p"]
    schema = {"reviewer_id": pl.String, "level": pl.String, **dict.fromkeys(names, pl.Float64)}
    found = pl.DataFrame(rows, schema=schema, orient="row")
    return found.with_columns(is_drifting=pl.Series(discoveries(found["p"].to_numpy())))

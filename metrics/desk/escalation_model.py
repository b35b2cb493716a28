"""A plain model beside the triggers: which case goes up, from what was known when it was received."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from metrics.desk.ranking import Compared, compare
from metrics.intervals import wilson
from metrics.results import Estimate
from metrics.rules import Rules

SPLIT = (0.5, 0.75)  # of the cases: learnt from, then calibrated on; the rest is held out
LEAST_PER_TERM = 10  # events for each thing that is read: Peduzzi et al. (1996), J Clin Epidemiol 49
LEAST_CALIBRATION = 10
LEAST_HELD_OUT = 10
BINS = 5
#: What the model reads: flags as 0 and 1, scores per 10 points, counts up to three, contacts per doubling.
TERMS: dict[str, pl.Expr] = {
    "wants_escalation": pl.col("wants_escalation").cast(pl.Float64),
    "demands_quick_reply": pl.col("demands_quick_reply").cast(pl.Float64),
    "dissatisfaction_score": pl.col("dissatisfaction_score") / 10,
    "escalated_before": pl.col("escalated_before").cast(pl.Float64),
    "earlier_same": pl.col("earlier_same").clip(upper_bound=3).cast(pl.Float64),
    "earlier_other": (pl.col("earlier") - pl.col("earlier_same")).clip(0, 3).cast(pl.Float64),
    "contacts_before": (pl.col("contacts_before") + 1).log(2.0),
    "serious": (pl.col("severity") == "serious").cast(pl.Float64),
    "urgent": (pl.col("severity") == "urgent").cast(pl.Float64),
}


@dataclass(frozen=True, slots=True)
class TooFewEscalations:
    """Nothing is fitted: so many escalations are there to learn from, calibrate on and test by, so many are needed."""

    found: tuple[int, int, int]
    least: tuple[int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A logistic regression, and how it does on days that it never saw."""

    terms: tuple[str, ...]
    weights: np.ndarray  # intercept first, calibrated
    means: dict[str, float]  # of what the cases learnt from say; taken where a case says nothing
    odds: pl.DataFrame  # term, cases (of those learnt from with more than nothing), value, low, high: odds ratios
    learnt: tuple[datetime, datetime]
    held_out: tuple[datetime, datetime]
    slope: Estimate  # of the calibration: 1 where the model was as sure as it may be
    curve: pl.DataFrame  # on held-out cases: cases, predicted, went, observed, low, high (percent)
    compared: Compared | None

    @property
    def is_offered(self) -> bool:
        """Does it beat the rules both at the same number of cases and over the whole ranking?"""
        found = self.compared
        return found is not None and found.precision.is_sure and found.average_precision.is_sure

    def probabilities(self, cases: pl.DataFrame) -> np.ndarray:
        """How likely each case goes up."""
        return _logistic(_matrix(cases, self.terms, self.means) @ self.weights)


def fit(cases: pl.DataFrame, as_of: datetime, rules: Rules) -> Model | TooFewEscalations:
    """Learn on early cases, calibrate on later ones, compare with the rules on the latest whose outcome is known.

    Between the three lie `escalation_days`, so that no outcome reaches into the days that come after.

    Args:
        cases: a row a case with `received_at owner hit` (it went up within `escalation_days`), `rules` (how many
            triggers it met) and what TERMS read.

    Source: logistic regression with errors over customers; recalibration by Cox (1958), Biometrika 45; the split in
        time by Steyerberg (2019), Clinical Prediction Models, 17.
    """
    wait = timedelta(days=rules.escalation_days)
    known = cases.filter(pl.col("received_at") < as_of - wait).sort("received_at", "complaint_id")
    if known.is_empty():
        return TooFewEscalations((0, 0, 0), (LEAST_PER_TERM, LEAST_CALIBRATION, LEAST_HELD_OUT))
    first, second = (known["received_at"][int(known.height * share)] for share in SPLIT)
    at = pl.col("received_at")
    early = known.filter(at < first - wait)
    later = known.filter(at >= first, at < second - wait)
    last = known.filter(at >= second)
    terms = _terms(early)
    found = tuple(int(each["hit"].sum()) for each in (early, later, last))
    least = (LEAST_PER_TERM * len(terms), LEAST_CALIBRATION, LEAST_HELD_OUT)
    if not terms or any(count < needed for count, needed in zip(found, least, strict=True)):
        return TooFewEscalations(found, least)  # ty: ignore[invalid-argument-type]
    return _fitted(early, later, last, terms)


def _terms(early: pl.DataFrame) -> tuple[str, ...]:
    """Those that tell cases apart: some that went up have more than nothing of it, and some that did not, and less."""
    kept = []
    for name, value in TERMS.items():
        told = early.select(value=value, hit=pl.col("hit")).drop_nulls()
        some = told.filter(pl.col("value") > 0)["hit"]
        if told["value"].n_unique() > 1 and some.any() and not some.all():
            kept.append(name)
    return tuple(kept)


def _matrix(cases: pl.DataFrame, terms: Sequence[str], means: dict[str, float]) -> np.ndarray:
    values = cases.select(TERMS[name].fill_null(means[name]).alias(name) for name in terms).to_numpy()
    return np.column_stack([np.ones(len(values)), values])


def _logistic(linear: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-linear))


def _fitted(early: pl.DataFrame, later: pl.DataFrame, last: pl.DataFrame, terms: tuple[str, ...]) -> Model:
    from statsmodels.discrete.discrete_model import Logit

    means = {name: float(early.select(TERMS[name].mean()).item() or 0.0) for name in terms}
    design = _matrix(early, terms, means)
    by_owner = {"groups": _numbered(early)}
    learnt = Logit(early["hit"].to_numpy().astype(float), design).fit(disp=0, cov_type="cluster", cov_kwds=by_owner)
    linear = _matrix(later, terms, means) @ learnt.params
    again = Logit(later["hit"].to_numpy().astype(float), np.column_stack([np.ones(len(linear)), linear])).fit(disp=0)
    weights = learnt.params * again.params[1]
    weights[0] += again.params[0]
    scores = _logistic(_matrix(last, terms, means) @ weights)
    hit = last["hit"].to_numpy().astype(float)
    ends = learnt.conf_int()
    odds = pl.DataFrame({
        "term": terms,
        "cases": [int((design[:, place + 1] > 0).sum()) for place in range(len(terms))],
        **{name: np.exp(each[1:]) for name, each in (
            ("value", learnt.params), ("low", ends[:, 0]), ("high", ends[:, 1]))},
    })  # fmt: skip
    return Model(
        terms, weights, means, odds, _span(early), _span(last), Estimate(again.params[1], *again.conf_int()[1]),
        _curve(hit, scores), compare(hit, _numbered(last), last["rules"].to_numpy(), scores),
    )  # fmt: skip


def _numbered(cases: pl.DataFrame) -> np.ndarray:
    return cases["owner"].rank("dense").to_numpy().astype(np.int64) - 1


def _span(cases: pl.DataFrame) -> tuple[datetime, datetime]:
    return cases["received_at"][0], cases["received_at"][-1]


def _curve(hit: np.ndarray, scores: np.ndarray) -> pl.DataFrame:
    """Held-out cases in groups of equal number by what was predicted, with what came to pass."""
    places = np.minimum(np.argsort(np.argsort(scores, kind="stable"), kind="stable") * BINS // len(scores), BINS - 1)
    rows = pl.DataFrame({"bin": places, "hit": hit, "score": scores})
    counted = rows.group_by("bin").agg(
        pl.len().cast(pl.Int64).alias("cases"),
        (100 * pl.col("score").mean()).alias("predicted"),
        pl.col("hit").sum().cast(pl.Int64).alias("went"),
    )
    low, high = wilson(pl.col("went"), pl.col("cases"))
    shares = {"observed": pl.col("went") / pl.col("cases"), "low": low, "high": high}
    return counted.sort("bin").drop("bin").with_columns(**{name: 100 * each for name, each in shares.items()})

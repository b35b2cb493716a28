"""Did a number move after one change, by how much, and is that more than chance?"""

import math
from datetime import date

import numpy as np
import polars as pl
from scipy import special

from metrics.intervals import (
    Ratio,
    mover_difference,
    poisson_exact,
    proportion_ratio_score,
    rate_ratio_exact,
    wilson,
)
from metrics.metric import Better
from metrics.periods import check_counts, check_windows, missing, placed
from metrics.results import (
    Answer,
    BeforeAfter,
    Caveat,
    Change,
    Estimate,
    Kind,
    NotEstimable,
    Side,
    Verdict,
)

DAYS_PER_MONTH = 30.4375  # 365.25 / 12
FEW_PERIODS = 8  # on a side: Penfold & Zhang (2013), Academic Pediatrics 13
UNEQUAL = 0.1  # windows whose days differ by more than this share of the longer one: house rule
SURE = 0.05  # error of the checks behind a caveat


def before_after(
    series: pl.DataFrame,
    start: date,
    *,
    kind: Kind,
    before: tuple[date, date],
    after: tuple[date, date],
    better: Better,
    confidence: float = 0.95,
    scale: float = 1.0,
) -> BeforeAfter | NotEstimable:
    """The mean level before a change against the one after it. A trend or a season is not taken out.

    Args:
        series: one row per period: `period` (its first day), `days` (covered by data), `numerator`, and `denominator`
            (what a rate is per, or what a share is of; may be absent or null when `kind` is count).
        start: first day of what is new. The period that it cuts in two is left out, and counted.
        before: first day and end (excluded) of the window to look at; only periods wholly inside count.
        after: as `before`; days between `start` and its first day are a time of settling in, left out.
        scale: a rate is stated per so many of the denominator; proportions are in percent whatever it is.

    Raises:
        InvalidScope: a window lies on the wrong side of the change or has no day, or a count is not a count.
    """
    check_windows(start, before, after)
    periods = placed(series, start, before, after)
    used = periods.filter("used")
    check_counts(used, kind)
    lacking = missing(used, kind)
    if lacking is not None:
        return lacking
    return _compared(periods, start, kind, better, confidence, 100.0 if kind == "proportion" else scale)


def _compared(
    periods: pl.DataFrame, start: date, kind: Kind, better: Better, confidence: float, scale: float
) -> BeforeAfter:
    used, place = periods.filter("used"), pl.col("place")
    sides = [used.filter(place == name) for name in ("before", "after")]
    before, after = (_side(side, kind, scale, confidence) for side in sides)
    count, rate = _count_change(before, after, confidence), _rate_change(before, after, kind, confidence)
    base = "days" if rate is None else "denominator"
    dispersion, overdispersed = _dispersion(sides, base, kind)
    if overdispersed and dispersion is not None:
        count, rate = _widened(count, dispersion, "count"), rate and _widened(rate, dispersion, kind)
    answer = (rate or count).answer
    caveats = {
        Caveat.FEW_PERIODS: min(before.periods, after.periods) < FEW_PERIODS,
        Caveat.NO_EXPOSURE: rate is None,
        Caveat.UNEQUAL_WINDOWS: abs(before.days - after.days) > UNEQUAL * max(before.days, after.days),
        Caveat.TREND_BEFORE: _has_trend(sides[0], base, kind),
        Caveat.OVERDISPERSED: overdispersed,
    }
    return BeforeAfter(
        kind=kind,
        start=start,
        confidence=confidence,
        scale=scale,
        before=before,
        after=after,
        count=count,
        rate=rate,
        answer=answer,
        verdict=_verdict(answer, better),
        dispersion=dispersion,
        caveats=tuple(caveat for caveat, applies in caveats.items() if applies),
        cut_by_change=periods.filter(place == "change").height,
        cut_by_window=periods.filter(place == "edge").height,
        unmeasured=periods.filter(place.is_in(["before", "after"]) & ~pl.col("used")).height,
    )


def _side(periods: pl.DataFrame, kind: Kind, unit: float, confidence: float) -> Side:
    count, days, base = pl.col("numerator"), pl.col("days"), pl.col("denominator")
    month = poisson_exact(count, days, confidence)
    rate = (wilson if kind == "proportion" else poisson_exact)(count, base, confidence)
    total = pl.when(base.is_null().any()).then(None).otherwise(base.sum()).alias("denominator")
    sums = periods.select(count.cast(pl.Int64).sum(), days.sum(), total, pl.col("period").min(), pl.col("end").max())
    sums = sums.with_columns(
        month_low=month[0] * DAYS_PER_MONTH,
        month_high=month[1] * DAYS_PER_MONTH,
        rate_low=rate[0] * unit,
        rate_high=rate[1] * unit,
    )
    row = sums.row(0, named=True)
    per_month = Estimate(row["numerator"] / row["days"] * DAYS_PER_MONTH, row["month_low"], row["month_high"])
    share = None
    if row["denominator"]:
        share = Estimate(row["numerator"] / row["denominator"] * unit, row["rate_low"], row["rate_high"])
    return Side(
        start=row["period"],
        end=row["end"],
        periods=periods.height,
        days=row["days"],
        numerator=row["numerator"],
        denominator=row["denominator"],
        per_period=row["numerator"] / periods.height,
        per_month=per_month,
        rate=share,
    )


def _count_change(old: Side, new: Side, confidence: float) -> Change:
    ratio = rate_ratio_exact(new.numerator, new.days, old.numerator, old.days, confidence)
    return change_of(old.per_month, new.per_month, ratio, answer_of(ratio.low, ratio.high, 1))


def _rate_change(old: Side, new: Side, kind: Kind, confidence: float) -> Change | None:
    if old.rate is None or new.rate is None or old.denominator is None or new.denominator is None:
        return None
    counts = new.numerator, new.denominator, old.numerator, old.denominator
    if kind == "count":
        ratio = rate_ratio_exact(*counts, confidence)
        return change_of(old.rate, new.rate, ratio, answer_of(ratio.low, ratio.high, 1))
    points = _difference(old.rate, new.rate)
    ratio = proportion_ratio_score(*counts, confidence)
    return change_of(old.rate, new.rate, ratio, answer_of(points.low, points.high, 0))


def change_of(old: Estimate, new: Estimate, ratio: Ratio, answer: Answer) -> Change:
    """From an old value to a new one, given their ratio; the difference has the interval of square and add."""
    relative = None
    if ratio.value is not None and ratio.low is not None and ratio.high is not None:
        relative = Estimate(*((end - 1) * 100 for end in (ratio.value, ratio.low, ratio.high)))
    return Change(old.value, new.value, _difference(old, new), relative, ratio.p, answer)


def _widened(moved: Change, dispersion: float, kind: Kind) -> Change:
    """The intervals as wide as the periods really vary; no p, which would still be chance's alone.

    Source: McCullagh & Nelder (1989), Generalized Linear Models, 4.5: quasi-likelihood widens by the root.
    """
    stretch, points = math.sqrt(dispersion), moved.absolute
    ends = [points.value + (end - points.value) * stretch for end in (points.low, points.high)]
    absolute, relative = Estimate(points.value, *ends), None
    if moved.relative is not None:
        ratio, *far = (1 + end / 100 for end in (moved.relative.value, moved.relative.low, moved.relative.high))
        # A ratio of 0 has no logarithm to stretch: its upper end is then that of the difference.
        stretched = [ratio * (end / ratio) ** stretch for end in far] if ratio > 0 else [0.0, 1 + ends[1] / moved.old]
        low, high = stretched
        relative = Estimate(moved.relative.value, (low - 1) * 100, (high - 1) * 100)
    decisive = absolute if kind == "proportion" or relative is None else relative
    return Change(moved.old, moved.new, absolute, relative, None, answer_of(decisive.low, decisive.high, 0))


def _difference(old: Estimate, new: Estimate) -> Estimate:
    a, b = ([pl.lit(end) for end in (side.value, side.low, side.high)] for side in (new, old))
    low, high = mover_difference(*a, *b)
    return Estimate(new.value - old.value, *pl.select(low=low, high=high).row(0))


def answer_of(low: float | None, high: float | None, same: float) -> Answer:
    """What an interval says, `same` being the value of no difference."""
    if high is not None and high < same:
        return Answer.FEWER
    return Answer.MORE if low is not None and low > same else Answer.NO_CLEAR_DIFFERENCE


def _verdict(answer: Answer, better: Better) -> Verdict:
    if answer is Answer.NO_CLEAR_DIFFERENCE:
        return Verdict.UNCLEAR
    if better is Better.NEITHER:
        return Verdict.CHANGED
    return Verdict.BETTER if (answer is Answer.MORE) == (better is Better.HIGHER) else Verdict.WORSE


def _residuals(periods: pl.DataFrame, base: str, kind: Kind) -> tuple[np.ndarray, np.ndarray]:
    """Count less expected, and its variance by chance, when one rate holds for all periods."""
    count, exposure = periods["numerator"].cast(pl.Float64).to_numpy(), periods[base].to_numpy()
    rate = count.sum() / exposure.sum()
    chance = 1 - rate if kind == "proportion" else 1.0
    return count - rate * exposure, rate * exposure * chance


def _dispersion(sides: list[pl.DataFrame], base: str, kind: Kind) -> tuple[float | None, bool]:
    """Pearson chi-square per degree of freedom about each side's own rate, and whether it is more than chance."""
    parts = [_residuals(side.filter(pl.col(base) > 0), base, kind) for side in sides]
    residual, variance = (np.concatenate(part) for part in zip(*parts, strict=True))
    varies = variance > 0  # not where a side has no event, or nothing else
    freedom = int(varies.sum()) - sum(bool(part[1].any()) for part in parts)
    if freedom < 1:
        return None, False
    pearson = float((residual[varies] ** 2 / variance[varies]).sum())
    return pearson / freedom, bool(special.chdtrc(freedom, pearson) < SURE)


def _has_trend(before: pl.DataFrame, base: str, kind: Kind) -> bool:
    """Score test of a trend, its variance raised by what the trend leaves unexplained; False below three periods.

    Source: Armitage (1955), Biometrics 11: chi-square is the trend's part and the departure from it.
    """
    exposed = before.filter(pl.col(base) > 0)
    residual, variance = _residuals(exposed, base, kind)
    if exposed.height < 3 or not variance.all():
        return False
    day = exposed["period"].to_physical().to_numpy().astype(float)
    day -= np.average(day, weights=variance)
    trend = float((day * residual).sum() ** 2 / (variance * day**2).sum())
    departure = float((residual**2 / variance).sum()) - trend
    return bool(special.chdtrc(1, trend / max(1.0, departure / (exposed.height - 2))) < SURE)

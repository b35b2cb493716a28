"""Does the interval of a value cover what is true as often as it says, or does it rest on too few cases for that?"""

import math
from enum import StrEnum

import polars as pl

from metrics.metric import AnyMetric, Metric, Quantile, Unit

#: Of cases that count, and of a share also of those that do not. From there on the interval of every rate and every
#: share covers 93 to 97 of 100 (docs/statistics.md); below, some truths are covered in 84 and others in 99.
LEAST_OF_EACH = 10


class Coverage(StrEnum):
    """How often intervals like this one cover what is true."""

    AS_SAID = "as_said"  # 93 to 97 of 100, for 95
    FEW_CASES = "few_cases"  # more or fewer: the interval is approximate


def least_cases(metric: AnyMetric) -> int:
    """From how many cases on the interval covers as it says.

    Of shares and rates they are the cases that count, and of shares also those that do not; of everything else all.
    """
    if isinstance(metric, Quantile):
        return math.ceil(LEAST_OF_EACH / min(metric.quantile, 1 - metric.quantile) - 1e-9)
    return LEAST_OF_EACH if is_counted(metric) else metric.least_cases


def is_counted(metric: AnyMetric) -> bool:
    """Is it a share or a rate of cases, each of which counts or does not?"""
    return isinstance(metric, Metric) and metric.squares is None and metric.spread is None


def has_both(metric: AnyMetric) -> bool:
    """Is it a share, of which the cases that do not count have to be enough as well?"""
    return is_counted(metric) and metric.unit is Unit.PERCENT


def counting(numerator: pl.Expr, denominator: pl.Expr, is_share: pl.Expr) -> pl.Expr:
    """How many cases the interval of a share or a rate rests on: the rarer ones of those that count or do not."""
    return pl.when(is_share).then(pl.min_horizontal(numerator, denominator - numerator)).otherwise(numerator)


def coverage(rests_on: pl.Expr, least: pl.Expr) -> pl.Expr:
    """`Coverage` of a value that rests on so many cases; null where there is no value."""
    said = pl.when(rests_on < least).then(pl.lit(Coverage.FEW_CASES)).otherwise(pl.lit(Coverage.AS_SAID))
    return pl.when(pl.col("value").is_not_null()).then(said).alias("covers")

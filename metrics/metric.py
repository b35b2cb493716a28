"""What a metric is, and how any of them is computed: sum first, divide once, carry the interval."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, StrEnum

import polars as pl

from metrics.intervals import mean_interval, poisson_exact, quantile_ranks, wilson
from metrics.rules import Rules
from metrics.scope import WEEK, Period, settled

DEFAULT_RULES = Rules()
BIN_RATIO = 1.02  # width of a histogram bin: its middle is within 1 % of every value in it


class Unit(Enum):
    """What a value is measured in, with the factor from numerator / denominator to it."""

    PERCENT = ("percent", 100.0)
    PER_THOUSAND = ("per_thousand", 1000.0)
    SCORE = ("score", 1.0)
    SECONDS = ("seconds", 1.0)

    @property
    def scale(self) -> float:
        return self.value[1]


class Better(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Source(StrEnum):
    """The frames that metrics are computed from; data_access fills them, one module each."""

    CONTACTS = "contacts"  # sums by day and dimensions
    TIMES = "contact_times"  # histograms of durations by day and dimensions
    COMPLAINTS = "complaints"  # one row per complaint and date basis
    REVIEWS = "reviews"  # one row per reviewed contact
    AGENT_WEEKS = "agent_weeks"  # one row per agent and week
    VOLUMES = "volumes"  # orders, customers, shipments by day


class Status(StrEnum):
    OK = "ok"
    TOO_FEW = "too_few"
    NO_DATA = "no_data"
    NOT_AVAILABLE = "not_available"
    NOT_SPLIT = "not_split"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # eq=False: a Polars expression has no truth value
class Metric:
    """One definition. Texts are English gettext keys; `definition` may name fields of Rules in braces."""

    id: str
    name: str
    unit: Unit
    better: Better
    reads: tuple[Source, ...]
    needs: tuple[str, ...]  # table.column names without which it cannot be computed
    numerator: pl.Expr
    denominator: pl.Expr
    squares: pl.Expr | None = None  # sum of squares, for a mean
    target: float | None = None
    maturity: str | None = None  # the field of Rules that holds the days until a day's value is final
    unsplit: tuple[str, ...] = ()  # dimensions on which numerator and denominator do not mean the same
    counted: str  # what the denominator counts, for "n = …"
    basis: str  # the date that puts a case into a period
    definition: str
    source: str

    def mature_days(self, rules: Rules) -> int:
        return getattr(rules, self.maturity) if self.maturity else 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quantile:
    """A metric that cannot be summed: a quantile of a duration, from histograms with logarithmic bins."""

    id: str
    name: str
    duration: str  # handle_time, resolution_time or first_response_time
    quantile: float
    needs: tuple[str, ...]
    target: float | None = None
    definition: str
    source: str
    unit: Unit = Unit.SECONDS
    better: Better = Better.LOWER
    reads: tuple[Source, ...] = (Source.TIMES,)
    counted: str = "contacts"
    basis: str = "day the contact started"
    maturity: str | None = None

    def mature_days(self, rules: Rules) -> int:
        return getattr(rules, self.maturity) if self.maturity else 0


AnyMetric = Metric | Quantile


def final_period(metric: AnyMetric, period: Period, data_end: date, rules: Rules) -> Period:
    """The days that a metric is shown for: the period, or, if it looks ahead, the latest as many that are final."""
    if not metric.mature_days(rules):
        return period
    if Source.AGENT_WEEKS not in metric.reads:
        return settled(period, data_end, metric.mature_days(rules))
    # A week stands on its Monday, so what has to be over is the week of the period's last Monday.
    last = period.last
    over = last - timedelta(days=last.weekday()) + WEEK
    weeks = max(0, -(-(over - data_end).days // 7))
    return Period(period.start - weeks * WEEK, period.end - weeks * WEEK)


def evaluate(
    metrics: Iterable[AnyMetric],
    frame: pl.DataFrame,
    by: Sequence[str | pl.Expr] = (),
    *,
    rules: Rules = DEFAULT_RULES,
    data_end: date | None = None,
) -> pl.DataFrame:
    """Compute metrics at the grain given by `by`, summing first and dividing once.

    Args:
        frame: `day` and the measure columns that all `metrics` read, at any finer grain.
        by: grouping columns or expressions; none gives one row per metric.
        data_end: first day without data; days nearer to it than a metric's look-ahead are not mature.

    Returns:
        `*by, metric, value, numerator, denominator, low, high, mature, status`; value, low and high in the metric's
        unit, null where there is nothing to divide by. Quantiles have no numerator.
    """
    chosen = list(metrics)
    ratios = [metric for metric in chosen if isinstance(metric, Metric)]
    cells = [_ratios(ratios, frame, by, rules, data_end)] if ratios else []
    quantiles = [metric for metric in chosen if isinstance(metric, Quantile)]
    cells += [_quantile_cells(metric, frame, by, _cutoff(metric, rules, data_end)) for metric in quantiles]
    result = pl.concat(cells) if cells else pl.DataFrame()
    few = pl.col("denominator") < rules.min_denominator
    status = pl.when(pl.col("value").is_null()).then(pl.lit(Status.NO_DATA))
    return result.with_columns(status=status.when(few).then(pl.lit(Status.TOO_FEW)).otherwise(pl.lit(Status.OK)))


def _ratios(
    metrics: list[Metric], frame: pl.DataFrame, by: Sequence[str | pl.Expr], rules: Rules, data_end: date | None
) -> pl.DataFrame:
    """All ratios in one pass: grouped once, then every metric's rows below each other, then divided together."""
    sums = []
    for metric in metrics:
        sums.append(_last_day(metric, frame.columns).alias(f"{metric.id} last_day"))
        squares = pl.lit(None) if metric.squares is None else metric.squares
        parts = {"numerator": metric.numerator, "denominator": metric.denominator, "squares": squares}
        sums += [part.cast(pl.Float64).alias(f"{metric.id} {name}") for name, part in parts.items()]
    grouped = frame.group_by(*by).agg(*sums) if by else frame.select(*sums)
    names = grouped.columns[: len(by)]
    below = [_sums_of(metric, grouped.lazy(), names, _cutoff(metric, rules, data_end)) for metric in metrics]
    numerator, denominator, scale = pl.col("numerator"), pl.col("denominator"), pl.col("scale")
    value = pl.when(denominator > 0).then(numerator / denominator)  # Polars: 0/0 is NaN, 1/0 is infinite
    ends = zip(_interval(numerator, denominator), ("low", "high"), strict=True)
    return (
        pl.concat(below)
        .collect()
        .select(
            *names,
            "metric",
            (value * scale).alias("value"),
            numerator,
            denominator,
            *((end * scale).alias(name) for end, name in ends),
            "mature",
        )
    )


def _last_day(metric: Metric, columns: Sequence[str]) -> pl.Expr:
    """The last day of the facts that the metric counts: other sources' rows, which reach further, are null in them."""
    roots = {*metric.numerator.meta.root_names(), *metric.denominator.meta.root_names()}
    own = [pl.col(root).is_not_null() for root in sorted(roots) if root in columns]
    return pl.col("day").filter(pl.any_horizontal(own)).max()


def _sums_of(metric: Metric, grouped: pl.LazyFrame, by: list[str], cutoff: date | None) -> pl.LazyFrame:
    parts = [pl.col(f"{metric.id} {name}").alias(name) for name in ("numerator", "denominator", "squares")]
    facts = {"metric": metric.id, "scale": metric.unit.scale, "is_share": metric.unit is Unit.PERCENT}
    told = [pl.lit(fact).alias(name) for name, fact in facts.items()]
    return grouped.select(*by, *told, *parts, _is_final(pl.col(f"{metric.id} last_day"), cutoff).alias("mature"))


def _interval(numerator: pl.Expr, denominator: pl.Expr) -> list[pl.Expr]:
    """Ends of the interval that fits: of a mean where squares are known, else of a share or of a rate."""
    squares = pl.col("squares")
    kinds = (
        mean_interval(numerator, squares, denominator),
        wilson(numerator, denominator),
        poisson_exact(numerator, denominator),
    )
    return [
        pl.when(squares.is_not_null()).then(mean).when(pl.col("is_share")).then(share).otherwise(rate)
        for mean, share, rate in zip(*kinds, strict=True)
    ]


def _cutoff(metric: AnyMetric, rules: Rules, data_end: date | None) -> date | None:
    """The last day that is final; None where the end of the data is not known."""
    return data_end and data_end - timedelta(days=metric.mature_days(rules) + 1)


def _is_final(last_day: pl.Expr, cutoff: date | None) -> pl.Expr:
    return pl.lit(True) if cutoff is None else (last_day <= cutoff).fill_null(value=True)


def bin_seconds(number: pl.Expr, part: float) -> pl.Expr:
    """A place in a histogram bin, from its lower edge (0) to its upper (1).

    Bin b holds 1.02**b ≤ x < 1.02**(b+1); bin −1 holds x < 1 and stands for 0.
    """
    return pl.when(number < 0).then(0.0).otherwise(pl.lit(BIN_RATIO).pow(number.cast(pl.Float64) + part))


def _quantile_cells(
    metric: Quantile, frame: pl.DataFrame, by: Sequence[str | pl.Expr], cutoff: date | None
) -> pl.DataFrame:
    counted = frame.filter(pl.col("duration") == metric.duration)
    keys = [*by] or [pl.lit(0).alias("everything")]
    bins = counted.group_by(*keys, "bin").agg(pl.col("contacts").sum(), pl.col("day").max()).sort("bin")
    names = bins.columns[: len(keys)]
    low_rank, high_rank = quantile_ranks(pl.col("n"), metric.quantile)
    # A binomial quantile costs much: one for each group, not for each bin.
    sizes = bins.group_by(names).agg(pl.col("contacts").sum().alias("n"))
    sizes = sizes.with_columns(rank=(pl.col("n") * metric.quantile).ceil(), low_rank=low_rank, high_rank=high_rank)
    reached = bins.with_columns(reached=pl.col("contacts").cum_sum().over(names))
    ranked = reached.join(sizes, on=names, nulls_equal=True)

    def at(rank: str, part: float) -> pl.Expr:
        return bin_seconds(pl.col("bin").filter(pl.col("reached") >= pl.col(rank)).min(), part)

    cell = ranked.group_by(names).agg(
        pl.lit(metric.id).alias("metric"),
        at("rank", 0.5).alias("value"),
        pl.lit(None, pl.Float64).alias("numerator"),
        pl.col("n").first().cast(pl.Float64).alias("denominator"),
        at("low_rank", 0.0).alias("low"),
        at("high_rank", 1.0).alias("high"),
        _is_final(pl.col("day").max(), cutoff).alias("mature"),
    )
    if by or not cell.is_empty():
        return cell if by else cell.drop(names)
    empty = {"value": None, "numerator": None, "denominator": 0.0, "low": None, "high": None, "mature": True}
    return pl.DataFrame({"metric": [metric.id]}).with_columns(
        *(pl.lit(value, cell.schema[name]).alias(name) for name, value in empty.items())
    )

"""How any metric is computed: sum first, divide once, carry the interval."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import polars as pl

from metrics.coverage import counting, coverage, is_counted, least_cases
from metrics.intervals import mean_interval, poisson_mid_p, quantile_ranks, ratio_interval, wilson
from metrics.metric import AnyMetric, Metric, Quantile, Statistic, Status, Unit
from metrics.rules import Rules

DEFAULT_RULES = Rules()
VALUE = ("metric", "value", "numerator", "denominator", "low", "high")
Days = tuple[date | None, date | None]  # the first and the last of some
BIN_RATIO = 1.02  # width of a histogram bin: its middle is within 1 % of every value in it


def evaluate(
    metrics: Iterable[AnyMetric],
    frame: pl.DataFrame,
    by: Sequence[str | pl.Expr] = (),
    *,
    rules: Rules = DEFAULT_RULES,
    data_start: date | None = None,
    data_end: date | None = None,
) -> pl.DataFrame:
    """Compute metrics at the grain given by `by`, summing first and dividing once.

    Args:
        frame: `day` and the measure columns that all `metrics` read, at any finer grain.
        by: grouping columns or expressions; none gives one row per metric.
        data_start: first day with data; days nearer to it than a metric looks back are not mature.
        data_end: first day without data; days nearer to it than a metric looks ahead are not mature.

    Returns:
        `*by, metric, value, numerator, denominator, low, high, covers, mature, status`; value, low and high in the
        metric's unit, null where there is nothing to divide by. Quantiles and statistics have no numerator.
    """
    chosen = [metric.under(rules) for metric in metrics]
    ratios = [metric for metric in chosen if isinstance(metric, Metric)]
    final = {metric: _final(metric, rules, data_start, data_end) for metric in chosen}
    cells = [_ratios(ratios, frame, by, final)] if ratios else []
    quantiles = [metric for metric in chosen if isinstance(metric, Quantile)]
    cells += [_quantile_cells(metric, frame, by, final[metric]) for metric in quantiles]
    statistics = {metric: final[metric][1] for metric in chosen if isinstance(metric, Statistic)}
    cells += [_statistic_cells(statistics, frame, by)] if statistics else []
    result = pl.concat(cells) if cells else pl.DataFrame()
    few = pl.col("cases") < rules.min_denominator
    alike = pl.col("value").is_null() & (pl.col("cases") > 0) & pl.col("metric").is_in([each.id for each in statistics])
    status = pl.when(alike).then(pl.lit(Status.NO_VARIATION))
    status = status.when(pl.col("value").is_null()).then(pl.lit(Status.NO_DATA))
    judged = status.when(few).then(pl.lit(Status.TOO_FEW)).otherwise(pl.lit(Status.OK)).alias("status")
    names = result.columns[: len(by)]
    told = coverage(
        pl.col("rests_on"), pl.col("metric").replace_strict({each.id: least_cases(each) for each in chosen})
    )
    return result.select(*names, *VALUE, told, "mature", judged)


def _ratios(
    metrics: list[Metric], frame: pl.DataFrame, by: Sequence[str | pl.Expr], final: Mapping[AnyMetric, Days]
) -> pl.DataFrame:
    """All ratios in one pass: grouped once, then every metric's rows below each other, then divided together."""
    sums = []
    for metric in metrics:
        days = _own_days(metric, frame.columns)
        sums.append(days.max().alias(f"{metric.id} last_day"))
        sums += [days.min().alias(f"{metric.id} first_day")] if metric.look_back else []
        parts = _parts(metric).items()
        sums += [part.cast(pl.Float64).alias(f"{metric.id} {name}") for name, part in parts if part is not None]
    grouped = frame.group_by(*by).agg(*sums) if by else frame.select(*sums)
    names = grouped.columns[: len(by)]
    below = [_sums_of(metric, grouped.lazy(), names, final[metric]) for metric in metrics]
    numerator, denominator, scale = pl.col("numerator"), pl.col("denominator"), pl.col("scale")
    value = pl.when(denominator > 0).then(numerator / denominator)  # Polars: 0/0 is NaN, 1/0 is infinite
    ends = zip(_interval(metrics, numerator, denominator), ("low", "high"), strict=True)
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
            "cases",
            pl.when("is_counted")
            .then(counting(numerator, denominator, pl.col("is_share")))
            .otherwise("cases")
            .alias("rests_on"),
        )
    )


def _parts(metric: Metric) -> dict[str, pl.Expr | None]:
    """What is summed for a metric; None where it has no such part."""
    spread = metric.spread
    return {
        "numerator": metric.numerator,
        "denominator": metric.denominator,
        "squares": metric.squares,
        "xx": spread.numerator_squares if spread else None,
        "xy": spread.products if spread else None,
        "yy": spread.denominator_squares if spread else None,
        "cases": spread.clusters if spread else metric.denominator,
    }


def _own_days(metric: Metric, columns: Sequence[str]) -> pl.Expr:
    """The days of the facts that the metric counts: other sources' rows, which reach further, are null in them."""
    roots = {*metric.numerator.meta.root_names(), *metric.denominator.meta.root_names()}
    own = [pl.col(root).is_not_null() for root in sorted(roots) if root in columns]
    return pl.col("day").filter(pl.any_horizontal(own))


def _sums_of(metric: Metric, grouped: pl.LazyFrame, by: list[str], final: Days) -> pl.LazyFrame:
    nothing = pl.lit(None, pl.Float64)
    parts = [
        (nothing if part is None else pl.col(f"{metric.id} {name}")).alias(name)
        for name, part in _parts(metric).items()
    ]
    facts = {"metric": metric.id, "scale": metric.unit.scale, "is_share": metric.unit is Unit.PERCENT}
    facts |= {"is_counted": is_counted(metric)}
    told = [pl.lit(fact).alias(name) for name, fact in facts.items()]
    first_day = pl.col(f"{metric.id} first_day") if metric.look_back else None
    mature = _is_final(first_day, pl.col(f"{metric.id} last_day"), final)
    return grouped.select(*by, *told, *parts, mature.alias("mature"))


def _interval(metrics: list[Metric], numerator: pl.Expr, denominator: pl.Expr) -> list[pl.Expr]:
    """Ends of the interval that fits: of a mean or of clusters where squares are known, else of a share or a rate.

    Polars computes every branch for every row: a kind that none of the metrics has is not among them.
    """
    squares, xx = pl.col("squares"), pl.col("xx")
    are_shares = {metric.unit is Unit.PERCENT for metric in metrics}
    ends = [*(poisson_mid_p if False in are_shares else wilson)(numerator, denominator)]
    better = []
    if len(are_shares) > 1:
        better.append((pl.col("is_share"), wilson(numerator, denominator)))
    if any(metric.spread for metric in metrics):
        sums = (xx, pl.col("xy"), pl.col("yy"))
        better.append((xx.is_not_null(), ratio_interval(numerator, denominator, sums, pl.col("cases"))))
    if any(metric.squares is not None for metric in metrics):
        better.append((squares.is_not_null(), mean_interval(numerator, squares, denominator)))
    for fits, kind in better:
        ends = [pl.when(fits).then(new).otherwise(old) for new, old in zip(kind, ends, strict=True)]
    return ends


def _final(metric: AnyMetric, rules: Rules, data_start: date | None, data_end: date | None) -> Days:
    """The first and the last day that are final; None where an end of the data is not known."""
    first = data_start and data_start + timedelta(days=metric.look_back_days(rules))
    return first, data_end and data_end - timedelta(days=metric.mature_days(rules) + 1)


def _is_final(first_day: pl.Expr | None, last_day: pl.Expr, final: Days) -> pl.Expr:
    """Do these days lie in those that are final? `first_day` is None for what hangs on nothing before it."""
    first, last = final
    told = pl.lit(True) if last is None else (last_day <= last).fill_null(value=True)
    return told if first is None or first_day is None else told & (first_day >= first).fill_null(value=True)


def bin_seconds(number: pl.Expr, part: float) -> pl.Expr:
    """A place in a histogram bin, from its lower edge (0) to its upper (1).

    Bin b holds 1.02**b ≤ x < 1.02**(b+1); bin −1 holds x < 1 and stands for 0.
    """
    return pl.when(number < 0).then(0.0).otherwise(pl.lit(BIN_RATIO).pow(number.cast(pl.Float64) + part))


def _quantile_cells(metric: Quantile, frame: pl.DataFrame, by: Sequence[str | pl.Expr], final: Days) -> pl.DataFrame:
    counted = frame.filter(pl.col("duration") == metric.duration)
    keys = [*by] or [pl.lit(0).alias("everything")]
    days = pl.col("day").min().alias("first_day"), pl.col("day").max().alias("last_day")
    bins = counted.group_by(*keys, "bin").agg(pl.col("contacts").sum(), *days).sort("bin")
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
        _is_final(pl.col("first_day").min(), pl.col("last_day").max(), final).alias("mature"),
        pl.col("n").first().cast(pl.Float64).alias("cases"),
        pl.col("n").first().cast(pl.Float64).alias("rests_on"),
    )
    if by or not cell.is_empty():
        return cell if by else cell.drop(names)
    return _nothing_measured(metric, cell)


def _nothing_measured(metric: Quantile, cell: pl.DataFrame) -> pl.DataFrame:
    """One row that says that there was none."""
    known = {"metric": metric.id, "denominator": 0.0, "cases": 0.0, "rests_on": 0.0, "mature": True}
    names = [name for name in cell.columns if name != "everything"]
    return pl.select(pl.lit(known.get(name), cell.schema[name]).alias(name) for name in names)


CELL = {
    "metric": pl.String,
    **dict.fromkeys(("value", "numerator", "denominator", "low", "high"), pl.Float64),
    "mature": pl.Boolean,
    "cases": pl.Float64,
    "rests_on": pl.Float64,
}


def _statistic_cells(
    cutoffs: Mapping[Statistic, date | None], frame: pl.DataFrame, by: Sequence[str | pl.Expr]
) -> pl.DataFrame:
    """Rows are parted once for all of these statistics: that costs more than most of them do."""
    keys = frame.clear().select(*by)
    groups = list(frame.group_by(*by, maintain_order=True)) if by else [((), frame)]
    cells = [
        (*key, *_statistic_cell(metric, group, cutoff)) for metric, cutoff in cutoffs.items() for key, group in groups
    ]
    return pl.DataFrame(cells, schema={**keys.schema, **CELL}, orient="row")


def _statistic_cell(metric: Statistic, rows: pl.DataFrame, cutoff: date | None) -> tuple[object, ...]:
    found = metric.of(rows)
    cases, last_day = rows.select(metric.counts.sum().cast(pl.Float64).alias("cases"), pl.col("day").max()).row(0)
    value, low, high = (found.value, found.low, found.high) if found else (None, None, None)
    is_final = cutoff is None or last_day is None or last_day <= cutoff
    counted = cases or 0.0
    return metric.id, value, None, counted, low, high, is_final, counted, counted

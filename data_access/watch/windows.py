"""A metric's value of the last days, as it was known at the end of each of many days: never with what came later."""

from datetime import date, timedelta

import polars as pl

from data_access.masking import check_filters
from data_access.numbers import refusal
from data_access.source_days import days_of, final_end, looked_back_from
from data_access.store import Store
from data_access.viewer import Viewer
from metrics.compare import compare
from metrics.errors import SourceUnavailable
from metrics.evaluation import evaluate
from metrics.metric import AnyMetric, Source, Status, days_told, final_period
from metrics.scope import Filters, Period

VALUES = ("value", "low", "high", "numerator", "count", "usable")


def newest_end(store: Store, metric: AnyMetric) -> date:
    """The day after the last one for which the metric is told: that of its data, not of the calendar."""
    known = days_of(store, metric.reads)
    return final_end(store, known) if known else store.anchor


def told_days(store: Store, metric: AnyMetric, end: date, days: int) -> Period:
    """The days that the value known at the end of the day before `end` is about: the latest so many that are final."""
    asked = Period(end - timedelta(days=days), end)
    if Source.AGENT_WEEKS in metric.reads:
        return days_told(metric, final_period(metric, asked, end, store.rules), store.rules)
    late = timedelta(days=metric.mature_days(store.rules))  # exactly: whole weeks would be days later
    return days_told(metric, Period(asked.start - late, asked.end - late), store.rules)


def read_windows(
    store: Store, viewer: Viewer, metric: AnyMetric, filters: Filters, ends: tuple[date, ...], days: int
) -> pl.DataFrame:
    """The metric's value of the last `days` as known before each of `ends`.

    Returns:
        `end`, VALUES; without a value, and not usable, where the data do not cover all of those days.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: these data lack what the metric or a filter needs.
    """
    check_filters(filters, viewer)
    key = ("alert windows", viewer.sight, metric, filters, ends, days)
    return store.answers.once(key, lambda: _windows(store, viewer, metric, filters, ends, days))


def _windows(
    store: Store, viewer: Viewer, metric: AnyMetric, filters: Filters, ends: tuple[date, ...], days: int
) -> pl.DataFrame:
    found = _evaluated(store, viewer, metric, filters, ends, days)
    return found.select(
        "end",
        *("value", "low", "high", "numerator"),
        pl.col("denominator").alias("count"),
        ((pl.col("status") == Status.OK) & pl.col("mature")).fill_null(value=False).alias("usable"),
    )


def read_growth(
    store: Store, viewer: Viewer, metric: AnyMetric, filters: Filters, ends: tuple[date, ...], days: int
) -> pl.DataFrame:
    """How much the metric's value of the last `days` lies above that of as many days before, in percent of it.

    Returns:
        `end`, VALUES (low and high are the interval of the difference, in percent of the level before), and `level` and
        `before` in the metric's unit.

    Raises:
        As `read_windows`.
    """
    check_filters(filters, viewer)
    key = ("alert growth", viewer.sight, metric, filters, ends, days)
    return store.answers.once(key, lambda: _growth(store, viewer, metric, filters, ends, days))


def _growth(
    store: Store, viewer: Viewer, metric: AnyMetric, filters: Filters, ends: tuple[date, ...], days: int
) -> pl.DataFrame:
    step = timedelta(days=days)
    earlier = tuple(end - step for end in ends)
    every = _evaluated(store, viewer, metric, filters, tuple(sorted({*ends, *earlier})), days)
    now = every.filter(pl.col("end").is_in(ends))
    before = every.filter(pl.col("end").is_in(earlier)).with_columns(pl.col("end") + step)
    both = compare(now, before, [metric], ["end"])
    percent = 100 / pl.when(pl.col("old") > 0).then(pl.col("old"))
    return both.sort("end").select(
        "end",
        ((pl.col("value") - pl.col("old")) * percent).alias("value"),
        (pl.col("difference_low") * percent).alias("low"),
        (pl.col("difference_high") * percent).alias("high"),
        "numerator",
        pl.col("denominator").alias("count"),
        pl.col("verdict").is_not_null().alias("usable"),
        pl.col("value").alias("level"),
        pl.col("old").alias("before"),
    )


def _evaluated(
    store: Store, viewer: Viewer, metric: AnyMetric, filters: Filters, ends: tuple[date, ...], days: int
) -> pl.DataFrame:
    """`end` and what `evaluate` gives, a row for each end."""
    lacking = refusal(store, metric, [name for name, _values in filters])
    known = days_of(store, metric.reads)
    if lacking or known is None:
        raise SourceUnavailable(
            "'{metric}' cannot be watched: these data lack {needs}.",
            "Choose another metric or no filter, or connect what is missing.",
            metric=metric.name,
            needs=lacking[1] if lacking else ", ".join(metric.needs),
        )
    told = {end: told_days(store, metric, end, days) for end in ends}
    whole = {end: each for end, each in told.items() if each.within(known) == each}
    columns = {"end": list(whole), "first": [x.start for x in whole.values()], "last": [x.last for x in whole.values()]}
    spans = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Date))
    of_days = spans.select("end", pl.date_ranges("first", "last").alias("day")).explode("day")
    first = min((each.start for each in whole.values()), default=known.start)
    facts = store.facts(viewer, metric.reads, Period(first, max(known.end, first + timedelta(days=1))), filters)
    first = looked_back_from(store, metric, known)
    found = evaluate([metric], of_days.join(facts, on="day"), ["end"], rules=store.rules, data_start=first)
    every = pl.DataFrame({"end": list(ends)}, schema={"end": pl.Date})
    return every.join(found, on="end", how="left").with_columns(pl.col("metric").fill_null(metric.id)).sort("end")

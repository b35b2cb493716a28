"""A closer look at one metric: by hour and weekday, how times are distributed, and under its other definitions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from data_access import contacts
from data_access.masking import check_filters
from data_access.numbers import refusal
from data_access.read import read
from data_access.source_days import days_of, final_end
from data_access.store import Store, narrowed
from data_access.viewer import Viewer
from metrics.catalogue import CATALOGUE
from metrics.contact import FIRST_CONTACT_RESOLUTION
from metrics.evaluation import bin_seconds, evaluate
from metrics.metric import AnyMetric, Quantile, Status, days_told
from metrics.rules import Rules
from metrics.scope import Filters, Period

WINDOWS = (1, 3, 7, 14, 30)  # days: those under which first-contact resolution is told in the field
#: Metrics that answer one question under different definitions.
FAMILIES: tuple[tuple[str, ...], ...] = (
    (
        "first_contact_resolution", "one_contact_resolution", "first_contact_resolution_flag",
        "first_contact_resolution_survey",
    ),
    ("complaint_rate", "complaint_rate_per_order", "complaint_rate_per_customer"),
    (
        "service_level", "service_level_of_offered", "service_level_of_answered",
        "service_level_abandoned_in_time", "service_level_late_abandoned",
    ),
    ("csat", "csat_mean"),
    ("calibration_alpha", "calibration_kappa", "calibration_ac1", "calibration_agreement"),
    ("qa_validity", "qa_validity_resolution", "qa_validity_complaint"),
    ("retention_30d", "retention_60d", "retention_90d"),
)  # fmt: skip


def family(metric: AnyMetric) -> tuple[str, ...]:
    """The metrics that are shown beside it, itself included; none where it has one definition only."""
    return next((each for each in FAMILIES if metric.id in each), ())


@dataclass(frozen=True, slots=True, eq=False)
class WeekCells:
    """A metric over the week: `frame` has `weekday hour` and what `evaluate` gives."""

    frame: pl.DataFrame  # `weekday`: 1 is Monday; `hour`: the first one of a band
    hours: int  # of a band
    is_by_day: bool  # else Monday to Friday stand together as 1, Saturday and Sunday as 6


#: From the finest to the coarsest: whether each day stands alone, and the hours of a band.
BANDS = tuple((is_by_day, hours) for is_by_day in (True, False) for hours in (1, 2, 3, 4, 6))
TOLD = 0.8  # of all cases have to lie in cells with enough of them, or cells are made larger


def read_by_hour(store: Store, viewer: Viewer, metric: AnyMetric, period: Period, filters: Filters) -> WeekCells | None:
    """A metric of contacts by weekday and hour, or by as many of them together as leave few cells with too few cases.

    None where the metric has no hour, or no case.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    known = days_of(store, metric.reads)
    covered = period.within(known) if known else None
    if covered is None or refusal(store, metric, ["hour", *(name for name, _values in filters)]):
        return None
    facts = store.facts(viewer, metric.reads, covered, filters, ("hour",))
    best, most = None, -1.0
    for is_by_day, hours in BANDS:
        weekday, hour = pl.col("day").dt.weekday().cast(pl.Int64), pl.col("hour").cast(pl.Int64)
        day = weekday if is_by_day else pl.when(weekday <= 5).then(1).otherwise(6)
        keys = [day.alias("weekday"), (hour // hours * hours).alias("hour")]
        frame = evaluate([metric], facts, keys, rules=store.rules).drop_nulls(["value", "hour"])
        if frame.is_empty():
            return None
        cases, is_told = frame["denominator"].to_numpy(), (frame["status"] == Status.OK).to_numpy()
        told = float(cases[is_told].sum() / cases.sum())
        if told > most:
            best, most = WeekCells(frame.sort("weekday", "hour"), hours, is_by_day), told
        if told >= TOLD:
            break
    return best


def read_distribution(store: Store, viewer: Viewer, metric: Quantile, period: Period, filters: Filters) -> pl.DataFrame:
    """How long contacts took: `low high` (seconds, bins of 2 %) and `contacts`, in order.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    facts = store.facts(viewer, metric.reads, days_told(metric, period, store.rules), filters)
    bins = facts.filter(pl.col("duration") == metric.duration).group_by("bin").agg(pl.col("contacts").sum())
    edges = (bin_seconds(pl.col("bin"), part).alias(name) for name, part in (("low", 0.0), ("high", 1.0)))
    return bins.sort("bin").select(*edges, "contacts")


def read_windows(store: Store, viewer: Viewer, period: Period, filters: Filters) -> pl.DataFrame:
    """First-contact resolution under each window, and within the channel only: `window same_channel` and the numbers.

    Counted live in the warehouse. A window is final when it has passed.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    names = [name for name, _values in filters]
    if refusal(store, FIRST_CONTACT_RESOLUTION, names):
        return pl.DataFrame()
    asked = [(window, False) for window in WINDOWS]
    if not store.warehouse.missing(("contacts.channel",)):
        asked.append((store.rules.fcr_window_days, True))
    found = [
        _windowed(store, viewer, period, filters, replace(
            store.rules, fcr_window_days=window, fcr_gap_days=window, fcr_same_channel=same_channel
        )).with_columns(window=pl.lit(window), same_channel=pl.lit(same_channel))
        for window, same_channel in asked
    ]  # fmt: skip
    return pl.concat(found)


def _windowed(store: Store, viewer: Viewer, period: Period, filters: Filters, rules: Rules) -> pl.DataFrame:
    live = narrowed(filters, viewer)
    used = tuple(sorted({name for name, _values in live}))
    query = contacts.sums(store.warehouse, rules, period.start, period.end, [used], live)
    key = ("window", viewer.sight, period, filters, rules.fcr_window_days, rules.fcr_same_channel)
    facts = store.answers.once(key, lambda: read(store.warehouse.engine, query))
    known = days_of(store, FIRST_CONTACT_RESOLUTION.reads)
    first, end = (known.start, final_end(store, known)) if known else (None, None)
    return evaluate([FIRST_CONTACT_RESOLUTION], facts, rules=rules, data_start=first, data_end=end)


def beside(metric: AnyMetric) -> Sequence[AnyMetric]:
    """The other definitions of what a metric measures."""
    return [CATALOGUE[each] for each in family(metric)]

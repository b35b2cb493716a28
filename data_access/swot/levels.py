"""Metrics of the whole scope: against their targets, against chance, and against the time before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from scipy import special

from data_access.numbers import Grain, read_metrics
from data_access.source_days import days_of, final_end
from data_access.swot.asked import Asked, Found, Reason, refused
from data_access.targets import is_set, target_in
from data_access.watch.control import How, Watched, read_watched
from metrics.compare import on_target
from metrics.metric import AnyMetric, Better, Metric, Status, final_period
from metrics.results import Estimate, NotEstimable
from metrics.scope import WEEK, Period, Scope
from metrics.spc import NHS
from metrics.swot.evidence import SHIPPED, Evidence, Kind
from metrics.swot.leading import LEADING, TOLD_AS, highest, metrics, part, size_unit, whole
from metrics.swot.sure import Gap, confidence, matters, named, of_p, shift

WEEKLY = How(Grain.WEEK, NHS)
TREND = 12  # weeks of the tiny chart
SHIFTS = (Kind.SUSTAINED_IMPROVEMENT, Kind.SUSTAINED_DECLINE)
TARGETS = (Kind.ABOVE_TARGET, Kind.BELOW_TARGET, *(kind for pair in TOLD_AS.values() for kind in pair))
CAUSES = (Kind.SPECIAL_CAUSE_BETTER, Kind.SPECIAL_CAUSE_WORSE)
CONTROL_PAGE, METRIC_PAGE = "control", "metric"


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One metric: its value over the period, and its weeks under control."""

    metric: Metric
    row: dict[str, Any]
    watched: Watched
    days: int  # that the value is about
    has_own_target: bool = True  # which people have set

    @property
    def estimate(self) -> Estimate:
        return Estimate(self.row["value"], self.row["low"], self.row["high"])

    @property
    def weeks(self) -> pl.DataFrame:
        """Those that are final and have enough cases, in order: `week value denominator` and more."""
        return self.watched.controlled.final

    @property
    def trend(self) -> tuple[float | None, ...]:
        return tuple(self.weeks["value"].tail(TREND))


def found(asked: Asked) -> Found:
    """Targets kept and missed, weeks that are no chance, and levels that have moved and stay."""
    levels = read_levels(asked)
    held = held_against_targets(asked, levels)
    caused = special_causes(asked, levels)
    if asked.comparison is None:
        return Found((*held, *caused), refused(SHIFTS, Reason.NO_COMPARISON).not_looked_at)
    return Found((*held, *caused, *moved_levels(asked, levels, asked.comparison)))


def read_levels(asked: Asked) -> list[Level]:
    """The leading metrics that these data have, with enough cases in the period."""
    store = asked.store
    chosen = [each for each in metrics(LEADING) if asked.can_tell(each)]
    held, scope = asked.known.targets, Scope(asked.period, None, asked.filters)
    targets: dict[AnyMetric, float | None] = {each: target_in(held, each, asked.viewer, scope) for each in chosen}
    watched = read_watched(store, asked.viewer, targets, asked.period.end, asked.filters, WEEKLY, asked.known.decisions)
    rows = values(asked, chosen)
    return [
        Level(metric, rows[metric.id][0], each, rows[metric.id][1], is_set(held, metric, asked.viewer, scope))
        for each in watched
        if isinstance(metric := each.metric, Metric) and metric.id in rows
    ]


def values(asked: Asked, chosen: Sequence[Metric]) -> dict[str, tuple[dict[str, Any], int]]:
    """Each metric's row for the latest days that are final, as many as the period has, and how many those are."""
    store, found = asked.store, {}
    groups: dict[Period, list[Metric]] = {}
    for metric in chosen:
        known = days_of(store, metric.reads)
        if known is not None:
            days = final_period(metric, asked.period, final_end(store, known), store.rules)
            groups.setdefault(days, []).append(metric)
    for days, alike in groups.items():
        rows = read_metrics(store, asked.viewer, alike, days, asked.filters)
        kept = rows.filter(pl.col("status") == Status.OK, pl.col("low").is_not_null())
        found |= {row["metric"]: (row, days.days) for row in kept.iter_rows(named=True)}
    return found


def held_against_targets(asked: Asked, levels: Sequence[Level]) -> list[Evidence]:
    """Surely above or below: the whole interval is, and of those named few are chance."""
    told = [(each, target) for each in levels if (target := each.watched.target) is not None]
    sides = [pl.DataFrame([each.row]).select(on_target(target, each.metric.better)).item() for each, target in told]
    sure = [confidence(each.estimate, target) for each, target in told]
    return [
        _against_target(asked, each, target, side == "yes", certain)
        for (each, target), side, certain, is_named in zip(told, sides, sure, named(sure), strict=True)
        if is_named and side in {"yes", "no"}
    ]


def _against_target(asked: Asked, level: Level, target: float, is_kept: bool, certain: float) -> Evidence:
    kinds = TOLD_AS.get(level.metric.id, (Kind.ABOVE_TARGET, Kind.BELOW_TARGET))
    better = level.metric.better is Better.HIGHER
    good = pl.col("value") >= target if better else pl.col("value") <= target
    metric, denominator = level.metric, level.row["denominator"]
    return Evidence(
        kind=kinds[0] if is_kept else kinds[1], subject=(), metric=metric.id, estimate=level.estimate,
        reference=target, size=asked.monthly(part(metric, level.estimate.value - target, denominator), level.days),
        size_unit=size_unit(metric), base=asked.monthly(whole(metric, level.row["numerator"], denominator), level.days),
        confidence=certain, n=int(denominator),
        since=_since(level.weeks, good if is_kept else ~good, asked.period.start),
        place=asked.place(METRIC_PAGE, {"metric": metric.id}),
        values={} if level.has_own_target else {"target": SHIPPED}, trend=level.trend,
    )  # fmt: skip


def _since(weeks: pl.DataFrame, holds: pl.Expr, otherwise: date) -> date:
    """The first of the last weeks of which all hold."""
    begins = weeks.select("week", holds=holds)
    broken = begins.filter(~pl.col("holds"))["week"]
    after = begins.filter(pl.col("week") > broken[-1]) if len(broken) else begins
    return after["week"][0] if after.height else otherwise


def special_causes(asked: Asked, levels: Sequence[Level]) -> list[Evidence]:
    """The last week beyond its limits, by how far: of all charts looked at few are named by chance."""
    told = [(each, point) for each in levels if (point := _last_point(each)) is not None]
    sure = [of_p(point["p"]) for _level, point in told]
    made = []
    for (level, point), certain, is_named in zip(told, sure, named(sure), strict=True):
        if not is_named or level.metric.better is Better.NEITHER:
            continue
        up = point["value"] > point["centre"]
        kind = CAUSES[0] if up is (level.metric.better is Better.HIGHER) else CAUSES[1]
        last = level.weeks.row(by_predicate=pl.col("week") == point["period"], named=True)
        estimate = Estimate(last["value"], last["low"], last["high"])
        base = asked.monthly(whole(level.metric, last["numerator"], last["denominator"]), 7)
        size = asked.monthly(part(level.metric, last["value"] - point["centre"], last["denominator"]), 7)
        made.append(
            Evidence(
                kind=kind,
                subject=(),
                metric=level.metric.id,
                estimate=estimate,
                reference=point["centre"],
                size=size,
                size_unit=size_unit(level.metric),
                base=base,
                confidence=certain,
                n=int(last["denominator"]),
                since=last["week"],
                trend=level.trend,
                place=asked.place(CONTROL_PAGE, {"metric": level.metric.id}),
            )
        )
    return made


def _last_point(level: Level) -> dict[str, Any] | None:
    """The chart's point of the period's last week, with the p value of its distance from the middle."""
    chart = level.watched.controlled.chart
    if isinstance(chart, NotEstimable) or level.watched.signal is None or not level.weeks.height:
        return None
    point = chart.points.filter(~pl.col("is_excluded")).row(-1, named=True)
    if point["z"] is None or point["period"] not in level.weeks["week"]:
        return None
    return point | {"p": 2 * float(special.ndtr(-abs(point["z"])))}


def moved_levels(asked: Asked, levels: Sequence[Level], before: Period) -> list[Evidence]:
    """Weeks of the period against those of the time before: a level that has moved, and stays."""
    told = []
    for level in levels:
        now, earlier = (_weeks_in(level, days) for days in (asked.period, before))
        gap = shift(now["value"].to_list(), earlier["value"].to_list())
        if gap is not None and level.metric.better is not Better.NEITHER:
            told.append(Moved(level, gap, now, earlier))
    names = named([moved.gap.confidence for moved in told])
    return [
        _shifted(asked, moved)
        for moved, is_named in zip(told, names, strict=True)
        if is_named and moved.stays and matters(moved.new, moved.old, highest(moved.level.metric))
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """A level that is another one than before. `gap`: how sure that is, by how weeks differ among themselves."""

    level: Level
    gap: Gap
    weeks: pl.DataFrame
    earlier: pl.DataFrame

    @property
    def old(self) -> float:
        return self._pooled(self.earlier)

    @property
    def new(self) -> float:
        return self._pooled(self.weeks)

    def _pooled(self, weeks: pl.DataFrame) -> float:
        """All cases of these weeks together, and divided once."""
        numerator, denominator = weeks.select(pl.col("numerator", "denominator").sum()).row(0)
        return self.level.metric.unit.scale * numerator / denominator

    @property
    def stays(self) -> bool:
        """Do the weeks say so too, and do the last four of them still lie on that side, by half the way at least?"""
        last, moved = self._pooled(self.weeks.tail(4)) - self.old, self.new - self.old
        return moved * self.gap.difference.value > 0 and last * moved > 0 and abs(last) >= abs(moved) / 2


def _weeks_in(level: Level, days: Period) -> pl.DataFrame:
    """The metric in the whole weeks of a period."""
    return level.weeks.filter(pl.col("week").is_between(days.start, days.end - WEEK))


def _shifted(asked: Asked, moved: Moved) -> Evidence:
    """As wide as weeks differ: they vary by more than the number of their cases says."""
    metric, ends, weeks = moved.level.metric, moved.gap.difference, moved.weeks
    up = moved.new > moved.old
    numerator, denominator = weeks.select(pl.col("numerator", "denominator").sum()).row(0)
    days = 7 * weeks.height
    return Evidence(
        kind=SHIFTS[0] if up is (metric.better is Better.HIGHER) else SHIFTS[1], subject=(), metric=metric.id,
        estimate=Estimate(moved.new, *(moved.new + end - ends.value for end in (ends.low, ends.high))),
        reference=moved.old, size=asked.monthly(part(metric, moved.new - moved.old, denominator), days),
        size_unit=size_unit(metric), base=asked.monthly(whole(metric, numerator, denominator), days),
        confidence=moved.gap.confidence, n=int(denominator), since=weeks["week"][0],
        place=asked.place(CONTROL_PAGE, {"metric": metric.id}), trend=moved.level.trend,
    )  # fmt: skip

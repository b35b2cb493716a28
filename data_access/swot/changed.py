"""What the changes on record did, as their evaluation says."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl
from scipy import special

from data_access.change_rows import Change
from data_access.judging import Judged, judge, others_at, suited_grain
from data_access.numbers import read_metrics
from data_access.source_days import days_of, final_end
from data_access.swot.asked import MONTH_DAYS, Asked, Found, Reason, refused
from data_access.swot.levels import values
from metrics.calendar import Event
from metrics.desk.growth import trend
from metrics.errors import InvalidScope
from metrics.intervention import ChangeEffect
from metrics.intervention.results import Family, VerdictCode
from metrics.metric import Better, Metric, Status, Unit, final_period
from metrics.results import Estimate
from metrics.scope import FILTERS, WEEK, Filters, months_before
from metrics.swot.evidence import Evidence, Kind, SizeUnit
from metrics.swot.leading import part, size_unit
from metrics.swot.sure import of_p

KINDS = (Kind.CHANGE_WORKED, Kind.CHANGE_HARMED, Kind.CHANGE_NOT_SHOWN, Kind.PROVEN_ELSEWHERE)
MONTHS_TOLD = 24  # a change is news that long; what came before it is how things are
KIND_OF = {
    VerdictCode.WORKED: Kind.CHANGE_WORKED,
    VerdictCode.WORKED_FADING: Kind.CHANGE_WORKED,
    VerdictCode.GOT_WORSE: Kind.CHANGE_HARMED,
    VerdictCode.ALREADY_UNDER_WAY: Kind.CHANGE_NOT_SHOWN,
}
PERIODS_A_MONTH = {"month": 1.0, "week": MONTH_DAYS / 7, "day": MONTH_DAYS}
TREND = 12
PAGE = "sop_change"


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A change with a verdict that is worth a sentence."""

    change: Change
    judged: Judged
    effect: ChangeEffect
    base: float  # complaints, contacts or whatever the metric counts, a month in the scope

    @property
    def a_month(self) -> float:
        """How many of its periods a month has."""
        return PERIODS_A_MONTH[self.effect.grain]

    @property
    def n(self) -> int:
        totals = [each.total for each in (self.effect.before, self.effect.after) if each.total is not None]
        return int(sum(totals)) if totals else self.effect.before.periods + self.effect.after.periods

    @property
    def means(self) -> tuple[float, float]:
        """What came a month before and after it; of shares and means the levels."""
        scale = self.a_month if self.effect.family is Family.COUNT else 1.0
        return self.effect.before.mean.value * scale, self.effect.after.mean.value * scale

    @property
    def values(self) -> dict[str, str | float | int]:
        before, after = self.means
        return {
            "change": self.change.id,
            "name": self.change.name,
            "family": str(self.effect.family),
            "before": before,
            "after": after,
        }

    @property
    def is_mean(self) -> bool:
        """A mean moves in all of its cases, and averts none."""
        return self.effect.family is Family.MEAN

    @property
    def size(self) -> float:
        """Cases that it averted or added a month; of a mean the part by which it moved of the cases that it is of."""
        effect = self.effect
        if effect.averted is not None:
            return abs(effect.averted.value) / effect.after.periods * self.a_month
        cases = float(self.judged.series["denominator"].tail(effect.after.periods).sum())
        return abs(effect.overall.value - 1) * cases / effect.after.periods * self.a_month

    @property
    def size_unit(self) -> SizeUnit:
        return SizeUnit.WORTH if self.is_mean else size_unit(self.judged.metric)

    @property
    def trend(self) -> tuple[float | None, ...]:
        return tuple(self.effect.path["observed"].tail(TREND))


def found(asked: Asked) -> Found:
    """Each change of the last two years with a clear verdict."""
    first = months_before(asked.period.end, MONTHS_TOLD)
    recent = [each for each in asked.known.changes if first <= each.start < asked.period.end]
    if not recent:
        return refused(KINDS, Reason.NO_CHANGES)
    told = [each for change in recent if _touches(asked, change) and (each := _told(asked, change))]
    return Found(tuple(evidence for each in told for evidence in evidence_of(asked, each)))


def _touches(asked: Asked, change: Change) -> bool:
    """Is the change about something inside the scope?"""
    own = dict(change.scope)
    return all(set(own.get(name, kept)) & set(kept) for name, kept in asked.filters)


def _told(asked: Asked, change: Change) -> Told | None:
    """As the change's page judged it at the period's end; None where there is no verdict, or none worth a sentence."""
    events = [Event(each.first, each.name) for each in asked.known.events]
    happened = (*others_at(asked.known.changes, change), *events)
    # A board of now says what the change's page says; one of the past knows no more than was known then.
    until = None if asked.period.end + WEEK > asked.store.anchor else asked.period.end
    grain = suited_grain(asked.store, change, until)
    try:
        judged = judge(asked.store, asked.viewer, change, grain, happened, until)
    except InvalidScope:  # these data cannot show the metric for this change; its own page says why
        return None
    effect = judged.result
    if not isinstance(effect, ChangeEffect) or effect.verdict.code not in KIND_OF:
        return None
    return Told(change, judged, effect, _every(asked, judged.metric))


def _every(asked: Asked, metric: Metric) -> float:
    """All that the cases of a metric are a part of, a month in the scope."""
    if size_unit(metric) is SizeUnit.CONTACTS:
        return asked.contacts
    if metric.unit is Unit.PER_THOUSAND:
        return asked.complaints
    row, days = values(asked, [metric]).get(metric.id, ({"denominator": 0.0}, 1))
    return asked.monthly(row["denominator"], days)


def evidence_of(asked: Asked, told: Told) -> list[Evidence]:
    kind = KIND_OF[told.effect.verdict.code]
    made = _under_way(asked, told) if kind is Kind.CHANGE_NOT_SHOWN else _caused(asked, told, kind)
    elsewhere = _elsewhere(asked, told) if kind is Kind.CHANGE_WORKED else None
    return [each for each in (made, elsewhere) if each is not None]


def _subject(scope: Filters) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, values in scope for value in values)


def _caused(asked: Asked, told: Told, kind: Kind) -> Evidence:
    """The ratio to what would have come without the change, in percent, and the cases that it averted a month."""
    ratio, cost = told.effect.overall, None if told.is_mean else told.change.cost_per_case
    return Evidence(
        kind=kind, subject=_subject(told.change.scope), metric=told.change.metric,
        estimate=Estimate(*(100 * (each - 1) for each in (ratio.value, ratio.low, ratio.high))), reference=0.0,
        size=told.size * (cost or 1.0), size_unit=SizeUnit.MONEY if cost else told.size_unit,
        base=told.base * (cost or 1.0), confidence=of_p(ratio.p), n=told.n, since=told.change.start,
        place=asked.place(PAGE, {"change": told.change.id}), values=told.values, trend=told.trend,
    )  # fmt: skip


def _under_way(asked: Asked, told: Told) -> Evidence | None:
    """It moved as was wanted, and had begun to before: percent a month over as long a time before as after.

    Told of counts that are to fall only, as nothing else is followed month by month without its denominator.
    """
    effect = told.effect
    if effect.family is not Family.COUNT or told.judged.metric.better is not Better.LOWER:
        return None
    counts = told.judged.series["numerator"].tail(2 * effect.after.periods).to_numpy().astype(float)
    steep, variance = trend(counts, np.arange(len(counts)) / told.a_month)
    freedom = len(counts) - 2
    arm = float(special.stdtrit(freedom, 0.975)) * variance**0.5
    if steep >= 0:
        return None
    fallen = Estimate(*(100 * float(np.expm1(each)) for each in (steep, steep - arm, steep + arm)))
    return Evidence(
        kind=Kind.CHANGE_NOT_SHOWN, subject=_subject(told.change.scope), metric=told.change.metric, estimate=fallen,
        reference=0.0, size=max(0.0, told.means[0] - told.means[1]), size_unit=SizeUnit.CASES, base=told.base,
        confidence=1 - float(special.stdtr(freedom, steep / variance**0.5)), n=told.n,
        since=told.judged.series["period"].tail(len(counts))[0],
        place=asked.place(PAGE, {"change": told.change.id}), values=told.values, trend=told.trend,
    )  # fmt: skip


def _elsewhere(asked: Asked, told: Told) -> Evidence | None:
    """A change of some teams that worked: what it would bring in the others, which do not have it yet."""
    others = _without_it(asked, told)
    if others is None:
        return None
    rows, days = others
    numerator, denominator = rows.select(pl.col("numerator", "denominator").sum()).row(0)
    size = _brought(told, numerator, denominator)
    if not size:
        return None
    return replace(
        _caused(asked, told, Kind.PROVEN_ELSEWHERE), size=asked.monthly(size, days), size_unit=told.size_unit,
        base=told.base, values=told.values | {"teams": rows["team_id"].n_unique()},
    )  # fmt: skip


def _brought(told: Told, numerator: float, denominator: float) -> float:
    """How many cases the same effect is among these."""
    if told.effect.family is Family.SHARE:
        return part(told.judged.metric, told.effect.difference.value, denominator)
    return abs(1 - told.effect.overall.value) * (denominator if told.is_mean else numerator)


def _without_it(asked: Asked, told: Told) -> tuple[pl.DataFrame, int] | None:
    """The metric in the teams that do not have the change yet, in the change's other scope, and of how many days."""
    scope, metric = dict(told.change.scope), told.judged.metric
    known = days_of(asked.store, metric.reads)
    having = _teams_having(asked.known.changes, told.change, asked.period.end)
    if "team_id" not in scope or not set(scope) <= set(FILTERS) or having is None or known is None:
        return None
    days = final_period(metric, asked.period, final_end(asked.store, known), asked.store.rules)
    same = {name: kept for name, kept in told.change.scope if name != "team_id"}
    for name, kept in asked.filters:
        same[name] = tuple(each for each in same.get(name, kept) if each in kept)
    rows = read_metrics(asked.store, asked.viewer, [metric], days, tuple(sorted(same.items())), ("team_id",))
    is_other = (pl.col("status") != Status.NOT_AVAILABLE) & ~pl.col("team_id").is_in(having)
    return rows.filter(is_other & pl.col("team_id").is_not_null()), days.days


def _teams_having(changes: Iterable[Change], change: Change, until: date) -> list[str] | None:
    """The change's own teams, and those of a later change of the same metric that covers it; None: all have it."""
    own, teams = dict(change.scope), set(dict(change.scope).get("team_id", ()))
    for each in changes:
        scope = dict(each.scope)
        is_later = each.id != change.id and each.metric == change.metric and change.start <= each.start < until
        covers = all(name in own and set(own[name]) <= set(kept) for name, kept in each.scope if name != "team_id")
        if is_later and covers:
            if "team_id" not in scope:
                return None
            teams.update(scope["team_id"])
    return sorted(teams)

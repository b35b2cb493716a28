"""What the changes on record did, as their evaluation says."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import special

from data_access.change_rows import Change
from data_access.judging import Judged, judge, others_at, suited_grain
from data_access.numbers import read_metrics
from data_access.swot.asked import MONTH_DAYS, Asked, Found, Reason, refused
from metrics.calendar import Event
from metrics.desk.growth import trend
from metrics.errors import InvalidScope
from metrics.intervention import ChangeEffect
from metrics.intervention.results import Family, VerdictCode
from metrics.metric import Better, Status
from metrics.results import Estimate
from metrics.scope import FILTERS, Filters, months_before
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
    base: float  # complaints or contacts a month in the scope

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
    """As the change's own page judges it; None where no verdict is worth a sentence, or none can be given."""
    events = [Event(each.first, each.name) for each in asked.known.events]
    happened = (*others_at(asked.known.changes, change), *events)
    try:
        judged = judge(asked.store, asked.viewer, change, suited_grain(asked.store, change), happened)
    except InvalidScope:  # these data cannot show the metric for this change; its own page says why
        return None
    effect = judged.result
    if not isinstance(effect, ChangeEffect) or effect.verdict.code not in KIND_OF:
        return None
    base = asked.complaints if size_unit(judged.metric) is SizeUnit.CASES else asked.contacts
    return Told(change, judged, effect, base)


def evidence_of(asked: Asked, told: Told) -> list[Evidence]:
    kind = KIND_OF[told.effect.verdict.code]
    made = _under_way(asked, told) if kind is Kind.CHANGE_NOT_SHOWN else _caused(asked, told, kind)
    elsewhere = _elsewhere(asked, told) if kind is Kind.CHANGE_WORKED else None
    return [each for each in (made, elsewhere) if each is not None]


def _subject(scope: Filters) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, values in scope for value in values)


def _caused(asked: Asked, told: Told, kind: Kind) -> Evidence:
    """The ratio to what would have come without the change, in percent, and the cases that it averted a month."""
    effect, cost = told.effect, told.change.cost_per_case
    if effect.averted is not None:
        cases = abs(effect.averted.value)
    else:  # of a mean: so many points of so many cases
        cases = abs(effect.difference.value) * (effect.after.base or effect.after.periods)
    size = cases / effect.after.periods * told.a_month
    ratio = effect.overall
    return Evidence(
        kind=kind, subject=_subject(told.change.scope), metric=told.change.metric,
        estimate=Estimate(*(100 * (each - 1) for each in (ratio.value, ratio.low, ratio.high))), reference=0.0,
        size=size * (cost or 1.0), size_unit=SizeUnit.MONEY if cost else size_unit(told.judged.metric),
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
    scope, metric = dict(told.change.scope), told.judged.metric
    if "team_id" not in scope:
        return None
    same = tuple((name, kept) for name, kept in told.change.scope if name in FILTERS and name != "team_id")
    rows = read_metrics(asked.store, asked.viewer, [metric], asked.period, same, ("team_id",))
    others = rows.filter(pl.col("status") != Status.NOT_AVAILABLE, ~pl.col("team_id").is_in(scope["team_id"]))
    numerator, denominator = others.select(pl.col("numerator", "denominator").sum()).row(0)
    ratio = told.effect.overall
    if told.effect.family is Family.COUNT:
        size = abs(1 - ratio.value) * numerator
    else:
        size = part(metric, told.effect.difference.value * metric.unit.scale, denominator)
    if not size:
        return None
    made = _caused(asked, told, Kind.PROVEN_ELSEWHERE)
    others_month = asked.monthly(size)
    return Evidence(
        kind=Kind.PROVEN_ELSEWHERE, subject=made.subject, metric=made.metric, estimate=made.estimate, reference=0.0,
        size=others_month, size_unit=size_unit(metric), base=told.base, confidence=made.confidence, n=made.n,
        since=made.since, place=made.place, values=told.values | {"teams": others["team_id"].n_unique()},
        trend=made.trend,
    )  # fmt: skip

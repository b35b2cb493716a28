"""Teams side by side, hard cases allowed for: who stands out, and what the best quarter's level would bring."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from data_access.fair import groups_of, read_comparison
from data_access.numbers import Grain, read_metrics
from data_access.source_days import days_of, final_end
from data_access.swot.asked import Asked, Found, about, lacking
from metrics.fair import Comparison, heterogeneity
from metrics.intervals import poisson_mid_p, wilson
from metrics.metric import Better, Metric, Unit, final_period
from metrics.results import Estimate
from metrics.scope import Period, reach
from metrics.swot.evidence import Evidence, Kind
from metrics.swot.leading import OF_UNITS, highest, metrics, part, size_unit, whole
from metrics.swot.sure import gap, matters, named, of_p, stand_out

GROUP = "team_id"
KINDS = (Kind.BEST_UNIT, Kind.WORST_UNIT, Kind.GAP_TO_BEST_QUARTILE)
LEAST_TEAMS = 4  # for a quartile
QUARTILE = 0.75
HALF_A_YEAR = 182  # days at least: surveys and reviews of one team are few in a quarter
TREND_DAYS = 84
SIDES = ("adjusted", "others")


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """One metric by teams over the days that are final."""

    metric: Metric
    days: Period
    comparison: Comparison

    @property
    def sign(self) -> int:
        return 1 if self.metric.better is Better.HIGHER else -1

    @property
    def total(self) -> tuple[float, float]:
        """Numerator and denominator of all teams."""
        return self.comparison.groups.select(pl.col("numerator", "denominator").sum()).row(0)


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """One team against all others."""

    compared: Compared
    row: dict[str, Any]
    own: Estimate  # adjusted for the case mix
    others: Estimate
    certain: float

    @property
    def difference(self) -> Estimate:
        return gap(self.own, self.others).difference


def found(asked: Asked) -> Found:
    """The best and the worst team of each metric, and what the others would gain from the best quarter's level."""
    if missing := asked.store.warehouse.missing((f"contacts.{GROUP}",)):
        return lacking(KINDS, missing)
    if len(_only_teams(asked)) == 1:
        return Found()
    compared = list(_compared(asked))
    apart = [each for one in compared for each in apart_of(one, asked.store.rules.min_denominator)]
    kept = [each for each, is_named in zip(apart, named([each.certain for each in apart]), strict=True)
            if is_named and matters(each.own.value, each.others.value, highest(each.compared.metric))]  # fmt: skip
    ends = [chosen for one in compared for chosen in _ends(kept, one)]
    gaps = [(one, of_p(p)) for one in compared if (p := _chance(one)) is not None]
    wide = [one for (one, _sure), is_named in zip(gaps, named([sure for _one, sure in gaps]), strict=True) if is_named]
    sure = {one.metric.id: certain for one, certain in gaps}
    gained = [told for one in wide if (told := lifted(asked, one, sure[one.metric.id])) is not None]
    return Found((*(_stands_out(asked, each, kind) for each, kind in ends), *gained))


def _chance(one: Compared) -> float | None:
    """How often teams that do not differ lie as far apart; None of too few teams."""
    groups = one.comparison.groups.filter(pl.col("expected") > 0)
    return heterogeneity(groups, one.metric.unit) if groups.height >= LEAST_TEAMS else None


def _only_teams(asked: Asked) -> set[str]:
    """The teams that the question names or the viewer is kept to; none where it may be any."""
    named = [{*values} for name, values in asked.filters if name == GROUP]
    named += [] if asked.viewer.teams is None else [{*asked.viewer.teams}]
    return set.intersection(*named) if named else set()


def _compared(asked: Asked) -> Iterator[Compared]:
    """Every metric by which teams can be compared."""
    store = asked.store
    for metric in metrics(OF_UNITS):
        known = days_of(store, metric.reads)
        if known is None or not asked.can_tell(metric) or GROUP not in groups_of(store, metric, asked.filters):
            continue
        days = reach(final_period(metric, asked.period, final_end(store, known), store.rules), HALF_A_YEAR)
        days = days.within(known) or days
        comparison = read_comparison(store, asked.viewer, metric, days, asked.filters, GROUP)
        if comparison is not None and comparison.groups.height > 1:
            yield Compared(metric, days, comparison)


def apart_of(one: Compared, least: int) -> list[Apart]:
    """Each team with enough cases against the others together.

    The others' level follows from that of all teams, which is the mean of both weighed by their cases.
    """
    overall, (_numerator, every) = one.comparison.overall, one.total
    n, rest = pl.col("denominator"), every - pl.col("denominator")
    enough = (n >= least) & (rest >= least) & (pl.col("expected") >= 1)
    kept = one.comparison.groups.filter(enough).drop_nulls("adjusted")
    told = kept.with_columns(rest=rest, others=(overall * every - pl.col("adjusted") * n) / rest)
    sides = _with_interval(_with_interval(told, "adjusted", "denominator", one.metric), "others", "rest", one.metric)
    sure = stand_out(told["adjusted"].to_numpy(), _variances(one, told["denominator"].to_numpy()))
    return [
        Apart(one, row, *(Estimate(*(row[f"{name}{end}"] for end in ("", "_low", "_high"))) for name in SIDES), certain)
        for row, certain in zip(sides.iter_rows(named=True), sure, strict=True)
    ]


def _variances(one: Compared, n: np.ndarray) -> np.ndarray:
    """Of each team's figure by chance alone, if it were like all."""
    rate = one.comparison.overall / one.metric.unit.scale
    return one.metric.unit.scale**2 * (rate * (1 - rate) if one.metric.unit is Unit.PERCENT else rate) / n


def _with_interval(frame: pl.DataFrame, name: str, size: str, metric: Metric) -> pl.DataFrame:
    """Wilson's or the mid-P interval of an adjusted figure on its number of cases."""
    scale = metric.unit.scale
    share = (pl.col(name) / scale).clip(0.0, highest(metric) and 1.0)
    build = wilson if metric.unit is Unit.PERCENT else poisson_mid_p
    low, high = build(share * pl.col(size), pl.col(size).cast(pl.Float64))
    return frame.with_columns((low * scale).alias(f"{name}_low"), (high * scale).alias(f"{name}_high"))


def _ends(kept: list[Apart], one: Compared) -> list[tuple[Apart, Kind]]:
    """Of the teams that stand out by a metric the best and the worst."""
    own = sorted((each for each in kept if each.compared is one), key=lambda each: each.difference.value * one.sign)
    made = []
    if own and own[0].difference.value * one.sign < 0:
        made.append((own[0], Kind.WORST_UNIT))
    if own and own[-1].difference.value * one.sign > 0:
        made.append((own[-1], Kind.BEST_UNIT))
    return made


def _stands_out(asked: Asked, each: Apart, kind: Kind) -> Evidence:
    one, n, team = each.compared, each.row["denominator"], each.row[GROUP]
    numerator, every = one.total
    moved = n if kind is Kind.WORST_UNIT else every - n  # whose cases would go otherwise
    subject = about(team_id=team)
    weeks = _weeks(asked, one, team)
    return Evidence(
        kind=kind, subject=subject, metric=one.metric.id, estimate=each.difference, reference=0.0,
        size=asked.monthly(part(one.metric, each.difference.value, moved), one.days.days),
        size_unit=size_unit(one.metric), base=asked.monthly(whole(one.metric, numerator, every), one.days.days),
        confidence=each.certain, n=int(n), since=one.days.start,
        place=asked.place("metric", {"metric": one.metric.id, "by": GROUP}, one.days),
        values={"own": each.own.value, "others": each.others.value}, trend=weeks,
    )  # fmt: skip


def _weeks(asked: Asked, one: Compared, team: str) -> tuple[float | None, ...]:
    """The metric of one team week by week."""
    days = reach(one.days, TREND_DAYS)
    rows = read_metrics(asked.store, asked.viewer, [one.metric], days, asked.filters, (GROUP,), Grain.WEEK)
    return tuple(rows.filter(pl.col(GROUP) == team).sort("week")["value"].tail(12))


def lifted(asked: Asked, one: Compared, certain: float) -> Evidence | None:
    """What it would bring if every team below it came up to the best quarter, by figures that trust few cases little.

    The interval is that of the teams' own shrunken figures, each taken to its end.
    """
    groups = one.comparison.groups.drop_nulls("shrunken")
    level, low, high = (groups[name].to_numpy() * one.sign for name in ("shrunken", "shrunken_low", "shrunken_high"))
    n = groups["denominator"].to_numpy()
    best = float(np.quantile(level, QUARTILE))
    short = (best - level).clip(min=0)
    overall = one.comparison.overall
    if not matters(overall + one.sign * float((short * n).sum() / n.sum()), overall, highest(one.metric)):
        return None
    arms = np.abs(high - low) / 2 * (short > 0)
    mean, arm = float((short * n).sum() / n.sum()), float(np.sqrt(((arms * n) ** 2).sum()) / n.sum())
    numerator, every = one.total
    return Evidence(
        kind=Kind.GAP_TO_BEST_QUARTILE, subject=(), metric=one.metric.id,
        estimate=Estimate(mean, mean - arm, mean + arm), reference=best * one.sign,
        size=asked.monthly(part(one.metric, mean, every), one.days.days), size_unit=size_unit(one.metric),
        base=asked.monthly(whole(one.metric, numerator, every), one.days.days), confidence=certain, n=int(every),
        since=one.days.start, place=asked.place("metric", {"metric": one.metric.id, "by": GROUP}, one.days),
        values={"overall": overall, "teams": int((short > 0).sum())},
    )  # fmt: skip

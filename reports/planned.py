"""Before a change: how long until it can be seen, in words."""

import polars as pl

from metrics.intervention import Advice, Family, Plan
from metrics.intervention.design import PER_YEAR
from metrics.intervention.power import ENOUGH
from metrics.results import NotEstimable, Reason
from reports import effect_sizes as sizes
from reports import text
from reports.text import N_, _

MANY = 100  # cases a period, from which on a tenth of one says nothing
SEEN = N_(
    "A change by {size} ({levels}) has to run for {periods}: with the {known} before it, it is then seen with "
    "{enough} % power."
)
UNSEEN = N_(
    "A change by {size} ({levels}) cannot be seen with {enough} % power within {periods}: the series varies too "
    "much for that."
)
SMALLEST = N_("With {before} before and {after} after, {size} is the smallest change seen with {enough} % power.")
REFUSED = {
    Reason.FEW_PERIODS_BEFORE: N_("No plan yet: it takes {least} whole periods with data, and there are {found}."),
    Reason.NO_EVENTS: N_("No plan: there is no case at all; choose a wider scope."),
    Reason.NO_VARIATION: N_("No plan: every period has the same value; at least some must differ."),
    Reason.LEAPING: N_(
        "No plan: the figures leap too far from one period to the next for any forecast of them to hold. Look at what "
        "happened in the highest ones, or choose longer periods."
    ),
}
BASIS = {
    Family.COUNT: N_(
        "From how the {known} so far went: {level} cases each, dispersion {dispersion} (1 is chance alone), "
        "correlation of neighbours {autocorrelation}."
    ),
    Family.SHARE: N_(
        "From how the {known} so far went: a share of {level}, dispersion {dispersion} (1 is chance alone), "
        "correlation of neighbours {autocorrelation}."
    ),
    Family.MEAN: N_(
        "From how the {known} so far went: a mean of {level} that scatters by {dispersion}, correlation of "
        "neighbours {autocorrelation}."
    ),
}
ADVICE = {
    Advice.ENOUGH: N_("The series suffices as it is."),
    Advice.FINER_GRAIN: N_("Look at weeks instead of months: more points tell a trend from a step sooner."),
    Advice.LONGER_BEFORE: N_("Wait for a longer time before the change, or take older data in."),
    Advice.CONTROL: N_("Leave a team or an issue type untouched: what moves both then cancels out."),
    Advice.MORE_CASES: N_("Choose a wider scope or a figure with more cases: so few can hardly show anything."),
}


def refused(found: NotEstimable) -> str:
    """Why there is no plan."""
    return _(REFUSED[found.reason]).format_map(found.values)


def answer(plan: Plan) -> str:
    """How many periods until the target is seen."""
    told = {
        "size": size(plan, plan.target),
        "levels": _levels(plan, plan.target),
        "enough": sizes.whole_percent(ENOUGH),
    }
    if plan.periods_needed is None:
        return _(UNSEEN).format(periods=sizes.periods(plan.horizon, plan.grain), **told)
    needed, known = sizes.periods(plan.periods_needed, plan.grain), sizes.periods(plan.periods, plan.grain)
    return _(SEEN).format(periods=needed, known=known, **told)


def basis(plan: Plan) -> str:
    """What the answer rests on."""
    told = {
        "known": sizes.periods(plan.periods, plan.grain),
        "level": _level(plan, plan.level),
        "dispersion": text.number(plan.dispersion, 2),
        "autocorrelation": text.number(plan.autocorrelation, 2),
    }
    return _(BASIS[plan.family]).format(**told)


def size(plan: Plan, effect: float) -> str:
    """An effect on this series' level: relative, and points of a share."""
    if plan.family is Family.SHARE:
        return sizes.absolute(effect * plan.level * 100, Family.SHARE)
    return sizes.relative(1 + effect)


def smallest(plan: Plan) -> str | None:
    """What can be seen at all within a year after, in one sentence; None where nothing can."""
    at = plan.detectable.filter(before=plan.periods, after=round(PER_YEAR[plan.grain]))
    effect = at["effect"][0]
    if effect is None:
        return None
    before, after = (sizes.periods(at[name][0], plan.grain) for name in ("before", "after"))
    told = {"before": before, "after": after, "enough": sizes.whole_percent(ENOUGH)}
    return _(SMALLEST).format(size=size(plan, effect), **told)


def waits(plan: Plan) -> pl.DataFrame:
    """How long each size has to run until it is seen."""
    longest = _("over {periods}").format(periods=sizes.periods(plan.horizon, plan.grain))
    rows = [
        {
            _("Size of the change"): size(plan, effect),
            _("Before → after"): _levels(plan, effect),
            _("Seen after"): longest if periods is None else sizes.periods(periods, plan.grain),
        }
        for effect, periods in plan.needed.iter_rows()
    ]
    return pl.DataFrame(rows)


def powers(plan: Plan) -> pl.DataFrame:
    """The chance to see each size by the time before and after, and the smallest size seen with enough power."""
    rows = []
    for row in plan.detectable.iter_rows(named=True):
        at = plan.table.filter(before=row["before"], after=row["after"])
        chances = {size(plan, each["effect"]): f"{sizes.whole_percent(each['power'])} %" for each in at.to_dicts()}
        least = "–" if row["effect"] is None else size(plan, row["effect"])
        sides = {
            _("Before"): sizes.periods(row["before"], plan.grain),
            _("After"): sizes.periods(row["after"], plan.grain),
        }
        rows.append({**sides, **chances, _("Smallest seen"): least})
    return pl.DataFrame(rows)


def advice(plan: Plan) -> list[str]:
    """What would make it visible sooner."""
    return [_(ADVICE[each]) for each in plan.advice]


def _levels(plan: Plan, effect: float) -> str:
    """Before and after; of counts with the time in which they come."""
    told = f"{_level(plan, plan.level)} → {_level(plan, plan.level * (1 + effect))}"
    return _(sizes.EACH[plan.grain]).format(change=told) if plan.family is Family.COUNT else told


def _level(plan: Plan, amount: float) -> str:
    return sizes.level(amount, plan.family, 0 if amount >= MANY else 1)

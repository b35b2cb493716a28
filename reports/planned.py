"""Before a change: how long until it can be seen, in words."""

from metrics.intervention import Advice, Plan
from metrics.intervention.power import ENOUGH
from reports import effect_sizes as sizes
from reports.text import N_, _

SEEN = N_("A change by {size} is seen after {periods} with {enough} % power, counted from the {known} before it.")
UNSEEN = N_(
    "A change by {size} cannot be seen with {enough} % power within {periods}: the series varies too much for that."
)
ADVICE = {
    Advice.ENOUGH: N_("The series suffices as it is."),
    Advice.FINER_GRAIN: N_("Look at weeks instead of months: more points tell a trend from a step sooner."),
    Advice.LONGER_BEFORE: N_("Wait for a longer time before the change, or take older data in."),
    Advice.CONTROL: N_("Leave a team or an issue type untouched: what moves both then cancels out."),
    Advice.MORE_CASES: N_("Choose a wider scope or a figure with more cases: so few can hardly show anything."),
}


def answer(plan: Plan) -> str:
    """How many periods until the target is seen."""
    told = {"size": sizes.relative(1 + plan.target), "enough": sizes.whole_percent(ENOUGH)}
    if plan.periods_needed is None:
        return _(UNSEEN).format(periods=sizes.periods(plan.horizon, plan.grain), **told)
    needed, known = sizes.periods(plan.periods_needed, plan.grain), sizes.periods(plan.periods, plan.grain)
    return _(SEEN).format(periods=needed, known=known, **told)


def advice(plan: Plan) -> list[str]:
    """What would make it visible sooner."""
    return [_(ADVICE[each]) for each in plan.advice]

"""Actions in words: the stages of the circle, what is missing, what is overdue, what happened."""

from metrics.actions.action import Stage
from reports.text import N_, _

STAGES = {
    Stage.PLAN: N_("Plan"),
    Stage.DO: N_("Do"),
    Stage.CHECK: N_("Check"),
    Stage.ACT: N_("Act"),
    Stage.CLOSED: N_("Closed"),
}


def stage(code: str) -> str:
    return _(STAGES[Stage(code)])

"""The circle: what has to be there before an action goes on, what is overdue, and until when people are trained."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from metrics.actions.action import Action, Stage, Step, StepKind
from metrics.calendar import workday_after
from metrics.intervention import VerdictCode
from metrics.rules import Rules

#: Verdicts that leave the question open: the action stays in Check and is looked at again on a later day.
OPEN = frozenset({VerdictCode.TOO_EARLY, VerdictCode.NOT_ESTIMABLE})
#: How long a decision may lie after the check: the quality group meets every week. House rule.
DECIDED_WITHIN = timedelta(days=7)


class Lack(StrEnum):
    """What is missing before an action may go on to the next stage."""

    PROBLEM = "problem"
    OWNER = "owner"
    DUE = "due"
    METRIC = "metric"
    EXPECTED_CHANGE = "expected_change"
    CHECK_ON = "check_on"
    STEPS = "steps"
    OPEN_STEPS = "open_steps"
    LIVE_ON = "live_on"
    VERDICT = "verdict"


class Late(StrEnum):
    """What of an action is overdue."""

    PLAN = "plan"  # the day on which it was to be live has gone by, and it has not been begun
    STEP = "step"
    TRAINING = "training"
    LIVE = "live"
    DECISION = "decision"  # checked, and nobody has decided what follows
    AGAIN = "again"  # the check left it open, and nobody has said when to look again


@dataclass(frozen=True, slots=True)
class Overdue:
    """Something overdue since the day `due`, which was the last one in time; `step` where it is one."""

    what: Late
    due: date
    owner: str
    step: Step | None = None


def lacks(action: Action) -> tuple[Lack, ...]:
    """What is missing before the action may go on from the stage that it stands in; nothing: it may."""
    missing: dict[Lack, bool] = {}
    match action.stage:
        case Stage.PLAN:
            missing = {
                Lack.PROBLEM: not action.problem,
                Lack.OWNER: not action.owner,
                Lack.DUE: action.due is None,
                Lack.METRIC: not action.metric,
                Lack.EXPECTED_CHANGE: not action.expected_change,
                Lack.CHECK_ON: action.check_on is None,
            }
        case Stage.DO:
            missing = {
                Lack.STEPS: not action.steps,
                Lack.OPEN_STEPS: any(each.done_on is None for each in action.steps),
                Lack.LIVE_ON: action.live_on is None,
            }
        case Stage.CHECK:
            missing = {Lack.VERDICT: action.check is None or action.check.code in OPEN}
    return tuple(lack for lack, is_missing in missing.items() if is_missing)


def training_due(begun_on: date, rules: Rules) -> date:
    """The last day in time for the training that belongs to an action begun on this day. Source: article 001."""
    return workday_after(begun_on, rules.training_workdays)


def step_due(action: Action, step: Step, rules: Rules) -> date | None:
    """The last day in time for a step; of a training before the action is begun there is none yet."""
    if step.kind is StepKind.TRAINING:
        return training_due(action.begun_on, rules) if action.begun_on else None
    return step.due


def overdue(action: Action, today: date, rules: Rules) -> tuple[Overdue, ...]:
    """What of the action is overdue today, the longest overdue first."""
    late = [*_late_stage(action, today), *_late_steps(action, today, rules)]
    return tuple(sorted(late, key=lambda each: each.due))


def _late_stage(action: Action, today: date) -> list[Overdue]:
    due: date | None = None
    what = Late.LIVE
    match action.stage:
        case Stage.PLAN:
            due, what = action.due, Late.PLAN
        case Stage.DO:
            due = action.due
        case Stage.ACT if action.check is not None:
            due, what = action.check.at.date() + DECIDED_WITHIN, Late.DECISION
        case Stage.CHECK if action.check is not None and action.check.until == action.check_on:
            due, what = action.check.at.date() + DECIDED_WITHIN, Late.AGAIN
    return [Overdue(what, due, action.owner)] if due is not None and due < today else []


def _late_steps(action: Action, today: date, rules: Rules) -> list[Overdue]:
    late = []
    for step in action.steps if action.stage is Stage.DO else ():
        due = step_due(action, step, rules)
        if step.done_on is None and due is not None and due < today:
            what = Late.TRAINING if step.kind is StepKind.TRAINING else Late.STEP
            late.append(Overdue(what, due, step.owner or action.owner, step))
    return late


def is_check_due(action: Action, data_end: date) -> bool:
    """Do the data reach the declared day of a check that was not made yet?

    Args:
        data_end: the day after the last one that is over.
    """
    if action.stage is not Stage.CHECK or action.check_on is None or action.check_on > data_end:
        return False
    return action.check is None or action.check.until < action.check_on

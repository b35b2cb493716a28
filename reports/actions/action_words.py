"""Actions in words: the stages of the circle, the goal, what is missing, what is overdue, what the check said."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from metrics.actions.action import Action, Check, Stage, Step, StepKind
from metrics.actions.recurrence import WATCHED
from metrics.actions.stages import Lack, Late, Overdue, is_check_due
from metrics.catalogue import CATALOGUE
from reports import evaluated, text
from reports.text import N_, _

STAGES = {
    Stage.PLAN: N_("Plan"),
    Stage.DO: N_("Do"),
    Stage.CHECK: N_("Check"),
    Stage.ACT: N_("Act"),
    Stage.CLOSED: N_("Closed"),
}
COUNTED = {
    Stage.PLAN: N_("Plan ({count})"),
    Stage.DO: N_("Do ({count})"),
    Stage.CHECK: N_("Check ({count})"),
    Stage.ACT: N_("Act ({count})"),
    Stage.CLOSED: N_("Closed ({count})"),
}
MEANINGS = {
    Stage.PLAN: N_("The problem, its root cause, and the goal that is declared before anything is done."),
    Stage.DO: N_("Steps with who does them and until when; people are trained within the days that the rules say."),
    Stage.CHECK: N_("Live: on the declared day the product itself looks whether the declared metric moved."),
    Stage.ACT: N_("Checked: make it the standard, or go back to Plan."),
    Stage.CLOSED: N_("It is the standard now, and a change in the register. Should the problem come back, it reopens."),
}
EMPTY = {
    Stage.PLAN: N_("Nothing is being planned."),
    Stage.DO: N_("Nothing is being done."),
    Stage.CHECK: N_("Nothing waits for its check."),
    Stage.ACT: N_("Nothing waits for a decision."),
}
LACKS = {
    Lack.PROBLEM: N_("the problem"),
    Lack.OWNER: N_("an owner"),
    Lack.DUE: N_("the day by which it is to be live"),
    Lack.METRIC: N_("the metric that should move"),
    Lack.EXPECTED_CHANGE: N_("the expected change"),
    Lack.CHECK_ON: N_("the day of the check"),
}
LATE = {
    Late.PLAN: N_("{title}: was to be live by {day} and is still being planned. Owner: {owner}."),
    Late.LIVE: N_("{title}: was to be live by {day} and is still being done. Owner: {owner}."),
    Late.STEP: N_("{title}: the step “{step}” was due on {day}. To be done by: {owner}."),
    Late.TRAINING: N_("{title}: the training “{step}” was due on {day}. To be done by: {owner}."),
    Late.DECISION: N_("{title}: checked, and since {day} nobody has decided what follows. Owner: {owner}."),
    Late.AGAIN: N_("{title}: its check left it open, and since {day} nobody has said when to look again. "
                   "Owner: {owner}."),
}  # fmt: skip
KINDS = {StepKind.TASK: N_("Task"), StepKind.TRAINING: N_("Training")}


def stage(code: str) -> str:
    return _(STAGES[Stage(code)])


def counted(which: Stage, count: int) -> str:
    return _(COUNTED[which]).format(count=text.number(count))


def meaning(which: Stage) -> str:
    return _(MEANINGS[which])


def empty(which: Stage) -> str:
    return _(EMPTY[which])


def kind(which: StepKind) -> str:
    return _(KINDS[which])


def is_of(action: Action, name: str) -> bool:
    """Has this person to do with the action: as its owner, as who added it, or with a step that is open?"""
    involved = {action.owner, action.created_by, *(each.owner for each in action.steps if each.done_on is None)}
    return name.casefold() in {each.casefold() for each in involved}


def lead(found: Sequence[Action], late: Mapping[str, Collection[Overdue]], data_end: date) -> str:
    """How things stand, in a sentence."""
    open_ones = [each for each in found if each.stage is not Stage.CLOSED]
    said = _("Open actions: {open}. Overdue: {late}. Checks due: {due}. Waiting for a decision: {waiting}.")
    return said.format(
        open=text.number(len(open_ones)),
        late=text.number(sum(bool(late[each.id]) for each in open_ones)),
        due=text.number(sum(is_check_due(each, data_end) for each in found)),
        waiting=text.number(sum(each.stage is Stage.ACT for each in found)),
    )


def goal(action: Action, where: Sequence[str]) -> str:
    """What is to move, by how much, and where."""
    if not action.metric or action.expected_change is None:
        return _("No goal is declared yet.")
    falls = action.expected_change < 0
    said = (
        _("{metric} should fall by {percent}: {where}.") if falls else _("{metric} should rise by {percent}: {where}.")
    )
    size = percent(abs(action.expected_change) * 100)
    return said.format(
        metric=_(CATALOGUE[action.metric].name), percent=size, where=text.listed(where) if where else _("everywhere")
    )


def percent(amount: float) -> str:
    """A size in whole percent, without a sign."""
    return text.number(amount) + (" %" if text.language.get() == "en" else "%")


def circumstances(action: Action) -> list[str]:
    """Who, until when, in which round, and what it carries out."""
    told = [_("Owner: {name}").format(name=action.owner)] if action.owner else []
    if action.stage in {Stage.PLAN, Stage.DO} and action.due:
        told.append(_("To be live by {day}").format(day=text.day(action.due)))
    if action.live_on:
        told.append(_("Live since {day}").format(day=text.day(action.live_on)))
    if action.stage is Stage.CHECK and action.check_on:
        told.append(to_be_checked(action.check_on))
    if action.closed_on:
        told.append(_("Closed on {day}").format(day=text.day(action.closed_on)))
    told += [_("Round {number}").format(number=action.round)] if action.round > 1 else []
    told += [_("From a finding of the SWOT board")] if action.from_entry else []
    return told + ([text.labelled(_("Strategy"), action.strategy)] if action.strategy else [])


def to_be_checked(day: date) -> str:
    return _("To be checked on {days}").format(days=text.day(day))


def lacking(missing: Sequence[Lack]) -> str:
    """What is missing before the plan can be carried out."""
    return _("Before it can begin, the plan needs: {things}.").format(
        things=text.listed([_(LACKS[each]) for each in missing])
    )


def late(action: Action, what: Overdue) -> str:
    return _(LATE[what.what]).format(
        title=action.title, day=text.day(what.due), owner=what.owner or "–", step=what.step.words if what.step else ""
    )


def late_badge(found: Sequence[Overdue]) -> str:
    """How much of an action is overdue, and since when."""
    return _("Overdue since {day}").format(day=text.day(found[0].due))


def verdict(check: Check) -> str:
    return _(evaluated.SHORT[check.code])


def honest(earliest: date | None, begins: date) -> str:
    """From which day on a check can tell."""
    if earliest is None:
        return _(
            "So small a change would hardly be seen here within years: expect more of it, or choose a metric or a "
            "place with more cases."
        )
    return _(
        "Live on {live}, a change of this size is seen from {day} on (with 80 % power): that is the earliest honest "
        "day of the check."
    ).format(live=text.day(begins), day=text.day(earliest))


def too_early(day: date, earliest: str) -> str:
    return _(
        "On {day} it will probably be too early to say: before {earliest} a change of this size is easily missed."
    ).format(day=text.day(day), earliest=earliest)


def step(found: Step, due: date | None) -> str:
    """What kind, by whom, until when, or since when it is done."""
    told = [kind(found.kind)] + ([_("By: {name}").format(name=found.owner)] if found.owner else [])
    if found.done_on:
        told.append(_("Done on {day}").format(day=text.day(found.done_on)))
    elif due:
        told.append(_("Until {day}").format(day=text.day(due)))
    return " · ".join(told)


def past_step(found: Step) -> str:
    return " · ".join([found.words, step(found, found.due)])


def training_rule(days: int, until: str) -> str:
    return _("A training is due within {days} working days after the action was begun: by {day}.").format(
        days=text.number(days), day=until
    )


def not_ready(open_steps: int) -> str:
    if not open_steps:
        return _("An action needs a step before it can be live.")
    return _("Steps still open: {count}. The action is live once all are done.").format(count=text.number(open_steps))


def is_due(action: Action) -> str:
    return _("The declared day of the check, {day}, has come. What is known up to that day counts.").format(
        day=text.day(action.check_on or date.min)
    )


def waits(action: Action, data_end: date) -> str:
    """Until when it waits for its check."""
    said = _("It will be checked by itself on {day}. The data reach to {end}.")
    return said.format(day=text.day(action.check_on or date.max), end=text.day(data_end - timedelta(days=1)))


def declared(action: Action) -> list[str]:
    """Whether the goal was declared before the action went live; an honest reader wants to know."""
    told = [to_be_checked(action.check_on)] if action.check_on and action.stage is not Stage.CHECK else []
    if action.live_on and action.begun_on and action.begun_on > action.live_on:
        told.append(
            _("The goal was declared on {day}, after the action had gone live on {live}.").format(
                day=text.day(action.begun_on), live=text.day(action.live_on)
            )
        )
    return told


def checked(check: Check, zone: str) -> str:
    """When and on which data the check was made."""
    said = _("Checked on {moment} by {who}, on the data up to {day}; kept as it was.")
    moment = text.moment(text.at_site(check.at, zone))
    return said.format(moment=moment, who=text.person(check.by), day=text.day(check.until - timedelta(days=1)))


def becomes(*, worked: bool) -> str:
    if worked:
        return _("It becomes a change in the register of SOP changes, and is watched for a year.")
    return _("The check does not say that it worked. It can become the standard all the same, and stands in the "
             "register of SOP changes with that verdict.")  # fmt: skip


def watch(action: Action) -> str:
    """How long the problem's coming back is looked for."""
    if action.check is None:
        return _("Closed.")
    until = action.check.until + timedelta(weeks=WATCHED)
    return _(
        "Watched until {day}: should the metric surely be worse again than the level it had reached, over four weeks, "
        "and half of the gain be lost, the action reopens by itself."
    ).format(day=text.day(until))


def done(action: Action) -> str:
    """What a run of the job did to an action."""
    if action.stage is Stage.PLAN:
        return _("The problem is back: reopened.")
    return _("Checked: {verdict}.").format(verdict=verdict(action.check)) if action.check else ""

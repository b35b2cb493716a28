"""What may be written of an action, and in which stage: the goal is declared before anything is done about it."""

from collections.abc import Iterable
from dataclasses import replace

from data_access.changes import DIMENSIONS
from metrics.actions.action import Action, Stage, Step
from metrics.actions.stages import OPEN
from metrics.catalogue import named
from metrics.errors import ServiceQualityError, UnknownName, near

LONGEST, MOST_WORDS = 200, 1_000  # characters of a title, an owner or a step; of a problem
MOST_STEPS = 30
LEAST_CHANGE, MOST_CHANGE = -0.99, 5.0  # relative to the level
GOAL = ("metric", "filters", "expected_change", "check_on")
ABOUT = ("title", "owner")
WORK = ("due", "steps", "problem", "why_tree")
#: What a person may alter in each stage.
EDITABLE = {
    Stage.PLAN: (*ABOUT, *WORK, *GOAL, "from_entry", "strategy"),
    Stage.DO: (*ABOUT, *WORK),
    Stage.CHECK: ABOUT,
    Stage.ACT: ABOUT,
    Stage.CLOSED: (),
}


class InvalidAction(ServiceQualityError):
    """An action that cannot be put on record as it is written, or cannot go on as it is."""


def checked(action: Action) -> Action:
    """The action as it is kept: words trimmed, the scope in one order.

    Raises:
        InvalidAction: it has no title, too many words or steps, or expects what cannot be.
        UnknownName: there is no such metric or dimension.
    """
    title, owner = (" ".join(each.split()) for each in (action.title, action.owner))
    if not title:
        raise InvalidAction("An action needs a title.", "Write in a few words what is to become better.")
    steps = tuple(_step(each) for each in action.steps)
    spoken = [title, owner, *(each.words for each in steps), *(each.owner for each in steps)]
    _check_length(spoken, LONGEST)
    _check_length([action.problem, action.strategy], MOST_WORDS)
    if len(steps) > MOST_STEPS:
        raise InvalidAction("An action has at most {most} steps.", "Divide it into two actions.", most=MOST_STEPS)
    if action.metric:
        named([action.metric])
    _check_change(action.expected_change)
    return replace(
        action, title=title, owner=owner, problem=action.problem.strip(), steps=steps, filters=_scope(action)
    )


def _step(step: Step) -> Step:
    words = " ".join(step.words.split())
    if not words:
        raise InvalidAction("A step needs words.", "Write what is to be done.")
    return replace(step, words=words, owner=" ".join(step.owner.split()))


def _check_length(spoken: Iterable[str], most: int) -> None:
    for each in spoken:
        if len(each) > most:
            raise InvalidAction(
                "An entry of an action has at most {most} characters; this one has {count}.",
                "Say it in fewer words.",
                most=most,
                count=len(each),
            )


def _check_change(expected: float | None) -> None:
    if expected is not None and (expected == 0 or not LEAST_CHANGE <= expected <= MOST_CHANGE):
        raise InvalidAction(
            "A change by {percent} % cannot be expected.", "Enter one from −99 to 500, not 0.", percent=100 * expected
        )


def _scope(action: Action) -> tuple[tuple[str, tuple[str, ...]], ...]:
    for dimension, _values in action.filters:
        if dimension not in DIMENSIONS:
            raise UnknownName(
                "An action cannot have '{word}'.", "Use one of these: {near}.",
                word=dimension, near=near(dimension, DIMENSIONS),
            )  # fmt: skip
    return tuple(sorted((dimension, tuple(sorted(set(kept)))) for dimension, kept in action.filters if kept))


def altered(held: Action, given: Action) -> Action:
    """What is on record with what may be altered in its stage as given.

    Raises:
        InvalidAction: something else is given otherwise too.
    """
    may = set(EDITABLE[held.stage])
    if held.stage is Stage.CHECK and held.check is not None and held.check.code in OPEN:
        may.add("check_on")  # it is looked at once more
    fresh = replace(held, **{name: getattr(given, name) for name in may})
    settled = [name for name in (*ABOUT, *WORK, *GOAL) if getattr(fresh, name) != getattr(given, name)]
    if settled:
        raise InvalidAction(
            "This was settled when the action went on from its stage, and stays as it was declared.",
            "Decide in Act to start over: a new round begins with a new plan.",
        )
    return fresh

"""What an action is: a problem, the goal that was declared beforehand, its steps, and what the check said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from metrics.intervention import VerdictCode
from metrics.scope import Filters


class Stage(StrEnum):
    """Where an action stands. The first four are the circle; closed is behind it."""

    PLAN = "plan"
    DO = "do"
    CHECK = "check"
    ACT = "act"
    CLOSED = "closed"


class StepKind(StrEnum):
    TASK = "task"
    TRAINING = "training"  # has its day by the rule: so many working days after the action was begun


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something to be done, by whom and until when; the day of a training is set by the rule, not here."""

    words: str
    owner: str
    due: date | None = None
    kind: StepKind = StepKind.TASK
    done_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What the product found when it checked the action, kept as it was then.

    `told` is the whole result of the analysis in JSON's types; empty where it counts teams that the reader does not
    see.
    """

    code: VerdictCode
    at: datetime
    by: str
    until: date  # the day after the last one that may count
    grain: str
    teams: tuple[str, ...] | None  # whose rows could be seen when it was made; None: of every team
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An action on record, in its current round; earlier rounds stand in its history.

    `expected_change` is relative to the metric's level: −0.2 is a fifth less. `due` is the day by which it is to be
    live, `live_on` the first day on which it was. `from_entry` is the key of the finding that it comes from,
    `strategy` what it carries out, `why_tree` the five whys that led to its cause. Empty filters mean everywhere.
    """

    title: str
    problem: str = ""
    from_entry: str = ""
    strategy: str = ""
    metric: str = ""
    filters: Filters = ()
    expected_change: float | None = None
    check_on: date | None = None
    owner: str = ""
    due: date | None = None
    why_tree: str = ""
    steps: tuple[Step, ...] = ()
    stage: Stage = Stage.PLAN
    round: int = 1
    begun_on: date | None = None
    live_on: date | None = None
    check: Check | None = None
    closed_on: date | None = None
    change_id: str = ""  # of the change in the register that it became
    id: str = ""
    version: int = 0
    created_at: datetime | None = None
    created_by: str = ""
    updated_at: datetime | None = None
    removed_at: datetime | None = None

"""Health: does the state store answer, does the warehouse, and how old are the roll-ups; nothing that is secret."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Engine, select

from data_access.read import answers
from data_access.state import transaction
from data_access.store import Store
from metrics.errors import InvalidSettings, ServiceQualityError

VARIABLE = "TWINWING_STALE_HOURS"
STANDSTILL = "TWINWING_STANDSTILL"
STANDSTILLS = ("tell", "end")
USUAL_HOURS = 36.0  # a refresh every night, and half a day to notice that one failed


class Condition(StrEnum):
    """How one part of an installation is; `OK` and `EMPTY` are healthy."""

    OK = "ok"
    EMPTY = "empty"  # nothing is connected, imported or made yet: the first visitor brings it
    STARTING = "starting"  # not opened since this process began
    SILENT = "silent"  # does not answer
    UNKNOWN = "unknown"  # nobody could tell within the time there was
    STALE = "stale"  # answers, and is older than it may be


HEALTHY = frozenset({Condition.OK, Condition.EMPTY})


@dataclass(frozen=True, slots=True)
class Health:
    """The conditions of the parts, and the age of the roll-ups in seconds; None where there are none."""

    state_store: Condition
    warehouse: Condition
    rollups: Condition
    rollups_seconds: float | None

    @property
    def is_healthy(self) -> bool:
        return {self.state_store, self.warehouse, self.rollups} <= HEALTHY


def stale_hours() -> float:
    """From which age on the roll-ups of a connected warehouse are stale, in hours.

    Raises:
        InvalidSettings: the variable is not a number above 0.
    """
    told = os.environ.get(VARIABLE)
    try:
        hours = float(told) if told else USUAL_HOURS
    except ValueError:
        hours = 0.0
    if not hours > 0:
        raise InvalidSettings("{variable} is not a number of hours.", "Write one above 0.", variable=VARIABLE)
    return hours


def ends_when_still() -> bool:
    """Whether a process that stands still shall end once it has said so, for a service manager to start it again.

    Raises:
        InvalidSettings: the variable is none of STANDSTILLS.
    """
    told = os.environ.get(STANDSTILL) or STANDSTILLS[0]
    if told not in STANDSTILLS:
        raise InvalidSettings("{variable} is neither tell nor end.", "Write one of them.", variable=STANDSTILL)
    return told == "end"


def health(state: Callable[[], Engine], store: Store | None, *, is_silent: bool, home_is_empty: bool) -> Health:
    """How the installation is now: asks the state store and the warehouse one trivial question each.

    Args:
        store: the one in use by this process; None where none has been opened yet.
        is_silent: it is known already that its warehouse does not answer.
        home_is_empty: nothing is connected and nothing made yet.
    """
    kept = _state_store(state)
    if store is None:
        nothing = Condition.EMPTY if home_is_empty else Condition.STARTING
        return Health(kept, nothing, nothing, None)
    warehouse = Condition.SILENT if is_silent or not answers(store.warehouse.engine) else Condition.OK
    seconds = (datetime.now(UTC) - store.manifest.checked_at).total_seconds()
    changes = store.warehouse.source == "connected"  # one that the product made stays as it is: its roll-ups never age
    is_stale = changes and seconds > stale_hours() * 3600
    return Health(kept, warehouse, Condition.STALE if is_stale else Condition.OK, seconds)


def _state_store(state: Callable[[], Engine]) -> Condition:
    try:
        with transaction(state()) as session:
            session.execute(select(1))
    except ServiceQualityError:
        return Condition.SILENT
    return Condition.OK

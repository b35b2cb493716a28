"""Verifying the audit log: does every entry still follow the one before it, and does none miss at either end?"""

from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from data_access.audit_rows import BEGINNING, Act, AuditHead, AuditRow, entry_of, sealed
from data_access.home import home
from data_access.state import transaction

AT_ONCE = 5_000


class Fault(StrEnum):
    """What can be wrong with a log."""

    MISSING = "missing"  # the entry is not there, or one before it is not
    ALTERED = "altered"  # the entry does not carry its seal
    CUT = "cut"  # the log ends or begins elsewhere than was noted


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: `fault` None where every entry is as it was written; else `at` is the first that is not."""

    count: int
    last_id: int
    last_seal: str
    fault: Fault | None = None
    at: int = 0


def verify_audit(engine: Engine, expected: tuple[int, str] | None = None) -> Verified:
    """Read the whole log and recompute every seal.

    Args:
        expected: an id and its seal that someone noted earlier, outside this machine: the log has to pass through it.

    Raises:
        SourceUnavailable: the state store does not answer.
    """
    noted = [each for each in (_anchored(), expected) if each is not None]
    with transaction(engine) as session:
        head = session.scalars(select(AuditHead)).one()
        found = _walked(session, head, noted)
        ends = (head.last_id, head.last_seal)
    cut = (found.last_id, found.last_seal) != ends or any(place > found.last_id for place, _seal in noted)
    return replace(found, fault=Fault.CUT, at=found.last_id + 1) if found.fault is None and cut else found


def _walked(session: Session, head: AuditHead, noted: list[tuple[int, str]]) -> Verified:
    count, place, seal = 0, head.first_id - 1, head.before_first
    pruned_at = (0, BEGINNING)
    while rows := session.scalars(
        select(AuditRow).where(AuditRow.id > place).order_by(AuditRow.id).limit(AT_ONCE)
    ).all():
        for row in rows:
            if row.id != place + 1 or row.previous != seal:
                return Verified(count, place, seal, Fault.MISSING, place + 1)
            if row.seal != sealed(entry_of(row), seal) or any(at == row.id and told != row.seal for at, told in noted):
                return Verified(count, place, seal, Fault.ALTERED, row.id)
            if row.act == Act.LOG_PRUNED:
                pruned_at = (row.scope["up_to"], row.scope["seal"])
            count, place, seal = count + 1, row.id, row.seal
            session.expunge(row)
    if pruned_at != (head.first_id - 1, head.before_first):
        return Verified(count, place, seal, Fault.CUT, head.first_id)
    return Verified(count, place, seal)


def _anchored() -> tuple[int, str] | None:
    """Where the log ended when this machine last wrote to it."""
    path = home().audit_anchor
    if not path.exists():
        return None
    last_id, seal = path.read_text(encoding="ascii").split()
    return int(last_id), seal

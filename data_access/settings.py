"""Settings that people make on a page, kept in the state store with who made them and when."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Engine
from sqlalchemy.orm import Mapped, Session, mapped_column

from data_access.state import Base, transaction
from data_access.state_types import Instant


class SettingRow(Base):
    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str]


def read_setting(place: Engine | Session, name: str, usual: Any) -> Any:
    """A setting's value, `usual` where nobody has made it yet."""
    if isinstance(place, Engine):
        with transaction(place) as session:
            return read_setting(session, name, usual)
    row = place.get(SettingRow, name)
    return usual if row is None else row.value


def write_setting(session: Session, name: str, value: Any, who: str, now: datetime) -> None:
    """Make a setting. Whoever calls writes it into the audit log in the same transaction."""
    row = session.get(SettingRow, name)
    if row is None:
        session.add(SettingRow(name=name, value=value, changed_at=now, changed_by=who))
    else:
        row.value, row.changed_at, row.changed_by = value, now, who

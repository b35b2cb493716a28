"""How a line of history is kept: who did what and when, and the whole of the thing before and after it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from data_access.state import Base
from data_access.state_types import Instant


class PastRow(Base):
    """What every line has beside the id of what it is about; nothing before what is added, or after what is gone."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    who: Mapped[str]
    what: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

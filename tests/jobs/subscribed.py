"""People who subscribe to reports, and what they then get by mail."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage

from pypdf import PdfReader
from sqlalchemy import Engine, update

from data_access.seen import WORD_JOINER
from data_access.state import transaction
from data_access.subscriptions.deliveries import DeliveryRow
from data_access.subscriptions.subscriptions import (
    Subscription,
    read_subscriptions,
    remove_subscription,
    save_subscription,
)
from data_access.viewer import LOCAL, Role, Viewer
from metrics.rhythm import Rhythm

MONDAY = date(2026, 10, 26)  # the day after the last one of the planted data
LEADER, LI, WANG = "leader@example.com", "li@example.com", "wang@example.com"
FILE = """
[alerts]
address = "https://quality.example.com"
[alerts.channels.quality_mail]
kind = "email"
host = "127.0.0.1"
port = {port}
user = "{user}"
password = "{password}"
sender = "reports@example.com"
to = ["duty@example.com"]
ca_file = "{ca}"
"""
Start = Callable[..., list[str]]


def now() -> datetime:
    return datetime.now(UTC)


def subscribe(engine: Engine, person: str, viewer: Viewer | None = None, **other) -> Subscription:
    asked = Subscription(person=person, rhythm=Rhythm.WEEK, channel="quality_mail", address=person, language="en")
    boss = Viewer("boss@example.com", Role.ADMIN, None, is_cleared=True)
    return save_subscription(engine, viewer or boss, replace(asked, **other), ("quality_mail",), now())


def end_all(state: Engine) -> None:
    for each in read_subscriptions(state, LOCAL):
        remove_subscription(state, LOCAL, each, now())


def hurry(state: Engine) -> None:
    """What waits to be tried again is due now, and no claim holds."""
    past = datetime(2026, 1, 1, tzinfo=UTC)
    with transaction(state) as session:
        session.execute(update(DeliveryRow).where(DeliveryRow.sent_at.is_(None)).values(due_at=past))
        session.execute(update(DeliveryRow).where(DeliveryRow.claim.is_not(None)).values(claimed_until=past))


def attached(message: EmailMessage) -> dict[str, bytes]:
    return {str(each.get_filename()): each.get_content() for each in message.iter_attachments()}


def said(message: EmailMessage) -> str:
    """The text of a mail, without what keeps addresses in it from becoming links."""
    body = message.get_body()
    assert body is not None
    return body.get_content().replace(WORD_JOINER, "")


def words(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)

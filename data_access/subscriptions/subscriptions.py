"""Subscriptions: who gets which report by themselves, in what form, about what, and where to."""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Engine, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from data_access import audit, pinned
from data_access.pinned import Pinned, PinnedRow
from data_access.state import transaction
from data_access.viewer import Right, Viewer
from metrics.errors import InvalidSettings, NotAllowed
from metrics.rhythm import Rhythm
from metrics.scope import FILTERS, Filters

LANGUAGES = ("zh", "en")
MOST = 20  # of one person


class Format(StrEnum):
    PDF = "pdf"
    PPTX = "pptx"
    XLSX = "xlsx"
    CSV = "csv"


class Delivery(StrEnum):
    MAIL = "mail"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription(Pinned):
    """One report of a rhythm for one person, about what the filters keep; a later one of the same takes its place.

    `channel`: the mail channel of the secrets file that sends it. `address`: where mail goes to. Whoever set it up
    (`made_by`) is told as well when a report is not sent.
    """

    person: str
    rhythm: Rhythm
    formats: tuple[Format, ...] = (Format.PDF,)
    language: str = "zh"
    filters: Filters = ()
    delivery: Delivery = Delivery.MAIL
    channel: str = ""
    address: str = ""

    @property
    def what(self) -> str:
        """What is sent once for a period, whatever its form and place."""
        return json.dumps([self.person, self.rhythm, self.filters], ensure_ascii=False)


class SubscriptionRow(PinnedRow):
    __tablename__ = "subscriptions"

    person: Mapped[str]
    rhythm: Mapped[str]
    formats: Mapped[Any] = mapped_column(JSON)
    language: Mapped[str]
    filters: Mapped[Any] = mapped_column(JSON)
    delivery: Mapped[str]
    channel: Mapped[str]
    address: Mapped[str]


def read_subscriptions(engine: Engine, viewer: Viewer) -> list[Subscription]:
    """Those in force, by person and rhythm: the viewer's own; all of them for who says who may see what."""
    with transaction(engine) as session:
        found = _held(session)
    own = [each for each in found if viewer.may(Right.PEOPLE) or each.person == viewer.name]
    return sorted(own, key=lambda each: (each.person, list(Rhythm).index(each.rhythm), each.filters))


def in_force(engine: Engine, rhythm: Rhythm | None = None) -> list[Subscription]:
    """All that a job has to heed, whosesoever; of one rhythm, or of every."""
    with transaction(engine) as session:
        return [each for each in _held(session) if rhythm in {None, each.rhythm}]


def successors(engine: Engine) -> dict[str, Subscription]:
    """By the id of every one that ever was, the one in force of the same person, rhythm and filters, where there is."""
    with transaction(engine) as session:
        now = {each.what: each for each in _held(session)}
        ever = [_typed(pinned.of_row(Subscription, row)) for row in session.scalars(select(SubscriptionRow))]
    return {each.id: now[each.what] for each in ever if each.what in now}


def _held(session: Session) -> list[Subscription]:
    return [_typed(each) for each in pinned.held(session, Subscription, SubscriptionRow)]


def _typed(raw: Subscription) -> Subscription:
    return replace(
        raw,
        rhythm=Rhythm(raw.rhythm),
        formats=tuple(Format(each) for each in raw.formats),
        filters=tuple((name, tuple(values)) for name, values in raw.filters),
        delivery=Delivery(raw.delivery),
    )


def save_subscription(
    engine: Engine, viewer: Viewer, asked: Subscription, channels: Collection[str], now: datetime
) -> Subscription:
    """Put a subscription on record; it takes the place of the same person's of the same rhythm and filters.

    Args:
        channels: the names of the mail channels in the secrets file.

    Raises:
        NotAllowed: it is for somebody else, or goes to an address of somebody else, and the viewer is no administrator.
        InvalidSettings: something is missing or unknown, or the person has too many.
    """
    _require_own(viewer, asked)
    checked = _checked(asked, channels)
    with transaction(engine) as session:
        own = [each for each in _held(session) if each.person == checked.person]
        same = [each for each in own if each.what == checked.what]
        if len(own) - len(same) >= MOST:
            raise InvalidSettings(
                "'{person}' has {most} subscriptions, and cannot have more.",
                "End one of them first.",
                person=checked.person,
                most=MOST,
            )
        for each in same:
            pinned.take_off(session, SubscriptionRow, each, viewer, now)
        fresh = pinned.pin(session, SubscriptionRow, checked, viewer, now)
        audit.append(session, viewer, audit.Act.SUBSCRIPTION_SET, told(fresh), now)
    return fresh


def remove_subscription(engine: Engine, viewer: Viewer, subscription: Subscription, now: datetime) -> None:
    """End a subscription; `restore_subscription` puts it back.

    Raises:
        NotAllowed: it is somebody else's, and the viewer is no administrator.
        StateConflict: someone else has ended it in the meantime.
    """
    _require_own(viewer, subscription, is_ending=True)
    with transaction(engine) as session:
        gone = pinned.take_off(session, SubscriptionRow, subscription, viewer, now)
        audit.append(session, viewer, audit.Act.SUBSCRIPTION_ENDED, told(_typed(gone)), now)


def restore_subscription(engine: Engine, viewer: Viewer, subscription: Subscription, now: datetime) -> None:
    """Undo the end of a subscription.

    Raises:
        NotAllowed: it is somebody else's, and the viewer is no administrator.
        StateConflict: someone else has put it back in the meantime.
    """
    _require_own(viewer, subscription, is_ending=True)
    with transaction(engine) as session:
        back = pinned.put_back(session, SubscriptionRow, subscription)
        audit.append(session, viewer, audit.Act.SUBSCRIPTION_SET, told(_typed(back)), now)


def told(subscription: Subscription) -> dict[str, Any]:
    """A subscription as the audit log keeps it."""
    return {
        "person": subscription.person,
        "rhythm": str(subscription.rhythm),
        "formats": [str(each) for each in subscription.formats],
        "delivery": str(subscription.delivery),
        "address": subscription.address,
        "filters": {name: list(values) for name, values in subscription.filters},
    }


def _require_own(viewer: Viewer, asked: Subscription, *, is_ending: bool = False) -> None:
    """What leaves the house goes to whom it belongs: others' reports, and other addresses, only an administrator."""
    if viewer.may(Right.PEOPLE):
        return
    person = asked.person.strip().lower()
    is_own_address = is_ending or asked.delivery is not Delivery.MAIL or asked.address.strip().lower() == person
    if person != viewer.name or not is_own_address:
        raise NotAllowed(
            "You can subscribe for yourself only, at the address with which you sign in.",
            "Ask an administrator of this dashboard to subscribe for somebody else, or at another address.",
        )


def _checked(asked: Subscription, channels: Collection[str]) -> Subscription:
    person, address = asked.person.strip().lower(), asked.address.strip()
    known = {"language": LANGUAGES, "delivery": list(Delivery), "rhythm": list(Rhythm)}
    is_known = all(getattr(asked, name) in values for name, values in known.items())
    formats = tuple(each for each in Format if each in asked.formats)
    if not person or not formats or not is_known or any(name not in FILTERS for name, _values in asked.filters):
        raise InvalidSettings(
            "A subscription needs a person, a rhythm, a language and at least one kind of file.", "Choose them."
        )
    if asked.delivery is Delivery.MAIL:
        if "@" not in address or any(each in address for each in "\r\n,; <>"):
            raise InvalidSettings(
                "'{address}' is no e-mail address that a report can be sent to.", "Write one address.", address=address
            )
        if asked.channel not in channels:
            raise InvalidSettings(
                "There is no mail channel '{channel}' in the secrets file.",
                "Choose another, or have reports put into the folder: docs/weekly_report.md says how mail is set up.",
                channel=asked.channel,
            )
    filters = tuple(sorted((name, tuple(sorted(set(values)))) for name, values in asked.filters if values))
    return replace(asked, person=person, address=address, formats=formats, filters=filters)

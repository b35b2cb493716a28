"""Delivering what the queue holds: by mail or into a folder, each once."""

import logging
import os
import unicodedata
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from polars.exceptions import PolarsError
from sqlalchemy import Engine

from data_access.audit import record
from data_access.audit_rows import Act
from data_access.home import Home
from data_access.subscriptions import deliveries
from data_access.subscriptions.deliveries import Asked, DeliveryMade, Reason, What, add_delivery
from data_access.subscriptions.subscriptions import Delivery, Subscription, in_force, told
from data_access.viewer import Viewer
from data_access.watch.channels import Email, Settings, channel_settings
from data_access.watch.sending import Letter, NotSent, send
from jobs.rendering import Rendering, owner_of
from metrics.errors import ServiceQualityError
from reports.text import _, explained, speaking
from reports.weekly import letters
from reports.weekly.letters import Trouble

MOST_ATTEMPTS = 24  # with waits that double up to an hour: about a day
LONGEST = 80  # bytes of a folder's name
UNMADE = "unmade"
OF_ONE = "SMTPRecipientsRefused"  # the address is at fault, and not the mail server
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of the deliveries that were due."""

    reports: int = 0
    notices: int = 0
    failed: int = 0


class Unmade(NotSent):
    """The report could not be made."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(UNMADE)


class Dropped(NotSent):
    """It need not be sent any more."""


class Delivering:
    """Takes what is due from the queue and delivers it.

    Args:
        rendering: None where the data cannot be opened; `trouble` says why, and reports wait.
        folder: where everything is put instead of being sent as was asked for.
    """

    def __init__(
        self, place: Home, state: Engine, rendering: Rendering | None, folder: Path | None, trouble: Trouble
    ) -> None:
        self._place, self._state, self._rendering, self._folder = place, state, rendering, folder
        self._trouble = trouble
        self._settings: Settings = channel_settings()
        self._known = {each.id: each for each in in_force(state)}
        self._silent: set[str] = set()  # channels that do not answer

    def all(self) -> Delivered:
        """Everything that is due, each tried once."""
        done, tried = Delivered(), []
        while True:
            made = deliveries.claim_delivery(self._state, datetime.now(UTC), tried)
            if made is None:
                return done
            tried.append(made.id)
            try:
                self._one(made)
            except Dropped as failure:
                deliveries.drop(self._state, made, failure.code, datetime.now(UTC))
            except NotSent as failure:
                self._failed(made, failure)
                done = replace(done, failed=done.failed + 1)
            else:
                deliveries.confirm(self._state, made, datetime.now(UTC))
                is_report = made.what is What.REPORT
                counted = {"reports": done.reports + 1} if is_report else {"notices": done.notices + 1}
                done = replace(done, **counted)

    def _one(self, made: DeliveryMade) -> None:
        subscription = self._known.get(made.subscription)
        if subscription is None:
            raise Dropped("ended")
        if made.what is not What.REPORT:
            self._deliver(made, subscription, self._notice(made, subscription))
            return
        if self._rendering is None:
            raise Unmade(self._trouble.failure)
        viewer = self._rendering.viewer(subscription)
        if viewer is None:
            raise Dropped(Reason.NO_ROLE)
        letter = self._report(self._rendering, made, subscription, viewer)
        scope = told(subscription) | {"from": made.period.start.isoformat(), "to": made.period.last.isoformat()}
        record(self._state, viewer, Act.REPORT_SENT, scope, datetime.now(UTC))
        self._deliver(made, subscription, letter)

    def _report(self, rendering: Rendering, made: DeliveryMade, subscription: Subscription, viewer: Viewer) -> Letter:
        try:
            document = rendering.document(subscription, viewer, made.period)
            files = rendering.files(subscription, viewer, made.period)
        except ServiceQualityError as failure:
            with speaking(subscription.language):
                raise Unmade(" ".join(explained(failure))) from None
        except (ArithmeticError, LookupError, TypeError, ValueError, PolarsError):  # a fault that nobody foresaw
            logger.exception("report %s", made.id)
            with speaking(subscription.language):
                raise Unmade(_("the program failed; its log says how")) from None
        return letters.with_report(made, subscription.language, document, files, self._settings.address)

    def _notice(self, made: DeliveryMade, subscription: Subscription) -> Letter:
        trouble = self._why(made, subscription)
        if made.what is What.NOTICE:
            return letters.notice(made, subscription, trouble, self._settings.address)
        waiting = [subscription.person]
        if made.reason is not Reason.NO_ROLE:
            waiting = deliveries.told_of(self._state, made.rhythm, made.period) or waiting
        return letters.owners_notice(made, subscription, trouble, waiting, self._settings.address)

    def _why(self, made: DeliveryMade, subscription: Subscription) -> Trouble:
        if made.reason is Reason.FAILED:
            return replace(self._trouble, reason=Reason.FAILED)
        viewer = self._rendering.viewer(subscription) if self._rendering else None
        found = self._rendering.trouble(subscription, viewer, made.period) if self._rendering and viewer else None
        return found if found and found.reason is made.reason else Trouble(made.reason, last="–")

    def _failed(self, made: DeliveryMade, failure: NotSent) -> None:
        """Later again; of a report that cannot be made recipient and owner are told."""
        now = datetime.now(UTC)
        if made.attempts + 1 >= MOST_ATTEMPTS:
            deliveries.drop(self._state, made, failure.code, now)
            return
        deliveries.postpone(self._state, made, failure.code, now)
        subscription = self._known.get(made.subscription)
        if isinstance(failure, Unmade) and subscription is not None:
            self._trouble = Trouble(Reason.FAILED, failure=failure.words)
            add_delivery(self._state, Asked(subscription, made.period, What.NOTICE, Reason.FAILED), now)
            owner = owner_of(self._place, subscription)
            if owner != subscription.person:
                asked = Asked(subscription, made.period, What.OWNERS_NOTICE, Reason.FAILED, owner)
                add_delivery(self._state, asked, now)

    def _deliver(self, made: DeliveryMade, subscription: Subscription, letter: Letter) -> None:
        if self._folder is not None or subscription.delivery is Delivery.FOLDER:
            put(self._folder or self._place.folder / "reports", made.person, letter)
            return
        address = subscription.address if made.person == subscription.person else made.person
        channel = self._settings.channels.get(subscription.channel)
        if "@" not in address:
            raise Dropped("no_address")
        if not isinstance(channel, Email):
            raise NotSent("no_channel")
        if subscription.channel in self._silent:
            raise NotSent("channel_silent")
        try:
            send(channel.model_copy(update={"to": (address,)}), letter, datetime.now(UTC))
        except NotSent as failure:
            self._silent |= set() if failure.code == OF_ONE else {subscription.channel}
            raise


def put(folder: Path, person: str, letter: Letter) -> list[Path]:
    """Write a letter's files into the person's own folder, each whole or not at all; a notice as a text."""
    own = folder / folder_name(person)
    own.mkdir(parents=True, exist_ok=True, mode=0o700)
    files = [(each.name, each.content) for each in letter.attachments]
    if not files:
        files = [(f"{folder_name(letter.title)}.txt", "\n".join([letter.title, "", *letter.lines]).encode())]
    return [_written(own / name, content) for name, content in files]


def folder_name(words: str) -> str:
    """A name that every file system accepts and that leads nowhere else."""
    kept = "".join(each if each.isalnum() or each in "-_@." else "_" for each in unicodedata.normalize("NFC", words))
    return kept.encode()[:LONGEST].decode(errors="ignore").strip(".") or "_"


def _written(path: Path, content: bytes) -> Path:
    fresh = path.with_name(f".{uuid.uuid4().hex}.tmp")
    with fresh.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return path

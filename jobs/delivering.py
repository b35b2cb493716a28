"""Delivering what the queue holds: by mail or into a folder, each once."""

import hashlib
import os
import unicodedata
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from data_access.audit import record
from data_access.audit_rows import Act
from data_access.home import Home
from data_access.subscriptions import deliveries
from data_access.subscriptions.deliveries import Asked, DeliveryMade, Reason, What, add_delivery
from data_access.subscriptions.subscriptions import Delivery, Subscription, successors, told
from data_access.viewer import Viewer
from data_access.watch.channels import Email, Settings, channel_settings
from data_access.watch.sending import Letter, NotSent, send
from jobs.rendering import Rendering, Unmade, making, owner_of, why
from metrics.errors import InvalidSettings
from reports import text
from reports.text import speaking
from reports.watch.letters import plain_label
from reports.weekly import letters
from reports.weekly.letters import Trouble
from reports.weekly.report import about

MOST_ATTEMPTS = 24  # with waits that double up to an hour: about a day
LONGEST = 80  # bytes of a folder's name
UNMADE = "unmade"
OF_ONE = "SMTPRecipientsRefused"  # the address is at fault, and not the mail server


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of the deliveries that were due."""

    reports: int = 0
    notices: int = 0
    waiting: int = 0  # to be tried again, in this run or in one before
    failure: InvalidSettings | None = None  # of a folder: somebody has to mend it


class Dropped(NotSent):
    """It need not be sent as things are now."""


class Refused(NotSent):
    """It cannot be sent, however often it is tried."""


class Delivering:
    """Takes what is due from the queue and delivers it.

    Args:
        rendering: or why the data cannot be opened: reports then wait.
        folder: where everything is put instead of being sent as was asked for.
    """

    def __init__(self, place: Home, state: Engine, rendering: Rendering | Exception, folder: Path | None) -> None:
        self._place, self._state, self._rendering, self._folder = place, state, rendering, folder
        self._settings: Settings = channel_settings()
        self._known = successors(state)
        self._silent: set[str] = set()  # channels that do not answer
        self._failure: InvalidSettings | None = None

    def all(self) -> Delivered:
        """Everything that is due, each tried once."""
        done, tried = Delivered(), []
        while made := deliveries.claim_delivery(self._state, datetime.now(UTC), tried):
            tried.append(made.id)
            try:
                self._one(made)
            except Dropped as failure:
                deliveries.drop(self._state, made, failure.code, datetime.now(UTC))
            except (NotSent, Unmade) as failure:
                self._failed(made, failure)
            else:
                deliveries.confirm(self._state, made, datetime.now(UTC))
                is_report = made.what is What.REPORT
                counted = {"reports": done.reports + 1} if is_report else {"notices": done.notices + 1}
                done = replace(done, **counted)
        return replace(done, waiting=deliveries.waiting(self._state), failure=self._failure)

    def _one(self, made: DeliveryMade) -> None:
        subscription = self._known.get(made.subscription)
        if subscription is None:
            raise Dropped("ended")
        if made.what is not What.REPORT:
            self._deliver(made, subscription, self._notice(made, subscription))
            return
        if isinstance(self._rendering, Exception):
            raise Unmade(_unopened(self._rendering, subscription).failure)
        viewer = self._rendering.viewer(subscription)
        if viewer is None:
            raise Dropped(Reason.NO_ROLE)
        self._deliver(made, subscription, self._report(self._rendering, made, subscription, viewer))
        scope = told(subscription) | {"from": made.period.start.isoformat(), "to": made.period.last.isoformat()}
        record(self._state, viewer, Act.REPORT_SENT, scope, datetime.now(UTC))

    def _report(self, rendering: Rendering, made: DeliveryMade, subscription: Subscription, viewer: Viewer) -> Letter:
        with making(subscription):
            document = rendering.document(subscription, viewer, made.period)
            files = rendering.files(subscription, viewer, made.period)
        told = deliveries.told_at(self._state, Asked(subscription, made.period))
        missed = None if told is None else text.at_site(told, rendering.store.warehouse.site_zone)
        return letters.with_report(made, subscription, document, files, self._settings.address, missed)

    def _notice(self, made: DeliveryMade, subscription: Subscription) -> Letter:
        """
        Raises:
            Dropped: what it says is not so any more; what is so now is in the queue.
        """
        trouble = self._trouble(made, subscription)
        if trouble.reason is not made.reason:
            what = made.what if trouble.reason else What.REPORT
            if (what, trouble.reason) != (What.NOTICE, Reason.NO_ROLE):  # who has no role any more is told nothing
                asked = Asked(subscription, made.period, what, trouble.reason, made.person)
                add_delivery(self._state, asked, datetime.now(UTC))
            raise Dropped("outdated")
        if made.what is What.NOTICE:
            return letters.notice(made, subscription, trouble, self._settings.address, self._about(subscription))
        waiting = [subscription.person]
        if made.reason is not Reason.NO_ROLE:
            waiting = deliveries.told_of(self._state, made.rhythm, made.period, made.reason) or waiting
        return letters.owners_notice(made, subscription, trouble, waiting, self._settings.address)

    def _trouble(self, made: DeliveryMade, subscription: Subscription) -> Trouble:
        """What is in the way of a report as things are now; of no reason where it can be made."""
        if isinstance(self._rendering, Exception):
            no_role = made.reason is Reason.NO_ROLE
            return Trouble(Reason.NO_ROLE) if no_role else _unopened(self._rendering, subscription)
        viewer = self._rendering.viewer(subscription)
        if viewer is None:
            return Trouble(Reason.NO_ROLE)
        found = self._rendering.trouble(subscription, viewer, made.period)
        if found is not None:
            return found
        try:
            self._report(self._rendering, made, subscription, viewer)
        except Unmade as failure:
            return Trouble(Reason.FAILED, failure=failure.words)
        return Trouble(Reason.NONE)

    def _about(self, subscription: Subscription) -> str:
        """What a report is about, by codes where names cannot be read."""
        if not isinstance(self._rendering, Exception):
            viewer = self._rendering.viewer(subscription)
            if viewer is not None:
                return self._rendering.about(subscription, viewer)
        with speaking(subscription.language):
            return about(subscription.filters, plain_label({}))

    def _failed(self, made: DeliveryMade, failure: NotSent | Unmade) -> None:
        """Later again; of a report that cannot be made recipient and owner are told."""
        now = datetime.now(UTC)
        code = failure.code if isinstance(failure, NotSent) else UNMADE
        if made.attempts + 1 >= MOST_ATTEMPTS or isinstance(failure, Refused):
            deliveries.give_up(self._state, made, code, now)
            return
        deliveries.postpone(self._state, made, code, now)
        subscription = self._known.get(made.subscription)
        if isinstance(failure, Unmade) and subscription is not None:
            add_delivery(self._state, Asked(subscription, made.period, What.NOTICE, Reason.FAILED), now)
            owner = owner_of(self._place, subscription)
            if owner != subscription.person:
                asked = Asked(subscription, made.period, What.OWNERS_NOTICE, Reason.FAILED, owner)
                add_delivery(self._state, asked, now)

    def _deliver(self, made: DeliveryMade, subscription: Subscription, letter: Letter) -> None:
        if not deliveries.is_held(self._state, made, datetime.now(UTC)):
            raise Dropped("taken_over")  # making it took longer than the claim lasts: it is another process's now
        if self._folder is not None or subscription.delivery is Delivery.FOLDER:
            self._put(self._folder or self._place.folder / "reports", made.person, letter)
            return
        address = subscription.address if made.person == subscription.person else made.person
        channel = self._settings.channels.get(subscription.channel)
        if "@" not in address:
            raise Refused("no_address")
        if not isinstance(channel, Email):
            raise NotSent("no_channel")
        if subscription.channel in self._silent:
            raise NotSent("channel_silent")
        try:
            send(channel.model_copy(update={"to": (address,)}), letter, datetime.now(UTC))
        except NotSent as failure:
            self._silent |= set() if failure.code == OF_ONE else {subscription.channel}
            raise

    def _put(self, folder: Path, person: str, letter: Letter) -> None:
        try:
            put(folder, person, letter)
        except OSError as failure:
            self._failure = self._failure or InvalidSettings(
                "The folder {folder} cannot be written to: {reason}.",
                "Make room there, name another, or give it to the user of the service; what waits is tried again.",
                folder=folder / folder_name(person) if folder.is_dir() else folder,
                reason=failure.strerror or str(failure),
            )
            raise NotSent("no_folder") from failure


def _unopened(failure: Exception, subscription: Subscription) -> Trouble:
    with speaking(subscription.language):
        return Trouble(Reason.FAILED, failure=why(failure))


def put(folder: Path, person: str, letter: Letter) -> list[Path]:
    """Write a letter's files into the person's own folder, each whole or not at all; a notice as a text."""
    own = folder / folder_name(person)
    own.mkdir(parents=True, exist_ok=True, mode=0o700)
    files = [(each.name, each.content) for each in letter.attachments]
    if not files:
        files = [(f"{_plain(letter.title)}_{letter.id[:8]}.txt", "\n".join([letter.title, "", *letter.lines]).encode())]
    return [_written(own / name, content) for name, content in files]


def folder_name(words: str) -> str:
    """A name that every file system accepts, that leads nowhere else, and that is one person's alone."""
    kept = _plain(words)
    return kept if kept == words else f"{kept}-{hashlib.sha256(words.encode()).hexdigest()[:12]}"


def _plain(words: str) -> str:
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

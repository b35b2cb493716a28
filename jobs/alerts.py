"""`python -m jobs alerts`: evaluate every rule that is on, and send what is due."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from data_access.home import Home, home
from data_access.names import names_seen
from data_access.opening import open_store, site_zone
from data_access.site_rules import read_rules
from data_access.state import open_state
from data_access.store import Store
from data_access.viewer import Right, Viewer
from data_access.watch import outbox
from data_access.watch.alert_rules import read_alert_rules
from data_access.watch.channels import Settings, channel_settings
from data_access.watch.evaluating import CRASHED, EVERYONE, Outcome, error, record_broken_evaluation, run_evaluation
from data_access.watch.events import Event, event_named
from data_access.watch.quiet import is_quiet, read_quiet_hours
from data_access.watch.sending import NotSent, send
from jobs.asking import asking
from jobs.progress import progress_bar
from metrics.errors import ServiceQualityError
from reports.text import _, explained, number, paragraph
from reports.watch.letters import Sender, plain_label

Progress = Callable[[float, str], None]
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the messages that were due."""

    sent: int = 0
    failed: int = 0


class Unwritten(NotSent):
    """The message itself is at fault, and not the channel that it goes to."""


def evaluate_and_send() -> None:
    """Evaluate the alerts that are on and send what is due, and print what was done."""
    state = open_state()
    viewer = asking(state, "alerts", Right.DATA)
    with progress_bar() as progress:
        told = run(home(), state, viewer, progress)
    for line in told:
        print(line)


def run(place: Home, state: Engine, viewer: Viewer, progress: Progress) -> list[str]:
    """Evaluate and send; gives what to print.

    Raises:
        ServiceQualityError: alerts could not be evaluated; the message that says so has been sent by then.
    """
    store: Store | None = None
    try:
        store = _opened(place, state, progress)
        outcomes = run_evaluation(store, state, viewer, lambda: datetime.now(UTC))
    finally:
        done = deliver(place, state, store)
    return [*_outcome_words(outcomes), _sent_words(done)]


def _opened(place: Home, state: Engine, progress: Progress) -> Store:
    """The store; that it cannot be opened is an alert, whatever the reason."""
    told: dict[str, Any] | None = error(CRASHED)
    try:
        store = open_store(place, read_rules(state), progress)
        told = None
    except ServiceQualityError as failure:
        told = error(failure)
        raise
    finally:
        if told is not None:
            record_broken_evaluation(state, read_alert_rules(state, EVERYONE), told, datetime.now(UTC))
    return store


def _outcome_words(outcomes: Sequence[Outcome]) -> list[str]:
    opened = sum(len(each.opened) for each in outcomes)
    sentence = _("Alerts evaluated: {rules}. New events: {events}.")
    told = [sentence.format(rules=number(len(outcomes)), events=number(opened))]
    return told + [paragraph(explained(each.failure)) for each in outcomes if each.failure]


def deliver(place: Home, state: Engine, store: Store | None) -> Sent:
    """Send every message that is due; a channel that does not take one is left alone until its next attempt.

    Args:
        store: None where it cannot be opened: codes are told as they are then.

    Raises:
        InvalidSettings: the channels cannot be read; messages wait.
    """
    settings = channel_settings()
    sender = _sender(state, store, settings)
    zone = ZoneInfo(store.warehouse.site_zone) if store else site_zone(place)
    hours = read_quiet_hours(state)
    done = Sent()
    silent: set[str] = set()
    while True:
        now = datetime.now(UTC)
        message = outbox.claim_next(state, now, silent, is_quiet=is_quiet(hours, now.astimezone(zone)))
        if message is None:
            return done
        event = event_named(state, message.event_id)
        if message.reason is outbox.Reason.STILL_OPEN and (event.taken_at or not event.is_open):
            outbox.drop(state, message, now)
            continue
        try:
            lacking = _send(sender, message, event, now)
        except NotSent as failure:
            outbox.postpone(state, message, failure.code, datetime.now(UTC))
            silent |= set() if isinstance(failure, Unwritten) else {message.channel}
            done = replace(done, failed=done.failed + 1)
        else:
            outbox.confirm(state, message, lacking, datetime.now(UTC))
            done = replace(done, sent=done.sent + 1)


def _send(sender: Sender, message: outbox.Message, event: Event, now: datetime) -> str | None:
    channel = sender.settings.channels.get(message.channel)
    if channel is None:
        raise NotSent("no_channel")
    try:
        letter = sender.letter(channel, event, message.id, message.reason)
    except (LookupError, TypeError, ValueError):  # it tells of what this version does not know
        logger.exception("message %s", message.id)
        raise Unwritten("unwritten") from None
    return send(channel, letter, now)


def _sender(state: Engine, store: Store | None, settings: Settings) -> Sender:
    names = names_seen(store, EVERYONE) if store else {}
    return Sender(plain_label(names), store.rules if store else read_rules(state), settings)


def _sent_words(done: Sent) -> str:
    return _("Messages sent: {sent}. To be tried again: {failed}.").format(
        sent=number(done.sent), failed=number(done.failed)
    )

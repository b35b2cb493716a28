"""`python -m jobs weekly`: make the reports that are due, once for each distinct rights, and send each of them once."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from data_access.home import Home
from data_access.opening import open_store, site_zone
from data_access.site_rules import read_rules
from data_access.store import Store
from data_access.subscriptions.deliveries import Asked, Reason, What, add_delivery, is_on_record, late
from data_access.subscriptions.subscriptions import Subscription, in_force
from jobs.delivering import Delivered, Delivering
from jobs.rendering import UNFORESEEN, Rendering, Unmade, making, owner_of
from metrics.errors import InvalidScope, ServiceQualityError
from metrics.rhythm import Rhythm, before
from reports.text import _, number
from reports.weekly import subscription_words as words
from reports.weekly.report import title

MOST_LATE = 4  # periods before the last one that a report is still sent of, once its data have come
Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of one run. `end`: as of which day; None: of today at the site."""

    rhythm: Rhythm | None = None
    folder: Path | None = None
    is_dry: bool = False
    again: bool = False
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What to print, and what somebody has to mend so that the rest goes out too."""

    lines: list[str]
    failure: ServiceQualityError | None = None


def run(place: Home, state: Engine, options: Options, progress: Progress) -> Told:
    """Queue what is due and send it.

    Raises:
        InvalidScope: the data begin later than the end that was asked for.
        Exception: the data could not be opened; whoever would get a report, and its owner, have been told.
    """
    due = in_force(state, options.rhythm)
    if not due:
        return Told([_("Nobody has subscribed to a report.")])
    rendering = Rendering(place, state, _opened(place, state, options, due, progress))
    _require_data(rendering.store, options.end)
    queueing = Queueing(place, state, options, rendering)
    owed = [one for each in due for one in queueing.owed(each)]
    if options.is_dry:
        return Told([queueing.said(each) for each in owed])
    for each in owed:
        queueing.one(each)
    queueing.tell_owners()
    done = Delivering(place, state, rendering, options.folder).all()
    return Told([_done_words(done, rendering)], done.failure)


def prepare(place: Home, state: Engine, options: Options, progress: Progress) -> Told:
    """Make the reports that are due and send nothing: what they are made of is kept for the run that sends them.

    Raises:
        ServiceQualityError: the data could not be opened, or begin later than the end that was asked for.
    """
    due = in_force(state, options.rhythm)
    if not due:
        return Told([_("Nobody has subscribed to a report.")])
    rendering = Rendering(place, state, open_store(place, read_rules(state), progress))
    _require_data(rendering.store, options.end)
    queueing = Queueing(place, state, options, rendering)
    for asked in (one for each in due for one in queueing.owed(each)):
        _prepare(asked, rendering)
    return Told([_("Reports made ready: {documents} documents.").format(documents=number(len(rendering.made)))])


def _require_data(store: Store, end: date | None) -> None:
    if end is not None and end <= store.data_start:
        raise InvalidScope(
            "The data begin on {start}, so there is no report as of {end}.",
            "Choose a later day for --end.",
            start=store.data_start.isoformat(),
            end=end.isoformat(),
        )


def _prepare(asked: Asked, rendering: Rendering) -> None:
    """What keeps a report from being made is told by the run that would send it."""
    viewer = rendering.viewer(asked.subscription)
    if viewer is None or is_on_record(rendering.state, asked.key):
        return
    if rendering.trouble(asked.subscription, viewer, asked.period) is None:
        with suppress(Unmade), making(asked.subscription):
            rendering.document(asked.subscription, viewer, asked.period)


def _opened(place: Home, state: Engine, options: Options, due: list[Subscription], progress: Progress) -> Store:
    """The store; where it cannot be opened everybody is told. Who stops the job himself needs no notice."""
    try:
        return open_store(place, read_rules(state), progress)
    except (ServiceQualityError, *UNFORESEEN) as failure:
        if not options.is_dry:
            Queueing(place, state, options, None).all_failed(due)
            Delivering(place, state, failure, options.folder).all()
        raise


class Queueing:
    """Puts what is due into the queue; what is there, or has been sent, is passed over."""

    def __init__(self, place: Home, state: Engine, options: Options, rendering: Rendering | None) -> None:
        self._place, self._state, self._options, self._rendering = place, state, options, rendering
        self._now = datetime.now(UTC)
        zone = ZoneInfo(rendering.store.warehouse.site_zone) if rendering else site_zone(place)
        self._today = options.end or self._now.astimezone(zone).date()
        self._again = self._now.isoformat() if options.again else ""
        self._for_owners: list[Asked] = []

    def owed(self, subscription: Subscription) -> list[Asked]:
        """The report of the last whole period, and those before it whose data were missing when they were due."""
        last, *earlier = before(subscription.rhythm, self._today, 1 + MOST_LATE)
        missed = late(self._state, [Asked(subscription, each) for each in earlier])
        return [Asked(subscription, last, again=self._again), *missed]

    def one(self, asked: Asked) -> Reason | None:
        """Queue one report, or the notice that there is none; None where it is on record already."""
        if is_on_record(self._state, asked.key):
            return None
        reason = self._reason(asked)
        if reason is Reason.NONE:
            add_delivery(self._state, asked, self._now)
        else:
            self._refuse(asked, reason)
        return reason

    def _reason(self, asked: Asked) -> Reason:
        if self._rendering is None:
            return Reason.FAILED
        viewer = self._rendering.viewer(asked.subscription)
        if viewer is None:
            return Reason.NO_ROLE
        trouble = self._rendering.trouble(asked.subscription, viewer, asked.period)
        return trouble.reason if trouble else Reason.NONE

    def _refuse(self, asked: Asked, reason: Reason) -> None:
        told = self._notice(asked, reason)
        if reason is not Reason.NO_ROLE:  # who has no role any more is told nothing
            add_delivery(self._state, told, self._now)
        owner = owner_of(self._place, asked.subscription)
        if owner and owner != asked.subscription.person:
            self._for_owners.append(
                Asked(told.subscription, told.period, What.OWNERS_NOTICE, reason, owner, self._again)
            )

    def tell_owners(self) -> None:
        """When every recipient is known: the notices to who answers for the reports."""
        for each in self._for_owners:
            add_delivery(self._state, each, self._now)

    def all_failed(self, due: list[Subscription]) -> None:
        """Nothing can be made: everybody is told."""
        for each in due:
            self.one(self.owed(each)[0])
        self.tell_owners()

    def said(self, asked: Asked) -> str:
        """What would become of one report."""
        person, name = asked.person, title(asked.subscription.rhythm, asked.period)
        if is_on_record(self._state, asked.key):
            return _("{person}: {report} is on record already.").format(person=person, report=name)
        reason = self._reason(asked)
        if reason is Reason.NONE:
            return _("{person}: {report} would be sent.").format(person=person, report=name)
        return self._said_of_notice(asked, reason).format(person=person, report=name, reason=_(words.REASONS[reason]))

    def _said_of_notice(self, asked: Asked, reason: Reason) -> str:
        if reason is Reason.NO_ROLE:
            return _("{person}: {report} would not be sent, as {reason}.")
        if is_on_record(self._state, self._notice(asked, reason).key):
            return _("{person}: {report} would not be sent, as {reason}; the notice of it is on record already.")
        return _("{person}: {report} would not be sent, as {reason}; a notice that says so would be sent.")

    def _notice(self, asked: Asked, reason: Reason) -> Asked:
        return Asked(asked.subscription, asked.period, What.NOTICE, reason, again=self._again)


def _done_words(done: Delivered, rendering: Rendering) -> str:
    return _(
        "Reports sent: {reports}, from {documents} documents. Notices sent: {notices}. To be tried again: {failed}."
    ).format(
        reports=number(done.reports),
        documents=number(len(rendering.made)),
        notices=number(done.notices),
        failed=number(done.waiting),
    )

"""Reports made for sending: once for all who see the same, ask about the same and read the same language."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Engine

from data_access.home import Home
from data_access.people import viewer_named
from data_access.sign_in import sign_in_settings
from data_access.store import Store
from data_access.subscriptions.contents import read_contents
from data_access.subscriptions.deliveries import Reason
from data_access.subscriptions.subscriptions import Format, Subscription
from data_access.viewer import LOCAL, Viewer
from data_access.watch.sending import Attachment
from metrics.errors import NotAllowed
from metrics.scope import Period
from reports import text
from reports.document.parts import Document
from reports.export import file_name
from reports.text import speaking
from reports.weekly.files import MIMES, written
from reports.weekly.letters import Trouble
from reports.weekly.report import name, report
from reports.weekly.results import Results, results_of


@dataclass(frozen=True, eq=False)
class Rendering:
    """One run's reports. `made` counts documents, each of which serves everybody of the same sight."""

    place: Home
    state: Engine
    store: Store
    _results: dict[Hashable, Results] = field(default_factory=dict)
    made: dict[Hashable, Document] = field(default_factory=dict)
    _files: dict[Hashable, Attachment] = field(default_factory=dict)

    def viewer(self, subscription: Subscription) -> Viewer | None:
        """The recipient as the rights are now; None for who has none. Without a sign-in it is this machine's user."""
        settings = sign_in_settings()
        if settings is None:
            return LOCAL
        try:
            return viewer_named(self.state, settings, subscription.person, datetime.now(UTC))
        except NotAllowed:
            return None

    def trouble(self, subscription: Subscription, viewer: Viewer, period: Period) -> Trouble | None:
        """Why the report cannot be sent as if it were fine; None where it can."""
        with speaking(subscription.language):
            if self.store.anchor < period.end:
                return Trouble(Reason.STALE, last=text.moment(self.store.as_of))
            return Trouble(Reason.EMPTY) if self.results(subscription, viewer, period).is_empty else None

    def results(self, subscription: Subscription, viewer: Viewer, period: Period) -> Results:
        """What the report is made of."""
        key = (viewer.sight, subscription.rhythm, period, subscription.filters)
        if key not in self._results:
            contents = read_contents(self.place, subscription.rhythm)
            self._results[key] = results_of(
                self.store, self.state, viewer, subscription.rhythm, period, subscription.filters, contents
            )
        return self._results[key]

    def document(self, subscription: Subscription, viewer: Viewer, period: Period) -> Document:
        """The report in the recipient's language."""
        key = self._key(subscription, viewer, period)
        if key not in self.made:
            self.made[key] = report(self.results(subscription, viewer, period), subscription.language)
        return self.made[key]

    def files(self, subscription: Subscription, viewer: Viewer, period: Period) -> list[Attachment]:
        """The report as the files that were asked for."""
        return [self._file(subscription, viewer, period, each) for each in subscription.formats]

    def _file(self, subscription: Subscription, viewer: Viewer, period: Period, kind: Format) -> Attachment:
        key = (*self._key(subscription, viewer, period), kind)
        if key not in self._files:
            document = self.document(subscription, viewer, period)
            with speaking(subscription.language):
                named = file_name(name(subscription.rhythm), period, subscription.language, kind)
                self._files[key] = Attachment(named, MIMES[kind], written(document, kind))
        return self._files[key]

    def _key(self, subscription: Subscription, viewer: Viewer, period: Period) -> tuple[Hashable, ...]:
        return viewer.sight, subscription.rhythm, period, subscription.filters, subscription.language


def owner_of(place: Home, subscription: Subscription) -> str:
    """Who answers for a report: the file's owner, or whoever set the subscription up."""
    return read_contents(place, subscription.rhythm).owner.strip().lower() or subscription.made_by

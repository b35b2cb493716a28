"""Reports made for sending: once for all who see the same, ask about the same and read the same language."""

import hashlib
import json
import logging
from collections.abc import Generator, Hashable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from polars.exceptions import PolarsError
from sqlalchemy import Engine

from data_access.home import Home
from data_access.names import names_seen
from data_access.people import viewer_named
from data_access.sign_in import sign_in_settings
from data_access.store import Store
from data_access.subscriptions.contents import read_contents
from data_access.subscriptions.deliveries import Reason
from data_access.subscriptions.subscriptions import Format, Subscription
from data_access.viewer import LOCAL, Viewer
from data_access.watch.sending import Attachment
from metrics.errors import InvalidSettings, NotAllowed, ServiceQualityError
from metrics.scope import Period
from reports import text
from reports.document.parts import Document
from reports.export import file_name
from reports.text import _, explained, speaking
from reports.watch.letters import plain_label
from reports.weekly.files import MIMES, written
from reports.weekly.letters import Trouble
from reports.weekly.report import about, name, report
from reports.weekly.results import Results, results_of

LONGEST_ABOUT = 40  # characters of a file's name that say what the report is about
UNFORESEEN = (
    ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError, PolarsError,
)  # fmt: skip
logger = logging.getLogger(__name__)


class Unmade(Exception):
    """The report could not be made; `words` say why to who would get it."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(words)


def why(failure: Exception) -> str:
    """What happened, in the language spoken; what nobody foresaw is left to the log."""
    known = isinstance(failure, ServiceQualityError)
    return text.paragraph(explained(failure)) if known else _("the program failed; its log says how")


@contextmanager
def making(subscription: Subscription) -> Generator[None]:
    """Within it a report is made in the recipient's language.

    Raises:
        Unmade: whatever kept it from being made, so that one report holds up no other.
    """
    with speaking(subscription.language):
        try:
            yield
        except ServiceQualityError as failure:
            raise Unmade(why(failure)) from None
        except UNFORESEEN as failure:
            logger.exception("report of subscription %s", subscription.id)
            raise Unmade(why(failure)) from None


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
        zone = ZoneInfo(self.store.warehouse.site_zone)
        try:
            return viewer_named(self.state, settings, subscription.person, datetime.now(zone))
        except NotAllowed:
            return None

    def trouble(self, subscription: Subscription, viewer: Viewer, period: Period) -> Trouble | None:
        """Why the report cannot be sent as if it were fine; None where it can."""
        try:
            with making(subscription):
                if self.store.anchor < period.end:
                    return Trouble(Reason.STALE, last=text.moment(self.store.as_of))
                return Trouble(Reason.EMPTY) if self.results(subscription, viewer, period).is_empty else None
        except Unmade as failure:
            return Trouble(Reason.FAILED, failure=failure.words)

    def results(self, subscription: Subscription, viewer: Viewer, period: Period) -> Results:
        """What the report is made of."""
        key = (viewer.sight, subscription.rhythm, period, subscription.filters)
        if key not in self._results:
            contents = read_contents(self.place, subscription.rhythm)
            self._results[key] = results_of(
                self.store, self.state, viewer, subscription.rhythm, period, subscription.filters, contents
            )
        return self._results[key]

    def about(self, subscription: Subscription, viewer: Viewer) -> str:
        """What the filters keep, in the recipient's words; empty where there are none."""
        with speaking(subscription.language):
            return about(subscription.filters, plain_label(names_seen(self.store, viewer)))

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
                words = f"{name(subscription.rhythm)} {self._mark(subscription, viewer)}"
                named = file_name(words, period, subscription.language, kind)
                self._files[key] = Attachment(named, MIMES[kind], written(document, kind))
        return self._files[key]

    def _mark(self, subscription: Subscription, viewer: Viewer) -> str:
        """What tells the name of a report about some filters from that of any others; nothing where there are none."""
        if not subscription.filters:
            return ""
        sealed = hashlib.sha256(json.dumps(subscription.filters, ensure_ascii=False).encode()).hexdigest()
        return f"{self.about(subscription, viewer)[:LONGEST_ABOUT]} {sealed[:6]}"

    def _key(self, subscription: Subscription, viewer: Viewer, period: Period) -> tuple[Hashable, ...]:
        return viewer.sight, subscription.rhythm, period, subscription.filters, subscription.language


def owner_of(place: Home, subscription: Subscription) -> str:
    """Who answers for a report: the file's owner, or whoever set the subscription up."""
    try:
        named = read_contents(place, subscription.rhythm).owner.strip().lower()
    except InvalidSettings:  # which the notice is about
        named = ""
    return named or subscription.made_by

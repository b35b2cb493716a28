"""The store in use by this process: when the warehouse is asked again, and what is shown while it does not answer."""

import math
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock

from sqlalchemy import Engine

from data_access.home import home
from data_access.opening import last_good_store, open_store, warehouse_stamp
from data_access.operating.meters import CHECKED, REFRESHES, measured
from data_access.read import answers
from data_access.rollups import Progress
from data_access.site_rules import read_rules
from data_access.store import Store
from metrics.errors import SourceUnavailable
from metrics.rules import Rules

SILENT_SECONDS = 60.0
CONNECTED_SECONDS = 600.0


@dataclass(frozen=True, eq=False)
class Opened:
    """A store, and since when its warehouse has not answered (None while it does)."""

    store: Store
    silent_since: datetime | None = None
    checked_at: datetime | None = None  # when the figures of a silent warehouse were last found to agree with it
    failure: SourceUnavailable | None = None  # why it could not be read at the last try
    are_rules_known: bool = True  # False: the state store does not answer, and these rules may not be those set last


@dataclass(eq=False)
class RuleBook:
    """The site's rules as this process last read them; those that ship until it could."""

    state: Callable[[], Engine]
    rules: Rules = field(default_factory=Rules)
    silent_at: float | None = None  # monotonic seconds at which the state store did not answer

    def read(self) -> Rules:
        """The rules in force now: read anew each time, so that what one session sets the others see at once."""
        if self.silent_at is None or time.monotonic() - self.silent_at > SILENT_SECONDS:
            try:
                self.rules, self.silent_at = read_rules(self.state()), None
            except SourceUnavailable:
                self.silent_at = time.monotonic()
        return self.rules


@dataclass(eq=False)
class Shelf:
    """The store in use by this process; replaced when another warehouse, newer roll-ups or other rules come."""

    book: RuleBook
    lock: Lock = field(default_factory=Lock)
    stamp: str = ""
    opened: Opened | None = None
    asked_at: float = 0.0  # monotonic seconds

    def open(self, progress: Progress) -> Opened:
        """The store, asked for anew where it is time; the last good one where the warehouse does not answer.

        Raises:
            SourceUnavailable: the warehouse does not answer and no roll-ups of it are kept.
        """
        stamp = warehouse_stamp(home())
        with self._alone(progress):
            rules = self.book.read()
            if self.opened and self.opened.store.site_rules != rules:
                same = self.opened.store.under(rules)
                self.opened = replace(self.opened, store=same) if same else None
            if self.opened is None or stamp != self.stamp or time.monotonic() - self.asked_at > self._patience():
                self._ask(rules, progress)
            assert self.opened is not None
            return replace(self.opened, are_rules_known=self.book.silent_at is None)

    def has_fallen_silent(self) -> bool:
        """Does the warehouse answer no more, and nobody knew? Then `open` gives its last good figures from now on.

        Where a roll-up is gone or damaged instead, `open` has it made anew.
        """
        with self.lock:
            known = self.opened
            if known is None or known.silent_since is not None:
                return False
            if not all(map(known.store.rollups.files.is_sound, known.store.manifest.parts.values())):
                self.opened = None
                return True
            if answers(known.store.warehouse.engine):
                return False
            kept = self._last_good(known.store.site_rules)
            if kept is None:
                return False
            self.opened, self.asked_at = kept, time.monotonic()
            return True

    def _ask(self, rules: Rules, progress: Progress) -> None:
        seen = warehouse_stamp(home())  # before it is opened: another may be put in use while this one is counted
        try:
            with measured(REFRESHES):
                self.opened = Opened(open_store(home(), rules, progress))
        except SourceUnavailable as failure:
            found = self._last_good(rules)
            if found is None:
                raise
            self.opened = replace(found, failure=failure)
        CHECKED.set(self.opened.store.manifest.checked_at.timestamp())
        is_connected = self.opened.store.warehouse.source == "connected"  # its stamp moves with its own refresh
        self.stamp = warehouse_stamp(home()) if is_connected else seen
        self.asked_at = time.monotonic()

    def _last_good(self, rules: Rules) -> Opened | None:
        kept = last_good_store(home(), rules)
        if kept is None:
            return None
        since = self.opened.silent_since if self.opened else None
        return Opened(kept.store, since or datetime.now(UTC), kept.checked_at)

    @contextmanager
    def _alone(self, progress: Progress) -> Generator[None]:
        """One window opens or builds; whoever waits for it is told so."""
        while not self.lock.acquire(timeout=1):
            progress(0.0, "Another window is counting contacts anew")
        try:
            yield
        finally:
            self.lock.release()

    def _patience(self) -> float:
        """Seconds until the warehouse is asked again: a connected one changes, a silent one may be back."""
        if self.opened is None or self.opened.silent_since is not None:
            return SILENT_SECONDS
        return CONNECTED_SECONDS if self.opened.store.warehouse.source == "connected" else math.inf

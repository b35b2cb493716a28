"""Loading: the store, the state and the lists that every rerun needs, each read once per process."""

import gc
import math
import os
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock

import streamlit as st
from filelock import FileLock, Timeout
from sqlalchemy import Engine

from data_access import sign_in as signing
from data_access.change_rows import Change
from data_access.changes import belonging, read_changes, read_removed_changes, register_demo_changes
from data_access.demo import Manifest, install_demo, read_manifest
from data_access.home import Home, home
from data_access.imports.running import Runs
from data_access.notes import Note, read_notes
from data_access.opening import VARIABLE, embedded_path, last_good_store, open_store, warehouse_stamp
from data_access.own_events import OwnEvent, read_events
from data_access.people import Grant, read_people
from data_access.site_rules import read_rules
from data_access.state import open_state
from data_access.store import Store
from data_access.targets import Target, read_targets
from data_access.viewer import Viewer
from data_access.wings.examples import Example, read_examples
from metrics.errors import SourceUnavailable
from metrics.metric import AnyMetric
from metrics.rules import Rules
from metrics.scope import Period

Progress = Callable[[float, str], None]
SILENT_SECONDS = 60.0
CONNECTED_SECONDS = 600.0


@dataclass(frozen=True, eq=False)
class Opened:
    """A store, and since when its warehouse has not answered (None while it does)."""

    store: Store
    silent_since: datetime | None = None
    are_rules_known: bool = True  # False: the state store does not answer, and these rules may not be those set last


@dataclass(eq=False)
class RuleBook:
    """The site's rules as this process last read them; those that ship until it could."""

    rules: Rules = field(default_factory=Rules)
    silent_at: float | None = None  # monotonic seconds at which the state store did not answer

    def read(self) -> Rules:
        """The rules in force now: read anew each time, so that what one session sets the others see at once."""
        if self.silent_at is None or time.monotonic() - self.silent_at > SILENT_SECONDS:
            try:
                self.rules, self.silent_at = read_rules(state()), None
            except SourceUnavailable:
                self.silent_at = time.monotonic()
        return self.rules


@dataclass(eq=False)
class Shelf:
    """The store in use by this process; replaced when another warehouse, newer roll-ups or other rules come."""

    lock: Lock = field(default_factory=Lock)
    book: RuleBook = field(default_factory=RuleBook)
    stamp: str = ""
    opened: Opened | None = None
    asked_at: float = 0.0  # monotonic seconds

    def open(self, progress: Progress) -> Opened:
        stamp = warehouse_stamp(home())
        with self._alone(progress):
            rules = self.book.read()
            if self.opened and self.opened.store.site_rules != rules:
                same = self.opened.store.under(rules)
                self.opened = replace(self.opened, store=same) if same else None
            if self.opened is None or stamp != self.stamp or time.monotonic() - self.asked_at > self._patience():
                self.opened = _open(rules, progress)
                self.stamp = warehouse_stamp(home())
                self.asked_at = time.monotonic()
            return replace(self.opened, are_rules_known=self.book.silent_at is None)

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


def _open(rules: Rules, progress: Progress) -> Opened:
    try:
        return Opened(open_store(home(), rules, progress))
    except SourceUnavailable:
        kept = last_good_store(home(), rules)
        if kept is None:
            raise
        return Opened(kept.store, kept.checked_at)


@st.cache_resource(show_spinner=False)
def _shelf() -> Shelf:
    return Shelf()


def opened(progress: Progress) -> Opened:
    """The store of the warehouse in use; `progress` hears of the roll-ups being built.

    Raises:
        SourceUnavailable: the warehouse does not answer and no roll-ups of it are kept.
    """
    return _shelf().open(progress)


def has_other_rules(store: Store) -> bool:
    """Have the site's rules changed since this store was opened?"""
    return _shelf().book.read() != store.site_rules


def needs_first_warehouse(place: Home) -> bool:
    """Nothing connected and nothing made yet."""
    return VARIABLE not in os.environ and not place.pointer.exists()


def make_first_warehouse(progress: Progress) -> None:
    """A demo for a home that has nothing yet; whoever comes second waits for the first."""
    place = home()
    place.folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(place.lock)
    while True:
        with suppress(Timeout), lock.acquire(timeout=1):
            if place.current_warehouse() is None:
                install_demo(place, progress=progress)
            return
        progress(0.0, "Another window is preparing the demo")


@st.cache_resource(show_spinner=False)
def runs() -> Runs:
    """The import that was begun on a page of this process."""
    return Runs()


def keep_modules() -> None:
    """Take what modules hold, as long as the process lives, out of the collections made after each run.

    Streamlit collects after every run while nobody else's script gets on; looking through all modules takes most of it.
    """
    _keep_modules(len(sys.modules))


@st.cache_resource(show_spinner=False)
def _keep_modules(count: int) -> None:
    gc.collect()
    gc.freeze()


@st.cache_resource(show_spinner=False)
def state() -> Engine:
    return open_state()


def sign_in() -> signing.Settings | None:
    """The sign-in settings in force; read anew when their file changes, and never guessed when it goes.

    Raises:
        InvalidSettings: they cannot be used, so nobody gets in.
    """
    file = signing.place()
    return _sign_in(str(file), file.stat().st_mtime_ns if file.exists() else 0)


@st.cache_resource(show_spinner=False, max_entries=8)
def _sign_in(file: str, changed_at: int) -> signing.Settings | None:
    return signing.sign_in_settings()


def people(viewer: Viewer) -> list[Grant]:
    """Everyone on record."""
    return read_people(state(), viewer)


def targets(viewer: Viewer) -> list[Target]:
    """The targets that people set; none where the state store does not answer, as figures do not need it."""
    try:
        return read_targets(state(), viewer)
    except SourceUnavailable:
        return []


def events(store: Store, viewer: Viewer) -> list[OwnEvent]:
    """The events of the site's own calendar; none where the state store does not answer, as with targets."""
    try:
        return read_events(state(), viewer, unseen(store, viewer))
    except SourceUnavailable:
        return []


def notes(store: Store, viewer: Viewer, metric: AnyMetric, period: Period) -> list[Note]:
    """The notes pinned to a metric in a period.

    Raises:
        SourceUnavailable: the state store does not answer.
    """
    return read_notes(state(), viewer, metric.id, period, unseen(store, viewer))


def examples(store: Store, viewer: Viewer) -> list[Example]:
    """The cases that people flagged to learn from.

    Raises:
        SourceUnavailable: the state store does not answer.
    """
    return read_examples(state(), viewer, unseen(store, viewer))


def unseen(store: Store, viewer: Viewer) -> frozenset[str]:
    """The names that are looked for in what people wrote down, before this viewer reads it."""
    return frozenset() if viewer.is_cleared else store.people()


def changes(store: Store, viewer: Viewer) -> list[Change]:
    """The register of SOP changes as this viewer sees it; a demo comes with changes of its own."""
    _register_demo_of(store)
    return belonging(read_changes(state(), viewer, unseen(store, viewer)), store.warehouse.source)


def removed_changes(store: Store, viewer: Viewer) -> list[Change]:
    """What was taken off the record and can be put back."""
    return belonging(read_removed_changes(state(), viewer, unseen(store, viewer)), store.warehouse.source)


def _register_demo_of(store: Store) -> None:
    manifest = demo_manifest(store)
    if manifest is not None:
        _register_demo(store.warehouse.version, manifest)


@st.cache_resource(show_spinner=False)
def _register_demo(version: str, _manifest: Manifest) -> int:
    return len(register_demo_changes(state(), _manifest, "en", datetime.now(UTC)))


def is_demo() -> bool:
    """Is a demo in use, or about to be made? Known from the file beside it, before the warehouse is opened."""
    if VARIABLE in os.environ:
        return False
    try:
        return read_manifest(embedded_path(home())) is not None
    except SourceUnavailable:
        return needs_first_warehouse(home())


def demo_manifest(store: Store) -> Manifest | None:
    """What is hidden in the demo; None when the warehouse in use is not one."""
    path = home().current_warehouse()
    return read_manifest(path) if path and store.warehouse.source == "demo" else None


def values(store: Store, viewer: Viewer, dimension: str) -> list[str]:
    """The values of a dimension for the scope bar, as far as the viewer sees them."""
    return _values(store, store.manifest.id, viewer.sight, viewer, dimension)


@st.cache_data(show_spinner=False, max_entries=256)
def _values(_store: Store, version: str, sight: tuple, _viewer: Viewer, dimension: str) -> list[str]:
    return _store.values(_viewer, dimension)


def names(store: Store, viewer: Viewer) -> dict[tuple[str, str], str]:
    """Names of the teams and agents that the viewer sees, by (dimension, code)."""
    return _names(store, store.manifest.id, viewer.sight, viewer)


@st.cache_data(show_spinner=False, max_entries=64)
def _names(_store: Store, version: str, sight: tuple, _viewer: Viewer) -> dict[tuple[str, str], str]:
    return _store.names(_viewer)

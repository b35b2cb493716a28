"""Loading: the store, the state and the lists that every rerun needs, each read once per process."""

import gc
import sys
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import streamlit as st
from filelock import FileLock, Timeout
from sqlalchemy import Engine

from data_access import sign_in as signing
from data_access.change_rows import Change
from data_access.changes import belonging, read_changes, read_removed_changes, register_demo_changes
from data_access.connecting.place import connected_place
from data_access.demo import Manifest, install_demo, read_manifest
from data_access.home import Home, home
from data_access.imports.running import Runs
from data_access.names import agent_names, names_seen, values_seen
from data_access.notes import Note, read_notes
from data_access.opening import embedded_path
from data_access.own_events import OwnEvent, read_events
from data_access.people import Grant, read_people
from data_access.rollups import Progress
from data_access.state import open_state
from data_access.store import Store
from data_access.targets import Target, read_targets
from data_access.viewer import Viewer
from data_access.wings.examples import Example, read_examples
from metrics.errors import SourceUnavailable
from metrics.metric import AnyMetric
from metrics.rules import Rules
from metrics.scope import Period
from pages.ui.shelf import Opened, RuleBook, Shelf


@st.cache_resource(show_spinner=False)
def _shelf() -> Shelf:
    return Shelf(RuleBook(state))


def opened(progress: Progress) -> Opened:
    """The store of the warehouse in use; `progress` hears of the roll-ups being built.

    Raises:
        SourceUnavailable: the warehouse does not answer and no roll-ups of it are kept.
    """
    return _shelf().open(progress)


def kept() -> Opened | None:
    """The store that this process has in use, as it is: nothing is opened or asked for it."""
    return _shelf().opened


def by_the_site(moment: datetime) -> datetime:
    """A moment on the site's clock, as far as a warehouse that is in use tells it."""
    opened = kept()
    return moment.astimezone(ZoneInfo(opened.store.warehouse.site_zone) if opened else UTC)


def rules() -> Rules:
    """The site's rules in force."""
    return _shelf().book.read()


def has_fallen_silent() -> bool:
    """Does the warehouse answer no more, and nobody knew? From then on its last good figures are what is shown."""
    return _shelf().has_fallen_silent()


def has_other_rules(store: Store) -> bool:
    """Have the site's rules changed since this store was opened?"""
    return _shelf().book.read() != store.site_rules


def needs_first_warehouse(place: Home) -> bool:
    """Nothing connected and nothing made yet."""
    return connected_place() is None and not place.pointer.exists()


def make_first_warehouse(progress: Progress) -> None:
    """A demo for a home that has nothing yet; whoever comes second waits for the first."""
    place = home()
    place.make()
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
    return frozenset() if viewer.is_cleared else agent_names(store)


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
    if connected_place():
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
    return values_seen(_store, _viewer, dimension)


def names(store: Store, viewer: Viewer) -> dict[tuple[str, str], str]:
    """Names of the teams and agents that the viewer sees, by (dimension, code)."""
    return _names(store, store.manifest.id, viewer.sight, viewer)


@st.cache_data(show_spinner=False, max_entries=64)
def _names(_store: Store, version: str, sight: tuple, _viewer: Viewer) -> dict[tuple[str, str], str]:
    return names_seen(_store, _viewer)

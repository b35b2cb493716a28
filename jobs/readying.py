"""What a refresh makes ready beside the roll-ups, so that in the morning nobody waits for it."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Engine

from data_access.changes import belonging, read_changes
from data_access.names import agent_names, values_seen
from data_access.store import Store
from data_access.subscriptions.subscriptions import in_force
from data_access.swot.asked import Known
from data_access.swot.boards import before, quarter, read_known
from data_access.swot.gather import read_evidence, usual_period
from data_access.viewer import LOCAL, Role, Viewer
from data_access.watch.forecast import SUBJECTS, read_foretold
from data_access.wings.retention import ready_by
from metrics.scope import Filters, Period, Preset, preset_period

Progress = Callable[[float, str], None]
PRESETS = (Preset.LAST_WEEK, Preset.LAST_4_WEEKS, Preset.LAST_MONTH)
CHOSEN_BY = ("team_id", "channel")  # of what people look at one value most
#: Of fewer contacts a board takes no longer to make than to wait for a page, and only the usual one is made ready.
MANY_CONTACTS = 1_000_000
MOST_SECONDS = 1200.0  # then what is not ready yet is left to whoever asks for it first


@dataclass(frozen=True, slots=True)
class Look:
    """One board that somebody may ask for."""

    viewer: Viewer
    period: Period
    filters: Filters = ()


def make_ready(store: Store, state: Engine, viewer: Viewer, progress: Progress) -> None:
    """The usual board; of many contacts those of the usual periods, of each team and channel, the forecast, reports."""
    if not store.manifest.days:
        return  # nothing was recorded yet
    begun = time.monotonic()
    looks = list(_looks(store, viewer))
    for done, look in enumerate(looks):
        if time.monotonic() - begun > MOST_SECONDS:
            return
        progress(done / len(looks), "Gathering findings")
        if done == 1:  # the first is of everything
            _once_for_all(store, viewer)
        known = _known(store, state, look.viewer)
        read_evidence(store, look.viewer, look.period, before(look.period), look.filters, known)
    if _is_large(store) and in_force(state):
        _reports_ready()


def _looks(store: Store, viewer: Viewer) -> Iterator[Look]:
    """The most usual first."""
    usual = usual_period(store)[0]
    yield Look(viewer, usual)
    if not _is_large(store):
        return
    for team in values_seen(store, LOCAL, "team_id"):
        yield Look(Viewer(team, Role.TEAM_LEADER, (team,), is_cleared=True), usual)
    periods = [preset_period(each, store.anchor) for each in PRESETS]
    yield from (Look(viewer, each) for each in (*periods, quarter(periods[-1].end)))
    chosen = [((name, (value,)),) for name in CHOSEN_BY for value in values_seen(store, LOCAL, name)]
    yield from (Look(viewer, usual, each) for each in chosen)
    yield from (Look(viewer, each, narrow) for each in periods for narrow in chosen)


def _is_large(store: Store) -> bool:
    return sum(count for count, _print in store.manifest.days.values()) >= MANY_CONTACTS


def _reports_ready() -> None:
    """What the reports that are due are made of, in a process of its own: its memory goes with it."""
    command = [sys.executable, "-m", "jobs", "weekly", "--prepare"]
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=MOST_SECONDS, check=False)


def _once_for_all(store: Store, viewer: Viewer) -> None:
    for name in CHOSEN_BY:
        ready_by(store, usual_period(store)[0], name)
    for subject in SUBJECTS:
        read_foretold(store, viewer, subject, ())


def _known(store: Store, state: Engine, viewer: Viewer) -> Known:
    """What people have put on record, as the viewer would read it on the board."""
    unseen = () if viewer.is_cleared else agent_names(store)
    changes = belonging(read_changes(state, viewer, unseen), store.warehouse.source)
    return read_known(state, viewer, changes, unseen)

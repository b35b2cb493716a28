"""What a refresh makes ready beside the roll-ups, so that in the morning nobody waits for it."""

import time
from collections.abc import Callable, Iterator

from sqlalchemy import Engine

from data_access.changes import belonging, read_changes
from data_access.store import Store
from data_access.swot.asked import Known
from data_access.swot.boards import before, quarter, read_known
from data_access.swot.gather import read_evidence, usual_period
from data_access.viewer import LOCAL, Role, Viewer
from data_access.watch.forecast import SUBJECTS, read_foretold
from data_access.wings.retention import ready_for_teams
from metrics.scope import Period, Preset, preset_period

Progress = Callable[[float, str], None]
PRESETS = (Preset.LAST_WEEK, Preset.LAST_4_WEEKS, Preset.LAST_MONTH)
#: Of fewer contacts a board takes no longer to make than to wait for a page, and only the usual one is made ready.
MANY_CONTACTS = 1_000_000
MOST_SECONDS = 300.0  # then what is not ready yet is left to whoever asks for it first


def make_ready(store: Store, state: Engine, viewer: Viewer, progress: Progress) -> None:
    """The usual board; of many contacts those of the usual periods and of every team's own sight, and the forecast."""
    begun = time.monotonic()
    boards = list(_boards(store, viewer))
    for done, (who, period) in enumerate(boards):
        if time.monotonic() - begun > MOST_SECONDS:
            return
        progress(done / len(boards), "Gathering findings")
        if done == 1:  # the first is of everything
            _once_for_all(store, viewer)
        read_evidence(store, who, period, before(period), (), _known(store, state, who))


def _boards(store: Store, viewer: Viewer) -> Iterator[tuple[Viewer, Period]]:
    """Who looks at which days, the most usual first."""
    usual = usual_period(store)[0]
    yield viewer, usual
    if sum(count for count, _print in store.manifest.days.values()) < MANY_CONTACTS:
        return
    own = [Viewer(team, Role.TEAM_LEADER, (team,), is_cleared=True) for team in store.values(LOCAL, "team_id")]
    yield from ((each, usual) for each in own)
    periods = [preset_period(each, store.anchor) for each in PRESETS]
    yield from ((viewer, each) for each in (*periods, quarter(periods[-1].end)))


def _once_for_all(store: Store, viewer: Viewer) -> None:
    ready_for_teams(store, usual_period(store)[0])
    for subject in SUBJECTS:
        read_foretold(store, viewer, subject, ())


def _known(store: Store, state: Engine, viewer: Viewer) -> Known:
    """What people have put on record, as the viewer would read it on the board."""
    unseen = () if viewer.is_cleared else store.people()
    changes = belonging(read_changes(state, viewer, unseen), store.warehouse.source)
    return read_known(state, viewer, changes, unseen)

from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from data_access.demo import Manifest
from data_access.rows import behind
from data_access.state import open_state
from data_access.store import Store
from data_access.viewer import LOCAL, Role, Viewer
from data_access.wings.responsibility import read_causes
from metrics.complaint import COMPLAINT_RATE
from metrics.scope import Period

NOW = datetime(2026, 11, 2, tzinfo=UTC)
OWN = Viewer("leader", Role.TEAM_LEADER, ("team_08",), is_cleared=True)


def test_a_cell_opens_its_own_complaints_and_of_them_those_that_the_viewer_sees(
    planted: tuple[Store, Manifest], tmp_path: Path
):
    store, _manifest = planted
    state = open_state(f"sqlite:///{tmp_path / 'state.sqlite'}")
    period = Period(store.data_start, store.data_end)
    found = read_causes(store, LOCAL, period, ())
    chosen = found.filter(pl.col("claimed_cause") == "rule", pl.col("established_cause").is_null())
    ids = chosen.select("complaint_id")
    shown = behind(store, state, LOCAL, COMPLAINT_RATE, period, (), NOW, ids)
    assert shown.count == ids.height > 0
    assert set(shown.frame["complaint_id"]) == set(ids["complaint_id"])
    own = behind(store, state, OWN, COMPLAINT_RATE, period, (), NOW, ids)
    assert own.count == chosen.filter(pl.col("team_id") == "team_08").height < ids.height
    state.dispose()

"""Why a metric moved: what is kept for one person is never another's."""

from datetime import timedelta

import pytest

from data_access.demo import Manifest
from data_access.store import Store
from data_access.viewer import LOCAL, Role, Viewer
from data_access.why import read_decompositions
from metrics.catalogue import CATALOGUE
from metrics.decomposition import Decomposition
from metrics.errors import NotAllowed
from metrics.metric import Metric
from metrics.scope import Filters, Period

Planted = tuple[Store, Manifest]
NEWCOMER = Viewer("newcomer", Role.NEWCOMER)
OWN = Viewer("leader", Role.TEAM_LEADER, ("team_08",), is_cleared=True)


def _apart(store: Store, viewer: Viewer, filters: Filters = ()) -> dict[str, Decomposition]:
    metric = CATALOGUE["csat"]
    assert isinstance(metric, Metric)
    month = timedelta(days=28)
    now = Period(store.data_end - month, store.data_end)
    return read_decompositions(store, viewer, metric, now, Period(now.start - month, now.start), filters)


def _groups(found: dict[str, Decomposition], dimension: str) -> set[object]:
    return set(found[dimension].groups[dimension])


def test_groups_are_those_of_the_viewer_whoever_asked_before(planted: Planted):
    """By plain SQL of the same four weeks and those before: which teams and agents had contacts."""
    store, _manifest = planted
    sql = """SELECT DISTINCT {column} FROM contacts WHERE exclusion_reason IS NULL AND merged_into IS NULL
        AND started_at >= ? AND started_at < ? AND ({column} IS NOT NULL)"""
    days = (store.data_end - timedelta(days=56), store.data_end)
    with store.warehouse.engine.connect() as connection:
        teams, agents = (
            {row[0] for row in connection.exec_driver_sql(sql.format(column=column), days)}
            for column in ("team_id", "agent_id")
        )
    for _turn in range(2):  # the second time from what is kept
        everyone, masked, own = (_apart(store, viewer) for viewer in (LOCAL, NEWCOMER, OWN))
        assert _groups(everyone, "team_id") - {None} == teams == _groups(masked, "team_id") - {None}
        assert _groups(everyone, "agent_id") - {None} == agents
        assert not _groups(masked, "agent_id") & agents
        assert "team_id" not in own  # one team alone is not taken apart by team
        assert _groups(own, "agent_id") - {None} < agents
        assert own["channel"].new != everyone["channel"].new


def test_who_may_not_know_people_is_refused_though_another_has_asked(planted: Planted):
    store, _manifest = planted
    agent = next(each for each in _groups(_apart(store, LOCAL), "agent_id") if isinstance(each, str))
    of_agent: Filters = (("agent_id", (agent,)),)
    _apart(store, LOCAL, of_agent)
    with pytest.raises(NotAllowed):
        _apart(store, NEWCOMER, of_agent)

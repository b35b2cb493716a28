"""What codes are called, and which there are, as far as a viewer may know."""

import polars as pl

from data_access import contacts
from data_access.store import EVERYTHING, Store, cut
from data_access.viewer import Viewer
from metrics import complaint_facts
from metrics.metric import Source


def names_seen(store: Store, viewer: Viewer) -> dict[tuple[str, str], str]:
    """(dimension, code) → name, for teams and agents whose names the warehouse has and the viewer may see.

    Of teams only the viewer's own; of agents none for who is not cleared, and those of own teams only.
    """
    own = _agents(store, viewer)
    return {
        (dimension, code): name
        for dimension, code, name in store.cases("names").iter_rows()
        if name and (viewer.sees(code) if dimension == "team_id" else code in own)
    }


def agent_names(store: Store) -> frozenset[str]:
    """The names of agents, which texts are searched for; for nobody's eyes."""
    return frozenset(name for dimension, _, name in store.cases("names").iter_rows() if dimension != "team_id" and name)


def values_seen(store: Store, viewer: Viewer, dimension: str) -> list[str]:
    """Every value of a dimension among contacts and complaints that the viewer may see, in order."""
    return list(store.answers.once(("values", viewer.teams, dimension), lambda: _values(store, viewer, dimension)))


def _agents(store: Store, viewer: Viewer) -> frozenset[str]:
    """The agents whose names the viewer may read: those who ever handled a contact of a team that he sees."""
    if not viewer.is_cleared:
        return frozenset()
    if viewer.teams is None:
        return frozenset(code for dimension, code, _ in store.cases("names").iter_rows() if dimension != "team_id")
    if not store.warehouse.has("contacts", "team_id", "agent_id"):
        return frozenset()
    key = ("agents", viewer.teams)
    return store.answers.once(key, lambda: frozenset(_among_contacts(store, viewer, contacts.CUBES[-1], "agent_id")))


def _values(store: Store, viewer: Viewer, dimension: str) -> list[str]:
    found: set[str] = set()
    if store.warehouse.has("contacts", dimension):
        grain = next(grain for grain in contacts.CUBES if dimension in grain)
        found |= _among_contacts(store, viewer, grain, dimension)
    if dimension in complaint_facts.DIMENSIONS and store.warehouse.has("complaints"):
        facts = store.case_facts(Source.COMPLAINTS, viewer, EVERYTHING)
        found.update(*(cut(each, viewer, EVERYTHING, ())[dimension].drop_nulls().unique() for each in facts))
    return sorted(found)


def _among_contacts(store: Store, viewer: Viewer, grain: tuple[str, ...], dimension: str) -> set[str]:
    """The values of a dimension in a cube, as far as the viewer may see its rows."""
    months = store.months(f"sums/{'+'.join(grain)}")
    cuts = [cut(each.select("day", *grain), viewer, EVERYTHING, ())[dimension].unique() for each in months]
    return set(pl.concat(cuts).drop_nulls())

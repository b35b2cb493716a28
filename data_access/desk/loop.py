"""Closing the loop: what became of resolved complaints, and through how many hands they went."""

from dataclasses import dataclass

import polars as pl

from data_access.chosen_rows import during
from data_access.desk.deadlines import steps
from data_access.desk.lists import Listing
from data_access.masking import check_filters, masked
from data_access.store import Store, cut
from data_access.viewer import Viewer
from metrics.desk import loop
from metrics.metric import Source
from metrics.scope import Filters, Period

NEEDS = ("complaints.follow_up_at", "complaints.follow_up_score", "complaints.reopened_at")  # of the steps
DIMENSIONS = ("issue_type", "team_id", "severity", "channel", "product")
OWNERS = {"agent_id": 1, "first_owner": 2}


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """The complaints resolved in a period whose follow-up was due; the frames are those of `metrics.desk.loop`."""

    steps: pl.DataFrame
    left: int  # dissatisfied, and not reopened
    hands: pl.DataFrame  # none where the warehouse has no steps of complaints
    whole: pl.DataFrame  # one row of `handed_on`
    without: int  # complaints that have no steps on record
    groups: dict[str, pl.DataFrame]


def read_loop(store: Store, viewer: Viewer, period: Period, filters: Filters) -> Loop:
    """What became of the complaints resolved in the period that the viewer may see.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    key = ("loop", viewer.sight, period, filters)
    return store.answers.once(key, lambda: _loop(store, viewer, period, filters))


def _loop(store: Store, viewer: Viewer, period: Period, filters: Filters) -> Loop:
    resolved = _resolved(store, viewer, period, filters)
    passed = resolved.join(loop.hands(steps(store, resolved), store.as_of), on="complaint_id")
    passed = passed.with_columns(agent_id=pl.coalesce("first_agent", "agent_id"))
    known = [name for name in DIMENSIONS if store.can_split(Source.COMPLAINTS, name)]
    # Who owned them first: agents where anybody is on record, departments where there is more than one.
    known += [name for name, least in OWNERS.items() if passed[name].drop_nulls().n_unique() >= least]
    return Loop(
        loop.steps(resolved),
        loop.left_alone(resolved).height,
        loop.by_hands(passed),
        loop.handed_on(passed),
        resolved.height - passed.height,
        {name: masked(loop.handed_on(passed, name), viewer) for name in known},
    )


def _resolved(store: Store, viewer: Viewer, period: Period, filters: Filters) -> pl.DataFrame:
    """Cut before anything is worked out: most complaints were resolved in another period."""
    files = store.case_files("complaints", None, during("resolved_at", period))
    dated = (each.with_columns(day=pl.col("resolved_at").dt.date()) for each in files)
    resolved = pl.concat([cut(each, viewer, period, filters) for each in dated], how="vertical_relaxed")
    return loop.resolved_cases(resolved, store.as_of, store.rules)


def _left(store: Store, viewer: Viewer, period: Period, filters: Filters) -> pl.DataFrame:
    return loop.left_alone(_resolved(store, viewer, period, filters))


#: Cases of dissatisfied customers that nobody reopened.
left_list = Listing("complaints_left_alone", ("follow_up_at", "follow_up_score", "resolved_at", "closed_at"), _left)

"""Complaints of all time added up by day and few dimensions: what is asked of many periods, places and values in turn.

The facts of a large centre's complaints are as many as the complaints, and too many for memory; their sums are few.
"""

from collections.abc import Iterable

import polars as pl

from data_access.frames import wide
from data_access.store import EVERYTHING, Store, cut, dimensions_of
from data_access.viewer import Viewer
from metrics.metric import Source
from metrics.scope import Filters, Period


def complaint_sums(
    store: Store, viewer: Viewer, period: Period, filters: Filters, measures: Iterable[str], by: tuple[str, ...] = ()
) -> pl.DataFrame:
    """What the viewer may see of a scope's complaints; the sums of all time are made once for every process.

    Returns:
        `day`, `by`, the dimensions of the filters and `measures`, added up.
    """
    dimensions, names = tuple(sorted(dimensions_of(viewer, filters, by))), tuple(sorted(measures))
    question = ("complaints added up", viewer.teams, dimensions, names)
    made = store.made(question, lambda: _added_up(store, viewer, dimensions, names))
    return cut(made, viewer, period, filters)


def _added_up(store: Store, viewer: Viewer, dimensions: tuple[str, ...], names: tuple[str, ...]) -> pl.DataFrame:
    pieces = store.case_facts(Source.COMPLAINTS, viewer, EVERYTHING)  # a day stands in one of them
    return pl.concat(wide(each).group_by("day", *dimensions).agg(pl.col(names).sum()) for each in pieces)

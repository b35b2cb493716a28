"""Roll-ups of contacts beside the sums: how each is counted, and at which grains it is kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from data_access.answers import answers, sessions
from data_access.data_quality.contact_faults import faults, left_out
from data_access.durations import times
from data_access.read import Query


@dataclass(frozen=True, slots=True)
class Cube:
    """Rows by day and grain. Where the warehouse lacks what it is made of, `query` gives None."""

    query: Callable[..., Query | None]  # of warehouse, rules, first day, day after the last, grain, filters
    grains: tuple[tuple[str, ...], ...]
    measures: Mapping[str, type[pl.DataType]]


#: They are longer than the sums, so they are kept for fewer grains.
CUBES: Mapping[str, Cube] = {
    "times": Cube(times, (("team_id",),), {"duration": pl.String, "bin": pl.Int64, "contacts": pl.Int64}),
    "answers": Cube(
        answers, (("team_id",),), {"issue_type": pl.String, "answer_code": pl.String, "answered": pl.Int64}
    ),
    "faults": Cube(faults, (("team_id",),), {"team_id": pl.String}),
    "left_out": Cube(
        left_out, (("team_id",),), {"team_id": pl.String, "exclusion_reason": pl.String, "contacts": pl.Int64}
    ),
    "sessions": Cube(sessions, (("team_id",),), {"sessions": pl.Int64, "sessions_contained": pl.Int64}),
}

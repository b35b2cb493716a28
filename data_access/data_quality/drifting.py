"""How the tables of the warehouse changed since refreshes are compared."""

from dataclasses import dataclass
from datetime import datetime

from data_access.store import Store
from metrics.data_quality.drift import Drift, Turn, standing


@dataclass(frozen=True, slots=True)
class Seen:
    """A change, and when a refresh saw it (UTC)."""

    drift: Drift
    seen_at: datetime


def read_drifts(store: Store) -> list[Seen]:
    """Every change that still holds, the newest first."""
    rows = store.cases("drift")
    if not rows.columns:
        return []
    every = [
        Seen(Drift(row["table"], row["column"], Turn(row["turn"]), row["was"], row["became"]), row["seen_at"])
        for row in rows.iter_rows(named=True)
    ]
    held = standing([each.drift for each in every])
    newest = {each.drift: each for each in every}
    return sorted((newest[each] for each in held), key=lambda each: (each.seen_at, each.drift.place), reverse=True)

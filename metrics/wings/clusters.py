"""What both wings say of a cluster: which of them alarms, since when, and what the other one sees of it."""

from dataclasses import dataclass
from datetime import date
from statistics import median

import polars as pl

from metrics.intervals import poisson_exact
from metrics.wings.scan import Scanned, episodes, lead_times

SIDES = ("complaints", "quality")


@dataclass(frozen=True, slots=True, eq=False)
class Warnings:
    """What the complaints and the quality wing saw of one kind of cluster; None where QA cannot tell."""

    keys: tuple[str, ...]
    complaints: Scanned
    quality: Scanned | None

    @property
    def sides(self) -> dict[str, Scanned]:
        return {"complaints": self.complaints} | ({} if self.quality is None else {"quality": self.quality})

    def has_cases(self, weeks: int) -> bool:
        """Did anything happen in the last weeks?"""
        return any(each.observed[:, -weeks:].sum() > 0 for each in self.sides.values())


def standing(found: Warnings, end: date) -> pl.DataFrame:
    """The clusters that alarm on a day, the clearest first.

    Returns:
        `keys`, `side`, `since` (the first of the alarms without a break), `weeks observed expected by_chance`, the
        ratio of observed to expected with its interval (`ratio low high`; null where nothing is usual), and what the
        other side has of the same weeks: `other_observed other_expected`, null where it cannot tell; `both` where both
        sides alarm, `is_part` where its whole issue type alarms too.
    """
    frames = []
    for side, scanned in found.sides.items():
        now = scanned.at(end)
        spans = episodes(scanned.alarms.filter(pl.col("end") <= end), found.keys).filter(pl.col("last") == end)
        since = spans.select(*found.keys, pl.col("first").alias("since"))
        joined = now.join(since, on=found.keys, how="left", nulls_equal=True).with_columns(side=pl.lit(side))
        other = found.sides.get("quality" if side == "complaints" else "complaints")
        seen = [_seen(other, row, found.keys) for row in joined.iter_rows(named=True)]
        others = {"other_observed": [each[0] for each in seen], "other_expected": [each[1] for each in seen]}
        frames.append(joined.with_columns(pl.Series(name, values, pl.Float64) for name, values in others.items()))
    usual = pl.when(pl.col("expected") > 0).then(pl.col("expected"))
    low, high = poisson_exact(pl.col("observed"), usual)
    together = pl.concat(frames).with_columns(ratio=pl.col("observed") / usual, low=low, high=high)
    ordered = together.drop("cell", "p", "end").sort("by_chance", "side", *found.keys)
    return ordered.with_columns(both=pl.len().over(found.keys) > 1, is_part=_is_part(found.keys))


def _is_part(keys: tuple[str, ...]) -> pl.Expr:
    """Does the whole issue type, of which this is one subtype, alarm on the same side?"""
    if keys != ("issue_type", "subtype"):
        return pl.lit(value=False)
    whole = pl.col("subtype").is_null().any().over("side", "issue_type")
    return pl.col("subtype").is_not_null() & whole


def _seen(scanned: Scanned | None, row: dict, keys: tuple[str, ...]) -> tuple[float | None, float | None]:
    """Counted and usual in the weeks of an alarm of the other side; nothing counted where it has no such cell."""
    if scanned is None:
        return None, None
    place = place_of(scanned, {name: row[name] for name in keys})
    if place is None:
        return 0.0, None
    last = scanned.ends.index(row["end"]) + 1
    weeks = slice(last - row["weeks"], last)
    return float(scanned.observed[place, weeks].sum()), float(scanned.usual[place, weeks].sum())


def place_of(scanned: Scanned, cell: dict[str, str | None]) -> int | None:
    """The row of a cell; None where there is none."""
    same = [pl.col(name).eq_missing(pl.lit(value, pl.String)) for name, value in cell.items()]
    found = scanned.cells.with_row_index("place").filter(*same)["place"]
    return int(found[0]) if len(found) else None


def course(found: Warnings, cell: dict[str, str | None], end: date, weeks: int) -> pl.DataFrame:
    """The weeks up to a day, of both sides: `side end observed usual`."""
    frames = []
    for side, scanned in found.sides.items():
        place, last = place_of(scanned, cell), scanned.ends.index(end) + 1
        shown = slice(max(0, last - weeks), last)
        size = len(scanned.ends[shown])
        observed = [0.0] * size if place is None else scanned.observed[place, shown].tolist()
        usual = [0.0] * size if place is None else scanned.usual[place, shown].tolist()
        frames.append(
            pl.DataFrame({"end": scanned.ends[shown], "observed": observed, "usual": usual}).with_columns(
                side=pl.lit(side)
            )
        )
    return pl.concat(frames).select("side", "end", "observed", "usual")


def history(found: Warnings, end: date) -> pl.DataFrame:
    """Every alarm up to a day from its first week to its last: `keys`, `side first last`, the newest first."""
    frames = [
        episodes(scanned.alarms.filter(pl.col("end") <= end), found.keys).with_columns(side=pl.lit(side))
        for side, scanned in found.sides.items()
    ]
    return pl.concat(frames).sort(
        "first", "last", *found.keys, "side", descending=[True, True, *([False] * (len(found.keys) + 1))]
    )


@dataclass(frozen=True, slots=True, eq=False)
class Lead:
    """How far ahead QA's alarms were of those of complaints."""

    clusters: pl.DataFrame  # of which both alarmed: see `scan.lead_times`
    complaints_only: int
    quality_only: int

    @property
    def median_days(self) -> float | None:
        return median(self.clusters["days"]) if self.clusters.height else None


def lead(found: Warnings, end: date) -> Lead | None:
    """Lead times over all past clusters; None where QA cannot tell.

    A cluster that alarmed as soon as anything was looked at may have begun long before: it has no lead time.
    """
    if found.quality is None:
        return None
    past = history(found, end)
    quality, complaints = (past.filter(pl.col("side") == side) for side in ("quality", "complaints"))
    begun = pl.col("first") > found.complaints.ends[0]
    both = lead_times(quality.filter(begun), complaints.filter(begun), found.keys)
    alone = [
        one.join(other.select(found.keys).unique(), on=found.keys, how="anti", nulls_equal=True).height
        for one, other in ((complaints, quality), (quality, complaints))
    ]
    return Lead(both, *alone)

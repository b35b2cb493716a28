"""What both wings say of a cluster: which of them alarms, since when, and what the other one sees of it."""

from dataclasses import dataclass
from datetime import date
from statistics import median

import polars as pl

from metrics.intervals import poisson_mid_p
from metrics.wings.scan import Scanned, episodes, lead_times

SIDES = ("complaints", "quality")


@dataclass(frozen=True, slots=True, eq=False)
class Warnings:
    """What the complaints and the quality wing saw of one kind of cluster; None where QA cannot tell."""

    keys: tuple[str, ...]
    complaints: Scanned
    quality: Scanned | None
    of_quality: tuple[str, ...] = ()  # keys that complaints do not know: null there, and where QA takes all together

    @property
    def shared(self) -> tuple[str, ...]:
        """The keys by which both wings know a cluster."""
        return tuple(name for name in self.keys if name not in self.of_quality)

    def place(self, side: str, cell: dict[str, str | None]) -> int | None:
        """The row of a cluster on one side; None where there is none."""
        found = self.sides[side].cells.with_row_index("place").filter(self._is(side, cell))["place"]
        return int(found[0]) if len(found) else None

    def alarms_of(self, cell: dict[str, str | None], rows: pl.DataFrame) -> pl.DataFrame:
        """The alarms of one cluster, of both sides, among `standing`."""
        return rows.filter(pl.any_horizontal((pl.col("side") == side) & self._is(side, cell) for side in SIDES))

    def _is(self, side: str, cell: dict[str, str | None]) -> pl.Expr:
        known = cell if side == "quality" else cell | dict.fromkeys(self.of_quality)
        return pl.all_horizontal(pl.col(name).eq_missing(pl.lit(value, pl.String)) for name, value in known.items())

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
        other side has of the same weeks: `other_observed other_expected`, null where it cannot tell; since when the
        other side alarms too: `other_since`; `is_implied` where another alarm of the side says it: its whole issue
        type, or one item of its batch.
    """
    frames = []
    for side, scanned in found.sides.items():
        now = scanned.at(end)
        spans = episodes(scanned.alarms.filter(pl.col("end") <= end), found.keys).filter(pl.col("last") == end)
        since = spans.select(*found.keys, pl.col("first").alias("since"))
        joined = now.join(since, on=found.keys, how="left", nulls_equal=True).with_columns(side=pl.lit(side))
        other = "quality" if side == "complaints" else "complaints"
        seen = [_seen(found, other, row) for row in joined.iter_rows(named=True)]
        others = {"other_observed": [each[0] for each in seen], "other_expected": [each[1] for each in seen]}
        frames.append(joined.with_columns(pl.Series(name, values, pl.Float64) for name, values in others.items()))
    usual = pl.when(pl.col("expected") > 0).then(pl.col("expected"))
    low, high = poisson_mid_p(pl.col("observed"), usual)
    together = pl.concat(frames).with_columns(ratio=pl.col("observed") / usual, low=low, high=high)
    ordered = together.drop("cell", "p", "end").sort("by_chance", "side", *found.keys)
    since = {side: pl.col("since").filter(pl.col("side") == side).min().over(found.shared) for side in SIDES}
    other_since = pl.when(pl.col("side") == "quality").then(since["complaints"]).otherwise(since["quality"])
    return ordered.with_columns(other_since=other_since, is_implied=_is_implied(found))


def told_once(rows: pl.DataFrame) -> pl.DataFrame:
    """Of `standing` what a person needs to hear: no implied ones, and of two wings the one that alarmed first."""
    later = pl.col("other_since") < pl.col("since")
    same = (pl.col("other_since") == pl.col("since")) & (pl.col("side") == "complaints")
    return rows.filter(~pl.col("is_implied"), ~(later | same).fill_null(value=False))


def _is_implied(found: Warnings) -> pl.Expr:
    """One subtype of an issue type that alarms as a whole; all items of a batch of which one alarms by itself."""
    if found.of_quality:
        items = pl.all_horizontal(pl.col(found.of_quality).is_null())
        return (pl.col("side") == "quality") & items & (~items).any().over("side", *found.shared)
    if found.keys != ("issue_type", "subtype"):
        return pl.lit(value=False)
    whole = pl.col("subtype").is_null().any().over("side", "issue_type")
    return pl.col("subtype").is_not_null() & whole


def _seen(found: Warnings, side: str, row: dict) -> tuple[float | None, float | None]:
    """Counted and usual in the weeks of an alarm of the other side; nothing counted where it has no such cell."""
    if side not in found.sides:
        return None, None
    place = found.place(side, {name: None if name in found.of_quality else row[name] for name in found.keys})
    if place is None:
        return 0.0, None
    scanned = found.sides[side]
    last = scanned.ends.index(row["end"]) + 1
    weeks = slice(last - row["weeks"], last)
    return float(scanned.observed[place, weeks].sum()), float(scanned.usual[place, weeks].sum())


def course(found: Warnings, cell: dict[str, str | None], end: date, weeks: int) -> pl.DataFrame:
    """The weeks up to a day, of both sides: `side end observed usual`."""
    frames = []
    for side, scanned in found.sides.items():
        place, last = found.place(side, cell), scanned.ends.index(end) + 1
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
    both = lead_times(quality.filter(begun), complaints.filter(begun), found.shared)
    alone = [
        one.join(other.select(found.shared).unique(), on=found.shared, how="anti", nulls_equal=True).height
        for one, other in ((complaints, quality), (quality, complaints))
    ]
    return Lead(both, *alone)

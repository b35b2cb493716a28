"""One opened warehouse with its roll-ups: gives the facts of a scope, cut to what the viewer may see."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from statistics import median

import polars as pl
import polars.selectors as cs

from data_access import contacts
from data_access.bands import with_bands
from data_access.case_facts import FACTS, complaints
from data_access.case_part import FIRST, LAST
from data_access.cubes import CUBES
from data_access.kept import Kept
from data_access.read import read
from data_access.rollup_files import Manifest
from data_access.rollups import Rollups
from data_access.splits import CUBED, SPLITS
from data_access.viewer import Viewer
from data_access.warehouse import Warehouse
from metrics import complaint_facts
from metrics.metric import AnyMetric, Source
from metrics.rules import Rules
from metrics.scope import WEEK, Filters, Period

FRAMES_KEPT = 64
ANSWERS_KEPT = 512
EVERYTHING = Period(date(1900, 1, 1), date(2200, 1, 1))


@dataclass(frozen=True, eq=False)
class Store:
    """The roll-ups of one moment. Frames are read at first use and kept; a newer moment is another store."""

    rollups: Rollups
    manifest: Manifest
    today: date = date.max  # the site's day when a warehouse that goes on was asked: it is not over
    answers: Kept = field(default_factory=lambda: Kept(ANSWERS_KEPT))  # each under all that it depends on
    _frames: Kept = field(default_factory=lambda: Kept(FRAMES_KEPT))

    @property
    def warehouse(self) -> Warehouse:
        return self.rollups.warehouse

    @property
    def site_rules(self) -> Rules:
        """As the site has set them."""
        return self.rollups.rules

    @cached_property
    def rules(self) -> Rules:
        """The site's rules, with the usual handle times as they were found."""
        return with_bands(self.rollups.rules, self.manifest.bands)

    def under(self, rules: Rules) -> "Store | None":
        """The same moment under other rules; None where they ask for other roll-ups."""
        rollups = replace(self.rollups, rules=rules)
        return Store(rollups, self.manifest, self.today) if rollups.key == self.rollups.key else None

    @property
    def as_of(self) -> datetime:
        """Up to when the data reach."""
        return self.manifest.as_of or datetime(1970, 1, 1)

    @property
    def data_end(self) -> date:
        """The first day without data."""
        return self.as_of.date() + timedelta(days=1)

    @cached_property
    def data_start(self) -> date:
        """The first day with a contact; without contacts the first with a complaint, or else of the volumes."""
        if self.manifest.days:
            return min(self.manifest.days)
        name, at = ("complaints", "received_at") if self.warehouse.has("complaints") else ("volumes", "day")
        if not self.warehouse.has(name):
            return self.data_end
        first = self.cases(name)[at].cast(pl.Date).min()
        return first if isinstance(first, date) else self.data_end

    @cached_property
    def anchor(self) -> date:
        """The first day that is not over, or from which on there are no contacts to speak of."""
        return min(self.today, self._usual_end)

    @cached_property
    def _usual_end(self) -> date:
        """The end of the contacts, or that of their last normal week.

        Periods are counted back from it, and a day is final only when its look-ahead ends before it: in a thin tail
        repeats are missing, and a share of contacts without repeats would look better than it is. A tail is a run of
        last weeks with less than a tenth of the usual contacts, and the week of decline before it; fewer contacts
        than usual, as after the loss of a client or over a holiday, are no tail.
        """
        weeks: dict[date, int] = {}
        for each, (count, _) in self.manifest.days.items():
            monday = each - timedelta(days=each.weekday())
            weeks[monday] = weeks.get(monday, 0) + count
        # Complaints may reach further than contacts: what looks ahead for contacts is not final for that.
        end = max(self.manifest.days, default=self.as_of.date()) + timedelta(days=1)
        whole = {monday: count for monday, count in weeks.items() if monday + WEEK <= end}
        if not whole:
            return end
        usual = median(count for count in whole.values() if count * 10 >= max(whole.values()))
        last = max(monday for monday, count in weeks.items() if count * 10 >= usual)
        if last >= max(whole):
            return end
        return last if whole[last] * 2 < usual else last + WEEK

    def unsplit(self, metric: AnyMetric, dimensions: Iterable[str]) -> tuple[str, ...]:
        """Those dimensions by which the metric can be neither split nor filtered, whatever the warehouse has."""
        never = metric.unsplit
        return tuple(
            name for name in dimensions if name in never or any(name not in SPLITS[source] for source in metric.reads)
        )

    def missing(self, metric: AnyMetric, dimensions: Iterable[str]) -> tuple[str, ...]:
        """Columns that the metric, split and filtered like this, needs and the warehouse lacks."""
        wanted = [SPLITS[source][name] for source in metric.reads for name in dimensions if name in SPLITS[source]]
        return self.warehouse.missing(tuple(dict.fromkeys((*metric.under(self.rules).needs, *wanted))))

    def can_split(self, source: Source, dimension: str) -> bool:
        """Does the warehouse have the column by which this source would be split?"""
        return dimension in SPLITS[source] and not self.warehouse.missing((SPLITS[source][dimension],))

    def facts(
        self, viewer: Viewer, sources: Iterable[Source], period: Period, filters: Filters, by: tuple[str, ...] = ()
    ) -> pl.DataFrame:
        """The facts of these sources one below the other: `day`, `by` and the measures of each source.

        Orders are not counted by team: a viewer with rows of some teams only gets none of them.
        """
        frames = [self._facts(viewer, source, period, filters, by) for source in sources]
        return pl.concat(frames, how="diagonal_relaxed")

    def _facts(
        self, viewer: Viewer, source: Source, period: Period, filters: Filters, by: tuple[str, ...]
    ) -> pl.DataFrame:
        if source is Source.CONTACTS or (source is Source.CALLS and self.warehouse.has("contacts", "answered_at")):
            return self._contacts(viewer, period, filters, by)
        if source in CUBED:
            return self._cubed(CUBED[source], viewer, period, filters, by)
        return cut(self._case_facts(source, viewer), viewer, period, filters)

    def _contacts(self, viewer: Viewer, period: Period, filters: Filters, by: tuple[str, ...]) -> pl.DataFrame:
        used = _used(viewer, filters, by)
        for grain in contacts.CUBES:
            if _held(used).issubset(grain) and self.warehouse.has("contacts", *_held(used)):
                return self._cut_kept(f"sums/{'+'.join(grain)}", used, viewer, period, filters)
        live = narrowed(filters, viewer)
        query = contacts.sums(self.warehouse, self.rules, period.start, period.end, [tuple(sorted(used))], live)
        return self._frames.once(("sums", by, period, live), lambda: read(self.warehouse.engine, query).drop("grain"))

    def _cubed(self, name: str, viewer: Viewer, period: Period, filters: Filters, by: tuple[str, ...]) -> pl.DataFrame:
        cube = CUBES[name]
        used = _used(viewer, filters, by) - cube.measures.keys()  # answers are kept by issue type, whatever the grain
        for grain in cube.grains:
            if _held(used).issubset(grain) and self.warehouse.has("contacts", *_held(used)):
                return self._cut_kept(f"{name}/{'+'.join(grain)}", used, viewer, period, filters)
        live = narrowed(filters, viewer)
        query = cube.query(self.warehouse, self.rules, period.start, period.end, tuple(sorted(used)), live)
        if query is None:
            return pl.DataFrame(schema={"day": pl.Date, **cube.measures})
        return self._frames.once((name, by, period, live), lambda: read(self.warehouse.engine, query))

    def _cut_kept(self, name: str, used: set[str], viewer: Viewer, period: Period, filters: Filters) -> pl.DataFrame:
        """What a roll-up holds of a scope; supervisors, whom it does not hold, by their teams."""
        own, others = (
            tuple(each for each in filters if (each[0] == "supervisor") is is_his) for is_his in (True, False)
        )
        found = cut(self.kept(name), viewer, period, others)
        if "supervisor" not in used:
            return found
        query = contacts.supervisors(self.warehouse)
        by_team = self._frames.once("supervisors", lambda: read(self.warehouse.engine, query))
        return cut(found.join(by_team, on="team_id", how="left"), viewer, period, own)

    def _case_facts(self, source: Source, viewer: Viewer) -> pl.DataFrame:
        if source is Source.COMPLAINTS:
            return self._frames.once((source, viewer.teams), lambda: complaints(self, viewer.teams))
        return self._frames.once(source, lambda: FACTS[source](self))

    def cases(self, name: str) -> pl.DataFrame:
        """Complaints, reviews or orders as they were read from the warehouse; for everyone's eyes only after a cut."""
        return self._frames.once(("cases", name), lambda: self._cases(name))

    def _cases(self, name: str) -> pl.DataFrame:
        whole = self.manifest.parts.get(f"cases/{name}")
        files = self.rollups.files
        found = files.read(whole) if whole else files.read_all(self.manifest.parts, f"cases/{name}")
        return found.drop(cs.ends_with(FIRST, LAST))

    def names(self, viewer: Viewer) -> dict[tuple[str, str], str]:
        """(dimension, code) → name, for teams and agents whose names the warehouse has and the viewer may see.

        Of teams only the viewer's own; of agents none for who is not cleared, and those of own teams only.
        """
        own = self._agents(viewer)
        return {
            (dimension, code): name
            for dimension, code, name in self.cases("names").iter_rows()
            if name and (viewer.sees(code) if dimension == "team_id" else code in own)
        }

    def people(self) -> frozenset[str]:
        """The names of agents, which texts are searched for; for nobody's eyes."""
        return frozenset(
            name for dimension, _, name in self.cases("names").iter_rows() if dimension != "team_id" and name
        )

    def _agents(self, viewer: Viewer) -> frozenset[str]:
        """The agents whose names the viewer may read: those who ever handled a contact of a team that he sees."""
        if not viewer.is_cleared:
            return frozenset()
        if viewer.teams is None:
            return frozenset(code for dimension, code, _ in self.cases("names").iter_rows() if dimension != "team_id")
        if not self.warehouse.has("contacts", "team_id", "agent_id"):
            return frozenset()
        seen = cut(self.kept(contacts.OF_AGENTS), viewer, EVERYTHING, ())
        return frozenset(seen["agent_id"].drop_nulls().unique())

    def values(self, viewer: Viewer, dimension: str) -> list[str]:
        """Every value of a dimension among contacts and complaints that the viewer may see, in order."""
        found: set[str] = set()
        if self.warehouse.has("contacts", dimension):
            grain = next(grain for grain in contacts.CUBES if dimension in grain)
            seen = cut(self.kept(f"sums/{'+'.join(grain)}"), viewer, EVERYTHING, ())
            found.update(seen[dimension].drop_nulls().unique())
        if dimension in complaint_facts.DIMENSIONS and self.warehouse.has("complaints"):
            seen = cut(self._case_facts(Source.COMPLAINTS, viewer), viewer, EVERYTHING, ())
            found.update(seen[dimension].drop_nulls().unique())
        return sorted(found)

    def kept(self, name: str) -> pl.DataFrame:
        """Every month of one roll-up."""
        return self._frames.once(name, lambda: self._months(name))

    def _months(self, name: str) -> pl.DataFrame:
        found = [part for key, part in sorted(self.manifest.parts.items()) if key.rsplit("/", 1)[0] == name]
        frames = [self.rollups.files.read(part) for part in found]
        return pl.concat(frames, how="vertical_relaxed") if frames else self._nothing(name)

    def _nothing(self, name: str) -> pl.DataFrame:
        """The columns of a roll-up that has no month, because there is no contact."""
        kind, _, grain = name.partition("/")
        split, day = tuple(grain.split("+")), self.data_end
        if kind == "sums":
            return read(self.warehouse.engine, contacts.sums(self.warehouse, self.rules, day, day, [split]))
        cube = CUBES[kind]
        query = cube.query(self.warehouse, self.rules, day, day, split)
        return (
            pl.DataFrame(schema={"day": pl.Date, **cube.measures})
            if query is None
            else read(self.warehouse.engine, query)
        )


def _used(viewer: Viewer, filters: Filters, by: tuple[str, ...]) -> set[str]:
    """The dimensions that a question needs."""
    return {*by, *(name for name, _ in filters), *(("team_id",) if viewer.teams is not None else ())}


def _held(used: set[str]) -> set[str]:
    """The dimensions that a roll-up must hold to answer it: a supervisor follows from the team."""
    return {"team_id" if name == "supervisor" else name for name in used}


def narrowed(filters: Filters, viewer: Viewer) -> Filters:
    """The filters with the viewer's teams as one more."""
    return filters if viewer.teams is None else (*filters, ("team_id", viewer.teams))


def cut(frame: pl.DataFrame, viewer: Viewer, period: Period, filters: Filters) -> pl.DataFrame:
    """The rows of the period and filters that the viewer may see; rows of no known team only for who sees all."""
    inside = pl.col("day").is_between(period.start, period.end, closed="left")
    if viewer.teams is not None and "team_id" not in frame.columns:
        return frame.clear()
    return frame.filter(inside, *(pl.col(name).is_in(values) for name, values in narrowed(filters, viewer)))

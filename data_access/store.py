"""One opened warehouse with its roll-ups: gives the facts of a scope, cut to what the viewer may see."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from typing import TypeVar

import polars as pl

from data_access import contacts
from data_access.bands import with_bands
from data_access.case_facts import facts_by_day
from data_access.chosen_rows import Choice
from data_access.cubes import CUBES
from data_access.daily import VOLUMES
from data_access.frames import Frames, slim, together, wide
from data_access.kept import Kept
from data_access.read import read
from data_access.rollup_files import Manifest
from data_access.rollups import Rollups
from data_access.schema import KIND
from data_access.shelf import Shelf
from data_access.spans import usual_end
from data_access.splits import CUBED, SPLITS
from data_access.viewer import Viewer
from data_access.warehouse import Warehouse
from metrics.metric import AnyMetric, Metric, Source
from metrics.rules import Rules
from metrics.scope import Filters, Period

ANSWERS_KEPT = 16_384  # of many viewers; they are bounded by their memory
BYTES_OF_ANSWERS = 64 * 2**20
EVERYTHING = Period(date(1900, 1, 1), date(2200, 1, 1))
Answer = TypeVar("Answer")


@dataclass(frozen=True, eq=False)
class Store:
    """The roll-ups of one moment. Frames are read at first use and kept; a newer moment is another store."""

    rollups: Rollups
    manifest: Manifest
    today: date = date.max  # the site's day when a warehouse that goes on was asked: it is not over
    answers: Kept = field(default_factory=lambda: Kept(ANSWERS_KEPT, BYTES_OF_ANSWERS))  # under all that they depend on

    @property
    def warehouse(self) -> Warehouse:
        return self.rollups.warehouse

    @property
    def site_rules(self) -> Rules:
        """As the site has set them."""
        return self.rollups.rules

    @cached_property
    def shelf(self) -> Shelf:
        """What any process has computed from these roll-ups under these rules."""
        told = repr((self.rules, self.anchor))
        return Shelf(self.rollups.files.folder / "answers", self.manifest.id, told)

    def computed(self, question: Hashable, make: Callable[[], Answer]) -> Answer:
        """What takes long and is small: kept for every process. The question's `repr` says all that it depends on."""
        return self.answers.once(question, lambda: self.shelf.answer(question, make))

    @cached_property
    def _frames(self) -> Frames:
        return Frames(self.rollups.files, self.manifest.parts)

    @cached_property
    def rules(self) -> Rules:
        """The site's rules, with what was found: the usual handle times, and whether the source records results."""
        recorded = self.warehouse.has("contacts", "sla_met")
        return replace(with_bands(self.rollups.rules, self.manifest.bands), contact_sla_is_recorded=recorded)

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
        first = self.cases(name, (at,))[at].cast(pl.Date).min()
        return first if isinstance(first, date) else self.data_end

    @cached_property
    def anchor(self) -> date:
        """The first day that is not over, or from which on there are no contacts to speak of."""
        # Complaints may reach further than contacts: what looks ahead for contacts is not final for that.
        days = {day: mark for day, mark in self.manifest.days.items() if day < self.data_end}  # not dated in the future
        end = max(days, default=self.as_of.date()) + timedelta(days=1)
        return min(self.today, usual_end(days, end))

    def unsplit(self, metric: AnyMetric, dimensions: Iterable[str]) -> tuple[str, ...]:
        """Those dimensions by which the metric can be neither split nor filtered, whatever the warehouse has."""
        never = metric.unsplit
        return tuple(
            name for name in dimensions if name in never or any(name not in SPLITS[source] for source in metric.reads)
        )

    def missing(self, metric: AnyMetric, dimensions: Iterable[str]) -> tuple[str, ...]:
        """Columns and kinds of volumes that the metric, split and filtered like this, needs and the warehouse lacks."""
        wanted = [SPLITS[source][name] for source in metric.reads for name in dimensions if name in SPLITS[source]]
        lacking = self.warehouse.missing(tuple(dict.fromkeys((*metric.under(self.rules).needs, *wanted))))
        return lacking or self._kinds_missing(metric.under(self.rules))

    def _kinds_missing(self, metric: AnyMetric) -> tuple[str, ...]:
        """Kinds of volumes that a metric is made of and no day tells: their sums would pass for zero."""
        is_of_volumes = Source.VOLUMES in metric.reads or (Source.CALLS in metric.reads and not self._tells_calls)
        if not (is_of_volumes and isinstance(metric, Metric)):
            return ()
        made_of = {*metric.numerator.meta.root_names(), *metric.denominator.meta.root_names()}
        return self.lacking(f"volumes.{KIND}{each}" for each in VOLUMES if each in made_of)

    def lacking(self, needs: Iterable[str]) -> tuple[str, ...]:
        """Those of the needed tables, `table.column` and `volumes.kinds.kind` that there are not."""
        return tuple(each for each in needs if self._lacks(each))

    def _lacks(self, need: str) -> bool:
        kind = need.removeprefix(f"volumes.{KIND}")
        return bool(self.warehouse.missing((need,))) if kind == need else kind not in self._kinds

    @property
    def _tells_calls(self) -> bool:
        return self.warehouse.has("contacts", "answered_at")

    @cached_property
    def _kinds(self) -> frozenset[str]:
        """The kinds of volumes that there are."""
        told = self.cases("volumes", ("kind",))
        return frozenset(told["kind"].cast(pl.String).drop_nulls().unique()) if told.columns else frozenset()

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
        if source is Source.CONTACTS or (source is Source.CALLS and self._tells_calls):
            return self._contacts(viewer, period, filters, by)
        if source in CUBED:
            return self._cubed(CUBED[source], viewer, period, filters, by)
        return together(cut(each, viewer, period, filters) for each in self.case_facts(source, viewer, period))

    def _contacts(self, viewer: Viewer, period: Period, filters: Filters, by: tuple[str, ...]) -> pl.DataFrame:
        used = dimensions_of(viewer, filters, by)
        if cube := self._cube(used):
            return self._cut_kept(cube, used, viewer, period, filters)
        live = narrowed(filters, viewer)
        query = contacts.sums(self.warehouse, self.rules, period.start, period.end, [tuple(sorted(used))], live)
        key = ("sums", by, period, live)
        return self._frames.kept.once(key, lambda: read(self.warehouse.engine, query).drop("grain"))

    def contacts(
        self, viewer: Viewer, period: Period, filters: Filters, by: tuple[str, ...], measures: tuple[str, ...]
    ) -> pl.DataFrame:
        """Contacts by `day` and `by` with these measures; no other is made where no roll-up tells."""
        if self._cube(dimensions_of(viewer, filters, by)):
            return self._contacts(viewer, period, filters, by).select("day", *by, *measures)
        live = narrowed(filters, viewer)
        return read(self.warehouse.engine, contacts.counts(self.warehouse, self.rules, period, by, live, measures))

    def _cube(self, used: set[str]) -> str:
        """The smallest roll-up of contacts that holds these dimensions; empty where none does."""
        kept = _held(used)
        fitting = (grain for grain in contacts.CUBES if kept.issubset(grain) and self.warehouse.has("contacts", *kept))
        return next((f"sums/{'+'.join(grain)}" for grain in fitting), "")

    def _cubed(self, name: str, viewer: Viewer, period: Period, filters: Filters, by: tuple[str, ...]) -> pl.DataFrame:
        cube = CUBES[name]
        used = dimensions_of(viewer, filters, by) - cube.measures.keys()  # answers go by issue type, whatever the grain
        for grain in cube.grains:
            if _held(used).issubset(grain) and self.warehouse.has("contacts", *_held(used)):
                return self._cut_kept(f"{name}/{'+'.join(grain)}", used, viewer, period, filters)
        live = narrowed(filters, viewer)
        query = cube.query(self.warehouse, self.rules, period.start, period.end, tuple(sorted(used)), live)
        if query is None:
            return pl.DataFrame(schema={"day": pl.Date, **cube.measures})
        return self._frames.kept.once((name, by, period, live), lambda: read(self.warehouse.engine, query))

    def _cut_kept(self, name: str, used: set[str], viewer: Viewer, period: Period, filters: Filters) -> pl.DataFrame:
        """What a roll-up holds of a scope; supervisors, whom it does not hold, by their teams."""
        own = tuple(each for each in filters if each[0] == "supervisor")
        others = tuple(each for each in filters if each not in own)
        found = together(cut(each, viewer, period, others) for each in self.months(name, period))
        if "supervisor" not in used:
            return found
        query = contacts.supervisors(self.warehouse)
        by_team = self._frames.kept.once("supervisors", lambda: read(self.warehouse.engine, query))
        return cut(found.join(by_team, on="team_id", how="left"), viewer, period, own)

    def case_facts(self, source: Source, viewer: Viewer, period: Period) -> Iterator[pl.DataFrame]:
        """The facts of a source on the days of a period and around: all of them may be too many for memory."""
        asked = (source, viewer.teams if source is Source.COMPLAINTS else None)
        return self._frames.stretches(self.shelf, asked, partial(facts_by_day, self, *asked), period)

    def made(self, name: Hashable, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """A frame that follows from all that this moment holds: made once for every process, for nobody's eyes yet."""
        return wide(self._frames.kept.once(("made", name), lambda: self.shelf.frame(name, lambda: slim(make()))))

    def cases(self, name: str, columns: tuple[str, ...] | None = None, *only: Choice) -> pl.DataFrame:
        """Complaints, reviews or orders as they were read from the warehouse; for everyone's eyes only after a cut.

        Args:
            columns: those of them that there are; None for all.
            only: rows of which all of this holds; without any all rows, of which many take long.
        """
        return self._frames.cases(name, columns, *only)

    def case_files(self, name: str, columns: tuple[str, ...] | None = None, *only: Choice) -> Iterator[pl.DataFrame]:
        """The same a file at a time."""
        return self._frames.case_files(name, columns, *only)

    def kept(self, name: str) -> pl.DataFrame:
        """Every month of one roll-up."""
        return together(self.months(name))

    def months(self, name: str, period: Period | None = None) -> list[pl.DataFrame]:
        """A roll-up a file at a time, those with days of the period; before a cut for nobody's eyes."""
        return self._frames.months(name, period) or [self._nothing(name)]

    def _nothing(self, name: str) -> pl.DataFrame:
        """The columns of a roll-up that has no month, because there is no contact."""
        kind, _, grain = name.partition("/")
        split, day = tuple(grain.split("+")), self.data_end
        if kind == "sums":
            return read(self.warehouse.engine, contacts.sums(self.warehouse, self.rules, day, day, [split]))
        cube = CUBES[kind]
        query = cube.query(self.warehouse, self.rules, day, day, split)
        nothing = pl.DataFrame(schema={"day": pl.Date, **cube.measures})
        return nothing if query is None else read(self.warehouse.engine, query)


def dimensions_of(viewer: Viewer, filters: Filters, by: tuple[str, ...] = ()) -> set[str]:
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

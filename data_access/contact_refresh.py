"""Parts of contacts brought up to the warehouse: days that changes reach are counted anew, the others stay."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import chain

import polars as pl

from data_access import contacts, spans
from data_access.case_part import CHAINS, CONTACTS
from data_access.case_refresh import Changed
from data_access.cubes import CUBES
from data_access.dialects import SECONDS_A_DAY
from data_access.marks import Marker
from data_access.read import read
from data_access.rollup_files import NO_DAY, Manifest, Part, RollupFiles
from data_access.sums import sums
from data_access.warehouse import Warehouse
from metrics.rules import Rules

Progress = Callable[[float, str], None]
Made = Callable[[], pl.DataFrame]  # rows, counted or read when they are asked for


@dataclass(frozen=True, slots=True)
class ContactRefresh:
    """Brings the sums of contacts up to a warehouse, a month of a roll-up in each file."""

    warehouse: Warehouse
    rules: Rules
    files: RollupFiles

    def parts(
        self,
        old: Manifest | None,
        seen: Manifest,
        changed: Changed | None,
        say: Progress,
        writers: Executor,
        unprinted: Marker | None,
    ) -> tuple[dict[str, Part], list[Future[dict[str, Part]]]]:
        """The months of contacts in place, and those still being written; `unprinted` adds fingerprints to `seen`."""
        days = seen.days
        months = sorted({each.replace(day=1) for each in days})
        parts = {} if old is None else {name: part for name, part in old.parts.items() if not name.startswith("cases/")}
        lost = {name for name, part in parts.items() if not self.files.is_sound(part)}
        reached = self._affected(changed, seen) if changed is not None else set()
        whole = set(months) if changed is None else {spans.month_of(name) for name in lost}
        asked = list(spans.to_count(months, whole, {each for each in reached if each.replace(day=1) in months}, days))
        gone = {name for name in parts if spans.month_of(name) not in months}
        kept = {name: part for name, part in parts.items() if name not in gone}
        writing: list[Future[dict[str, Part]]] = []
        for done, span in enumerate(asked):
            say(0.05 + 0.85 * done / len(asked), "Counting contacts")
            finish(writing, kept)  # two spans may lie in one month
            if unprinted:
                unprinted.print_contacts(seen.marks, span)
            counted = chain(sums(self.warehouse, self.rules, span, days), self._cubes(*span))
            writing = [writers.submit(self._put, *each, span, whole, kept) for each in counted]
        return kept, writing

    def _affected(self, changed: Changed, seen: Manifest) -> set[date]:
        """Days whose sums may differ: those that changed, and those whose look for repeats reaches them."""
        before_it, after_it = contacts.reach(self.warehouse, self.rules)
        # A contact after a day looks back at it as far as a look for repeats reaches before, and the other way round.
        after_it = max(after_it, -(-self.rules.containment_seconds // SECONDS_A_DAY))
        chained = changed.get(CHAINS, set()) - {NO_DAY}
        reached = {each + timedelta(days=shift) for each in chained for shift in range(-after_it, before_it + 1)}
        own = changed.get(CONTACTS, set()) - {NO_DAY}
        return {each for each in reached | own if each in seen.days or each in own}

    def _cubes(self, start: date, end: date) -> Iterator[tuple[str, Made]]:
        """What reads each roll-up beside the sums, for the days in [start, end)."""
        for name, cube in CUBES.items():
            for grain in cube.grains:
                query = cube.query(self.warehouse, self.rules, start, end, grain)
                if query is not None:
                    yield f"{name}/{'+'.join(grain)}", partial(read, self.warehouse.engine, query)

    def _put(
        self, name: str, made: Made, span: spans.Span, whole: set[date], parts: Mapping[str, Part]
    ) -> dict[str, Part]:
        """Write the months that the rows of a span touch; what lay there of other days is kept.

        A month in which the span's rows are as they lie there stays as it is: not all that changes changes all sums.
        """
        start, end = span
        ordered = made().sort("day")
        fresh = {}
        for month in spans.months_of(start, end):
            part = f"{name}/{month:%Y-%m}"
            rows = _slice(ordered, "day", month, spans.next_month(month))
            if month not in whole and part in parts:
                kept = self.files.read(parts[part])  # in the order of days, as it was written
                before, after = _slice(kept, "day", month, start), _slice(kept, "day", end, spans.next_month(month))
                if _are_same(kept.slice(before.height, kept.height - before.height - after.height), rows):
                    fresh[part] = parts[part]
                    continue
                rows = pl.concat([before, rows, after], how="vertical_relaxed")
            fresh[part] = self.files.write(rows)
        return fresh


def finish(writing: Iterable[Future[dict[str, Part]]], parts: dict[str, Part]) -> None:
    for each in writing:
        parts.update(each.result())


def _slice(ordered: pl.DataFrame, column: str, start: object, end: object) -> pl.DataFrame:
    """Rows from `start` up to and without `end`, of a frame sorted by the column: nothing is copied."""
    first, last = ordered[column].search_sorted(pl.Series([start, end]), side="left")
    return ordered.slice(first, last - first)


def _are_same(old: pl.DataFrame, new: pl.DataFrame) -> bool:
    """Are these the same rows, in whatever order?"""
    if old.schema != new.schema or old.height != new.height:
        return False
    return old.sort(old.columns).equals(new.sort(old.columns))

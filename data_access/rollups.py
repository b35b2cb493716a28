"""Roll-ups: small sums made inside the warehouse, kept as Parquet, refreshed where days changed."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl
from filelock import FileLock
from sqlalchemy import URL

from data_access import cases, contacts, daily, findings, items, spans
from data_access.asked import asked
from data_access.bands import Bands, reference_days, usual_bands, with_bands
from data_access.cubes import CUBES
from data_access.desk import texts
from data_access.marks import Marker
from data_access.read import read
from data_access.rollup_files import Manifest, Marks, Part, RollupFiles
from data_access.warehouse import Warehouse
from data_access.wings.parts import PARTS
from metrics.rules import Rules

FORMAT = 6  # raise it when the meaning of a stored column changes: every roll-up is then built anew
MADE = {**dict.fromkeys(daily.PARTS, daily.query), **dict.fromkeys(findings.PARTS, findings.query)}
CASES = ("complaints", "names", *PARTS, *MADE)
NO_NAMES = pl.DataFrame(schema={"dimension": pl.String, "code": pl.String, "name": pl.String})
CHECKED_WITHIN = timedelta(days=1)
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Rollups:
    """The roll-ups of one warehouse under one set of rules, in one folder."""

    warehouse: Warehouse
    rules: Rules
    files: RollupFiles

    def refresh(self, progress: Progress | None = None, now: datetime | None = None) -> Manifest:
        """Bring the roll-ups up to the warehouse: build what is missing, damaged or changed, leave the rest.

        Raises:
            SourceUnavailable: the warehouse does not answer; what was there stays in place.
        """
        say = progress or (lambda _fraction, _step: None)
        self.files.folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self.files.folder / "refresh.lock"):
            old = self.files.manifest()
            key = self.key
            if old and old.key == key and old.version == self.warehouse.version and self._is_settled(old):
                return old
            usable = old if old and old.key == key else None
            say(0.02, "Looking for changed days")
            seen = self._look(usable, now or datetime.now(UTC))
            bands = self._bands(usable, seen.days)
            if usable and usable.bands != bands:  # what was counted by the bands before is void
                usable = None
            ruled = replace(self, rules=with_bands(self.rules, bands))
            with ThreadPoolExecutor(max_workers=2) as writers:  # files are written while the warehouse is asked on
                parts, writing = ruled._contact_parts(usable, seen.days, say, writers)
                say(0.9, "Reading complaints and reviews")
                parts["cases/reviews"] = ruled._reviews(usable, seen.days, seen.reviewed)
                parts |= {f"cases/{name}": ruled._cases(name, usable, seen) for name in CASES}
                is_sure = Marker(self.warehouse, self.rules).is_sure
                parts |= items.parts(self.warehouse, self.files, usable if is_sure else None, seen.reviewed)
                parts |= {texts.PART: ruled._texts(usable, parts)}
                _finish(writing, parts)
            newest = self._newest_complaint(parts["cases/complaints"])
            as_of = max((each for each in (seen.as_of, newest) if each), default=None)
            as_of = as_of or self._newest_volume(parts["cases/volumes"])
            fresh = replace(seen, as_of=as_of, parts=parts, bands=bands)
            self.files.adopt(fresh, old)
            say(1.0, "Roll-ups are up to date")
            return fresh

    def _bands(self, old: Manifest | None, days: Marks) -> Bands:
        """Usual handle times: looked for anew when the days that they come from have changed."""
        chosen = reference_days(days, self.rules)
        if old is not None and reference_days(old.days, self.rules) == chosen:
            return old.bands
        return usual_bands(self.warehouse, self.rules, chosen)

    def _look(self, old: Manifest | None, now: datetime) -> Manifest:
        """What the warehouse's days look like now, with no parts yet; days before the window of late data as before."""
        marker = Marker(self.warehouse, self.rules)
        since = self._since(old, now) if marker.is_sure else None
        days, as_of = marker.days("contacts", "started_at", since)
        if since and not days:  # all that was in the window is gone: what is the end of the data now?
            since = None
            days, as_of = marker.days("contacts", "started_at")
        reviewed, _ = marker.days("qa_reviews", "reviewed_at", since)
        complaints = None
        if self.warehouse.has("complaints"):
            complaints = marker.rows(cases.complaints(self.warehouse, self.rules))
        checked_at = now
        if old and since:
            days = {each: mark for each, mark in old.days.items() if each < since} | days
            reviewed = {each: mark for each, mark in old.reviewed.items() if each < since} | reviewed
            checked_at = old.checked_at
        return Manifest(self.key, self.warehouse.version, as_of, days, reviewed, complaints, checked_at, {})

    def _since(self, old: Manifest | None, now: datetime) -> date | None:
        """The first day to look at; None for every day, which is looked at once in CHECKED_WITHIN."""
        late = self.warehouse.late_days
        if old is None or not old.days or late is None or now - old.checked_at >= CHECKED_WITHIN:
            return None
        return min(max(old.days), now.date()) - timedelta(days=late)

    def in_place(self) -> Manifest | None:
        """The roll-ups as they lie there, without asking the warehouse; None unless sound and of these rules."""
        kept = self.files.manifest()
        if kept is None or kept.key != self.key:
            return None
        return kept if all(self.files.is_sound(part) for part in kept.parts.values()) else None

    def _is_settled(self, manifest: Manifest) -> bool:
        """A warehouse that the product made never changes under its version; a connected one may at any time."""
        return self.warehouse.source != "connected" and all(
            self.files.is_sound(part) for part in manifest.parts.values()
        )

    @property
    def key(self) -> str:
        """Changes when roll-ups would hold other sums of the same warehouse.

        Of the rules only those matter that the warehouse is asked with: a target share or a deadline, which is
        applied to what the roll-ups hold, builds nothing anew.
        """
        grains = (contacts.CUBES, [(name, each.grains) for name, each in CUBES.items()], CASES)
        statements = asked(self.warehouse, self.rules).print
        told = (FORMAT, statements, self.rules.handle_reference_days, self.warehouse.shape, grains)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    def _contact_parts(
        self, old: Manifest | None, days: Marks, say: Progress, writers: Executor
    ) -> tuple[dict[str, Part], list[Future[dict[str, Part]]]]:
        """The months of contacts that are in place, and those that are still being written."""
        months = sorted({each.replace(day=1) for each in days})
        parts = {} if old is None else {name: part for name, part in old.parts.items() if not name.startswith("cases/")}
        lost = {name for name, part in parts.items() if not self.files.is_sound(part)}
        whole = {month for month in months if old is None or any(spans.month_of(name) == month for name in lost)}
        reached = set() if old is None else self._affected(old.days, days)
        changed = {each for each in reached if each.replace(day=1) in months}
        if old and not Marker(self.warehouse, self.rules).is_sure:
            whole = set(months)
        asked = list(spans.to_count(months, whole, changed, days))
        gone = {name for name in parts if spans.month_of(name) not in months}
        kept = {name: part for name, part in parts.items() if name not in gone}
        writing: list[Future[dict[str, Part]]] = []
        for done, span in enumerate(asked):
            say(0.05 + 0.85 * done / len(asked), "Counting contacts")
            _finish(writing, kept)  # two spans may lie in one month
            writing = [writers.submit(self._put, *each, span, whole, kept) for each in self._counted(*span)]
        return kept, writing

    def _affected(self, before: Marks, now: Marks) -> set[date]:
        """Days whose sums may differ: those that changed, and those whose look for repeats reaches them."""
        changed = spans.changed_days(before, now)
        before_it, after_it = contacts.reach(self.warehouse, self.rules)
        # A contact after a day looks back at it as far as a look for repeats reaches before, and the other way round.
        reached = {each + timedelta(days=shift) for each in changed for shift in range(-after_it, before_it + 1)}
        return {each for each in reached if each in now or each in changed}

    def _counted(self, start: date, end: date) -> Iterator[tuple[str, pl.DataFrame]]:
        """Each roll-up's rows for the days in [start, end), in the order of counting."""
        warehouse, rules = self.warehouse, self.rules
        # What a finer cube holds is added up from it: the warehouse counts each contact once less.
        asked = [grain for grain in contacts.CUBES if not any(set(grain) < set(finer) for finer in contacts.CUBES)]
        counted = read(warehouse.engine, contacts.sums(warehouse, rules, start, end, asked))
        sums = [name for name in counted.columns if name not in {"grain", "day", *contacts.DIMENSIONS}]
        for grain in contacts.CUBES:
            finer = next(each for each in asked if set(grain) <= set(each))
            rows = counted.filter(pl.col("grain") == asked.index(finer))
            if finer != grain:
                rows = rows.group_by("day", *grain).agg(pl.col(sums).sum())
            yield f"sums/{'+'.join(grain)}", rows.select("day", *sums, *grain)
        for name, cube in CUBES.items():
            for grain in cube.grains:
                query = cube.query(warehouse, rules, start, end, grain)
                if query is not None:
                    yield f"{name}/{'+'.join(grain)}", read(warehouse.engine, query)

    def _put(
        self, name: str, rows: pl.DataFrame, span: spans.Span, whole: set[date], parts: Mapping[str, Part]
    ) -> dict[str, Part]:
        """Write the months that the rows of a span touch; what lay there of other days is kept."""
        start, end = span
        ordered = rows.sort("day")
        fresh = {}
        for month in spans.months_of(start, end):
            part = f"{name}/{month:%Y-%m}"
            found = _slice(ordered, "day", month, spans.next_month(month))
            if month not in whole and part in parts:
                kept = self.files.read(parts[part]).filter(~pl.col("day").is_between(start, end, closed="left"))
                found = pl.concat([kept, found], how="vertical_relaxed").sort("day")
            fresh[part] = self.files.write(found)
        return fresh

    def _reviews(self, old: Manifest | None, days: Marks, reviewed: Marks) -> Part:
        """Reviews of contacts: those made on, or of contacts of, days that changed are read anew, the others kept."""
        if not cases.has_reviews(self.warehouse):
            return self.files.write(pl.DataFrame())
        warehouse = self.warehouse
        kept = old.parts.get("cases/reviews") if old and Marker(warehouse, self.rules).is_sure else None
        if old is None or kept is None or not self.files.is_sound(kept):
            return self._write_reviews(read(warehouse.engine, cases.reviews(warehouse, self.rules)))
        # Whether a customer came back is told by days up to the window later.
        begun = spans.around(self._affected(old.days, days))
        made = spans.around(spans.changed_days(old.reviewed, reviewed))
        if begun is None and made is None:
            return kept
        is_begun = pl.col("day").is_between(*begun, closed="left") if begun else pl.lit(value=False)
        is_made = (
            pl.col("reviewed_at").dt.date().is_between(*made, closed="left").fill_null(value=False)
            if made
            else pl.lit(value=False)
        )
        frames = [self.files.read(kept).filter(~is_begun, ~is_made)]
        if begun:
            of_contacts = cases.reviews(warehouse, self.rules, begun=begun)
            frames.append(cases.typed_reviews(read(warehouse.engine, of_contacts)))
        if made:
            by_day = cases.reviews(warehouse, self.rules, made=made)
            frames.append(cases.typed_reviews(read(warehouse.engine, by_day)).filter(~is_begun))
        return self._write_reviews(pl.concat(frames))

    def _write_reviews(self, frame: pl.DataFrame) -> Part:
        # Engines give rows in any order; in one order of their own, what is the same has the same bytes.
        return self.files.write(cases.typed_reviews(frame).sort("review_id", "contact_id", maintain_order=True))

    def _cases(self, name: str, old: Manifest | None, seen: Manifest) -> Part:
        """Complaints, orders or names, read anew where they may have changed."""
        warehouse = self.warehouse
        if name == "complaints" and warehouse.has("complaints"):
            kept = old.parts.get("cases/complaints") if old and old.complaints else None
            if old and kept and old.complaints == seen.complaints and self.files.is_sound(kept):
                return kept
            found = cases.typed_complaints(read(warehouse.engine, cases.complaints(warehouse, self.rules)))
            return self.files.write(found.sort("complaint_id"))
        if name in PARTS and PARTS[name].is_there(warehouse):
            found = PARTS[name].typed(read(warehouse.engine, PARTS[name].query(warehouse, self.rules)))
            return self.files.write(found.sort(PARTS[name].key, maintain_order=True))
        if name in MADE and (query := MADE[name](warehouse, name)) is not None:
            return self.files.write(read(warehouse.engine, query).sort(pl.all()))
        if name == "names":
            found = [NO_NAMES, *(read(warehouse.engine, query) for query in cases.names(warehouse))]
            return self.files.write(pl.concat(found).sort(pl.all()))
        return self.files.write(pl.DataFrame())

    def _texts(self, old: Manifest | None, parts: Mapping[str, Part]) -> Part:
        """Complaints' texts cut into words; what is known of complaints and of names was read just now."""
        names = self.files.read(parts["cases/names"])
        return texts.part(self.warehouse, self.files, old, parts["cases/complaints"], names)

    def _newest_complaint(self, complaints: Part) -> datetime | None:
        """Where there are no contacts, data reach to the newest complaint."""
        frame = self.files.read(complaints)
        newest = None if frame.is_empty() else frame["received_at"].max()
        return newest if isinstance(newest, datetime) else None

    def _newest_volume(self, volumes: Part) -> datetime | None:
        """Where there are neither contacts nor complaints, data reach to the end of the last day of the volumes."""
        frame = self.files.read(volumes)
        newest = None if frame.is_empty() else frame["day"].max()
        return datetime.combine(newest, time.max) if isinstance(newest, date) else None


def _finish(writing: Iterable[Future[dict[str, Part]]], parts: dict[str, Part]) -> None:
    for each in writing:
        parts.update(each.result())


def _slice(ordered: pl.DataFrame, column: str, start: object, end: object) -> pl.DataFrame:
    """Rows from `start` up to and without `end`, of a frame sorted by the column: nothing is copied."""
    first, last = ordered[column].search_sorted(pl.Series([start, end]), side="left")
    return ordered.slice(first, last - first)


def open_rollups(warehouse: Warehouse, rules: Rules, folder: Path) -> Rollups:
    """The roll-ups of a warehouse; each warehouse has a folder of its own below `folder`."""
    place = connected_place(warehouse.engine.url) if warehouse.source == "connected" else "embedded"
    return Rollups(warehouse, rules, RollupFiles(folder / place))


def connected_place(url: URL) -> str:
    """The folder's name for a connected warehouse; another password is the same warehouse."""
    return hashlib.sha256(str(url).encode()).hexdigest()[:12]

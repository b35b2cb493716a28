"""Roll-ups: small sums made inside the warehouse, kept as Parquet, refreshed where days changed."""

import hashlib
from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
from sqlalchemy import URL

from data_access import cases, contacts, items, marks, spans
from data_access.asked import asked
from data_access.bands import Bands, reference_days, usual_bands, with_bands
from data_access.case_part import OF_CONTACTS
from data_access.case_parts import PARTS
from data_access.case_refresh import CaseRefresh, Changed
from data_access.contact_refresh import ContactRefresh, Progress, finish
from data_access.cubes import CUBES
from data_access.data_quality.history import explained, remembered
from data_access.desk import texts
from data_access.engine_limits import roomy
from data_access.marks import Marker
from data_access.rollup_files import NO_DAY, Manifest, Marks, Part, RollupFiles
from data_access.warehouse import Warehouse
from metrics.rules import Rules

FORMAT = 9  # raise it when the meaning of what is stored changes: every roll-up is then built anew
CHECKED_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Rollups:
    """The roll-ups of one warehouse under one set of rules, in one folder."""

    warehouse: Warehouse
    rules: Rules
    files: RollupFiles

    def refresh(self, progress: Progress | None = None, now: datetime | None = None) -> Manifest:
        """Bring the roll-ups up to the warehouse: build what is missing, damaged or changed, leave the rest.

        Raises:
            SourceUnavailable: the warehouse does not answer, a column of it cannot be counted any more, or there is no
                room; what was there stays in place.
        """
        say = progress or (lambda _fraction, _step: None)
        settled = self._settled()
        if settled is not None:  # nothing is to be written: the folder may be read-only, and nobody waits for a lock
            return settled
        with self.files.alone():
            settled, old = self._settled(), self.files.manifest()
            if settled is not None:
                return settled
            with roomy(self.warehouse.engine), explained(self.warehouse, self.files, old):
                fresh = self._brought_up(old, say, now or datetime.now(UTC))
            self.files.adopt(fresh, old)
            say(1.0, "Roll-ups are up to date")
            return fresh

    def _brought_up(self, old: Manifest | None, say: Progress, now: datetime) -> Manifest:
        """What is to be put in force in the place of what lies there."""
        usable = old if old and old.key == self.key else None
        say(0.02, "Looking for changed days")
        marker = Marker(self.warehouse, self.rules)
        # Where nothing is compared, fingerprints of contacts are made of the days that are counted, as they are.
        unprinted = marker if marker.is_sure and usable is None else None
        seen = self._look(usable, now, marker, are_printed=unprinted is None)
        bands = self._bands(usable, seen.days)
        if usable and usable.bands != bands:  # what was counted by the bands before is void
            usable = None
        ruled = replace(self, rules=with_bands(self.rules, bands))
        # Cases are read, their texts cut into words, and files written, while the warehouse counts contacts.
        with ThreadPoolExecutor(max_workers=4) as workers:
            changed = marks.changed(usable.marks, seen.marks) if usable and marker.is_sure else None
            at_once = spans.many(seen.marks.get("contacts", {}))
            of_cases = workers.submit(ruled._cases, usable, changed, at_once, workers)
            of_contacts = ContactRefresh(self.warehouse, ruled.rules, self.files)
            counted, writing = of_contacts.parts(usable, seen, changed, say, workers, unprinted)
            say(0.9, "Reading complaints and reviews")
            parts = counted | of_cases.result() | remembered(self.warehouse, self.files, old, seen, now)
            finish(writing, parts)
        return replace(seen, as_of=self._as_of(seen, parts, self._today(now)), parts=parts, bands=bands)

    def _today(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.warehouse.site_zone)).date()

    def _bands(self, old: Manifest | None, days: Marks) -> Bands:
        """Usual handle times: looked for anew when the days that they come from have changed."""
        chosen = reference_days(days, self.rules)
        if old is not None and reference_days(old.days, self.rules) == chosen:
            return old.bands
        return usual_bands(self.warehouse, self.rules, chosen)

    def _look(self, old: Manifest | None, now: datetime, marker: Marker, *, are_printed: bool) -> Manifest:
        """What the warehouse's days look like now, with no parts yet; days before the window of late data as before."""
        since = self._since(old, now) if marker.is_sure else None
        found, as_of = marker.marks(self._today(now), since, are_printed=are_printed)
        if since and not found.get("contacts"):  # all that was in the window is gone: what is the end of the data now?
            since = None
            found, as_of = marker.marks(self._today(now))
        checked_at = now
        if old and since:
            for table in {*marks.LONG, *OF_CONTACTS}:
                before = {each: mark for each, mark in old.marks.get(table, {}).items() if NO_DAY < each < since}
                found[table] = before | found.get(table, {})
            checked_at = old.checked_at
        return Manifest(self.key, self.warehouse.version, as_of, found, checked_at, {})

    def _since(self, old: Manifest | None, now: datetime) -> date | None:
        """The first day to look at; None for every day, which is looked at once in CHECKED_WITHIN."""
        late = self.warehouse.late_days
        if old is None or not old.days or late is None:
            return None
        if not timedelta(0) <= now - old.checked_at < CHECKED_WITHIN:  # also where that clock was ahead
            return None
        return min(max(old.days), now.date()) - timedelta(days=late)

    def in_place(self) -> Manifest | None:
        """The roll-ups as they lie there, without asking the warehouse; None unless sound and of these rules."""
        kept = self.files.manifest()
        if kept is None or kept.key != self.key:
            return None
        return kept if all(self.files.is_sound(part) for part in kept.parts.values()) else None

    def _settled(self) -> Manifest | None:
        """What is in place, of a warehouse that the product made: it never changes under its version."""
        kept = self.in_place() if self.warehouse.source != "connected" else None
        return kept if kept is not None and kept.version == self.warehouse.version else None

    @property
    def key(self) -> str:
        """Changes when roll-ups would hold other sums of the same warehouse.

        Of the rules only those matter that the warehouse is asked with: a target share or a deadline, which is
        applied to what the roll-ups hold, builds nothing anew.
        """
        grains = (contacts.CUBES, [(name, each.grains) for name, each in CUBES.items()], tuple(PARTS))
        statements = asked(self.warehouse, self.rules).print
        told = (FORMAT, statements, self.rules.handle_reference_days, self.warehouse.shape, grains)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    def _cases(
        self, old: Manifest | None, changed: Changed | None, at_once: list[spans.Span], workers: Executor
    ) -> dict[str, Part]:
        """Every part of cases, of which rows that changed days reach are read anew."""
        refresh = CaseRefresh(self.warehouse, self.rules, self.files, at_once)
        is_same = changed is not None and not (changed.get("agents") or changed.get("teams"))
        parts = self._kept(old, "cases/names") if is_same else {}
        parts = parts or {"cases/names": self.files.write(cases.names(self.warehouse))}
        cut = None
        for name, part in PARTS.items():
            parts |= refresh.part(f"cases/{name}", part, self._kept(old, f"cases/{name}/"), changed)
            cut = cut or workers.submit(self._texts, old, changed, dict(parts))  # complaints are the first
        judged = {day for table in ("qa_reviews", "qa_items") for day in changed.get(table, ())} if changed else None
        parts |= items.parts(self.warehouse, self.files, old, judged)
        return parts | ({texts.PART: cut.result()} if cut else {})

    def _kept(self, old: Manifest | None, name: str) -> dict[str, Part]:
        """The files that lie there under a name, none where one of them is damaged."""
        found = {file: part for file, part in old.parts.items() if file.startswith(name)} if old else {}
        return found if all(self.files.is_sound(part) for part in found.values()) else {}

    def _texts(self, old: Manifest | None, changed: Changed | None, parts: Mapping[str, Part]) -> Part:
        """Complaints' texts cut into words; what is known of complaints and of names was read just now."""
        names, before = parts["cases/names"], None
        kept = self._kept(old, texts.PART).get(texts.PART)
        if kept and old and changed is not None:
            was = old.parts["cases/names"]
            if not changed.get("complaints") and was == names:
                return kept
            if self.files.is_sound(was):
                people = texts.names_in(self.files.read(was))
                before = texts.Cut(self.files.read(kept), people, frozenset(changed.get("complaints", ())))
        people = texts.names_in(self.files.read(names))
        complaints = self.files.read_all(parts, "cases/complaints", texts.OF_COMPLAINTS)
        return self.files.write(texts.texts(self.warehouse, complaints, people, before))

    def _as_of(self, seen: Manifest, parts: Mapping[str, Part], today: date) -> datetime | None:
        """Where data end: with the newest contact or complaint; without any, with the last day of the volumes."""
        newest = self._newest(parts, "complaints", "received_at", today)
        told = [each for each in (seen.as_of, newest) if isinstance(each, datetime)]
        if told:
            return max(told)
        last = self._newest(parts, "volumes", "day", today)
        return datetime.combine(last, time.max) if isinstance(last, date) else None

    def _newest(self, parts: Mapping[str, Part], name: str, column: str, today: date) -> object:
        """The newest value of a column in the last file of a part that has any."""
        for _file, part in sorted(
            (each for each in parts.items() if each[0].startswith(f"cases/{name}/")), reverse=True
        ):
            if self.warehouse.has(name):
                rows, day = self.files.read(part, [column]).drop_nulls(), pl.col(column).cast(pl.Date)
                newest = spans.up_to_today(rows, day, today, day.is_not_null())[column].max()
                if newest is not None:
                    return newest
        return None


def open_rollups(warehouse: Warehouse, rules: Rules, folder: Path) -> Rollups:
    """The roll-ups of a warehouse; each warehouse has a folder of its own below `folder`."""
    place = connected_folder(warehouse.engine.url) if warehouse.source == "connected" else "embedded"
    return Rollups(warehouse, rules, RollupFiles(folder / place))


def connected_folder(url: URL) -> str:
    """The folder's name for a connected warehouse; another password is the same warehouse."""
    return hashlib.sha256(str(url).encode()).hexdigest()[:12]

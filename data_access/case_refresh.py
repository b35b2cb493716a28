"""Parts of cases brought up to the warehouse: rows that changed days reach are read anew, the others stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
from sqlalchemy import select, union

from data_access.case_part import OF_CONTACTS, CasePart, Chosen, Days, Source
from data_access.read import read, read_pieces
from data_access.rollup_files import NO_DAY, Part, RollupFiles
from data_access.spans import Span
from data_access.spool import cut_up, laid_out
from data_access.warehouse import Warehouse
from metrics.rules import Rules

#: A part is cut into files by day, so that one changed day writes little of it anew; each takes a while to open.
FILES_OF_PART = 8
LEAST_ROWS_IN_FILE = 10_000
MOST_ROWS_IN_FILE = 250_000  # one page reads the files of its days alone
ROWS_HELD = 200_000  # of one answer: of more, the rows wait on disk until all are there
ONE_DAY = timedelta(days=1)
MOST_KEYS = 5_000  # named one by one in a statement; beyond, the part is read whole
Changed = Mapping[str, set[date]]


@dataclass(frozen=True, slots=True)
class CaseRefresh:
    """Brings parts up to a warehouse whose tables changed on some days.

    Attributes:
        spans: of days in which contacts are read, so many at a time; none where all are read at once.
    """

    warehouse: Warehouse
    rules: Rules
    files: RollupFiles
    spans: Sequence[Span] = ()

    def part(self, name: str, part: CasePart, kept: Mapping[str, Part], changed: Changed | None) -> dict[str, Part]:
        """The files of one part.

        Args:
            kept: those that lie there and are sound.
            changed: on which days each table changed; None where that is not known.
        """
        if not part.is_there(self.warehouse):
            return {f"{name}/{NO_DAY}": self.files.write(pl.DataFrame())}
        if not kept or changed is None:
            return self._whole(name, part)
        moved = {table: changed[table] for table in part.sources if changed.get(table)}
        if not moved:
            return dict(kept)
        if any(part.sources[table] is None or NO_DAY in days for table, days in moved.items()):
            return self._whole(name, part)
        reached = {
            table: Days.of(days, source.reach(self.warehouse, self.rules))
            for table, days in moved.items()
            if (source := part.sources[table]) and source.is_told(self.warehouse)
        }
        return self._changed(name, part, kept, reached) if reached else dict(kept)

    def _whole(self, name: str, part: CasePart) -> dict[str, Part]:
        """Every row: a file at a time where they are many, so that memory does not grow with history."""
        if not (part.is_of_contacts and self.spans):
            return self._laid(name, part, [None])
        found = self._laid(name, part, [Chosen(None, span) for span in self.spans])
        keys = {file: self.files.read(each, [part.key])[part.key] for file, each in found.items()}
        every = pl.concat(list(keys.values()))
        twice = every.filter(every.is_duplicated()).unique().sort()  # made of contacts of more than one span, perhaps
        if len(twice) > MOST_KEYS:
            return self._laid(name, part, [None])
        gone = {file: each.is_in(twice.implode()) for file, each in keys.items()}
        return (
            self._written(name, part, found, gone, self._read(part, Chosen(twice.to_list()))) if len(twice) else found
        )

    def _laid(self, name: str, part: CasePart, chosen: Sequence[Chosen | None]) -> dict[str, Part]:
        queries = (part.query(self.warehouse, self.rules, each) for each in chosen)
        arriving = (
            part.typed(rows) for query in queries for rows in read_pieces(self.warehouse.engine, query, ROWS_HELD)
        )
        laid = laid_out(arriving, _home(part), self.files.folder, _rows_in_file)
        with self.files.writing():
            return {f"{name}/{start}": self.files.write(rows.sort(part.order)) for start, rows in laid}

    def _read(self, part: CasePart, chosen: Chosen) -> pl.DataFrame:
        query = part.query(self.warehouse, self.rules, chosen)
        # Engines give rows in any order; in one order of their own, what is the same has the same bytes.
        return part.typed(read(self.warehouse.engine, query)).sort(part.order)

    def _changed(
        self, name: str, part: CasePart, kept: Mapping[str, Part], reached: Mapping[str, Days]
    ) -> dict[str, Part]:
        """Rows are read anew by key: those made from the days that changed, as they were or as they are now."""
        stamps = {file: self.files.read(each, part.stamps) for file, each in kept.items()}
        every = pl.concat(list(stamps.values()), how="vertical_relaxed")
        told = [(source, days) for table, days in reached.items() if (source := part.sources[table])]
        were = every.filter(pl.any_horizontal([days.meet(*pair) for source, days in told for pair in source.stamps]))
        selects = [source.keys(self.warehouse, self.rules, days) for source, days in told]
        touched = (union(*selects) if len(selects) > 1 else selects[0].distinct()).cte("touched")
        near = self._near(part, reached, were)
        fresh = self._read(part, Chosen(select(touched.c[part.key]), near))
        beyond = _beyond(part, near, every.filter(pl.col(part.key).is_in(fresh[part.key].implode())))
        fresh = fresh.filter(~pl.col(part.key).is_in(beyond.implode()))
        again = pl.concat([were[part.key], beyond]).drop_nulls().unique().sort()
        again = again.filter(~again.is_in(fresh[part.key].implode()))
        if len(again) > MOST_KEYS:
            return self._whole(name, part)
        if len(again):  # no longer made from these days, and perhaps there all the same
            chosen = Chosen(again.to_list(), None if len(beyond) else near)
            fresh = pl.concat([fresh, self._read(part, chosen)], how="vertical_relaxed").sort(part.order)
        keys = pl.concat([again, fresh[part.key].unique()]).implode()
        gone = {file: frame[part.key].is_in(keys) for file, frame in stamps.items()}
        return self._written(name, part, kept, gone, fresh)

    def _near(self, part: CasePart, reached: Mapping[str, Days], were: pl.DataFrame) -> Span | None:
        """On which days all contacts lie that rows are made from; known where nothing but contacts changed."""
        if not reached.keys() <= set(OF_CONTACTS):
            return None
        days = were.select(pl.col(_contact_days(part)).cast(pl.Date))
        spans = [span for each in reached.values() for span in each.spans]
        told = [min(spans)[0], max(end for _start, end in spans) - ONE_DAY]
        told += [
            each for name in days.columns for each in (days[name].min(), days[name].max()) if isinstance(each, date)
        ]
        margin = timedelta(days=max(each.around(self.rules) for each in _of_contacts(part)))
        return min(told) - margin, max(told) + ONE_DAY + margin

    def _written(
        self, name: str, part: CasePart, kept: Mapping[str, Part], gone: Mapping[str, pl.Series], fresh: pl.DataFrame
    ) -> dict[str, Part]:
        """The files of which rows go or into which rows come, written anew; one that has grown long is cut."""
        starts = sorted(date.fromisoformat(file.rsplit("/", 1)[1]) for file in kept)
        most = _rows_in_file(sum(len(each) for each in gone.values()))
        found = {}
        for place, start in enumerate(starts):
            file, after = f"{name}/{start}", starts[place + 1] if place + 1 < len(starts) else None
            home = _home(part)
            inside = (home >= start) if after is None else (home >= start) & (home < after)
            come = fresh.filter(inside)
            if come.is_empty() and not gone[file].any():
                found[file] = kept[file]
                continue
            old = self.files.read(kept[file])
            if come.equals(old.filter(gone[file])):  # both in the order of the part: nothing is another
                found[file] = kept[file]
                continue
            rows = pl.concat([old.filter(~gone[file]), come], how="vertical_relaxed")
            pieces = cut_up(rows.sort(part.order), _home(part), most)
            found |= {
                f"{name}/{first if number else start}": self.files.write(piece)
                for number, (first, piece) in enumerate(pieces)
            }
        return found


def _of_contacts(part: CasePart) -> list[Source]:
    return [source for table in OF_CONTACTS if (source := part.sources.get(table))]


def _contact_days(part: CasePart) -> list[str]:
    return sorted({name for source in _of_contacts(part) for pair in source.stamps for name in pair})


def _beyond(part: CasePart, near: Span | None, rows: pl.DataFrame) -> pl.Series:
    """Keys of rows made of contacts on other days as well: on record twice, or of a complaint escalated much later."""
    if near is None:
        return rows[part.key].clear()
    days = [pl.col(name).cast(pl.Date) for name in _contact_days(part)]
    outside = [(each < near[0]) | (each >= near[1]) for each in days]
    return rows.filter(pl.any_horizontal(outside))[part.key].unique()


def _home(part: CasePart) -> pl.Expr:
    return pl.col(part.home).cast(pl.Date).fill_null(NO_DAY)


def _rows_in_file(rows: int) -> int:
    """How long the files of a part of so many rows are about."""
    return min(max(LEAST_ROWS_IN_FILE, rows // FILES_OF_PART), MOST_ROWS_IN_FILE)

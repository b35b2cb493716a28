"""Parts of cases brought up to the warehouse: rows that changed days reach are read anew, the others stay."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl
from sqlalchemy import select, union

from data_access.case_part import CasePart, Days, Keys, Source
from data_access.read import read
from data_access.rollup_files import NO_DAY, Part, RollupFiles
from data_access.warehouse import Warehouse
from metrics.rules import Rules

ROWS_IN_FILE = 100_000  # a part is cut into files by day: one changed day writes few of them anew
MOST_KEYS = 5_000  # named one by one in a statement; beyond, the part is read whole
Changed = Mapping[str, set[date]]


@dataclass(frozen=True, slots=True)
class CaseRefresh:
    """Brings parts up to a warehouse whose tables changed on some days."""

    warehouse: Warehouse
    rules: Rules
    files: RollupFiles

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
        reached = [self._reached(source, days) for table, days in moved.items() if (source := part.sources[table])]
        return self._changed(name, part, kept, [each for each in reached if each[0].is_told(self.warehouse)])

    def _reached(self, source: Source, days: set[date]) -> tuple[Source, Days]:
        return source, Days.of(days, source.reach(self.warehouse, self.rules))

    def _whole(self, name: str, part: CasePart) -> dict[str, Part]:
        rows = self._read(part, None)
        return {f"{name}/{first}": self.files.write(piece) for first, piece in _pieces(rows, part)}

    def _read(self, part: CasePart, keys: Keys | None) -> pl.DataFrame:
        query = part.query(self.warehouse, self.rules, keys)
        # Engines give rows in any order; in one order of their own, what is the same has the same bytes.
        return part.typed(read(self.warehouse.engine, query)).sort(part.order)

    def _changed(
        self, name: str, part: CasePart, kept: Mapping[str, Part], reached: list[tuple[Source, Days]]
    ) -> dict[str, Part]:
        """Rows are read anew by key: those made from the days that changed, as they were or as they are now."""
        if not reached:
            return dict(kept)
        stamps = {file: self.files.read(each, part.stamps) for file, each in kept.items()}
        meets = [days.meet(*pair) for source, days in reached for pair in source.stamps]
        were = pl.concat([frame.filter(pl.any_horizontal(meets))[part.key] for frame in stamps.values()])
        selects = [source.keys(self.warehouse, self.rules, days) for source, days in reached]
        touched = (union(*selects) if len(selects) > 1 else selects[0].distinct()).cte("touched")
        fresh = self._read(part, select(touched.c[part.key]))
        lost = were.drop_nulls().unique().sort()
        lost = lost.filter(~lost.is_in(fresh[part.key].implode()))
        if len(lost) > MOST_KEYS:
            return self._whole(name, part)
        if len(lost):  # no longer made from these days, and perhaps there all the same
            fresh = pl.concat([fresh, self._read(part, lost.to_list())], how="vertical_relaxed")
        keys = pl.concat([lost, fresh[part.key].unique()]).implode()
        return self._written(
            name, part, kept, {file: frame[part.key].is_in(keys) for file, frame in stamps.items()}, fresh
        )

    def _written(
        self, name: str, part: CasePart, kept: Mapping[str, Part], gone: Mapping[str, pl.Series], fresh: pl.DataFrame
    ) -> dict[str, Part]:
        """The files of which rows go or into which rows come, written anew; one that has grown long is cut."""
        starts = sorted(date.fromisoformat(file.rsplit("/", 1)[1]) for file in kept)
        found = {}
        for place, start in enumerate(starts):
            file, after = f"{name}/{start}", starts[place + 1] if place + 1 < len(starts) else None
            home = _home(part)
            inside = (home >= start) if after is None else (home >= start) & (home < after)
            come = fresh.filter(inside)
            if come.is_empty() and not gone[file].any():
                found[file] = kept[file]
                continue
            rows = pl.concat([self.files.read(kept[file]).filter(~gone[file]), come], how="vertical_relaxed")
            pieces = (
                _pieces(rows.sort(part.order), part)
                if rows.height > 2 * ROWS_IN_FILE
                else [(start, rows.sort(part.order))]
            )
            found |= {
                f"{name}/{first if number else start}": self.files.write(piece)
                for number, (first, piece) in enumerate(pieces)
            }
        return found


def _home(part: CasePart) -> pl.Expr:
    return pl.col(part.home).cast(pl.Date).fill_null(NO_DAY)


def _pieces(rows: pl.DataFrame, part: CasePart) -> Iterable[tuple[date, pl.DataFrame]]:
    """Rows cut by their days into pieces of about ROWS_IN_FILE, each with the day that it begins on."""
    if rows.height <= 2 * ROWS_IN_FILE:
        return [(NO_DAY, rows)]
    counted = rows.group_by(_home(part).alias("day")).agg(pl.len().alias("rows")).sort("day")
    number = (pl.col("rows").cum_sum() - pl.col("rows")) // ROWS_IN_FILE
    starts = counted.group_by(number.alias("number"), maintain_order=True).agg(pl.col("day").first())["day"].to_list()
    starts[0] = NO_DAY
    ends = [*starts[1:], date.max]
    home = rows.select(_home(part)).to_series()
    return [(start, rows.filter((home >= start) & (home < end))) for start, end in zip(starts, ends, strict=True)]

"""What a refresh remembers of the one before: which rows came late, and how the tables changed since."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta

import polars as pl

from data_access.rollup_files import NO_DAY, Manifest, Marks, Part, RollupFiles
from data_access.warehouse import Types, Warehouse
from metrics.data_quality.drift import Turn, drifts
from metrics.errors import SourceUnavailable

PARTS = ARRIVALS, SHAPE, DRIFT = ("cases/arrivals", "cases/shape", "cases/drift")
#: Rows that a refresh found on a day that was over at the one before; `table` is null in the row that says since when
#: refreshes are compared.
ARRIVED = {"seen_at": pl.Datetime("us"), "table": pl.String, "day": pl.Date, "rows": pl.Int64}
SHAPED = {"table": pl.String, "column": pl.String, "type": pl.String}
DRIFTED = {
    "seen_at": pl.Datetime("us"), "table": pl.String, "column": pl.String, "turn": pl.String,
    "was": pl.String, "became": pl.String,
}  # fmt: skip
KEPT = timedelta(days=400)
LOOKED_AT = ("contacts", "complaints", "qa_reviews")


def remembered(
    warehouse: Warehouse, files: RollupFiles, old: Manifest | None, seen: Manifest, now: datetime
) -> dict[str, Part]:
    """The parts that tell of refreshes, brought up to this one; nothing is asked of the warehouse.

    Args:
        old: of the refresh before, under whichever rules.
        seen: what the warehouse's days look like now.
        now: with a zone.
    """
    at = now.astimezone(UTC).replace(tzinfo=None)
    known = {name: old.parts[name] for name in PARTS if name in old.parts} if old else {}
    is_whole = len(known) == len(PARTS) and all(files.is_sound(each) for each in known.values())
    if old is None or not is_whole or is_another(old.marks, seen.marks):
        return _begun(warehouse, files, at)
    late = pl.DataFrame(late_rows(old.marks, seen.marks, at), schema=ARRIVED, orient="row")
    if late.height:
        kept = files.read(known[ARRIVALS]).filter(pl.col("table").is_null() | (pl.col("seen_at") > at - KEPT))
        known[ARRIVALS] = files.write(pl.concat([kept, late]))
    turned = drifts(_shape(files.read(known[SHAPE])), warehouse.types)
    if turned and warehouse.types:
        rows = [(at, each.table, each.column, str(each.turn), each.was, each.became) for each in turned]
        fresh = pl.DataFrame(rows, schema=DRIFTED, orient="row")
        known[DRIFT] = files.write(pl.concat([files.read(known[DRIFT]), fresh]))
        known[SHAPE] = files.write(_rows_of(warehouse.types))
    return known


@contextmanager
def explained(warehouse: Warehouse, files: RollupFiles, old: Manifest | None) -> Generator[None]:
    """Where a statement fails because a column is of another type than at the refresh before, says so.

    Raises:
        SourceUnavailable: with the column named, or as it came.
    """
    try:
        yield
    except SourceUnavailable as failure:
        kept = old.parts.get(SHAPE) if old else None
        shape = _shape(files.read(kept)) if kept and files.is_sound(kept) else {}
        turned = [each for each in drifts(shape, warehouse.types) if each.turn is Turn.TYPE]
        if not turned:
            raise
        first = turned[0]
        raise SourceUnavailable(
            "The column {column} was of the type {was} and is {now}: the data cannot be counted any more.",
            "Change the type back, or give a view that does; figures computed earlier are kept.",
            column=first.place,
            was=first.was.lower(),
            now=first.became.lower(),
        ) from failure


def _begun(warehouse: Warehouse, files: RollupFiles, at: datetime) -> dict[str, Part]:
    """Nothing came late yet and nothing changed: this is what the next refresh is held against."""
    start = datetime.combine(at.date(), time())  # by the day, so that what is the same has the same bytes
    since = pl.DataFrame([(start, None, None, 0)], schema=ARRIVED, orient="row")
    frames = {ARRIVALS: since, SHAPE: _rows_of(warehouse.types), DRIFT: pl.DataFrame(schema=DRIFTED)}
    return {name: files.write(frame) for name, frame in frames.items()}


def is_another(before: Mapping[str, Marks], now: Mapping[str, Marks]) -> bool:
    """Were other data put in the place of these? So it is where most days do not hold as many rows as they did."""
    days = [
        now.get(table, {}).get(day, (0, 0))[0] == count
        for table in LOOKED_AT
        for day, (count, _print) in before.get(table, {}).items()
    ]
    return sum(days) * 2 < len(days)


def late_rows(before: Mapping[str, Marks], now: Mapping[str, Marks], at: datetime) -> list[tuple]:
    """ARRIVED: rows more than before on days earlier than the last one that the table had then.

    Days to come are left out: one row with such a day would make all others late.
    """
    found = []
    for table in LOOKED_AT:
        was = {day: count for day, (count, _print) in before.get(table, {}).items() if day != NO_DAY}
        last = max((day for day in was if day <= at.date()), default=NO_DAY)
        for day, (count, _print) in sorted(now.get(table, {}).items()):
            if NO_DAY < day < last and count > was.get(day, 0):
                found.append((at, table, day, count - was.get(day, 0)))
    return found


def _rows_of(types: Types) -> pl.DataFrame:
    rows = [(table, name, kind) for table, columns in sorted(types.items()) for name, kind in sorted(columns.items())]
    return pl.DataFrame(rows, schema=SHAPED, orient="row")


def _shape(rows: pl.DataFrame) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in rows.iter_rows():
        found.setdefault(table, {})[column] = kind
    return found

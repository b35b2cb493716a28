"""Marks: how many rows a table has on a day and a fingerprint of them, so that only what changed is read anew."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

import polars as pl
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Date,
    DateTime,
    FromClause,
    Select,
    String,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from data_access.asked import asked
from data_access.case_part import CHAINS, CONTACTS, NAMED
from data_access.contacts import between
from data_access.dialects import FINGERPRINTS, day, row_fingerprint
from data_access.read import read
from data_access.rollup_files import NO_DAY, Marks
from data_access.spans import Span, up_to_today
from data_access.warehouse import Warehouse
from metrics.rules import Rules

FAR = date(9000, 1, 1)
#: By what each table's rows stand on a day; items stand on that of their review, and what is not here on no day.
INSTANTS = {
    "contacts": "started_at",
    "qa_reviews": "reviewed_at",
    "complaints": "received_at",
    "complaint_events": "at",
    "findings": "opened_at",
    "recoveries": "opened_at",
    "customers": "since",
    "agent_hours": "day",
    "volumes": "day",
}
#: Of these only the days of the window of late data are looked at; the others are short, and change long after.
LONG = ("contacts", "qa_reviews", "qa_items", "complaint_events", "agent_hours", "volumes")
WIDE = ("contacts", "qa_items", "customers")  # take longest, so that they begin first and nothing waits for them


@dataclass(frozen=True)
class Marker:
    """Asks one warehouse for marks of what roll-ups under these rules are made from."""

    warehouse: Warehouse
    rules: Rules

    @property
    def is_sure(self) -> bool:
        """Can the engine make fingerprints? Otherwise marks are counts, and whatever changed is not seen by them."""
        return self.warehouse.engine.dialect.name in FINGERPRINTS

    def marks(
        self, today: date, since: date | None = None, *, are_printed: bool = True
    ) -> tuple[dict[str, Marks], datetime | None]:
        """Marks of every table by site day, and the start of the last contact.

        Args:
            today: the site's day; a contact that is dated later by mistake is not the last one.
            since: LONG tables from this day on only.
            are_printed: with fingerprints of contacts; without, whoever counts them asks for these as he goes, so that
                a warehouse that is larger than its machine's memory is not read twice.
        """
        tables = [table for table in self.warehouse.columns if table in asked(self.warehouse, self.rules).columns]
        if not tables:
            return {CHAINS: {}, NAMED: {}}, None
        with ThreadPoolExecutor(max_workers=3) as workers:
            queries = self._queries(tables, since, are_printed=are_printed)
            found = pl.concat(workers.map(partial(read, self.warehouse.engine), queries))
        contacts = found.filter(name=CONTACTS).drop_nulls("day")
        last = up_to_today(contacts, pl.col("day"), today, pl.col("rows"))["last"].max()
        return _by_table(tables, found), last if isinstance(last, datetime) else None

    def _queries(
        self, tables: Sequence[str], since: date | None, *, are_printed: bool
    ) -> Iterator[Select | CompoundSelect]:
        """A statement each for what takes long, which go side by side, begun while the next are put together.

        The others wait for engines less in one.
        """
        window = (since, FAR) if since else None
        for table in WIDE:
            if table in tables:
                is_printed = are_printed or table != CONTACTS
                yield self._block(table, window if table in LONG else None, is_printed=is_printed)
        short = [table for table in tables if table not in WIDE]
        if short:
            yield union_all(*(self._block(each, window if each in LONG else None, is_printed=True) for each in short))

    def print_contacts(self, marks: dict[str, Marks], span: Span) -> None:
        """Put the fingerprints of contacts into marks that were made without: of a span, and of those without a day."""
        found = read(self.warehouse.engine, self._block(CONTACTS, span, is_printed=True))
        for table, fresh in _by_table([CONTACTS], found).items():
            marks[table] |= fresh

    def _block(self, table: str, span: Span | None, *, is_printed: bool) -> Select:
        column, at, rows = self._dated(table)
        prints = [self._print(table, mark, is_printed=is_printed) for mark in (table, CHAINS, NAMED)]
        last = func.max(self.warehouse.site(column)) if table == CONTACTS else cast(null(), DateTime())
        query = (
            select(
                literal(table, String()).label("name"),
                at.label("day"),
                func.count().label("rows"),
                *(each.label(name) for each, name in zip(prints, ("print", CHAINS, NAMED), strict=True)),
                last.label("last"),
            )
            .select_from(rows)
            .group_by(at)
        )
        return query.where(or_(column.is_(None), between(self.warehouse, column, *span))) if span else query

    def _print(self, table: str, mark: str, *, is_printed: bool) -> ColumnElement:
        """The fingerprints of a table's rows added up; of contacts those of other marks, too."""
        columns = asked(self.warehouse, self.rules).columns
        if not is_printed or table not in {mark, CONTACTS}:
            return cast(null(), BigInteger())
        told = [self.warehouse.column(table, name) for name in columns[mark]]
        return func.sum(row_fingerprint(*told)) if self.is_sure and told else func.count()

    def _dated(self, table: str) -> tuple[ColumnElement, ColumnElement, FromClause]:
        """The instant of a table's rows, its site day, and where both are read."""
        warehouse, rows = self.warehouse, self.warehouse.table(table)
        if table == "qa_items" and warehouse.has("qa_reviews"):
            review = warehouse.table("qa_reviews")
            made = select(review.c.review_id, func.max(review.c.reviewed_at).label("made_at"))
            own = made.group_by(review.c.review_id).subquery("made")
            joined = rows.outerjoin(own, own.c.review_id == rows.c.review_id)
            return own.c.made_at, day(warehouse.site(own.c.made_at)), joined
        name = INSTANTS.get(table)
        if name is None or not warehouse.has(table, name):
            return cast(null(), DateTime()), cast(null(), Date()), rows
        column = rows.c[name]
        return column, column if isinstance(column.type, Date) else day(warehouse.site(column)), rows


def _by_table(tables: Iterable[str], found: pl.DataFrame) -> dict[str, Marks]:
    marks: dict[str, Marks] = {table: {} for table in (*tables, CHAINS, NAMED)}
    known = found.with_columns(
        pl.col("day").fill_null(NO_DAY), pl.col("print", CHAINS, NAMED).cast(pl.Int64).fill_null(0)
    )
    for (table,), rows in known.partition_by("name", as_dict=True).items():
        own = {str(table): "print"} | ({CHAINS: CHAINS, NAMED: NAMED} if table == CONTACTS else {})
        days, counts = rows["day"].to_list(), rows["rows"].to_list()
        for mark, column in own.items():
            marks[mark] = dict(zip(days, zip(counts, rows[column].to_list(), strict=True), strict=True))
    return marks


def changed(before: Mapping[str, Marks], now: Mapping[str, Marks]) -> dict[str, set[date]]:
    """The days of each table on which anything is not as it was."""
    found = {}
    for table in before.keys() | now.keys():
        was, is_ = before.get(table, {}), now.get(table, {})
        found[table] = {each for each, _mark in was.items() ^ is_.items()}
    return found

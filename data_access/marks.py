"""Marks: how many rows a day of the warehouse has and a fingerprint of them, so that only changed days are counted."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from data_access import contacts
from data_access.asked import asked
from data_access.dialects import FINGERPRINTS, day, row_fingerprint
from data_access.read import Query, read
from data_access.rollup_files import Mark, Marks
from data_access.warehouse import Warehouse
from metrics.rules import Rules

FAR = date(9000, 1, 1)


@dataclass(frozen=True)
class Marker:
    """Asks one warehouse for marks of what roll-ups under these rules are made from."""

    warehouse: Warehouse
    rules: Rules

    @property
    def is_sure(self) -> bool:
        """Can the engine make fingerprints? Otherwise marks are counts, and whatever changed is not seen by them."""
        return self.warehouse.engine.dialect.name in FINGERPRINTS

    def days(self, table: str, instant: str, since: date | None = None) -> tuple[Marks, datetime | None]:
        """Marks by site day, from a day on if given, and the last instant; none where there is no such table."""
        warehouse = self.warehouse
        if not warehouse.has(table):
            return {}, None
        column = warehouse.column(table, instant)
        at = warehouse.site(column)
        told = [warehouse.column(table, name) for name in asked(warehouse, self.rules).columns[table]]
        print_ = func.sum(row_fingerprint(*told)) if self.is_sure else func.count()
        query = (
            select(day(at).label("day"), func.count().label("rows"), print_.label("print"), func.max(at).label("last"))
            .select_from(warehouse.table(table))
            .group_by(day(at))
        )
        if since:
            query = query.where(contacts.between(warehouse, column, since, FAR))
        found = read(warehouse.engine, query).sort("day")
        rows = found.select("day", "rows", "print").iter_rows()
        last = found["last"].max() if found.height else None
        marks = {each: (count, int(mark)) for each, count, mark in rows if each}
        return marks, last if isinstance(last, datetime) else None

    def rows(self, query: Query) -> Mark | None:
        """One mark of all rows of a query; None where the engine cannot make fingerprints."""
        if not self.is_sure:
            return None
        asked = query.subquery()
        counted = select(func.count().label("rows"), func.sum(row_fingerprint(*asked.c)).label("print"))
        count, mark = read(self.warehouse.engine, counted.select_from(asked)).row(0)
        return count, int(mark or 0)

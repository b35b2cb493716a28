"""Builds the demo warehouse: a DuckDB file with every table, made month by month."""

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from sqlalchemy import create_engine
from sqlalchemy.schema import CreateTable

from data_access.demo import (
    business,
    complaint_counts,
    complaint_handling,
    complaints,
    contacts,
    episodes,
    people,
    people_tables,
    reviews,
    tables,
)
from data_access.demo.inserts import EVENTS, INSERTS
from data_access.demo.manifest import Manifest, manifest_path, manifest_text
from data_access.demo.plan import DEFAULT_CONTACTS, DEFAULT_END, Columns, Plan
from data_access.demo.truths import manifest_of
from data_access.engine_limits import SILENT
from data_access.schema import TABLES, warehouse_info
from metrics.errors import ImportFailed

Progress = Callable[[float, str], None]
SITE_ZONE = "Asia/Shanghai"
PEOPLE, CONTACTS, COMPLAINTS, REVIEWS, FINISHING = (
    "Hiring people", "Writing contacts", "Writing complaints", "Writing reviews", "Finishing the file",
)  # fmt: skip
NAMESPACE = uuid.UUID("5f1d8a52-0c7e-5f0b-9a75-3a0b8c6d1e24")  # of this product's demos; any constant would do
PUT_IN_ORDER = 10_000_000  # contacts, whose complaints' steps are sorted in less memory than a build may take
FORMAT = 2  # raised when equal parameters begin to make different tables


def make_demo(
    path: Path,
    *,
    contacts: int = DEFAULT_CONTACTS,
    months: int = 24,
    seed: int = 1,
    truths: bool = True,
    end: date = DEFAULT_END,
    progress: Progress | None = None,
) -> Manifest:
    """Write a demo warehouse at `path` and its manifest beside it; the same arguments make the same tables.

    Args:
        path: a file that does not exist yet; it appears when it is complete.
        months: whole months, the last of them just before `end`, a first day of a month.
        truths: False leaves out every planted pattern.
        progress: called often, with the share done (0 to 1) and an English sentence.

    Raises:
        ImportFailed: `path` exists.
        InvalidScope: a demo of that size, length or end cannot be made.
    """
    plan = Plan(contacts, months, seed, truths, end)
    if path.exists():
        raise ImportFailed("The file {path} exists already.", "Choose a path at which there is no file yet.", path=path)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    try:
        with duckdb.connect(unfinished) as connection:
            _Builder(plan, connection, progress or _silent).build()
        manifest = manifest_of(plan)
        manifest_path(path).write_text(manifest_text(manifest), encoding="utf-8")
        unfinished.replace(path)
    finally:
        for leftover in (unfinished, unfinished.with_name(f"{unfinished.name}.wal")):
            leftover.unlink(missing_ok=True)
    return manifest


def _silent(fraction: float, step: str) -> None:
    """Nobody watches."""


class _Builder:
    """One build: the connection, the running numbers, and what a month hands to the next."""

    def __init__(self, plan: Plan, connection: duckdb.DuckDBPyConnection, progress: Progress) -> None:
        self.plan = plan
        self.connection = connection
        self.progress = progress
        self.written = dict.fromkeys(INSERTS, 0)
        self.carried = episodes.no_contacts()
        self.ledger = complaints.Ledger()
        self.kinds = complaint_counts.complaint_kinds(plan)

    def build(self) -> None:
        dialect = create_engine("duckdb://").dialect
        # Checkpoints after every insert would double the time; one transaction for all would grow with the demo.
        self.connection.execute("SET checkpoint_threshold = '256MB'")
        # Without it the last checkpoint takes several gigabytes for a large demo; it is not slower with it.
        self.connection.execute("SET memory_limit = '1GB'")
        self.connection.execute(SILENT)
        for table in (*TABLES.values(), warehouse_info):
            self.connection.execute(str(CreateTable(table).compile(dialect=dialect)))
        self.progress(0.0, PEOPLE)
        self.staff = people.make_staff(self.plan)
        self.tiers = people.customer_tiers(self.plan)
        self.last_active = np.zeros(len(self.tiers), dtype=np.int64)
        self.complained = np.zeros(len(self.tiers), dtype=bool)
        self._insert("teams", people_tables.teams(self.plan))
        self._insert("agents", people_tables.agents(self.plan, self.staff))
        for month in range(self.plan.months):
            self.connection.execute("BEGIN")
            self._month(month)
            self.connection.execute("COMMIT")
        self._finish()

    def _month(self, month: int) -> None:
        plan, staff = self.plan, self.staff
        self._tell(month, 0.0, CONTACTS)
        rows, self.carried = episodes.contacts_of_month(plan, staff, self.tiers, month, self.carried)
        random = plan.random("contacts", month)
        contacts.add_handling(staff, rows, random)
        contacts.complete(staff, rows, self.written["contacts"])
        cases, complained = complaints.complaints_of_month(plan, staff, self.kinds, month, rows, self.ledger)
        contacts.add_mood(plan, staff, rows, complained, random)
        contacts.add_outcome(rows, random)
        contacts.add_survey(rows, random)
        contacts.add_service(plan, staff, rows, complained, random)
        self._tell(month, 0.4, CONTACTS)
        self._insert("contacts", tables.contacts_table(plan, staff, rows))
        self._tell(month, 0.7, COMPLAINTS)
        people.note_activity(self.last_active, rows["customer"], rows["started"])
        people.note_activity(self.last_active, cases["customer"], cases["received"])
        self.complained[cases["customer"][cases["customer"] >= 0]] = True
        chance = plan.random("handling", month)
        complaint_handling.handle(plan, cases, chance)
        self._insert("complaints", tables.complaints_table(plan, staff, cases, chance))
        recovered = business.recoveries(plan, month, cases, self.written["recoveries"])
        self._insert("recoveries", people_tables.recoveries(plan, recovered))
        self._insert("agent_hours", people_tables.agent_hours(staff, people.agent_hours(plan, staff, month)))
        self._tell(month, 0.8, REVIEWS)
        self._reviews(month, rows, cases)

    def _reviews(self, month: int, rows: Columns, cases: Columns) -> None:
        plan, staff = self.plan, self.staff
        scored, items = reviews.reviews_of_month(plan, staff, month, rows, cases, self.written["qa_reviews"])
        found = reviews.findings_of(plan, month, scored, items, self.written["findings"])
        self._insert("qa_reviews", tables.reviews_table(plan, staff, month, scored))
        self._insert("qa_items", tables.items_table(items))
        self._insert("findings", tables.findings_table(plan, staff, found))

    def _finish(self) -> None:
        plan = self.plan
        self.progress(0.95, FINISHING)
        self._insert("volumes", people_tables.volumes(business.volumes(plan)))
        customers = people.customers_table(plan, self.tiers, self.last_active, self.complained)
        self._insert("customers", people_tables.customers(customers))
        for begin, end in self._stretches():
            self.connection.execute(EVENTS, {"finish": plan.finish, "begin": begin, "end": end})
        self._insert_info()
        self.connection.execute("CHECKPOINT")
        self.progress(1.0, FINISHING)

    def _stretches(self) -> Iterator[tuple[date, date]]:
        """All time, in stretches of whole months with about as many contacts as are put in order at once."""
        step = max(1, self.plan.months * PUT_IN_ORDER // self.plan.contacts)
        return pairwise([date.min, *self.plan.starts[step:-1:step], date.max])

    def _insert(self, name: str, chunk: pa.Table) -> None:
        self.connection.register("chunk", chunk)
        self.connection.execute(INSERTS[name])
        self.connection.unregister("chunk")
        self.written[name] += len(chunk)

    def _insert_info(self) -> None:
        """What the warehouse says of itself; no clock is read, so that equal demos are equal throughout."""
        plan = self.plan
        parameters = {"contacts": plan.contacts, "months": plan.months, "seed": plan.seed, "truths": plan.truths,
                      "end": plan.end.isoformat(), "format": FORMAT}  # fmt: skip
        text = json.dumps(parameters)
        info = {
            "build_id": uuid.uuid5(NAMESPACE, text).hex,
            "source": "demo",
            "source_zone": SITE_ZONE,
            "site_zone": SITE_ZONE,
            "made_at": plan.finish.isoformat(),
            "parameters": text,
        }
        self.connection.executemany("INSERT INTO warehouse_info VALUES (?, ?)", [list(pair) for pair in info.items()])

    def _tell(self, month: int, part: float, step: str) -> None:
        """Contacts grow over the months only a little: each month is an equal part of the work."""
        self.progress(0.01 + 0.94 * float(np.clip((month + part) / self.plan.months, 0, 1)), step)

"""Tiny warehouses with literal rows, in DuckDB, in SQLite, and in a real PostgreSQL and MariaDB."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from sqlalchemy import Connection, Engine, Table, create_engine, make_url

from data_access.schema import warehouse_info
from data_access.warehouse import Warehouse, open_connected, open_embedded
from tests import mariadb, postgresql
from tests.loading import EVERY_COLUMN, fill, tables

FILES = ("duckdb", "sqlite")  # engines whose database is a file
SERVERS = {"postgresql": postgresql.fresh_database, "mysql": mariadb.fresh_database}
ENGINES = (*FILES, *SERVERS)
QUICK = (*FILES, "postgresql")  # those that make a table in no time, for what is tried many times over
Rows = Iterable[dict[str, Any]]
Told = tuple[tuple[str, tuple[str, ...]], ...]  # the columns of each table


def seeded(
    path: Path,
    rows: Mapping[str, Rows],
    *,
    only: Mapping[str, str] | None = None,
    zones: tuple[str, str] = ("UTC", "UTC"),
) -> Warehouse:
    """A connected warehouse, its engine named by the ending of `path`.

    Args:
        only: the columns that tables have; every table with every column if left out.
        zones: of the source's clock and of the site's.
    """
    kind = path.suffix.lstrip(".")
    url = SERVERS[kind]() if kind in SERVERS else f"{kind}:///{path}"
    seed(url, rows, only)
    return replace(open_connected(url), source_zone=zones[0], site_zone=zones[1])


def seed(url: str, rows: Mapping[str, Rows], only: Mapping[str, str] | None = None) -> None:
    """Put tables into an empty database."""
    told, file = _told(only), make_url(url).database
    is_made = url.startswith("duckdb:") and file is not None and not Path(file).exists()
    if is_made:
        Path(str(file)).write_bytes(_empty(told))
    engine = create_engine(url)
    with engine.begin() as connection:
        for name, table in _tables(told).items():
            if not is_made:
                table.create(connection)
            _fill(connection, table, rows.get(name, ()))
    engine.dispose()


def _told(only: Mapping[str, str] | None) -> Told:
    columns = {table: tuple(names) for table, names in EVERY_COLUMN.items()}
    return tuple((columns if only is None else {table: tuple(names.split()) for table, names in only.items()}).items())


@cache
def _tables(told: Told) -> dict[str, Table]:
    return tables(dict(told))


@cache
def _empty(told: Told) -> bytes:
    """A file of DuckDB with these tables: to make each of them anew takes longer than most tests."""
    with TemporaryDirectory() as folder:
        engine = create_engine(f"duckdb:///{folder}/w.duckdb")
        with engine.begin() as connection:
            for table in _tables(told).values():
                table.create(connection)
        engine.dispose()
        return Path(folder, "w.duckdb").read_bytes()


def without_tables(kind: str) -> Engine:
    """An engine for statements on literals."""
    return create_engine(SERVERS[kind]() if kind in SERVERS else f"{kind}://")


def embedded(
    path: Path, rows: Mapping[str, Rows], build: str = "first", only: Mapping[str, str] | None = None
) -> Warehouse:
    """The same as a DuckDB file that the product made itself, opened read-only."""
    told = _told(only)
    path.write_bytes(_empty(told))
    engine = create_engine(f"duckdb:///{path}")
    info = {"build_id": build, "source": "import", "source_zone": "UTC", "site_zone": "UTC"}
    with engine.begin() as connection:
        for name, table in _tables(told).items():
            _fill(connection, table, rows.get(name, ()))
        warehouse_info.create(connection)
        _fill(connection, warehouse_info, [{"key": key, "value": value} for key, value in info.items()])
    engine.dispose()
    return open_embedded(path)


def _fill(connection: Connection, table: Table, rows: Rows) -> None:
    empty = dict.fromkeys(table.c.keys())
    filled = [{**empty, **row} for row in rows]
    fill(connection, table, pl.DataFrame(filled, infer_schema_length=None))


def contact(
    name: str, at: datetime, customer: str | None = "c1", issue: str | None = "refund", **other: object
) -> dict:
    """An inbound contact of one customer about one issue."""
    return {
        "contact_id": name,
        "started_at": at,
        "customer_id": customer,
        "issue_type": issue,
        "direction": "inbound",
        **other,
    }


FIRST_DAY = datetime(2024, 1, 8)  # a Monday
RANDOM_DAYS = 70  # to 17 March: over two borders of months


def random_contacts(count: int = 400, seed: int = 1) -> list[dict]:
    """Contacts with every kind of value in every column that is counted, gaps included; equal seeds, equal rows."""
    random = Random(seed)
    made = [_random_contact(f"k{number:04d}", random) for number in range(count)]
    return [each | ({"channel": "self_service"} if not place % 9 else {}) for place, each in enumerate(made)]


def _random_contact(name: str, random: Random) -> dict:
    at = FIRST_DAY + timedelta(seconds=random.randrange(RANDOM_DAYS * 86_400))
    resolved = random.choice((True, True, False, None))
    reopened = random.choice((0, 0, 0, 1, None))
    return contact(
        name,
        at,
        random.choice([None, *(f"c{number}" for number in range(60))]),
        random.choice(("refund", "logistics", None)),
        direction=random.choice(("inbound", "inbound", "inbound", "outbound", None)),
        channel=random.choice(("phone", "chat", None)),
        team_id=random.choice(("a", "b", None)),
        agent_id=random.choice(("anna", "ben", "cai", "dan", None)),
        product=random.choice(("lamp", "kettle", None)),
        scenario=random.choice(("delivery", "payment", None)),
        exclusion_reason=random.choice((None,) * 19 + ("spam",)),
        merged_into=random.choice((None,) * 19 + ("k0001",)),
        answered_at=random.choice((None, *(at + timedelta(seconds=20),) * 5)),
        first_response_at=random.choice((None, at + timedelta(seconds=random.randrange(-5, 900)))),
        talk_seconds=random.choice((None, random.randrange(0, 1_200))),
        hold_seconds=random.choice((None, random.randrange(0, 90))),
        wrap_seconds=random.choice((None, random.randrange(0, 90))),
        resolved=resolved,
        resolved_at=at + timedelta(minutes=random.randrange(5, 5_000)) if resolved else None,
        reopen_count=reopened,
        reopened_at=at + timedelta(days=random.randrange(12)) if reopened else None,
        transfer_count=random.choice((None, 0, 0, 1, 2)),
        sla_met=random.choice((True, True, False, None)),
        csat=random.choice((None, None, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 9.0)),
        csat_sent=random.choice((True, False, None)),
        **_more_of_contact(name, at),
    )


def _more_of_contact(name: str, at: datetime) -> dict:
    random = Random(f"more {name}")
    waited = timedelta(seconds=random.randrange(0, 60))
    return {
        "queued_at": random.choice((None, at)),
        "abandoned_at": random.choice((None, None, at + waited)),
        "ended_at": random.choice((None, at + timedelta(minutes=random.randrange(1, 30)))),
        "follow_up_at": random.choice((None, at + timedelta(minutes=random.randrange(1, 300)))),
        "customer_tier": random.choice(("gold", "standard", "high_value", None)),
        "shift": random.choice(("early", "late", None)),
        "solved_first_contact": random.choice((True, False, None)),
        "emotion_score": random.choice((None, 10.0, 79.0, 80.0, 95.0)),
        "offer_made": random.choice((True, False, None)),
        "offer_accepted": random.choice((True, False, None)),
        "answer_code": random.choice((None, "refund_in_full", "refund_in_part")),
        "queue": random.choice(("front", "back", None)),
    }


def random_complaints(contacts: list[dict], count: int = 60, seed: int = 2) -> list[dict]:
    """Complaints, some of them two about one contact, some about none."""
    random = Random(seed)
    return [_random_complaint(f"p{number:03d}", contacts, random) for number in range(count)]


def _random_complaint(name: str, contacts: list[dict], random: Random) -> dict:
    received = FIRST_DAY + timedelta(minutes=random.randrange(RANDOM_DAYS * 1_440))
    return {
        "complaint_id": name,
        "contact_id": random.choice((None, *(each["contact_id"] for each in contacts[:20]))),
        "customer_id": random.choice((None, "c1", "c2", "c3")),
        "received_at": received,
        "channel": random.choice(("phone", "chat", None)),
        "complaint_type": random.choice(("refund", "service_attitude", None)),
        "severity": random.choice(("general", "serious", "urgent", None, "other")),
        "product": random.choice(("lamp", "kettle", None)),
        "team_id": random.choice(("a", "b", None)),
        "established_cause": random.choice(("service", "rule", None)),
        "is_valid": random.choice((True, True, False, None)),
        "duplicate_of": random.choice((None, None, None, "p000")),
        "first_response_at": random.choice((None, received + timedelta(minutes=random.randrange(1, 90)))),
        "resolved_at": random.choice((None, received + timedelta(minutes=random.randrange(30, 4_000)))),
        "pending_seconds": random.choice((None, 0, 3_600, 86_400)),
        **_more_of_complaint(name, received),
    }


def _more_of_complaint(name: str, received: datetime) -> dict:
    random = Random(f"more {name}")

    def later(hours: int) -> datetime | None:
        return random.choice((None, received + timedelta(minutes=random.randrange(1, 60 * hours))))

    return {
        "escalation_level": random.choice((None, "L1", "L2", "L3", "L3")),
        "upheld": random.choice((None, "upheld", "partly_upheld", "rejected")),
        "found_by_us": random.choice((True, False, None)),
        "follow_up_score": random.choice((None, 1.0, 4.0, 5.0)),
        "responsible_department": random.choice((None, "logistics")),
        "handed_over_at": later(1),
        "department_replied_at": later(4),
        "closed_at": later(90),
        "follow_up_at": later(72),
        "reopened_at": later(90),
        "promised_at": later(48),
        "promise_met_at": later(48),
    }


def random_reviews(contacts: list[dict], count: int = 120, seed: int = 3) -> list[dict]:
    """Reviews, many contacts with several, some automatic, some of contacts that there are not."""
    random = Random(seed)
    unknown: dict[str, Any] = {"contact_id": "gone", "started_at": FIRST_DAY}
    reviewed = [random.choice((*contacts[:80], unknown)) for _ in range(count)]
    return [
        {
            "review_id": f"r{number:03d}",
            "contact_id": each["contact_id"],
            "agent_id": each.get("agent_id"),
            "level": random.choice(("self", "team", "centre", None)),
            "is_automatic": random.choice((True, False, False, None)),
            "reviewed_at": each["started_at"] + timedelta(hours=random.randrange(1, 72)),
            **_more_of_review(number, each["started_at"]),
        }
        for number, each in enumerate(reviewed)
    ]


def _more_of_review(number: int, at: datetime) -> dict:
    random = Random(f"more {number}")
    disputed = random.choice((None, None, at + timedelta(days=4)))
    return {
        "reviewer_id": ("rita", "ron", "rob", None)[number % 4],
        "purpose": random.choice((None, "regular", "regular", "calibration")),
        "score": random.choice((None, 40.0, 90.0)),
        "max_score": random.choice((None, 100.0, 80.0)),
        "passed": random.choice((True, True, False, None)),
        "fatal": random.choice((True, False, False, None)),
        "disputed_at": disputed,
        "dispute_upheld": random.choice((True, False, None)) if disputed else None,
    }


def random_items(reviews: list[dict]) -> list[dict]:
    """Two items of each review, one of them about promises."""
    random = Random(5)
    return [
        {
            "review_id": each["review_id"],
            "item": item,
            "applicable": random.choice((True, True, False)),
            "failed": random.choice((True, False, None)),
        }
        for each in reviews
        for item in ("promise_script", "greeting")
    ]


def random_recoveries() -> list[dict]:
    random = Random(6)
    return [
        {
            "case_id": f"v{number}",
            "customer_id": random.choice((None, "c1", "c2")),
            "treated": number % 3 > 0,
            "opened_at": FIRST_DAY + timedelta(days=number),
            "contacted_at": FIRST_DAY + timedelta(days=number + 1) if number % 3 else None,
            "regained_at": random.choice((None, FIRST_DAY + timedelta(days=number + random.randrange(120)))),
        }
        for number in range(RANDOM_DAYS)
    ]


def random_hours() -> list[dict]:
    random = Random(7)
    return [
        {
            "agent_id": agent,
            "day": (FIRST_DAY + timedelta(days=day)).date(),
            "paid_seconds": 28_800,
            "ready_seconds": random.randrange(2_000, 8_000),
            "talk_seconds": random.randrange(8_000, 16_000),
            "hold_seconds": random.choice((None, 600)),
            "wrap_seconds": 1_800,
        }
        for day in range(RANDOM_DAYS)
        for agent in ("anna", "ben")
    ]


def random_findings(reviews: list[dict]) -> list[dict]:
    """A finding of every second review: due in a week, trained and closed or still open."""
    random = Random(6)
    found = []
    for number, review in enumerate(each for each in reviews[::2] if each["reviewed_at"]):
        opened = review["reviewed_at"]
        trained, closed = (
            random.choice((None, opened + timedelta(days=random.randrange(1, 12)))) for _which in ("trained", "closed")
        )
        found.append(
            {
                "finding_id": f"f{number:04}",
                "review_id": review["review_id"],
                "item": random.choice(("greeting", "promise_script")),
                "agent_id": review["agent_id"],
                "opened_at": opened,
                "due_at": opened + timedelta(days=7),
                "trained_at": trained,
                "closed_at": closed,
                "recurred_at": closed and random.choice((None, closed + timedelta(days=5))),
            }
        )
    return found


def random_rows() -> dict[str, list[dict]]:
    """A whole warehouse of the three above, with orders by day and product, and customers with their tier."""
    contacts = random_contacts()
    reviews = random_reviews(contacts)
    days = [(FIRST_DAY + timedelta(days=number)).date() for number in range(RANDOM_DAYS)]
    return {
        "contacts": contacts,
        "complaints": random_complaints(contacts),
        "qa_reviews": reviews,
        "qa_items": random_items(reviews),
        "findings": random_findings(reviews),
        "recoveries": random_recoveries(),
        "agent_hours": random_hours(),
        "customers": [
            {
                "customer_id": f"c{number}",
                "tier": ("gold", "standard")[number % 2],
                "since": FIRST_DAY - timedelta(days=number),
            }
            for number in range(60)
        ],
        "agents": [{"agent_id": "anna", "team_id": "a"}, {"agent_id": "ben", "team_id": "b"}],
        "volumes": [
            {"day": day, "kind": kind, "product": product, "value": value}
            for day in days
            for kind, product, value in (("orders", "lamp", 30.0), ("orders", "kettle", 20.0), ("sold", "lamp", 9.0))
        ],
    }

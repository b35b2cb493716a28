"""Customers on record: each is one, however often he is written down."""

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from data_access.daily import customer_facts, customers
from data_access.read import read
from metrics.rules import Rules
from tests.data_access.seed import ENGINES, seeded

RECORDS = [
    ("once", datetime(2025, 1, 1, 9), None),
    ("twice", datetime(2025, 1, 2, 9), None),
    ("twice", datetime(2025, 1, 4, 9), None),
    ("went and came back", datetime(2025, 1, 1, 9), datetime(2025, 1, 3, 9)),
    ("went and came back", datetime(2025, 1, 5, 9), None),
    ("gone", datetime(2025, 1, 1, 9), datetime(2025, 1, 2, 9)),
    ("gone", datetime(2025, 1, 1, 9), datetime(2025, 1, 4, 9)),
    (None, datetime(2025, 1, 3, 9), None),
    (None, datetime(2025, 1, 3, 9), None),
    ("never came", None, datetime(2025, 1, 2, 9)),
]


@pytest.mark.parametrize("engine", ENGINES)
def test_customer_on_record_twice_is_one(engine: str, tmp_path: Path) -> None:
    rows = [
        {"customer_id": name, "tier": "gold", "since": since, "churned_at": churned} for name, since, churned in RECORDS
    ]
    told = {"contacts": "contact_id started_at", "customers": "customer_id tier since churned_at"}
    warehouse = seeded(tmp_path / f"w.{engine}", {"customers": rows}, only=told)
    changes = read(warehouse.engine, customers(warehouse, Rules()))
    daily = customer_facts(changes, pl.lit(date(2025, 1, 5)))
    # By hand: on the 1st once, the one who came back and the one who is gone at last on the 4th; on the 2nd twice,
    # too; on the 3rd two whom nobody names; on the 4th one is gone.
    assert dict(daily.select("day", "customer_days").iter_rows()) == {
        date(2025, 1, day): count for day, count in ((1, 3), (2, 4), (3, 6), (4, 5), (5, 5))
    }

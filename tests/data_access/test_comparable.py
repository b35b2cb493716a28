"""Customers who did not complain, on literal rows in each engine; tests/data_access/test_statistics.py has the demo."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from data_access.comparable import read_comparable
from data_access.rollups import open_rollups
from data_access.store import Store
from data_access.viewer import LOCAL
from metrics.catalogue import CATALOGUE
from metrics.metric import Status
from metrics.rules import Rules
from metrics.scope import Period
from tests.data_access.seed import ENGINES, contact, seeded

JANUARY = Period(date(2024, 1, 1), date(2024, 2, 1))
NOON = datetime(2024, 1, 10, 12)


@pytest.mark.parametrize("engine", ENGINES)
def test_contacts_of_one_customer_stand_or_fall_together(tmp_path: Path, engine: str):
    # 40 customers with two contacts at once; every other one was active ten days later: 50 % of 80 contacts. Over the
    # customers each residual is 2 − 0.5 · 2 = ±1, the variance 40 · 40 / 39 / 80² = 1 / 156, that of 39 contacts that
    # stand for themselves. Student's t for 39 is 2.02269: they tell as much as 39 · (1.95996 / 2.02269)² = 36.619;
    # Wilson's half is 1.95996 / 2 / √(36.619 + 1.95996²) = 15.41 points, where 80 contacts would promise 10.70.
    active = [NOON + timedelta(days=10) if number % 2 else NOON for number in range(40)]
    customers = [
        {"customer_id": f"c{number}", "tier": "gold", "last_active_at": at} for number, at in enumerate(active)
    ]
    # Who complained, and one on record twice, are no more than that.
    customers += [customers[0], {"customer_id": "x", "tier": "gold", "last_active_at": NOON}]
    contacts = [contact(f"{number}{twin}", NOON, f"c{number}") for number in range(40) for twin in "ab"]
    contacts += [contact("x", NOON, "x"), contact("end", datetime(2024, 4, 30, 12), None)]
    complaints = [
        {"complaint_id": "x", "contact_id": "x", "customer_id": "x", "received_at": NOON + timedelta(hours=1)},
        {"complaint_id": "y", "contact_id": None, "customer_id": None, "received_at": datetime(2024, 4, 30, 13)},
    ]
    rows = {"contacts": contacts, "customers": customers, "complaints": complaints}
    rollups = open_rollups(seeded(tmp_path / f"w.{engine}", rows), Rules(), tmp_path)
    store = Store(rollups, rollups.refresh())
    found = read_comparable(store, LOCAL, CATALOGUE["retention_30d"], JANUARY, ()).row(0, named=True)
    assert (found["value"], found["numerator"], found["denominator"]) == (50.0, None, 80.0)
    assert (found["low"], found["high"]) == pytest.approx((34.59, 65.41), abs=0.01)
    assert (found["mature"], found["status"]) == (True, Status.OK)

"""Customers after bad service, counted in the warehouse: against a plain count, a bootstrap, and an injected effect."""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data_access.demo import Manifest
from data_access.read import read
from data_access.rollups import open_rollups
from data_access.store import Store
from data_access.viewer import LOCAL, Viewer
from data_access.wings.retention import cells, looked_at, read_retention, ready_by
from metrics.errors import NotAllowed
from metrics.rules import Rules
from metrics.scope import Period
from metrics.wings.retention import HORIZONS, After, Event
from tests.data_access.seed import contact, embedded

START, DAYS = datetime(2024, 1, 1), 400
CUSTOMERS = 1_500
EFFECT = 0.4  # of the customers who complained, so many never come again


def history(number: int, world: int, *, leave: bool) -> tuple[list[dict], list[dict]]:
    """Contacts of a customer and the complaints of them; who leaves after a complaint has no contact later."""
    random = Random(f"{world} {number}")
    tier, rate = ("gold", 60) if number % 3 == 0 else ("standard", 110)
    contacts, complaints = [], []
    at = START + timedelta(days=random.uniform(0, rate))
    while at < START + timedelta(days=DAYS):
        name = f"k{number}-{len(contacts)}"
        issue, channel = random.choice(("refund", "order")), random.choice(("phone", "chat"))
        whole = at.replace(microsecond=0)
        csat = random.choice((None, None, 2.0, 5.0))
        more = {"customer_tier": tier, "channel": channel, "csat": csat, "team_id": "ab"[number % 2]}
        contacts.append(contact(name, whole, f"c{number}", issue, **more))
        # Gold customers complain more often and come more often: without the mix they would hide the effect.
        if random.random() < (0.2 if tier == "gold" else 0.05):
            filed = {"complaint_id": f"p{name}", "contact_id": name, "customer_id": f"c{number}"}
            complaints.append({**filed, "received_at": whole + timedelta(hours=2)})
            if leave and random.random() < EFFECT:
                break
        at += timedelta(days=random.expovariate(1 / rate))
    return contacts, complaints


def opened(folder: Path, world: int, *, leave: bool) -> tuple[Store, list[dict], list[dict]]:
    found = [history(number, world, leave=leave) for number in range(CUSTOMERS)]
    contacts, complaints = ([row for rows in part for row in rows] for part in zip(*found, strict=True))
    rollups = open_rollups(
        embedded(folder / "w.duckdb", {"contacts": contacts, "complaints": complaints}), Rules(), folder
    )
    return Store(rollups, rollups.refresh()), contacts, complaints


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, list[dict], list[dict]]:
    return opened(tmp_path_factory.mktemp("leaving"), 1, leave=True)


@pytest.fixture(scope="module")
def period(world: tuple[Store, list[dict], list[dict]]) -> Period:
    end = world[0].anchor
    return Period(end - timedelta(days=7), end)


def told(found: tuple[After, ...], event: Event, days: int) -> After:
    return next(each for each in found if (each.event, each.days) == (event, days))


def counted(contacts: list[dict], complaints: list[dict], days: Period, horizon: int) -> pl.DataFrame:
    """Each contact or complaint of the days with its cell and whether the customer came again: plain loops."""
    of_customer: dict[str, list[dict]] = {}
    for each in contacts:
        of_customer.setdefault(each["customer_id"], []).append(each)
    new = {
        each["contact_id"]
        for each in contacts
        if not any(
            other["issue_type"] == each["issue_type"]
            and timedelta(0) < each["started_at"] - other["started_at"] <= timedelta(days=7)
            for other in of_customer[each["customer_id"]]
        )
    }
    received = {each["contact_id"]: each["received_at"] for each in complaints}
    rows = []
    for each in contacts:
        at = received.get(each["contact_id"], each["started_at"])
        if not days.start <= at.date() < days.end:
            continue

        def came(first: float, last: float, at: datetime = at, own: str = each["customer_id"]) -> bool:
            return any(
                other["contact_id"] in new and first < (other["started_at"] - at) / timedelta(days=1) <= last
                for other in of_customer[own]
            )

        earlier = any(
            other["contact_id"] in new and timedelta(days=7) < at - other["started_at"] <= timedelta(days=97)
            for other in of_customer[each["customer_id"]]
        )
        cell = f"{each['customer_tier']} {each['issue_type']} {each['channel']} {earlier}"
        case = each["contact_id"] in received
        rows.append((each["customer_id"], cell, case, came(7, horizon)))
    return pl.DataFrame(rows, schema=["customer", "cell", "case", "heard"], orient="row")


def standardised(rows: pl.DataFrame) -> tuple[float, float, int, int]:
    """Share of the cases and of the others at their mix, and how many of both, over cells with five others."""
    sides = rows.group_by("cell").agg(
        cases=pl.col("case").sum(),
        others=(~pl.col("case")).sum(),
        heard=(pl.col("heard") & pl.col("case")).sum(),
        usual=(pl.col("heard") & ~pl.col("case")).sum(),
    )
    kept = sides.filter(pl.col("cases") > 0, pl.col("others") >= 5)
    cases = int(kept["cases"].sum())
    usual = float((kept["cases"] * kept["usual"] / kept["others"]).sum()) / cases
    return int(kept["heard"].sum()) / cases, usual, cases, int(kept["others"].sum())


@pytest.mark.parametrize("horizon", HORIZONS)
def test_shares_are_those_of_a_plain_count(world, period: Period, horizon: int) -> None:
    store, contacts, complaints = world
    found = told(read_retention(store, LOCAL, period, ()).after, Event.COMPLAINT, horizon)
    share, usual, cases, others = standardised(counted(contacts, complaints, looked_at(store, period), horizon))
    assert found.retained
    assert found.others
    assert (found.cases, found.comparable) == (cases, others)
    assert (found.retained.value, found.others.value) == pytest.approx((100 * share, 100 * usual))


def test_the_interval_is_as_wide_as_a_bootstrap_of_customers_says(world, period: Period) -> None:
    store, contacts, complaints = world
    found = told(read_retention(store, LOCAL, period, ()).after, Event.COMPLAINT, 90)
    rows = counted(contacts, complaints, looked_at(store, period), 90)
    names = rows["customer"].unique().sort()
    chance = np.random.default_rng(1)
    differences = []
    for _ in range(400):
        drawn = pl.DataFrame(
            {"customer": names.sample(names.len(), with_replacement=True, seed=int(chance.integers(2**31)))}
        )
        share, usual, *_ = standardised(drawn.join(rows, on="customer"))
        differences.append(100 * (share - usual))
    assert found.difference
    # 400 draws know a standard error within 7 % (two of its own errors of 1/√800); small cells add to both.
    half = (found.difference.high - found.difference.low) / 2
    assert half == pytest.approx(1.965 * float(np.std(differences)), rel=0.12)


def test_an_injected_loss_is_found_and_its_size_lies_in_the_interval(world, period: Period) -> None:
    found = told(read_retention(world[0], LOCAL, period, ()).after, Event.COMPLAINT, 90)
    assert found.difference
    assert found.others
    # Who leaves is drawn by chance: of those who would have come, so many do not.
    injected = -EFFECT * found.others.value
    assert found.stands_out
    assert found.difference.low < injected < found.difference.high


def test_without_an_effect_none_stands_out(tmp_path: Path, period: Period) -> None:
    # By chance one world in twenty has one that does: benchmarks/retention_alarms.py counts them.
    store, *_ = opened(tmp_path, 2, leave=False)
    found = read_retention(store, LOCAL, period, ()).after
    assert [each.event for each in found if each.stands_out] == []
    assert told(found, Event.COMPLAINT, 90).cases > 100


def test_a_team_and_a_filter_narrow_what_happened(world, period: Period) -> None:
    store, *_ = world
    every = told(read_retention(store, LOCAL, period, ()).after, Event.DISSATISFIED, 30)
    filtered = told(read_retention(store, LOCAL, period, (("team_id", ("a",)),)).after, Event.DISSATISFIED, 30)
    leader = Viewer("a", teams=("a",), is_cleared=True)
    led = told(read_retention(store, leader, period, ()).after, Event.DISSATISFIED, 30)
    assert (led.cases, led.comparable, led.p) == (filtered.cases, filtered.comparable, pytest.approx(filtered.p))
    assert 0 < filtered.cases < every.cases
    with pytest.raises(NotAllowed):
        read_retention(store, Viewer("masked"), period, (("agent_id", ("anna",)),))


def test_every_team_counted_at_once_is_as_counted_alone(world, period: Period) -> None:
    store, days = world[0], looked_at(world[0], period)
    engine = store.warehouse.engine
    at_once = read(engine, cells(store, days, (), "team_id"))
    for team in ("a", "b"):
        alone = read(engine, cells(store, days, (("team_id", (team,)),)))
        assert alone["exposed_n"].sum() > 0
        own = at_once.filter(part=team).with_columns(part=pl.lit(""))
        assert_frame_equal(own, alone, check_row_order=False, rel_tol=1e-12)
    ready_by(store, period, "team_id")
    asked = "retention", days, (("team_id", ("a",)),)
    kept = store.computed(asked, lambda: pytest.fail("counted again"))
    assert_frame_equal(kept.drop("part"), at_once.filter(part="a").drop("part"), check_row_order=False, rel_tol=1e-12)


def test_what_the_data_do_not_tell_is_left_out(world, period: Period) -> None:
    events = {each.event for each in read_retention(world[0], LOCAL, period, ()).after}
    assert Event.COMPLAINT in events
    assert Event.FAILED_REVIEW in events  # the tables are there, and empty


def test_the_demo_has_no_planted_loss_and_none_is_found(planted: tuple[Store, Manifest]) -> None:
    store, _manifest = planted
    found = read_retention(store, LOCAL, Period(store.anchor - timedelta(days=7), store.anchor), ())
    assert found.period.end <= store.anchor - timedelta(days=90)
    assert [each for each in found.after if each.stands_out] == []
    assert {each.event for each in found.after} == set(Event)

"""One customer on a demo: what is found by which number, what is shown to whom, and that it is written down."""

from datetime import UTC, datetime

import polars as pl
import pytest
from sqlalchemy import Engine

from data_access.audit import Search, read_audit
from data_access.demo import Manifest
from data_access.desk.customer import STEPS, find_customer, offered, open_customer
from data_access.store import Store
from data_access.viewer import LOCAL, Role, Viewer
from metrics.errors import InvalidSettings, NotAllowed
from metrics.scope import Period

Planted = tuple[Store, Manifest]
NEWCOMER = Viewer("newcomer", Role.NEWCOMER)
NOW = datetime(2026, 11, 27, tzinfo=UTC)
#: A customer with a complaint of a contact that was reviewed, of one team only.
REVIEWED = """SELECT c.customer_id, c.complaint_id, c.contact_id, r.review_id, c.team_id FROM complaints c
    JOIN qa_reviews r USING (contact_id) JOIN contacts t USING (contact_id)
    WHERE c.is_valid AND c.duplicate_of IS NULL AND t.customer_id = c.customer_id AND t.exclusion_reason IS NULL
    AND c.text LIKE '%138%' ORDER BY ALL LIMIT 1"""


def asked(store: Store, sql: str) -> list[tuple]:
    with store.warehouse.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


def test_a_customer_is_found_by_each_number_of_his(planted: Planted):
    store, _manifest = planted
    customer, complaint, contact, review, team = asked(store, REVIEWED)[0]
    for number in (customer, complaint, contact, review):
        assert find_customer(store, LOCAL, number) == customer
    other = next(each for each in ("team_01", "team_02") if each != team)
    viewer = Viewer("other", Role.TEAM_LEADER, (other,), is_cleared=True)
    for number in (complaint, contact, review):
        with pytest.raises(InvalidSettings):
            find_customer(store, viewer, number)
    with pytest.raises(NotAllowed):
        find_customer(store, NEWCOMER, customer)


def test_events_are_those_of_the_warehouse(planted: Planted, state: Engine):
    store, _manifest = planted
    customer, _complaint, _contact, review, _team = asked(store, REVIEWED)[0]
    found = open_customer(store, state, LOCAL, customer, NOW)
    counted = dict(found.events["event"].value_counts().rows())
    mine = f"customer_id = '{customer}'"
    assert asked(store, f"SELECT count(*) FROM contacts WHERE {mine} AND exclusion_reason IS NULL") == [
        (counted["contact"],)
    ]
    steps = ", ".join(f"count({step})" for step in STEPS)
    row = asked(store, f"SELECT {steps} FROM complaints WHERE {mine} AND is_valid AND duplicate_of IS NULL")[0]
    # The demo keeps hand-overs, replies, solutions and the like in both places: each stands once.
    assert tuple(counted.get(step, 0) for step in STEPS) == row
    assert review in found.reviews["review_id"].to_list()
    items = found.items.filter(pl.col("review_id") == review).height
    assert asked(store, f"SELECT count(*) FROM qa_items WHERE review_id = '{review}'") == [(items,)]
    assert found.events["at"].is_sorted(descending=True)


def test_steps_that_only_the_record_knows_are_on_the_timeline(planted: Planted, state: Engine):
    store, _manifest = planted
    kinds = ("reminded", "pending", "resumed")
    counts = ", ".join(f"count(*) FILTER (event = '{kind}') AS {kind}" for kind in kinds)
    customer, *expected, departments = asked(
        store,
        f"""SELECT customer_id, {counts}, list(DISTINCT to_department) FILTER (event = 'handed_over')
        FROM complaint_events JOIN complaints USING (complaint_id) WHERE is_valid AND duplicate_of IS NULL
        GROUP BY customer_id HAVING reminded > 0 AND resumed > 0 ORDER BY ALL LIMIT 1""",
    )[0]
    events = open_customer(store, state, LOCAL, customer, NOW).events
    assert [events.filter(pl.col("event") == kind).height for kind in kinds] == expected
    handed = events.filter(pl.col("event") == "handed_over_at")
    assert set(handed["department"]) == set(departments)


def test_who_is_not_cleared_reads_pseudonyms_and_every_look_is_written_down(planted: Planted, state: Engine):
    store, _manifest = planted
    row = asked(store, REVIEWED)[0]
    found = open_customer(store, state, NEWCOMER, row[0], NOW)
    shown = "".join(
        [found.name, *(str(each.rows()) for each in (found.events, found.complaints, found.reviews, found.items))]
    )
    assert not [each for each in row[:4] if each in shown]
    assert "[phone " in shown
    assert open_customer(store, state, LOCAL, row[0], NOW).name == row[0]
    looks = [(each.who, each.act, each.scope["customer_id"]) for each in read_audit(state, LOCAL, Search(), 9)[0]]
    assert looks == [("local", "customer_opened", row[0]), ("newcomer", "customer_opened", row[0])]


def test_other_teams_cases_stay_out(planted: Planted, state: Engine):
    store, _manifest = planted
    customer, _complaint, contact, _review, team = asked(store, REVIEWED)[0]
    other = next(each for each in ("team_01", "team_02") if each != team)
    found = open_customer(store, state, Viewer("o", Role.TEAM_LEADER, (other,), is_cleared=True), customer, NOW)
    assert contact not in found.events["contact_id"].to_list()
    ids = "', '".join(found.events["contact_id"].drop_nulls().unique())
    foreign = f"SELECT count(*) FROM contacts WHERE contact_id IN ('{ids}') AND team_id <> '{other}'"
    assert asked(store, foreign) == [(0,)]


def test_customers_with_most_to_tell_are_offered_under_the_viewers_names(planted: Planted, state: Engine):
    store, _manifest = planted
    period = Period(store.data_start, store.data_end)
    whole = offered(store, state, LOCAL, period, (), NOW, told=False)
    assert whole["shown"].equals(whole["customer_id"], check_names=False)
    assert whole["is_escalated"].is_sorted(descending=True)
    masked = offered(store, state, NEWCOMER, period, (), NOW, told=False)
    assert set(masked["shown"]).isdisjoint(whole["customer_id"])
    assert masked["customer_id"].equals(whole["customer_id"])
    assert offered(store, state, LOCAL, period, (), NOW, told=True).equals(whole)
    looks = [(each.who, each.act, each.scope["metric"]) for each in read_audit(state, LOCAL, Search(), 9)[0]]
    assert looks == [("newcomer", "cases_opened", "customers"), ("local", "cases_opened", "customers")]

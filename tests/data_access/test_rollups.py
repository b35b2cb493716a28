"""Roll-ups: a refresh ends where a build from nothing ends, whatever happened in between."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, insert, update

from data_access.dialects import day
from data_access.rollups import Rollups, open_rollups
from data_access.schema import TABLES
from data_access.store import Store
from metrics.errors import SourceUnavailable
from metrics.rules import Deadline, Rules
from tests.data_access.rebuilding import BORDER, Opened, assert_as_built_anew, case_files, change, contact_files, rows
from tests.data_access.seed import EVERY_COLUMN, contact, seeded

CONTACTS = TABLES["contacts"]


def add(name: str, at: datetime, customer: str = "border") -> Callable[[Connection], object]:
    return lambda connection: connection.execute(insert(CONTACTS).values(**contact(name, at, customer)))


def alter(name: str, **values: object) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(update(CONTACTS).where(CONTACTS.c.contact_id == name).values(**values))


def remove(name: str) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(delete(CONTACTS).where(CONTACTS.c.contact_id == name))


def remove_days(start: date, end: date) -> Callable[[Connection], object]:
    its_day = day(CONTACTS.c.started_at)
    return lambda connection: connection.execute(delete(CONTACTS).where(its_day >= start, its_day < end))


CHANGES = {
    "second of a pair over the border is deleted": remove("b2"),
    "first of a pair over the border is deleted": remove("b1"),
    "pair becomes two customers": alter("b2", customer_id="other"),
    "pair becomes two issues": alter("b2", issue_type="price"),
    "second is excluded": alter("b2", exclusion_reason="spam"),
    "second moves out of the window": alter("b2", started_at=BORDER + timedelta(days=7, seconds=1)),
    "second moves to the first's month": alter("b2", started_at=BORDER - timedelta(days=2)),
    "another comes in between": add("b3", BORDER + timedelta(days=3)),
    "another comes a week before": add("b3", BORDER - timedelta(days=7)),
    "only the team changes": alter("b1", team_id="b"),
    "only an answer changes": alter("k0007", csat=5.0),
    "a day disappears": remove_days(date(2024, 2, 3), date(2024, 2, 4)),
    "a week over the border disappears": remove_days(date(2024, 1, 29), date(2024, 2, 5)),
    "a month disappears": remove_days(date(2024, 2, 1), date(2024, 3, 1)),
    "a new month begins": add("n1", datetime(2024, 4, 2, 8, 0)),
    "an earlier month appears": add("n1", datetime(2023, 12, 31, 23, 59), "c1"),
    "everything disappears": remove_days(date(2023, 1, 1), date(2025, 1, 1)),
}


@pytest.mark.alike(2)
@pytest.mark.parametrize("what", list(CHANGES))
def test_refresh_after_a_change_equals_a_build_from_nothing(what: str, refreshed: Rollups, tmp_path: Path) -> None:
    change(refreshed.warehouse, CHANGES[what])
    assert_as_built_anew(refreshed, refreshed.refresh(), tmp_path)


@pytest.mark.parametrize("what", ["pair becomes two customers", "everything disappears"])
def test_engine_that_cannot_find_changed_days_counts_every_month_anew(
    what: str, connect: Opened, tmp_path: Path
) -> None:
    warehouse = connect("sqlite")
    rollups = open_rollups(warehouse, Rules(), tmp_path)
    rollups.refresh()
    change(warehouse, CHANGES[what])
    assert_as_built_anew(rollups, rollups.refresh(), tmp_path)


def test_refresh_allows_for_a_week_in_which_the_sites_clock_changes(tmp_path: Path) -> None:
    # 6 days, 23 h 45 min apart, but eight days of Pyongyang's calendar, whose clock went half an hour forward at the
    # end of 4 May 2018 (tzdata): 28 April, 23:50 there, and 6 May, 0:05.
    pair = [contact("1", datetime(2018, 4, 28, 15, 20)), contact("2", datetime(2018, 5, 5, 15, 5))]
    warehouse = seeded(tmp_path / "w.duckdb", {"contacts": pair}, zones=("UTC", "Asia/Pyongyang"))
    rollups = open_rollups(warehouse, Rules(), tmp_path)
    rollups.refresh()
    change(warehouse, remove("1"))
    assert_as_built_anew(rollups, rollups.refresh(), tmp_path)


REVIEWS = TABLES["qa_reviews"]
FIT = {
    row["contact_id"]
    for row in rows()["contacts"]
    if row.get("answered_at")
    and row.get("exclusion_reason") is row.get("merged_into") is row.get("talk_seconds") is None
}
COUNTED_REVIEW = next(
    row["review_id"] for row in rows()["qa_reviews"] if row["contact_id"] in FIT and row["is_automatic"] is False
)
REVIEW_CHANGES: dict[str, Callable[[Connection], object]] = {
    "a review is added": lambda connection: connection.execute(
        insert(REVIEWS).values(review_id="new", contact_id="k0001", reviewed_at=BORDER, level="team")
    ),
    "a review is deleted": lambda connection: connection.execute(
        delete(REVIEWS).where(REVIEWS.c.review_id == COUNTED_REVIEW)
    ),
    "a review moves to another day": lambda connection: connection.execute(
        update(REVIEWS).where(REVIEWS.c.review_id == COUNTED_REVIEW).values(reviewed_at=BORDER)
    ),
    "a review loses its time": lambda connection: connection.execute(
        update(REVIEWS).where(REVIEWS.c.review_id == COUNTED_REVIEW).values(reviewed_at=None)
    ),
    "a review turns out automatic": lambda connection: connection.execute(
        update(REVIEWS).where(REVIEWS.c.review_id == COUNTED_REVIEW).values(is_automatic=True)
    ),
    "a review belongs to another contact": lambda connection: connection.execute(
        update(REVIEWS).where(REVIEWS.c.review_id == COUNTED_REVIEW).values(contact_id="k0300")
    ),
    "reviewed contacts are excluded": lambda connection: connection.execute(
        update(CONTACTS).where(CONTACTS.c.contact_id < "k0020").values(exclusion_reason="spam")
    ),
    "a reviewed contact moves to another day": lambda connection: connection.execute(
        update(CONTACTS).where(CONTACTS.c.contact_id < "k0005").values(started_at=BORDER)
    ),
    "a reviewed contact changes hands": lambda connection: connection.execute(
        update(CONTACTS).where(CONTACTS.c.contact_id < "k0005").values(agent_id="eva", team_id="b")
    ),
    "a contact appears that a review was waiting for": lambda connection: connection.execute(
        insert(CONTACTS).values(**contact("gone", BORDER, "new", answered_at=BORDER))
    ),
}


@pytest.mark.alike(2)
@pytest.mark.parametrize("what", list(REVIEW_CHANGES))
def test_refresh_follows_reviews_and_their_contacts(what: str, refreshed: Rollups, tmp_path: Path) -> None:
    first = refreshed.files.manifest()
    change(refreshed.warehouse, REVIEW_CHANGES[what])
    second = refreshed.refresh()
    assert first is not None
    assert case_files(second, "reviews") != case_files(first, "reviews")
    assert_as_built_anew(refreshed, second, tmp_path)


def test_change_touches_only_the_months_it_reaches(refreshed: Rollups) -> None:
    warehouse, rollups = refreshed.warehouse, refreshed
    before = contact_files(rollups.refresh())
    # 20 February ± 7 days lies inside February; the last of January reaches a week into February, which is counted
    # again and written only where it has another contact of the customer.
    for name, at, customer, months in (
        ("n1", datetime(2024, 2, 20), "new", {"2024-02"}),
        ("n2", datetime(2024, 1, 31), "newer", {"2024-01"}),
        ("n3", datetime(2024, 2, 2), "newer", {"2024-01", "2024-02"}),
    ):
        change(warehouse, add(name, at, customer))
        after = contact_files(rollups.refresh())
        assert {name.rsplit("/", 1)[1] for name in after if after[name] != before[name]} == months
        before = after


def test_change_writes_only_the_sums_that_it_changes(refreshed: Rollups, tmp_path: Path) -> None:
    before = contact_files(refreshed.refresh())
    change(refreshed.warehouse, alter("k0007", csat=5.0))
    manifest = refreshed.refresh()
    after = contact_files(manifest)
    written = {name.split("/")[0] for name in after if after[name] != before[name]}
    # An answer, to a survey that nobody sent: it moves no handle time, no answer code and no contact left out.
    assert written == {"sums", "faults"}
    assert_as_built_anew(refreshed, manifest, tmp_path)


@pytest.mark.parametrize("is_embedded", [True, False])
def test_nothing_is_counted_again_when_nothing_changed(
    *, is_embedded: bool, connect: Opened, embed: Opened, tmp_path: Path
) -> None:
    warehouse = embed() if is_embedded else connect()
    rollups = open_rollups(warehouse, Rules(), tmp_path)
    first = rollups.refresh()
    stamps = {name: (rollups.files.folder / file).stat().st_mtime_ns for name, file in contact_files(first).items()}
    second = rollups.refresh()
    assert contact_files(second) == contact_files(first)
    assert second.id == first.id
    for name, file in contact_files(second).items():
        assert (rollups.files.folder / file).stat().st_mtime_ns == stamps[name]


def test_settled_warehouse_is_not_even_asked(embed: Opened, tmp_path: Path) -> None:
    rollups = open_rollups(embed(), Rules(), tmp_path)
    first = rollups.refresh()
    rollups.warehouse.engine.dispose()
    (tmp_path / "a.duckdb").unlink()
    assert rollups.refresh() == first


def test_another_embedded_warehouse_takes_the_place_of_the_first(embed: Opened, tmp_path: Path) -> None:
    open_rollups(embed("a"), Rules(), tmp_path).refresh()
    rollups = open_rollups(embed("b"), Rules(), tmp_path)
    assert_as_built_anew(rollups, rollups.refresh(), tmp_path)


@pytest.mark.parametrize("rules", [Rules(fcr_window_days=3), Rules(fcr_gap_days=1), Rules(eligible_seconds=60)])
def test_other_rules_mean_other_sums(rules: Rules, embed: Opened, tmp_path: Path) -> None:
    warehouse = embed()
    first = open_rollups(warehouse, Rules(), tmp_path).refresh()
    rollups = open_rollups(warehouse, rules, tmp_path)
    assert rollups.in_place() is None
    manifest = rollups.refresh()
    assert manifest.id != first.id
    assert_as_built_anew(rollups, manifest, tmp_path)


@pytest.mark.parametrize(
    "rules",
    [
        Rules(min_denominator=5, team_share=20.0, stage="mature", service_level_formula="of_answered"),
        Rules(deadlines={"general": Deadline(60, 120)}, solution_seconds=60, repeat_complaint_days=7),
        Rules(contact_limits={"urgent": 60}),  # these data say themselves what was in time
    ],
)
def test_rules_that_are_applied_to_the_sums_build_nothing_anew(rules: Rules, embed: Opened, tmp_path: Path) -> None:
    warehouse = embed()
    first = open_rollups(warehouse, Rules(), tmp_path).refresh()
    rollups = open_rollups(warehouse, rules, tmp_path)
    assert rollups.in_place() == first
    again = Store(open_rollups(warehouse, Rules(), tmp_path), first).under(rules)
    assert again is not None
    assert again.site_rules == rules
    assert again.under(Rules(answer_seconds=30)) is None


def test_warehouse_without_contacts_has_roll_ups_of_the_rest(tmp_path: Path) -> None:
    only = {"complaints": " ".join(EVERY_COLUMN["complaints"])}
    complaints = rows()["complaints"]
    warehouse = seeded(tmp_path / "w.duckdb", {"complaints": complaints}, only=only)
    rollups = open_rollups(warehouse, Rules(), tmp_path)
    manifest = rollups.refresh()
    assert manifest.days == {}
    assert rollups.files.read_all(manifest.parts, "cases/complaints").height == len(complaints)
    assert manifest.as_of == max(row["received_at"] for row in complaints)


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
def test_warehouse_that_is_gone_is_an_expected_failure_and_leaves_the_roll_ups(engine: str, tmp_path: Path) -> None:
    path = tmp_path / f"w.{engine}"
    warehouse = seeded(path, {"contacts": [contact("1", BORDER)]})
    rollups = open_rollups(warehouse, Rules(), tmp_path)
    first = rollups.refresh()
    warehouse.engine.dispose()
    path.unlink()
    with pytest.raises(SourceUnavailable) as failure:
        rollups.refresh()
    assert str(failure.value) == (
        f"The warehouse w.{engine} does not answer. "
        "Check that it is running and reachable, then reload the page or run the command again; "
        "figures computed earlier are kept."
    )
    assert rollups.in_place() == first

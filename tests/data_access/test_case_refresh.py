"""Parts of cases after small changes of any table: what a refresh leaves is what a build from nothing gives."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import settings
from polars.testing import assert_frame_equal
from sqlalchemy import Connection, Table, delete, insert, literal, select, update

from data_access import case_facts, case_refresh
from data_access.case_parts import PARTS
from data_access.case_refresh import CaseRefresh
from data_access.desk import texts
from data_access.home import Home
from data_access.opening import embedded_path
from data_access.rollup_files import RollupFiles
from data_access.rollups import open_rollups
from data_access.schema import TABLES
from data_access.store import EVERYTHING, Store
from data_access.viewer import LOCAL
from data_access.warehouse import open_embedded
from metrics.metric import Source
from metrics.rules import Rules
from tests.data_access.rebuilding import Opened, assert_as_built_anew, case_files, change, rows
from tests.data_access.seed import seeded

LONG_AGO = timedelta(days=200)
#: A walk through every table; ten with --hypothesis-profile=many.
SEEDS = range(1 if settings().max_examples <= 100 else 10)
MUTATED = tuple(name for name in TABLES if name != "warehouse_info")


def filled() -> dict[str, list[dict]]:
    """The usual warehouse with what the parts are made of beside: steps, texts, reviews of complaints, teams."""
    made, random = rows(), Random(0)
    complaints = made["complaints"]
    for each in complaints:
        each["text"] = random.choice((None, "退款 慢 请联系 王晓燕", f"{each['customer_id']} 安装 爽约", "没有 发票"))
        each["escalation_level"] = random.choice((None, "L2", "L3", "L3"))
        later = random.choice((timedelta(0), timedelta(days=20), LONG_AGO * 1.5))
        each["escalated_at"] = each["received_at"] + later if each["escalation_level"] else None
    made["complaint_events"] = [
        {"complaint_id": each["complaint_id"], "at": each["received_at"] + timedelta(hours=hours), "event": event}
        for each in complaints
        for hours, event in ((0, "received"), (2, "handed_over"), (30, "solved"))
    ]
    for place, each in enumerate(made["qa_reviews"]):
        if not place % 10:
            about = random.choice(complaints)["complaint_id"]
            each.update(object_type="complaint", object_id=about, contact_id=None)
    made["agents"] = [each | {"name": name} for each, name in zip(made["agents"], ("王晓燕", "Ben"), strict=True)]
    made["teams"] = [{"team_id": "a", "name": "A", "supervisor": "sue"}, {"team_id": "b", "name": "B"}]
    made["customers"] = [each | {"last_active_at": each["since"] + LONG_AGO / 4} for each in made["customers"]]
    made["contacts"] += [each | {"started_at": each["started_at"] + timedelta(days=9)} for each in made["contacts"][:9]]
    return made


def mutate(connection: Connection, table: Table, random: Random, number: int) -> None:
    """A row goes, comes (a copy of another, on another day or under another id) or gets a value of another row."""
    found = [dict(each) for each in connection.execute(select(table)).mappings()]
    row, other = random.choice(found), random.choice(found)
    same = [table.c[name] == value for name, value in row.items() if value is not None]
    what = random.choice(("goes", "comes", "changes", "changes", "changes"))
    if what == "goes":
        connection.execute(delete(table).where(*same))
        return
    if what == "changes":
        name = random.choice([each for each in row if row[each] != other[each]] or list(row))
        connection.execute(update(table).where(*same).values({name: literal(other[name], table.c[name].type)}))
        return
    moved = random.choice((timedelta(0), timedelta(days=3), -LONG_AGO))
    shift = {name: value + moved for name, value in row.items() if isinstance(value, date)}
    key = next(iter(row))
    fresh = {key: f"new{number}"} if isinstance(row[key], str) and random.random() < 0.7 else {}
    connection.execute(insert(table).values(row | shift | fresh))


def rounds(seed: int) -> Iterator[list[str]]:
    """Every table, in an order and in groups of one to five that hang on the seed."""
    random = Random(seed)
    tables = random.sample(MUTATED, len(MUTATED))
    while tables:
        size = random.choice((1, 2, 5))
        yield tables[:size]
        tables = tables[size:]


@pytest.mark.parametrize("seed", SEEDS)
def test_after_any_small_changes_every_part_is_as_built_from_nothing(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_refresh, "LEAST_ROWS_IN_FILE", 30)  # so that parts lie in several files
    monkeypatch.setattr(texts, "MOST_A_DAY", 2)
    monkeypatch.setattr(texts, "MOST_DAYS", 40)
    random = Random(seed)
    warehouse = replace(seeded(tmp_path / "w.duckdb", filled()), late_days=None)
    rollups = open_rollups(warehouse, Rules(), tmp_path)
    rollups.refresh()
    for number, tables in enumerate(rounds(seed)):

        def act(connection: Connection, tables: list[str] = tables, number: int = number) -> None:
            for place, name in enumerate(tables):
                mutate(connection, TABLES[name], random, 10 * number + place)

        change(warehouse, act)
        assert_as_built_anew(rollups, rollups.refresh(), tmp_path)


def test_a_changed_day_of_contacts_leaves_the_files_of_what_it_does_not_reach(connect: Opened, tmp_path: Path) -> None:
    warehouse = connect()
    rollups = open_rollups(warehouse, Rules(), tmp_path)
    before = rollups.refresh()
    contacts = TABLES["contacts"]
    change(
        warehouse,
        lambda connection: connection.execute(update(contacts).where(contacts.c.contact_id == "b1").values(csat=1.0)),
    )
    after = rollups.refresh()
    # Nobody reviewed it, no complaint names it, and its customer never complained.
    assert {name for name in PARTS if case_files(after, name) != case_files(before, name)} == set()


def test_a_part_too_long_for_memory_is_laid_into_files_as_one_that_is_not(
    ready_demo: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = open_embedded(embedded_path(ready_demo))
    refresh = CaseRefresh(warehouse, Rules(), RollupFiles(tmp_path))
    monkeypatch.setattr(case_refresh, "LEAST_ROWS_IN_FILE", 100)
    at_once = refresh.part("cases/reviews", PARTS["reviews"], {}, None)
    monkeypatch.setattr(case_refresh, "ROWS_HELD", 300)
    in_pieces = refresh.part("cases/reviews", PARTS["reviews"], {}, None)
    assert len(at_once) > 2
    # Told apart by their checksums: the same rows in the same order in files of the same days.
    assert {name: each.checksum for name, each in in_pieces.items()} == {
        name: each.checksum for name, each in at_once.items()
    }
    assert not [each for each in tmp_path.iterdir() if each.is_dir()]


def test_reviews_read_by_the_days_of_their_contacts_are_those_read_at_once(tmp_path: Path) -> None:
    made = rows()
    # One contact stands on record twice, two months apart, and its customer came back after the first time alone.
    twice = made["qa_reviews"][0]["contact_id"]
    first = next(each for each in made["contacts"] if each["contact_id"] == twice)
    first.update(started_at=datetime(2024, 1, 3), customer_id="twice", issue_type="refund", direction="inbound")
    made["contacts"] += [
        first | {"started_at": datetime(2024, 3, 3)},
        first | {"contact_id": "again", "started_at": datetime(2024, 1, 5)},
    ]
    warehouse = seeded(tmp_path / "w.duckdb", made)
    months = [(date(2023, 1, 1), date(2024, 2, 1)), (date(2024, 2, 1), date(2026, 1, 1))]
    frames = []
    for spans in ([], months):
        files = RollupFiles(tmp_path)
        parts = CaseRefresh(warehouse, Rules(), files, spans).part("cases/reviews", PARTS["reviews"], {}, None)
        frames.append(files.read_all(parts, "cases/reviews"))
    assert_frame_equal(*frames, check_row_order=False)
    assert frames[1].filter(contact_id=twice, review_id=made["qa_reviews"][0]["review_id"])["came_back"].to_list() == [
        1,
        1,
    ]


def test_facts_made_a_file_at_a_time_are_those_made_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = filled()
    made["findings"] = [
        {"finding_id": str(place % 90), "review_id": each["review_id"], "opened_at": each["reviewed_at"]}
        for place, each in enumerate(made["qa_reviews"])
        if each["reviewed_at"]
    ]  # some ids stand on record twice, on days far apart
    warehouse = seeded(tmp_path / "w.duckdb", made)
    sources = (
        Source.COMPLAINTS, Source.BACKLOG, Source.REVIEWS, Source.SCORES, Source.OUTCOMES, Source.DOUBLE_REVIEWS,
        Source.PLAN, Source.AGENT_WEEKS, Source.FINDINGS,
    )  # fmt: skip
    found = []
    for rows_in_file, rows_in_stretch in ((10_000, 100_000), (8, 20)):
        monkeypatch.setattr(case_refresh, "LEAST_ROWS_IN_FILE", rows_in_file)
        monkeypatch.setattr(case_facts, "ROWS_IN_STRETCH", rows_in_stretch)
        rollups = open_rollups(warehouse, Rules(), tmp_path / str(rows_in_file))
        store = Store(rollups, rollups.refresh())
        found.append([store.facts(LOCAL, (each,), EVERYTHING, ()) for each in sources])
        stretches = list(store.case_facts(Source.COMPLAINTS, LOCAL, EVERYTHING))
    assert len(case_files(store.manifest, "complaints")) > 2
    assert len(stretches) > 2
    for one, other in zip(*found, strict=True):
        assert one.height
        assert_frame_equal(one, other, check_row_order=False)

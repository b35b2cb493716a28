from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import create_engine, func, select, text

from data_access import contacts
from data_access.connecting.logical import pruned_by
from data_access.connecting.source_mapping import source_mapping
from data_access.marks import Marker
from data_access.read import read
from data_access.schema import TABLES
from data_access.warehouse import Warehouse, open_connected
from metrics.rules import Rules
from tests.data_access.seed import seeded
from tests.postgresql import fresh_database

#: A source of another shape: numbers as ids, Chinese names and codes, milliseconds, 0 and 1, one table for two things.
SOURCE = (
    'CREATE TABLE 工单 (单号 INTEGER, kind VARCHAR(20), 客户 INTEGER, "来电 时间" TIMESTAMP, 接听 TIMESTAMP, '
    "talk_ms INTEGER, 渠道 VARCHAR(20), 已解决 INTEGER, 问题 VARCHAR(20), deleted INTEGER)"
)
MAPPING = """
name = "CRM"
time_zone = "Asia/Shanghai"
[contacts]
table = "工单"
where = "deleted = 0 and kind <> '投诉'"
[contacts.columns]
contact_id = "单号"
customer_id = "客户"
started_at = "来电 时间"
answered_at = "接听"
talk_seconds = { column = "talk_ms", unit = "milliseconds" }
channel = { column = "渠道", codes = { "电话" = "phone", "邮件" = "email" } }
resolved = "已解决"
issue_type = { expression = "lower(问题)" }
direction = { value = "inbound" }
[complaints]
table = "工单"
where = "kind = '投诉'"
[complaints.columns]
complaint_id = { expression = "'C-' || cast(单号 as varchar(20))" }
received_at = "来电 时间"
"""
START = datetime(2026, 3, 1, 9)
KINDS = ("duckdb", "sqlite", "postgresql")


def rows() -> Iterator[dict[str, object]]:
    """Two hundred tickets, each third a complaint, each seventh deleted."""
    for number in range(200):
        at = START + timedelta(hours=number)
        yield {
            "number": number, "kind": "投诉" if number % 3 == 0 else "咨询", "customer": number % 40, "at": at,
            "answered": at + timedelta(seconds=number % 50) if number % 5 else None, "talk": 1000 * number,
            "channel": ("电话", "邮件", "fax")[number % 4 % 3], "resolved": number % 2,
            "issue": ("Refund", "DELIVERY")[number % 2], "deleted": int(number % 7 == 0),
        }  # fmt: skip


@pytest.fixture(scope="module", params=KINDS)
def mapped(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return open_connected(source(request.param, tmp_path_factory.mktemp("source")), source_mapping(MAPPING, "m.toml"))


def source(kind: str, folder: Path) -> str:
    url = fresh_database() if kind == "postgresql" else f"{kind}:///{folder}/source.{kind}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(SOURCE))
        connection.execute(text('CREATE INDEX by_time ON 工单 ("来电 时间")'))
        names = ":number, :kind, :customer, :at, :answered, :talk, :channel, :resolved, :issue, :deleted"
        told = [{**each, "at": str(each["at"])} for each in rows()] if kind == "sqlite" else list(rows())
        told = (
            [{**each, "answered": each["answered"] and str(each["answered"])} for each in told]
            if kind == "sqlite"
            else told
        )
        connection.execute(text(f"INSERT INTO 工单 VALUES ({names})"), told)
    engine.dispose()
    return url


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The same as the mapping means, written down by hand under the logical names."""
    channels = {"电话": "phone", "邮件": "email", "fax": "fax"}
    kept = [
        {
            "contact_id": str(each["number"]), "customer_id": str(each["customer"]), "started_at": each["at"],
            "answered_at": each["answered"], "talk_seconds": each["number"], "channel": channels[str(each["channel"])],
            "resolved": bool(each["resolved"]), "issue_type": str(each["issue"]).lower(), "direction": "inbound",
        }
        for each in rows() if not each["deleted"] and each["kind"] != "投诉"
    ]  # fmt: skip
    only = {"contacts": " ".join(kept[0])}
    folder = tmp_path_factory.mktemp("plain")
    return seeded(folder / "w.duckdb", {"contacts": kept}, only=only, zones=("Asia/Shanghai", "Asia/Shanghai"))


def test_every_sum_equals_that_of_the_logical_tables(mapped: Warehouse, plain: Warehouse):
    grains = [(), ("channel", "issue_type")]
    asked = (Rules(), date(2026, 3, 2), date(2026, 3, 9), grains)
    found, wanted = (
        read(each.engine, contacts.sums(each, *asked)).sort("grain", "day", "channel", "issue_type")
        for each in (mapped, plain)
    )
    assert wanted.height > 20
    assert_frame_equal(found, wanted)
    complaints = read(mapped.engine, select(TABLES["complaints"].c.complaint_id))
    assert set(complaints["complaint_id"]) == {f"C-{number}" for number in range(0, 200, 3)}


def test_a_day_reads_by_the_sources_own_instant(mapped: Warehouse):
    table, column = TABLES["contacts"], TABLES["contacts"].c.started_at
    query = select(func.count()).where(column >= START, column < START + timedelta(days=1)).select_from(table)
    sent = mapped.sent(query).compile(dialect=mapped.engine.dialect, compile_kwargs={"literal_binds": True})
    kind = mapped.engine.dialect.name
    with mapped.engine.connect() as connection:
        cursor = connection.connection.cursor()
        if kind == "postgresql":
            cursor.execute("SET enable_seqscan = off")  # of so few rows a scan is cheaper than any index
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if kind == 'sqlite' else ''}{sent}")
        plan = "".join(str(row[-1]) for row in cursor.fetchall())
    # In DuckDB the filter stands within the scan; else the index on the source's column is looked up.
    told = {"duckdb": "来电 时间 < '2026-03-02 09:00:00'", "sqlite": "SCAN", "postgresql": "Index Cond"}[kind]
    assert told in plan
    assert mapped.logical is not None
    # Texts of SQLite are made alike before they are compared: such a database is small.
    assert pruned_by(mapped.logical, "contacts", "started_at") == (kind != "sqlite")


def test_marks_see_a_changed_row(tmp_path: Path):
    url = source("duckdb", tmp_path)
    mapping = source_mapping(MAPPING, "m.toml")

    def marks() -> dict[str, dict[date, tuple[int, int]]]:
        warehouse = open_connected(url, mapping)
        found, _last = Marker(warehouse, Rules()).marks(date(2026, 1, 1))
        warehouse.engine.dispose()
        return found

    before = marks()
    own = create_engine(url)
    with own.begin() as connection:
        connection.execute(text("UPDATE 工单 SET 已解决 = 1 - 已解决 WHERE 单号 = 50"))
    own.dispose()
    after = marks()
    changed = {day for day in before["contacts"] if before["contacts"][day] != after["contacts"][day]}
    assert changed == {date(2026, 3, 3)}  # 50 hours after 1 March, 9:00


@pytest.mark.parametrize("kind", KINDS)
def test_parts_of_a_minute_and_of_an_hour_are_turned_before_they_are_rounded(kind: str, tmp_path: Path):
    url = fresh_database() if kind == "postgresql" else f"{kind}:///{tmp_path}/source.{kind}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE call (id INT, begun TIMESTAMP, minutes NUMERIC(9, 2), hours FLOAT)"))
        connection.execute(text("INSERT INTO call VALUES (1, '2026-03-02 10:00:00', 0.4, 1.5)"))
        connection.execute(text("INSERT INTO call VALUES (2, '2026-03-02 11:00:00', 2.5, 0.25)"))
    engine.dispose()
    told = (
        'name = "n"\ntime_zone = "UTC"\n[contacts]\ntable = "call"\n[contacts.columns]\ncontact_id = "id"\n'
        'started_at = "begun"\ntalk_seconds = { column = "minutes", unit = "minutes" }\n'
        'hold_seconds = { column = "hours", unit = "hours" }\n'
        'wrap_seconds = { expression = "minutes + 0.1", unit = "minutes" }\n'
    )
    warehouse = open_connected(url, source_mapping(told, "m.toml"))
    columns = (TABLES["contacts"].c[name] for name in ("contact_id", "talk_seconds", "hold_seconds", "wrap_seconds"))
    found = read(warehouse.engine, select(*columns)).sort("contact_id").rows()
    assert found == [("1", 24, 5400, 30), ("2", 150, 900, 156)]

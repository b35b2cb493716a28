"""A small installation in which every job has something to do, and what there is of it afterwards."""

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Engine

from data_access.actions.actions import Action, Step, add_action
from data_access.actions.moves import begin, go_live
from data_access.audit import record
from data_access.audit_rows import Act
from data_access.home import Home
from data_access.opening import open_store
from data_access.state import open_state
from data_access.subscriptions.subscriptions import Format, Subscription, save_subscription
from data_access.viewer import LOCAL
from data_access.watch.alert_rules import read_alert_rules, save_alert_rule
from metrics.alerts.rule import AlertRule, Kind
from metrics.alerts.shipped import EVALUATION_FAILED
from metrics.rhythm import Rhythm
from metrics.rules import Rules
from tests.data_access.seed import embedded
from tests.faults.forking import UNHARMED, Ended, Harm, Server
from tests.receivers import PASSWORD, USER, Certificate, Mailbox, WebServer, certificate, mail_server, web_server

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
FIRST, DAYS = datetime(2026, 8, 31), 56  # a Monday, and eight weeks of 60 contacts and 4 complaints a day
MONDAY = date(2026, 10, 26)  # the day after the last one
PEOPLE = ("li@example.com", "wang@example.com")
ALERTS = tuple(
    AlertRule(key=about, kind=Kind.THRESHOLD, about=about, limit=0.0, least=1, is_on=True, channels=("duty",))
    for about in ("complaint_rate", "csat")
)  # both always hold: something above nothing
CHANNELS = """
[alerts]
address = "https://quality.example.com"
[alerts.channels.duty]
kind = "webhook"
url = "{web}/hook"
[alerts.channels.mail]
kind = "email"
host = "127.0.0.1"
port = {port}
user = "{user}"
password = "{password}"
sender = "reports@example.com"
to = ["duty@example.com"]
ca_file = "{ca}"
"""
#: What is written of the instant or drawn by lot, and so differs from run to run.
OF_THE_RUN = ("build_id", "made_at")


@dataclass
class World:
    """One installation in a folder of its own, with receivers of what it sends."""

    folder: Path
    server: Server
    web: WebServer
    box: Mailbox
    proof: Certificate
    more: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Home:
        return Home(self.folder / "home")

    @property
    def environment(self) -> dict[str, str]:
        secrets = self.folder / "secrets.toml"
        filled = CHANNELS.format(
            web=self.web.address, port=self.box.port, user=USER, password=PASSWORD, ca=self.proof.file
        )
        secrets.write_text(filled, "utf-8")
        return {
            "TWINWING_HOME": str(self.home.folder), "TWINWING_ALERTS": str(secrets), "LANG": "en_GB.UTF-8", **self.more,
        }  # fmt: skip

    def run(self, arguments: list[str], harm: Harm = UNHARMED) -> Ended:
        return self.server.run(arguments, self.environment, harm)

    def moved(self, template: Home, folder: Path) -> "World":
        """A copy of an installation in another folder, with the same receivers."""
        shutil.copytree(template.folder, folder / "home", dirs_exist_ok=True)
        return replace(self, folder=folder)

    def forget(self) -> None:
        """What was received so far."""
        self.web.taken.clear()
        self.box.taken.clear()

    @contextmanager
    def state(self) -> Iterator[Engine]:
        engine = open_state(f"sqlite:///{self.home.state}")
        yield engine
        engine.dispose()

    def claims_run_out(self) -> None:
        """As after ten minutes: what a job that was killed had claimed is free again."""
        with closing(sqlite3.connect(self.home.state)) as plain:
            for table in ("alert_messages", "report_deliveries"):
                plain.execute(f"UPDATE {table} SET claimed_until = '2026-01-01 00:00:00' WHERE claim IS NOT NULL")
            plain.commit()


@contextmanager
def receivers(folder: Path) -> Iterator[tuple[WebServer, Mailbox, Certificate]]:
    """A web server and a mail server that take everything."""
    proof = certificate(folder)
    with web_server(lambda _request: (200, {}, "")) as web, mail_server(proof, is_upgraded=False) as box:
        yield web, box, proof


def _contacts() -> Iterator[dict[str, Any]]:
    for number in range(60 * DAYS):
        at = FIRST + timedelta(minutes=24 * number)
        yield {
            "contact_id": f"k{number}", "started_at": at, "answered_at": at, "customer_id": f"c{number % 700}",
            "csat": 1.0 + number % 5, "csat_sent": True,
        }  # fmt: skip


def _complaints() -> Iterator[dict[str, Any]]:
    for number in range(4 * DAYS):
        at = FIRST + timedelta(hours=6 * number)
        yield {"complaint_id": f"p{number}", "received_at": at, "customer_id": f"c{number}"}


def make_template(folder: Path) -> Home:
    """Eight weeks of a centre with their roll-ups; alerts that hold, subscribers, and an action whose day has come."""
    place = Home(folder)
    warehouse = place.new_warehouse()
    rows = {"contacts": list(_contacts()), "complaints": list(_complaints())}
    columns = {table: " ".join(some[0]) for table, some in rows.items()}
    embedded(warehouse, rows, only=columns).engine.dispose()
    place.adopt(warehouse)
    open_store(place, Rules()).warehouse.engine.dispose()
    state = open_state(f"sqlite:///{place.state}")
    for each in read_alert_rules(state, LOCAL):
        if each.rule.is_on and each.rule.key != EVALUATION_FAILED:
            save_alert_rule(state, LOCAL, None, replace(each.rule, is_on=False), (), NOW)
    for rule in ALERTS:
        save_alert_rule(state, LOCAL, None, rule, ("duty",), NOW)
    for person in PEOPLE:
        asked = Subscription(
            person=person, address=person, rhythm=Rhythm.WEEK, formats=(Format.CSV,), language="en", channel="mail"
        )
        save_subscription(state, LOCAL, asked, ("mail",), NOW)
    due = date(2026, 9, 28)
    steps = (Step(words="Call back", owner="Li", due=due, done_on=due),)
    action = Action(
        title="Call back", problem="Too many", owner="Li", due=due, metric="complaint_rate", expected_change=-0.5,
        check_on=MONDAY, steps=steps,
    )  # fmt: skip
    doing = begin(state, LOCAL, add_action(state, LOCAL, action, NOW), date(2026, 9, 21), NOW)
    go_live(state, LOCAL, doing, due, NOW)
    record(state, LOCAL, Act.FILE_TAKEN, {"title": "before"}, NOW)
    state.dispose()
    (place.folder / "weekly.toml").write_text('chapters = ["figures"]\nfigures = ["csat"]\n', "utf-8")
    return place


def rows_in_use(home: Home) -> dict[str, str]:
    """A fingerprint of the rows of each table of the embedded warehouse in use; none where there is none."""
    path = home.current_warehouse()
    return {} if path is None else rows_of(path)


def rows_of(path: Path) -> dict[str, str]:
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {name: _print(connection, name) for name in sorted(tables)}


def _print(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    rows = sorted(map(repr, connection.execute(f'SELECT * FROM "{table}"').fetchall()))
    kept = [each for each in rows if table != "warehouse_info" or not any(f"'{name}'" in each for name in OF_THE_RUN)]
    return hashlib.sha256("\n".join(kept).encode()).hexdigest()

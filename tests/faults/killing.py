"""Each job that writes, killed before one of its steps or at any moment, and started again."""

import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from random import Random
from typing import Any

from data_access.actions.actions import read_action_history, read_actions
from data_access.audit import Search, read_audit, record
from data_access.audit_check import verify_audit
from data_access.audit_rows import Act
from data_access.backups import archive
from data_access.backups.making import Along, back_up
from data_access.backups.rows import tables_of
from data_access.data_quality.history import PARTS as HISTORY
from data_access.opening import open_store
from data_access.state import open_state
from data_access.subscriptions.deliveries import read_deliveries
from data_access.viewer import LOCAL
from data_access.watch.events import read_events
from data_access.watch.outbox import read_messages
from metrics.errors import SourceUnavailable
from metrics.rules import Rules
from tests.faults.forking import Ended, Harm
from tests.faults.world import MONDAY, NOW, World, rows_in_use
from tests.importing import CONTACTS, HEAD

IN_TIME = 0.3  # of the kills come at a moment of the clock, also within what DuckDB and Polars write
OTHER_DATA = "\n".join(f"n{number},2024-05-{1 + number % 28:02} 10:00,1" for number in range(3_000))


def nothing(_world: World) -> None:
    """Nothing to be made ready."""


@dataclass(frozen=True)
class Case:
    """A job that can be killed.

    Args:
        arguments: of its command.
        outcome: what there is when it has ended; the same after a kill and another run as without the kill.
        prepare: what it needs beside the template.
    """

    arguments: Callable[[World], list[str]]
    outcome: Callable[[World], object]
    prepare: Callable[[World], None] = nothing


def _rollups(world: World) -> object:
    """The rows of every roll-up, as a fingerprint."""
    store = open_store(world.home, Rules())
    parts, files = store.manifest.parts, store.rollups.files
    store.warehouse.engine.dispose()
    rows = {name: files.read(part).rows() for name, part in parts.items() if name not in HISTORY}
    return {name: hash(tuple(sorted(map(repr, each)))) for name, each in rows.items()}


def _without_rollups(world: World) -> None:
    for manifest in world.home.rollups.glob("*/manifest.json"):
        manifest.unlink()


def _import(world: World) -> list[str]:
    (world.folder / "mapping.toml").write_text(HEAD + CONTACTS, "utf-8")
    (world.folder / "contacts.csv").write_text(f"id,start,moves\n{OTHER_DATA}\n", "utf-8")
    return ["import", str(world.folder / "mapping.toml"), str(world.folder / "contacts.csv")]


def _warehouse(world: World) -> object:
    """Its rows; beside it lies the one before and nothing else."""
    files = sorted(path.name for path in world.home.current_warehouse().parent.glob("*.duckdb*"))  # ty: ignore
    assert files == sorted(name for name in world.home._kept())
    return rows_in_use(world.home), len(files)


def _alerted(world: World) -> object:
    """Events; each of their messages was sent, one that was under way at a kill perhaps twice, with the same id."""
    with world.state() as state:
        events = read_events(state, LOCAL)
        messages = read_messages(state, [each.id for each in events])
    assert all(each.sent_at for each in messages)
    sent = Counter(request.headers["webhook-id"] for request in world.web.taken)
    assert sent.keys() == {each.id for each in messages}
    assert sum(sent.values()) <= len(sent) + 1
    return sorted((each.rule.key, each.subject, each.what, each.is_open) for each in events), len(messages)


def _reported(world: World) -> object:
    """Who got which report; one mail that was under way at a kill perhaps twice, with the same id."""
    with world.state() as state:
        deliveries = read_deliveries(state, LOCAL)
        logged, _count = read_audit(state, LOCAL, Search(acts=("report_sent",)), 10)
    sent = Counter(str(message["Message-ID"]) for _people, message in world.box.taken)
    assert sent.keys() == {f"<{each.id}@twinwing>" for each in deliveries}
    assert sum(sent.values()) <= len(sent) + 1
    assert len(sent) <= len(logged) + 1  # who was killed between sending and writing that down sends once more
    return sorted((each.person, each.what, each.period, each.sent_at is not None) for each in deliveries)


def _checked(world: World) -> object:
    """The result of the check, and what has happened to the action."""
    with world.state() as state:
        (action,) = read_actions(state, LOCAL)
        assert action.check is not None
        happened = [each.what for each in read_action_history(state, LOCAL, action)]
        return action.stage, action.check.code, action.check.told, happened


def _backed_up(world: World) -> object:
    """What the newest backup holds; every file called one is whole, and no other lies there."""
    found = sorted((world.folder / "backups").iterdir())
    held: Any = None
    for path in found:
        with archive.read(path) as (_file, contents):
            held = contents
    tables = {name: count for name, count in held.tables.items() if name != "audit_log"}
    return tables, {name: told for name, told in held.members.items() if not name.startswith("state/audit")}


def _backup(world: World) -> list[str]:
    """Into the folder of backups, each named by its second."""
    while list((world.folder / "backups").glob(f"*{time.strftime('%H%M%S', time.gmtime())}Z.zip")):
        time.sleep(0.1)
    return ["backup", str(world.folder / "backups")]


def _restorable(world: World) -> None:
    """A backup, and after it another entry in the log, another secret and another warehouse."""
    with world.state() as state:
        back_up(world.folder / "b.zip", world.home, state, NOW, "0", Along(), lambda _share, _step: None)
        record(state, LOCAL, Act.FILE_TAKEN, {"title": "after"}, NOW)
    assert world.run(_import(world)).status == 0


def _restored(world: World) -> object:
    """Every row that people entered, the log apart, whose end tells of the restore; and the data."""
    with world.state() as state:
        with state.connect() as connection:
            tables = [each for each in tables_of(connection) if not each.name.startswith("audit")]
            rows = {each.name: len(connection.execute(each.select()).fetchall()) for each in tables}
        log, _count = read_audit(state, LOCAL, Search(), 3)
    acts = [(each.act, each.scope.get("title")) for each in log]
    assert acts[0][0] == Act.BACKUP_RESTORED
    return rows, acts[:2], world.home.secret.read_bytes(), rows_in_use(world.home)


def sent_once(world: World) -> bool:
    """Something was sent, and nothing twice."""
    ids = [request.headers["webhook-id"] for request in world.web.taken]
    ids += [str(message["Message-ID"]) for _people, message in world.box.taken]
    return len(set(ids)) == len(ids) > 0


def acts(world: World) -> set[str]:
    """What stands in the log."""
    with world.state() as state:
        return {each.act for each in read_audit(state, LOCAL, Search(), 1_000)[0]}


CASES = {
    "refresh": Case(lambda _world: ["refresh"], _rollups, _without_rollups),
    "import": Case(_import, _warehouse),
    "demo": Case(lambda _world: ["demo", "--contacts", "1000", "--months", "12"], _warehouse),
    "alerts": Case(lambda _world: ["alerts"], _alerted),
    "weekly": Case(lambda _world: ["weekly", "--end", MONDAY.isoformat()], _reported),
    "actions": Case(lambda _world: ["actions"], _checked),
    "backup": Case(_backup, _backed_up),
    "restore": Case(lambda world: ["restore", str(world.folder / "b.zip")], _restored, _restorable),
}


@dataclass(frozen=True)
class Usual:
    """A job that nothing happened to: how it ended, what there was then, and the rows in use."""

    ended: Ended
    outcome: object
    rows: dict[str, str]


def undisturbed(case: Case, world: World) -> Usual:
    """Run the job as it is."""
    world.forget()
    case.prepare(world)
    ended = world.run(case.arguments(world))
    assert ended.status == 0, ended.printed
    return Usual(ended, case.outcome(world), rows_in_use(world.home))


def assert_survived(case: Case, world: World, random: Random, usual: Usual) -> None:
    """Kill the job, look, and run it once more."""
    world.forget()
    case.prepare(world)
    before = rows_in_use(world.home)
    _killed(case, world, random, usual.ended)
    _assert_whole(world, before, usual.rows)
    world.claims_run_out()
    ended = world.run(case.arguments(world))
    assert ended.status == 0, ended.printed
    assert case.outcome(world) == usual.outcome


def _killed(case: Case, world: World, random: Random, usual: Ended) -> None:
    """At some moment, unless it ended before."""
    arguments = case.arguments(world)
    if random.random() < IN_TIME:
        running = world.server.start(arguments, world.environment)
        time.sleep(usual.seconds * random.random())
        running.kill()
        running.wait()
    else:
        world.run(arguments, Harm(killed_at=random.randrange(usual.steps) + 1))


def _assert_whole(world: World, before: dict[str, str], after: dict[str, str]) -> None:
    """After the kill the data are the old or the new, and what people entered is whole, or a sentence says no."""
    assert rows_in_use(world.home) in (before, after)
    with closing(sqlite3.connect(world.home.state)) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    try:
        state = open_state()
    except SourceUnavailable as told:
        assert "restore" in told.what
        return
    assert verify_audit(state).fault is None
    state.dispose()

"""`python -m jobs simulate`, and the same beside a dashboard: they begin, they end, and there is one at a time."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from data_access.home import Home
from jobs import simulate
from metrics.errors import SourceUnavailable
from tests.demo_home import copied

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0  # seconds


@pytest.fixture
def home(ready_demo: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    for name in ("TWINWING_WAREHOUSE", "TWINWING_LIVE"):
        monkeypatch.delenv(name, raising=False)
    return copied(ready_demo, tmp_path)


def rows(home: Home) -> int:
    with closing(sqlite3.connect(f"file:{home.live}?mode=ro", uri=True)) as connection:
        return connection.execute("SELECT count(*) FROM live_queue").fetchone()[0]


def soon(holds: Callable[[], bool]) -> bool:
    """Does it hold within PATIENCE?"""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False


def test_the_command_feeds_the_floor_alone_and_ends_well_when_it_is_told_to(home: Home):
    process = subprocess.Popen(
        [sys.executable, "-m", "jobs", "simulate"],
        cwd=ROOT,
        env={**os.environ, "TWINWING_HOME": str(home.folder), "LANG": "en_GB.UTF-8", "LC_ALL": "en_GB.UTF-8"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline().startswith("The live floor moves, with ")
    with pytest.raises(SourceUnavailable, match="Another process feeds this live store already"):
        simulate.run(home, threading.Event(), simulate.Pace(), lambda _agents: None)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert not home.live.with_name(f"{home.live.name}-wal").exists()  # everything stands in the file
    assert rows(home) > 4


def feeders() -> int:
    return sum(each.name == simulate.FEEDER for each in threading.enumerate())


def test_beside_a_dashboard_it_begins_with_the_demo_and_ends_with_the_block(
    home: Home, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(simulate, "EVERY_SECONDS", 0.1)
    away = home.pointer.rename(home.folder / "away")
    with simulate.beside(home):
        assert not home.live.exists()
        away.replace(home.pointer)  # all at once, as the product does
        assert soon(home.live.exists)
        first = rows(home)
        assert soon(lambda: rows(home) > first + 4)
        assert feeders() == 1
    assert feeders() == 0


def test_only_a_demo_is_fed(home: Home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TWINWING_LIVE", "sqlite:////srv/live.sqlite")
    with pytest.raises(SourceUnavailable, match="feeds the demo only"):
        simulate.run(home, threading.Event(), simulate.Pace(), lambda _agents: None)
    with simulate.beside(home):
        assert feeders() == 0
    assert not home.live.exists()

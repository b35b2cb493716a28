"""How long "did it work?" takes where nothing was looked at yet: the whole evaluation, and the script of its page."""

import logging
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from streamlit.testing.v1 import AppTest

from benchmarks.outcome import Outcome
from benchmarks.page_rerun import DASHBOARD, PATIENCE_SECONDS
from data_access.change_rows import Change
from data_access.changes import read_changes, register_demo_changes
from data_access.demo import read_manifest
from data_access.home import Home
from data_access.judging import judge, others_at, plan
from data_access.numbers import Grain
from data_access.opening import open_store
from data_access.state import open_state
from data_access.viewer import LOCAL
from metrics.rules import Rules

AIM_SECONDS = 1
GRAINS = (Grain.MONTH, Grain.WEEK)


def run(home: Path, size: int) -> Iterator[Outcome]:
    """Every change that the demo has on record, each on a store that has kept no answer, and its page in a session."""
    os.environ["TWINWING_HOME"] = str(home)
    logging.disable(logging.WARNING)  # Streamlit warns of every script that runs without a server
    changes = _on_record(Home(home))
    yield _outcome("Everything about one change", size, [_judged(Home(home), changes, each) for each in changes])
    yield _outcome("First run of the script, SOP change", size, [_opened(each) for each in changes])


def _on_record(home: Home) -> list[Change]:
    path = home.current_warehouse()
    manifest = read_manifest(path) if path else None
    if manifest is None:
        raise RuntimeError("A demo is needed: its changes are judged.")
    register_demo_changes(open_state(), manifest, "en", datetime.now(UTC))
    return read_changes(open_state(), LOCAL)


def _judged(home: Home, changes: list[Change], change: Change) -> tuple[float, float]:
    """The change judged by month and by week, and planned for: seconds on the clock and of the processor, the worse."""
    taken = []
    for grain in GRAINS:
        store = open_store(home, Rules())
        begun, used = time.perf_counter(), time.process_time()
        happened = others_at(changes, change)
        judge(store, LOCAL, change, grain, happened)
        plan(store, LOCAL, change, grain, others=happened)
        taken.append((time.perf_counter() - begun, time.process_time() - used))
        store.warehouse.engine.dispose()
    return max(taken)


def _opened(change: Change) -> tuple[float, float]:
    """The page of the change, which nobody opened before; the store is open, as it is for whoever comes second."""
    app = AppTest.from_file(str(DASHBOARD), default_timeout=PATIENCE_SECONDS)
    app.switch_page("pages/about/definitions.py").run()
    app.session_state["change"] = change.id
    begun, used = time.perf_counter(), time.process_time()
    app.switch_page("pages/changes/sop_change.py").run()
    taken = time.perf_counter() - begun, time.process_time() - used
    if app.exception:
        raise RuntimeError(f"{change.name}: {app.exception[0].message}")
    return taken


def _outcome(what: str, size: int, taken: list[tuple[float, float]]) -> Outcome:
    each = ", ".join(f"{clock:.2f} ({used:.2f})" for clock, used in taken)
    return Outcome(
        f"{what}, {size:,} contacts, the slowest",
        AIM_SECONDS,
        max(clock for clock, _used in taken),
        "s",
        f"{len(taken)} changes, nothing kept: {each} s on the clock (of the processor)",
    )

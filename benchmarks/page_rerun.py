"""Script time of a rerun of each page: between two periods back and forth, and with a period nobody looked at yet."""

import logging
import os
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from streamlit.testing.v1 import AppTest

from benchmarks.outcome import Outcome, quantile
from metrics.scope import Preset
from pages.ui.menu import ENTRIES, PAGES

AIM_MS, AIM_MS_LARGE = 100, 150
LARGE = 1_000_000  # contacts
RERUNS = 60
NEW_PERIODS = 24
LAST_MONDAY = date(2026, 10, 12)  # of the demo's weeks that are complete and final
PERIODS = (Preset.LAST_WEEK, Preset.LAST_4_WEEKS)
PATIENCE_SECONDS = 180
DASHBOARD = PAGES.parent / "dashboard.py"


def run(home: Path, size: int) -> Iterator[Outcome]:
    """Each page of the menu, in one process, on a warehouse whose roll-ups are built."""
    os.environ["TWINWING_HOME"] = str(home)
    logging.disable(logging.WARNING)  # Streamlit warns of every script that runs without a server
    for entry in ENTRIES:
        app = AppTest.from_file(str(DASHBOARD), default_timeout=PATIENCE_SECONDS).run()
        app.switch_page(str(Path("pages") / entry.file)).run()
        if app.exception:
            raise RuntimeError(f"{entry.file}: {app.exception[0].message}")
        for period in PERIODS:
            _rerun(app, period)
        reruns = [_rerun(app, PERIODS[number % 2]) for number in range(RERUNS)]
        taken, used = [each[0] for each in reruns], [each[1] for each in reruns]
        new = [_rerun(app, Preset.CUSTOM, week)[0] for week in range(NEW_PERIODS)]
        yield Outcome(
            f"Warm rerun of the script, {entry.title}, {size:,} contacts, p95",
            AIM_MS if size < LARGE else AIM_MS_LARGE,
            quantile(taken, 0.95),
            "ms",
            f"p50 {quantile(taken, 0.5):.0f} ms over {RERUNS} reruns, processor p50 {quantile(used, 0.5):.0f} ms; "
            f"a period not looked at before: p50 {quantile(new, 0.5):.0f} ms, p95 {quantile(new, 0.95):.0f} ms",
        )


def _rerun(app: AppTest, period: Preset, weeks_back: int = 0) -> tuple[float, float]:
    """Milliseconds on the clock and of the processor."""
    monday = LAST_MONDAY - timedelta(weeks=weeks_back)
    app.session_state["preset"] = period
    app.session_state["days"] = (monday, monday + timedelta(days=6))
    begun, used = time.perf_counter(), time.process_time()
    app.run()
    return (time.perf_counter() - begun) * 1000, (time.process_time() - used) * 1000

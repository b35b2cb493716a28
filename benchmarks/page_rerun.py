"""Script time of a warm rerun of each page, as its visitor changes the period back and forth."""

import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

from streamlit.testing.v1 import AppTest

from benchmarks.outcome import Outcome, quantile
from metrics.scope import Preset
from pages.ui.menu import ENTRIES, PAGES

AIM_MS = 100
RERUNS = 60
PERIODS = (Preset.LAST_WEEK, Preset.LAST_4_WEEKS)
PATIENCE_SECONDS = 180
DASHBOARD = PAGES.parent / "dashboard.py"


def run(home: Path) -> Iterator[Outcome]:
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
        yield Outcome(
            f"Warm rerun of the script, {entry.title}, p95",
            AIM_MS,
            quantile(taken, 0.95),
            "ms",
            f"p50 {quantile(taken, 0.5):.0f} ms over {RERUNS} reruns, processor p50 {quantile(used, 0.5):.0f} ms",
        )


def _rerun(app: AppTest, period: Preset) -> tuple[float, float]:
    """Milliseconds on the clock and of the processor."""
    app.session_state["preset"] = period
    begun, used = time.perf_counter(), time.process_time()
    app.run()
    return (time.perf_counter() - begun) * 1000, (time.process_time() - used) * 1000

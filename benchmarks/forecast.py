"""How forecasts would have done on the demo and on a real centre's calls, beside repeating the last week.

`python -m benchmarks.forecast [FILE]` prints the table of docs/watch.md; FILE gets the series as JSON, for
`benchmarks.forecast_others`. Takes half a minute. TWINWING_DATA names the folder of the real data sets.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.demo_files import cache, demo
from data_access.home import Home
from data_access.opening import open_store
from data_access.viewer import LOCAL
from data_access.watch.forecast import SUBJECTS, read_counts, recorded
from metrics.forecast.foretell import GRAINS, Foretold, of_panel
from metrics.forecast.panel import Panel, panel
from metrics.rules import Rules
from metrics.scope import Period

REAL = Path(os.environ.get("TWINWING_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
CALLS = REAL / "calls_daily_service_level" / "calls_daily.csv"
KINDS = ("incoming_calls", "answered_calls", "abandoned_calls")
CONTACTS = 200_000
NAMES = (
    "Series", "Days", "By", "Better than naive", "Error against naive", "MASE", "Inside 95 % intervals",
    "Seconds of one core",
)  # fmt: skip
HEAD = f"| {' | '.join(NAMES)} |\n{'|---' * len(NAMES)}|\n"


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """A panel and where it is from."""

    name: str
    panel: Panel


def real() -> Iterator[Named]:
    """Calls of one centre by the day, 2020 to 2022; see PROVENANCE.md beside the file."""
    if not CALLS.exists():
        return
    found = pl.read_csv(CALLS, try_parse_dates=True)
    first, last = found["date"].min(), found["date"].max()
    if not (isinstance(first, date) and isinstance(last, date)):
        raise TypeError(CALLS)
    known = Period(first, last.fromordinal(last.toordinal() + 1))
    for kind in KINDS:
        rows = found.select(day="date", part=pl.lit(""), count=pl.col(kind).cast(pl.Float64))
        yield Named(f"real centre, {kind.replace('_', ' ')}", _made(rows, known))


def demos(folder: Path) -> Iterator[Named]:
    """Contacts and complaints of the demo, altogether and by type."""
    home = Home(folder / "forecast")
    if home.current_warehouse() is None:
        path = home.new_warehouse()
        path.write_bytes(demo(folder, CONTACTS).read_bytes())
        home.adopt(path)
    store = open_store(home, Rules())
    for subject in SUBJECTS:
        known = recorded(store, subject)
        if known is not None:
            yield Named(f"demo, {subject} and their types", _made(read_counts(store, LOCAL, subject, known, ()), known))
    store.warehouse.engine.dispose()


def _made(rows: pl.DataFrame, known: Period) -> Panel:
    found = panel(rows, known)
    if not isinstance(found, Panel):
        raise TypeError(found)
    return found


def row(named: Named, found: Foretold, grain: str, seconds: float) -> str:
    """One line of the table."""
    scores = found.scores[grain]
    better, count = int((~scores.is_naive).sum()), len(scores.is_naive)
    cells = [
        named.name, str(named.panel.days), grain, f"{better} of {count}", _spread(scores.against_naive),
        _spread(scores.mase), f"{100 * scores.covered.mean():.1f} % ({100 * scores.covered.min():.0f} – "
        f"{100 * scores.covered.max():.0f})", f"{seconds:.1f}",
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def _spread(values: np.ndarray) -> str:
    """The mean, and the least and the largest where there are several."""
    if len(values) == 1:
        return f"{values[0]:.2f}"
    return f"{values.mean():.2f} ({values.min():.2f} – {values.max():.2f})"


def main(file: str | None) -> None:
    """Print the table; write the series where a file is named."""
    print(HEAD, end="")
    written, beaten, every = [], 0, 0
    with cache() as folder:
        for named in (*real(), *demos(folder)):
            begun = time.process_time()
            found = of_panel(named.panel)
            seconds = time.process_time() - begun
            for grain in GRAINS:
                print(row(named, found, grain, seconds), flush=True)
                beaten += int((~found.scores[grain].is_naive).sum())
                every += len(found.names)
            written.append(
                {"name": named.name, "first": named.panel.first.isoformat(), "counts": named.panel.counts.tolist()}
            )
    print(f"\nBetter than repeating the last week: {beaten} of {every} series ({100 * beaten / every:.0f} %).")
    if file:
        Path(file).write_text(json.dumps(written))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)

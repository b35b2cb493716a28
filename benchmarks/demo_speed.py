"""Making a demo: how long does a person wait for it?"""

import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.outcome import Outcome
from data_access.demo import make_demo
from data_access.demo.manifest import manifest_path

USUAL, AIM = 200_000, 5.0
LARGE, LARGE_AIM = 10_000_000, 180.0


def run(folder: Path, *, is_large: bool) -> Iterator[Outcome]:
    """The demo that people get, and one of ten million contacts if asked for."""
    for contacts, aim in ((USUAL, AIM), (LARGE, LARGE_AIM)) if is_large else ((USUAL, AIM),):
        path = folder / "speed.duckdb"
        path.unlink(missing_ok=True)
        begun = time.perf_counter()
        make_demo(path, contacts=contacts)
        seconds = time.perf_counter() - begun
        size = path.stat().st_size / 1e6
        path.unlink()
        manifest_path(path).unlink(missing_ok=True)
        yield Outcome(f"Making a demo of {contacts:,} contacts", aim, seconds, "s", f"{size:,.0f} MB")

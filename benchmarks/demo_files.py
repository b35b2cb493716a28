"""Demo warehouses for the benchmarks, made once and kept in a cache folder if one is named."""

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from data_access.demo import make_demo

VARIABLE = "TWINWING_BENCH"


@contextmanager
def cache() -> Generator[Path]:
    """The folder that the environment names, or one that is gone afterwards."""
    named = os.environ.get(VARIABLE)
    if named:
        folder = Path(named)
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="twinwing-bench-") as made:
        yield Path(made)


def demo(folder: Path, contacts: int) -> Path:
    """A demo of this size, made if it is not there yet."""
    path = folder / f"demo-{contacts}.duckdb"
    if not path.exists():
        print(f"Making a demo of {contacts:,} contacts …", flush=True)
        make_demo(path, contacts=contacts)
    return path

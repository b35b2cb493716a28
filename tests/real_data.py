"""Where the full real data sets are that some tests read."""

import os
from pathlib import Path

REAL_DATA = Path(os.environ.get("TWINWING_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")


def real_data(name: str) -> Path:
    """A file or folder of the real data sets; tests that ask for one carry the marker `real_data`."""
    return REAL_DATA / name

"""One way of building the roll-ups, in a process of its own: `python -m benchmarks.contender NAME WAREHOUSE`."""

import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds on the clock and of the processor, and the most memory in use; starting Python is not counted."""

    seconds: float
    processor_seconds: float
    megabytes: float


def measured(name: str, warehouse: Path) -> Run:
    """Let one contender build everything into a folder that is gone afterwards."""
    command = [sys.executable, "-m", "benchmarks.contender", name, str(warehouse)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def _build(name: str, warehouse: Path, folder: Path) -> tuple[float, float]:
    """Seconds on the clock and of the processor; what a contender imports first does not count."""
    if name == "pandas":
        from benchmarks import with_pandas

        begun = _now()
        with_pandas.build(warehouse, folder)
    elif name == "hand":
        from benchmarks import hand_written

        begun = _now()
        hand_written.build(warehouse, folder)
    else:
        import duckdb_sqlalchemy  # noqa: F401 - SQLAlchemy would load it at the first connection

        from data_access.rollups import open_rollups
        from data_access.warehouse import open_embedded
        from metrics.rules import Rules

        begun = _now()
        open_rollups(open_embedded(warehouse), Rules(), folder).refresh()
    ended = _now()
    return ended[0] - begun[0], ended[1] - begun[1]


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()  # the time of all threads


def main(name: str, warehouse: Path) -> None:
    with tempfile.TemporaryDirectory(dir=warehouse.parent) as folder:
        seconds, processor_seconds = _build(name, warehouse, Path(folder))
    used = resource.getrusage(resource.RUSAGE_SELF)
    unit = 2**20 if sys.platform == "darwin" else 2**10  # macOS counts bytes, Linux kilobytes
    found = {
        "seconds": seconds,
        "processor_seconds": processor_seconds,
        "megabytes": used.ru_maxrss / unit,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

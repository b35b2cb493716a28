"""Building all roll-ups: beside hand-written SQL, and beside a pandas script, in turn on the same warehouse."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.contender import Run, measured
from benchmarks.outcome import Outcome, spread

HAND_WRITTEN_AIM = 1.3
PANDAS_AIM = 3.0


def run(warehouse: Path, contacts: int, repetitions: int) -> Iterator[Outcome]:
    """The quickest of the repetitions of each; they take turns, so that all meet the same machine."""
    names = ("ours", "hand", "pandas")
    runs: dict[str, list[Run]] = {name: [] for name in names}
    for _ in range(repetitions):
        for name in names:
            runs[name].append(measured(name, warehouse))
    best = {name: min(each.seconds for each in runs[name]) for name in names}
    size = f"{contacts / 1e6:g} M contacts"
    yield Outcome(
        f"Full build, {size}, against hand-written SQL",
        HAND_WRITTEN_AIM,
        best["ours"] / best["hand"],
        "×",
        f"ours {_told(runs['ours'])}; SQL {_told(runs['hand'])}",
    )
    yield Outcome(
        f"Full build, {size}, a pandas script takes",
        PANDAS_AIM,
        best["pandas"] / best["ours"],
        "×",
        f"pandas {_told(runs['pandas'])}",
        at_most=False,
    )


def _told(runs: list[Run]) -> str:
    processor = min(each.processor_seconds for each in runs)
    memory = max(each.megabytes for each in runs)
    return f"{spread([each.seconds for each in runs])} s, processor {processor:.1f} s, {memory / 1000:.1f} GB"

"""The estimate of this product, and the whole evaluation: `python -m benchmarks.libraries.with_ours SERIES ANSWERS`."""

import json
import sys
import time
from datetime import date
from pathlib import Path

import polars as pl

from metrics.intervention import ChangeEffect, evaluate_change
from metrics.intervention.model import Asked, fitted
from metrics.intervention.observed import read_series


def main(series: Path, answers: Path) -> None:
    found = []
    for each in json.loads(series.read_text()):
        days = [date.fromisoformat(day) for day in each["periods"]]
        frame, start = pl.DataFrame({"period": days, "count": each["counts"]}), each["before"]
        begun = time.perf_counter()
        fitted(read_series(frame, each["grain"]).changed_at(start), Asked()).log_effect()
        primary = time.perf_counter() - begun
        begun = time.perf_counter()
        whole = evaluate_change(frame, days[start], grain=each["grain"])
        everything = time.perf_counter() - begun
        assert isinstance(whole, ChangeEffect)
        ratio = whole.rate_ratio
        found.append({"seconds": primary, "everything": everything, "ends": [ratio.value, ratio.low, ratio.high]})
    answers.write_text(json.dumps({"version": "", "found": found}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

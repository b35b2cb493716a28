"""pycausalimpact's structural time series in an environment of its own: SERIES ANSWERS."""

import json
import sys
import time
import warnings
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from causalimpact import CausalImpact


def main(series: Path, answers: Path) -> None:
    warnings.simplefilter("ignore")
    found = []
    for each in json.loads(series.read_text()):
        frame = pd.DataFrame(each["columns"], index=pd.DatetimeIndex(each["periods"]))
        frame.insert(0, "y", [float(count) for count in each["counts"]])
        days, before = frame.index, each["before"]
        begun = time.perf_counter()
        told = CausalImpact(frame, [days[0], days[before - 1]], [days[before], days[-1]]).summary_data["average"]
        seconds = time.perf_counter() - begun
        ends = [1 + float(told[f"rel_effect{end}"]) for end in ("", "_lower", "_upper")]
        found.append({"seconds": seconds, "ends": ends})
    answers.write_text(json.dumps({"version": version("pycausalimpact"), "found": found}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

"""CausalPy's interrupted time series in an environment of its own: SERIES ANSWERS MODEL (sampled, or least_squares)."""

import json
import logging
import sys
import time
import warnings
from importlib.metadata import version
from pathlib import Path

import causalpy
import pandas as pd
from sklearn.linear_model import LinearRegression

COLUMNS = {"sampled": "relative_hdi_{}", "least_squares": "relative_ci_{}"}


def main(series: Path, answers: Path, kind: str) -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    found = []
    for each in json.loads(series.read_text()):
        frame = pd.DataFrame(each["columns"], index=pd.DatetimeIndex(each["periods"]))
        frame["y"] = [float(count) for count in each["counts"]]
        quiet = {"progressbar": False, "random_seed": 1}
        begun = time.perf_counter()
        model = LinearRegression() if kind == "least_squares" else causalpy.pymc_models.LinearRegression(quiet)
        formula = "y ~ 1 + " + " + ".join(each["columns"])
        result = causalpy.InterruptedTimeSeries(frame, frame.index[each["before"]], formula=formula, model=model)
        told = result.effect_summary(direction="two-sided").table.loc["average"]
        seconds = time.perf_counter() - begun
        ends = [told["relative_mean"], *(told[COLUMNS[kind].format(end)] for end in ("lower", "upper"))]
        found.append({"seconds": seconds, "ends": [1 + float(end) / 100 for end in ends]})
    answers.write_text(json.dumps({"version": version("CausalPy"), "found": found}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])

"""The same series foretold by other packages as of the same days, for docs/watch.md.

Series: `python -m benchmarks.forecast FILE`. Then `python benchmarks/forecast_others.py FILE WHOSE` prints a table.
WHOSE is `own` in the product's environment, and `other` in one with statsforecast and statsmodels in it.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

HORIZON, SEASON, APART = 28, 7, 28  # days ahead, of a week, between two origins
MOST = 13  # origins, the last year's
Foretold = tuple[np.ndarray, np.ndarray, np.ndarray]  # expected, low, high
Contender = Callable[[np.ndarray], Foretold]


def others() -> dict[str, Contender]:
    """Contenders of statsforecast and statsmodels, each told one series."""
    import pandas as pd
    from statsforecast import models
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    def of(model: object) -> Contender:
        def told(counts: np.ndarray) -> Foretold:
            made = model.forecast(y=counts.astype(np.float64), h=HORIZON, level=[95])  # ty: ignore
            return made["mean"], made["lo-95"], made["hi-95"]

        return told

    def ets(counts: np.ndarray) -> Foretold:
        fitted = ETSModel(
            pd.Series(counts), error="add", trend="add", damped_trend=True, seasonal="add", seasonal_periods=SEASON
        ).fit(disp=False)
        ends = fitted.get_prediction(len(counts), len(counts) + HORIZON - 1).summary_frame(alpha=0.05)
        return ends["mean"].to_numpy(), ends["pi_lower"].to_numpy(), ends["pi_upper"].to_numpy()

    return {
        "statsmodels, ETS(A, Ad, A)": ets,
        "statsforecast, AutoETS": of(models.AutoETS(season_length=SEASON)),
        "statsforecast, AutoTheta": of(models.AutoTheta(season_length=SEASON)),
        "statsforecast, MSTL of week and year": of(models.MSTL(season_length=[SEASON, 365])),
    }


def own(series: dict, origins: list[int], kinds: tuple[str, ...]) -> list[np.ndarray]:
    """The product's forecasts of every series as of the origins, by these kinds of the calendar's columns."""
    from metrics.forecast.calendar_effects import rows
    from metrics.forecast.hierarchy import reconciled
    from metrics.forecast.model import ahead, effects, levels

    counts, first = np.array(series["counts"]), date.fromisoformat(series["first"])
    calendar = rows(first, counts.shape[1] + HORIZON)
    made = []
    for origin in origins:
        known = counts[:, :origin]
        found = effects(known, calendar[:origin], kinds)
        level = levels(known, found, calendar[:origin])
        made.append(reconciled(ahead(level, found, calendar[origin : origin + HORIZON])))
    return made


def origins_of(days: int) -> list[int]:
    """The days known at each origin, the last one HORIZON before the end."""
    found = range(days - HORIZON, 363, -APART)
    return sorted(found)[-MOST:]


def main(file: str, whose: str) -> None:
    """Print a line for each contender and set of series."""
    for series in json.loads(Path(file).read_text()):
        counts = np.array(series["counts"])
        origins = origins_of(counts.shape[1])
        if whose == "own":
            _own(series, counts, origins)
            continue
        for name, contender in others().items():
            begun, told, inside = time.process_time(), [], []
            for origin in origins:
                for row in counts:
                    expected, low, high = contender(row[:origin])
                    actual = row[origin : origin + HORIZON]
                    told.append((np.asarray(expected), actual, row[origin - SEASON : origin]))
                    inside.append(((actual >= low) & (actual <= high)).mean())
            seconds = (time.process_time() - begun) / len(told)
            _say(series["name"], name, told, inside, seconds)


def _own(series: dict, counts: np.ndarray, origins: list[int]) -> None:
    from metrics.forecast.calendar_effects import EVERYTHING, WEEKDAYS_ONLY

    for name, kinds in (("this product", EVERYTHING), ("this product, weekdays alone", WEEKDAYS_ONLY)):
        begun = time.process_time()
        made = own(series, origins, kinds)
        seconds = (time.process_time() - begun) / len(origins) / len(counts)
        told = [
            (made[place][row], counts[row, origin : origin + HORIZON], counts[row, origin - SEASON : origin])
            for place, origin in enumerate(origins)
            for row in range(len(counts))
        ]
        _say(series["name"], name, told, [], seconds)


def _say(series: str, name: str, told: list[tuple], inside: list[float], seconds: float) -> None:
    """Mean of the series' errors over naive's."""
    error = np.array([np.abs(actual - expected).mean() for expected, actual, _week in told])
    simple = np.array([np.abs(actual - np.tile(week, HORIZON // SEASON)).mean() for _expected, actual, week in told])
    covered = f"{100 * np.mean(inside):.0f} %" if inside else "–"
    print(f"| {series} | {name} | {error.sum() / simple.sum():.3f} | {covered} | {seconds:.3f} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

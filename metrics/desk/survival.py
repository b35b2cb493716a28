"""How long complaints stay without an answer or a solution, with those still open counted for as long as they are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
from scipy import special

from metrics.complaint_facts import valid
from metrics.results import Estimate, Needed, NotEstimable, Reason

FEWEST = 10  # events: below it the band is wider than any statement
DRAWN = 240  # points of a curve at most; the steps between them are too small to be seen


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Of the complaints of one group, the share that still waits after each time.

    `points` has `seconds open low high at_risk`, shares in percent; `median` is in seconds, with infinity where the
    curve does not come down to a half.
    """

    cases: int
    events: int
    points: pl.DataFrame
    median: Estimate
    ends: np.ndarray  # seconds after which each case was over or out of sight, in order

    def at_risk(self, marks: Sequence[int]) -> list[int]:
        """How many cases are still under observation just before each time."""
        return [int(self.ends.size - np.searchsorted(self.ends, mark, side="left")) for mark in marks]


def waiting_times(cases: pl.DataFrame, leg: str, as_of: datetime) -> pl.DataFrame:
    """`seconds` and `is_over` of each valid complaint received by an instant, and every column of `cases`.

    To the response from receipt; to the resolution without the time for which the case waited for the customer. A case
    closed without either counts as open until then: it left, nobody knows what would have been.

    Args:
        leg: response or resolution.
    """
    done = {"response": "first_response_at", "resolution": "resolved_at"}[leg]
    is_over = (pl.col(done) <= as_of).fill_null(value=False)
    left = pl.min_horizontal("closed_at", pl.lit(as_of))
    end = pl.when(is_over).then(done).otherwise(left)
    waited = pl.lit(0)
    if leg == "resolution":
        since = pl.when(~is_over & (pl.col("pending_since") < end)).then(end - pl.col("pending_since"))
        waited = pl.col("pending_seconds").fill_null(0) + since.dt.total_seconds().fill_null(0)
    seconds = (end - pl.col("received_at")).dt.total_seconds() - waited
    received = valid(cases).filter(pl.col("received_at") <= as_of)
    return received.with_columns(seconds=seconds.clip(lower_bound=0), is_over=is_over)


def curve(times: pl.DataFrame) -> Curve | NotEstimable:
    """Kaplan and Meier's estimate with its 95 % band.

    The band is that of log(−log S), which stays between 0 and 100 %: Kalbfleisch & Prentice (2002), The Statistical
    Analysis of Failure Time Data, 1.4; the variance is Greenwood's (1926).

    Args:
        times: `seconds is_over`, a row for each case.
    """
    events = int(times["is_over"].sum())
    if events < FEWEST:
        return NotEstimable(Reason.NO_EVENTS, Needed.EVENTS, {"found": events, "least": FEWEST})
    from statsmodels.duration.survfunc import SurvfuncRight

    fitted = SurvfuncRight(times["seconds"].to_numpy().astype(float), times["is_over"].to_numpy().astype(int))
    open_ = np.asarray(fitted.surv_prob)
    low, high = _band(open_, np.asarray(fitted.surv_prob_se))
    points = pl.DataFrame(
        {
            "seconds": fitted.surv_times,
            "open": 100 * open_,
            "low": 100 * low,
            "high": 100 * high,
            "at_risk": np.asarray(fitted.n_risk, dtype=np.int64),
        }
    )
    ends = np.sort(times["seconds"].to_numpy())
    return Curve(times.height, events, points, _median(points), ends)


def _band(open_: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The ends of the band; where the curve has come down to 0 there is no more to say than that."""
    inside = (open_ > 0) & (open_ < 1)
    low, high = open_.copy(), open_.copy()
    half = float(special.ndtri(0.975)) * error[inside] / (open_[inside] * np.log(open_[inside]))
    low[inside], high[inside] = open_[inside] ** np.exp(-half), open_[inside] ** np.exp(half)
    return low, high


def _median(points: pl.DataFrame) -> Estimate:
    """When the curve, and each end of its band, first lies at a half or below: Brookmeyer & Crowley (1982)."""

    def first(name: str) -> float:
        reached = points.filter(pl.col(name) <= 50)["seconds"]
        return float(reached[0]) if reached.len() else math.inf

    return Estimate(first("open"), first("low"), first("high"))


def still_open(curve_: Curve, seconds: int) -> Estimate | None:
    """The share in percent that still waits after a time; None beyond the last case observed."""
    if not curve_.at_risk([seconds])[0] and curve_.points["open"][-1] > 0:
        return None
    past = curve_.points.filter(pl.col("seconds") <= seconds)
    if past.is_empty():
        return Estimate(100.0, 100.0, 100.0)
    row = past.row(-1, named=True)
    return Estimate(row["open"], row["low"], row["high"])


def drawn(points: pl.DataFrame) -> pl.DataFrame:
    """So many points of a curve that nobody sees the difference: steps evenly by what they come down."""
    if points.height <= DRAWN:
        return points
    place = (pl.col("open") * (DRAWN / 100)).floor()
    return points.filter((place != place.shift(-1)).fill_null(value=True))

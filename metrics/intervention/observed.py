"""The series of one change as arrays: what was counted, on what base, before it or after."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from metrics.errors import InvalidScope
from metrics.intervention.results import Family, Grain
from metrics.results import Needed, NotEstimable, Reason

LEAST = 3  # periods on a side
COLUMNS = {
    Family.COUNT: ("count",),
    Family.SHARE: ("numerator", "denominator"),
    Family.MEAN: ("value",),
}
WHOLE = {"count", "control_count", "numerator", "denominator"}
OPTIONAL = ("exposure", "control_count", "control_exposure")


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """Arrays with one element per period, in their order.

    The `offset` is on the scale of the linear predictor. With a control, `family` is share: `value` out of `base`,
    which are the counted and the control's cases together, and `control` is what the control counted.
    """

    family: Family
    kind: Family  # what the reader is told of; differs from `family` with a control
    grain: Grain
    period: tuple[date, ...]
    at: np.ndarray  # in periods since the first one; a gap shows
    value: np.ndarray
    base: np.ndarray
    offset: np.ndarray
    exposure: np.ndarray | None
    control: np.ndarray | None
    is_after: np.ndarray

    def where(self, chosen: np.ndarray) -> "Observed":
        """Only the periods chosen by a mask."""
        kept: dict[str, np.ndarray | None] = {
            name: array if array is None else array[chosen]
            for name, array in (
                ("at", self.at),
                ("value", self.value),
                ("base", self.base),
                ("offset", self.offset),
                ("exposure", self.exposure),
                ("control", self.control),
                ("is_after", self.is_after),
            )
        }
        period = tuple(day for day, use in zip(self.period, chosen, strict=True) if use)
        return replace(self, period=period, **kept)

    def changed_at(self, index: int) -> "Observed":
        """As if the change had come with that period."""
        return replace(self, is_after=np.arange(len(self.at)) >= index)

    @property
    def origin(self) -> float:
        """When the change came; without one, the last period."""
        return float(self.at[self.is_after][0]) if self.is_after.any() else float(self.at[-1])


def read_series(series: pl.DataFrame, grain: Grain) -> Observed:
    """Check a series and put it in order; no period is after yet.

    Raises:
        InvalidScope: a column is missing or of the wrong type, a value is missing, negative or more than its whole, or
            a period occurs twice.
    """
    family = _family(series)
    columns = ("period", *COLUMNS[family], *(name for name in OPTIONAL if name in series.columns))
    ordered = _checked(series.select(columns), family)
    number = {name: ordered[name].to_numpy().astype(float) for name in columns[1:]}
    days = ordered["period"].to_list()
    at = _placed(days, grain)
    exposure = number.get("exposure")
    control = number.get("control_count")
    value = number[COLUMNS[family][0]]
    base, offset, kind = np.ones(len(days)), np.zeros(len(days)), family
    with np.errstate(divide="ignore", invalid="ignore"):  # nothing to count from: `split` leaves the period out
        if family is Family.SHARE:
            base = number["denominator"]
        elif control is not None:
            base, family = value + control, Family.SHARE
            if exposure is not None:
                offset = np.log(exposure / number["control_exposure"])
        elif exposure is not None and family is Family.COUNT:
            offset = np.log(exposure)
    return Observed(
        family, kind, grain, tuple(days), at, value, base, offset, exposure, control, np.zeros(len(days), bool)
    )


def split(seen: Observed, start: date, transition_end: date | None) -> tuple[Observed, np.ndarray] | NotEstimable:
    """The periods used with their place, and a mask of those used among all.

    Left out are the periods from `start` on that begin before `transition_end`, and the one that `start` cuts in two.
    """
    days = np.array([day.toordinal() for day in seen.period])
    settled = max(start, transition_end or start).toordinal()
    cut = (days < start.toordinal()) & (_ends(seen) > start.toordinal())
    before, after = (days < start.toordinal()) & ~cut, days >= settled
    exposed = (seen.base > 0) & np.isfinite(seen.offset)
    found_before, found_after = int((before & exposed).sum()), int((after & exposed).sum())
    begun = int((days >= start.toordinal()).sum())
    if found_before < LEAST:
        reason = Reason.FEW_PERIODS_BEFORE if found_before else Reason.NO_PERIOD_BEFORE
        return NotEstimable(reason, Needed.PERIODS_BEFORE, {"found": found_before, "least": LEAST})
    if found_after < LEAST:
        reason = Reason.FEW_PERIODS_AFTER if found_after else Reason.NO_PERIOD_AFTER
        if begun >= LEAST:
            reason = Reason.TRANSITION_TOO_LONG
        return NotEstimable(reason, Needed.PERIODS_AFTER, {"found": found_after, "least": LEAST})
    used = (before | after) & exposed
    return replace(seen, is_after=after).where(used), used


def lacking(seen: Observed) -> NotEstimable | None:
    """What a series with enough periods may still lack: events, or variation."""
    counted = seen.value.sum() + (0 if seen.control is None else seen.control.sum())
    if seen.kind is not Family.MEAN and (not counted or not seen.value.sum()):
        return NotEstimable(Reason.NO_EVENTS, Needed.EVENTS, {"found": 0, "least": 1})
    full = seen.kind is Family.SHARE and bool((seen.value == seen.base).all())
    constant = all(
        array is None or np.ptp(array) == 0 for array in (seen.value, seen.base, seen.exposure, seen.control)
    )
    if full or constant:
        return NotEstimable(Reason.NO_VARIATION, Needed.VARIATION)
    return None


def _ends(seen: Observed) -> np.ndarray:
    """The day after each period, as ordinals."""
    if seen.grain != "month":
        length = {"week": 7, "day": 1}[seen.grain]
        return np.array([day.toordinal() + length for day in seen.period])
    following = [date(day.year + day.month // 12, day.month % 12 + 1, 1) for day in seen.period]
    return np.array([day.toordinal() for day in following])


def _placed(days: list[date], grain: Grain) -> np.ndarray:
    if grain == "month":
        at = np.array([day.year * 12.0 + day.month for day in days])
    else:
        at = np.array([day.toordinal() for day in days]) / {"week": 7, "day": 1}[grain]
    close = np.flatnonzero(np.diff(at) < 1 - 1e-9)
    if len(close):
        raise InvalidScope(
            "From {first} to {second} it is less than a {grain}.",
            "Name the grain that the series has, or give one row for each {grain}.",
            first=days[close[0]],
            second=days[close[0] + 1],
            grain=grain,
        )
    return at - at[0] if len(at) else at


def _family(series: pl.DataFrame) -> Family:
    for family, needed in COLUMNS.items():
        if needed[0] in series.columns:
            missing = [name for name in ("period", *needed) if name not in series.columns]
            if family is Family.COUNT:
                missing += _partners_missing(series)
            elif {"control_count", "control_exposure"} & set(series.columns):
                raise InvalidScope(
                    "A control can be compared with counts only, and the series gives {column}.",
                    "Give a count and its exposure instead, or leave the control out.",
                    column=needed[0],
                )
            if missing:
                raise InvalidScope(
                    "The series lacks the column {column}.", "Give {column} for every period.", column=missing[0]
                )
            return family
    raise InvalidScope(
        "The series has none of the columns count, numerator and value.",
        "Give period and count, or numerator and denominator, or value.",
    )


def _partners_missing(series: pl.DataFrame) -> Iterator[str]:
    if "control_count" in series.columns and ("exposure" in series.columns) != ("control_exposure" in series.columns):
        yield "exposure" if "control_exposure" in series.columns else "control_exposure"
    if "control_exposure" in series.columns and "control_count" not in series.columns:
        yield "control_count"


def _checked(series: pl.DataFrame, family: Family) -> pl.DataFrame:
    for name, kind in series.schema.items():
        fits = kind == pl.Date if name == "period" else kind.is_numeric()
        if not fits:
            raise InvalidScope(
                "The column {column} holds {kind}.",
                "Give dates for the periods and numbers for what is measured.",
                column=name,
                kind=str(kind),
            )
    for name in series.columns:
        values = series[name]
        bad = values.is_null() if name == "period" else values.is_null() | ~values.cast(pl.Float64).is_finite()
        if bad.any():
            raise InvalidScope(
                "The column {column} has no value in {period}.",
                "Leave the period out, or correct it.",
                column=name,
                period=series["period"].filter(bad)[0],
            )
    twice = series["period"].is_duplicated()
    if twice.any():
        raise InvalidScope(
            "The period {period} occurs twice.",
            "Give one row for each period.",
            period=series["period"].filter(twice)[0],
        )
    _check_numbers(series, family)
    return series.sort("period")


def _check_numbers(series: pl.DataFrame, family: Family) -> None:
    for name in set(series.columns) - {"period", "value"}:
        low = series.filter(pl.col(name) < 0)
        if not low.is_empty():
            raise InvalidScope(
                "The column {column} is {value} in {period}.",
                "Counts and exposures are 0 or more.",
                column=name,
                value=low[name][0],
                period=low["period"][0],
            )
        broken = series.filter(pl.col(name) != pl.col(name).round()) if name in WHOLE else series.clear()
        if not broken.is_empty():
            raise InvalidScope(
                "The column {column} is {value} in {period}.",
                "Give whole counts; for means name the column value.",
                column=name,
                value=broken[name][0],
                period=broken["period"][0],
            )
    pairs = {"count": "exposure", "control_count": "control_exposure"}
    over = [pl.col(count).gt(0) & pl.col(base).eq(0) for count, base in pairs.items() if base in series.columns]
    if family is Family.SHARE:
        over = [pl.col("numerator") > pl.col("denominator")]
    wrong = series.filter(pl.any_horizontal(*over)) if over else series.clear()
    if not wrong.is_empty():
        raise InvalidScope(
            "In {period} more was counted than there was to count from.",
            "Correct the count or what it is counted from.",
            period=wrong["period"][0],
        )

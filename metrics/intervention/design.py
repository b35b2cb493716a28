"""The columns of the regression: the change itself, the trend, the season, and the events that can be told from it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from metrics.calendar import SEASONS, Event
from metrics.errors import InvalidScope
from metrics.intervention.observed import LEAST, Observed
from metrics.intervention.results import Grain, Season, Shape

PER_YEAR = {"month": 12, "week": 365.25 / 7, "day": 365.25}
MONTHS_3 = {"month": 3, "week": 13, "day": 91}  # how long a temporary effect lasts, or a delayed one waits: house rule
ONE_HARMONIC, TWO_HARMONICS = 1.45, 3.05  # years that a season of so many waves needs; 52 + 26 weeks have 1.49
CALENDAR = {*SEASONS.values(), "spring_festival"}
NOTHING_NEW = 1e-6  # of a column's sum of squares
PERIODS_PER_COLUMN = 3  # events get columns only while every column is carried by so many periods


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """The regressors of one model; `effect` are the columns that make up what the change did."""

    x: np.ndarray  # periods × columns
    effect: tuple[int, ...]  # the step first, then the bend
    harmonics: int
    weekdays: bool
    events: tuple[str, ...]
    lasting: tuple[int, ...]  # columns of events that last
    inseparable: tuple[str, ...]

    @property
    def step(self) -> np.ndarray:
        """Picks the step out of the coefficients."""
        return np.eye(self.x.shape[1])[self.effect[0]]

    def mean_effect(self, weight: np.ndarray) -> np.ndarray:
        """Picks the mean effect over the periods weighted; after means those the change is in force."""
        columns = list(self.effect)
        picked = np.zeros(self.x.shape[1])
        in_force = weight * (self.x[:, columns[0]] != 0)
        picked[columns] = in_force @ self.x[:, columns] / in_force.sum()
        return picked


def in_force(seen: Observed, shape: Shape) -> np.ndarray:
    """Which periods after the change the declared effect is in: a temporary one ends, a delayed one begins later."""
    since = seen.at - seen.origin
    if shape == "temporary":
        return seen.is_after & (since < MONTHS_3[seen.grain])
    if shape == "delayed":
        return seen.is_after & (since >= MONTHS_3[seen.grain])
    return seen.is_after


def design(
    seen: Observed,
    shape: Shape | None = "step",
    season: Season = "auto",
    events: Iterable[Event] = (),
    *,
    trend: bool = True,
) -> Design:
    """Constant, change, trend, season, weekdays, events; what the others already say is left out.

    Without a shape there is no change in the model, and no period has to be after.
    """
    change = _change(seen, shape)
    columns = [np.ones(len(seen.at)), *change]
    if trend:
        columns.append((seen.at - seen.origin) / PER_YEAR[seen.grain])
    harmonics = waves(seen, season)
    columns += _season(seen, harmonics)
    weekdays = seen.grain == "day" and len(seen.at) >= 3 * 7
    columns += _weekdays(seen) if weekdays else []
    effect = tuple(range(1, 1 + (2 if shape == "step+slope" else len(change[:1]))))
    x = np.column_stack(columns[: 1 + len(effect)])
    basis = np.linalg.qr(x)[0]
    for column in columns[1 + len(effect) :]:
        x, basis = extended(x, basis, column, len(seen.at) - 2)  # two periods remain to judge by
    lasting, passing, inseparable = sorted_out(seen, events)
    names, first = [], x.shape[1]
    for name, column in (*lasting, *passing):
        before = x.shape[1]
        x, basis = extended(x, basis, column, len(seen.at) // PERIODS_PER_COLUMN)
        names += [name] if x.shape[1] > before else []
    last = first + len({name for name, _column in lasting} & set(names))
    return Design(x, effect, harmonics, weekdays, tuple(names), tuple(range(first, last)), inseparable)


def _change(seen: Observed, shape: Shape | None) -> list[np.ndarray]:
    """The step; then the bend, or the level of the wait for a delayed effect, which counts on neither side."""
    if shape is None:
        return []
    force = in_force(seen, shape).astype(float)
    if shape == "step+slope":
        return [force, force * (seen.at - seen.origin)]
    if shape == "delayed":
        return [force, (seen.is_after & (force == 0)).astype(float)]
    return [force]


def waves(seen: Observed, season: Season) -> int:
    """Harmonics of the year: as asked, or as many as the series is long enough to tell from a trend and a step."""
    if isinstance(season, int):
        if season < 0:
            raise InvalidScope(
                "A season of {waves} waves was asked for.", "Ask for 0 or more, or for auto.", waves=season
            )
        return season
    if season == "none":
        return 0
    years = (seen.at[-1] - seen.at[0] + 1) / PER_YEAR[seen.grain]
    return int(years >= ONE_HARMONIC) + int(years >= TWO_HARMONICS)


def turns(grain: Grain, season: Season) -> list[int]:
    """From how many periods on the season of the model has a wave more."""
    return [math.ceil(years * PER_YEAR[grain]) for years in (ONE_HARMONIC, TWO_HARMONICS) if season == "auto"]


def sorted_out(
    seen: Observed, events: Iterable[Event]
) -> tuple[list[tuple[str, np.ndarray]], list[tuple[str, np.ndarray]], tuple[str, ...]]:
    """Events that last (a step each), that pass (their periods), and those that cannot be told from the change.

    An event passes that the calendar knows or that came more than once. Any other may last: where fewer than three
    periods lie between it and the change, or it falls in what is left out between the two sides, there is no telling
    them apart.
    """
    by_code: dict[str, list[tuple[int, bool]]] = {}
    for event in events:
        if (place := _place(seen, event)) is not None:
            by_code.setdefault(event.code, []).append(place)
    lasting, passing, inseparable = [], [], []
    periods = np.arange(len(seen.period))
    change = int(np.argmax(seen.is_after)) if seen.is_after.any() else len(periods) + LEAST
    for code, places in by_code.items():
        if code in CALENDAR or len(set(places)) > 1:
            seen_in = [place for place, is_seen in places if is_seen]
            if len({bool(seen.is_after[place]) for place in seen_in}) > (1 if seen.is_after.any() else 0):
                passing.append((code, np.isin(periods, seen_in).astype(float)))
        elif abs(places[0][0] - change) < LEAST:
            inseparable.append(code)
        else:
            lasting.append((code, (periods >= places[0][0]).astype(float)))
    return lasting, passing, tuple(inseparable)


def _place(seen: Observed, event: Event) -> tuple[int, bool] | None:
    """The place of the period that an event falls in, or of the next one where that is left out; and whether it is not.

    None before the first period and after the last.
    """
    days = np.array([day.toordinal() for day in seen.period])
    day = event.day.toordinal()
    place = int(np.searchsorted(days, day, side="right")) - 1  # the last that begins on its day or before
    if place < 0:
        return None
    if day - days[place] < _longest(seen.grain):
        return place, True
    return (place + 1, False) if place + 1 < len(days) else None


def _longest(grain: Grain) -> int:
    return {"month": 31, "week": 7, "day": 1}[grain]


def _season(seen: Observed, harmonics: int) -> list[np.ndarray]:
    first, since = seen.period[0], seen.at - seen.at[0]
    if seen.grain == "month":
        turn = (first.month - 1 + since) % 12 / 12
    else:
        turn = (first.toordinal() + since * _longest(seen.grain)) / 365.25
    waves_of_year = 2 * np.pi * turn
    return [wave(k * waves_of_year) for k in range(1, harmonics + 1) for wave in (np.sin, np.cos)]


def _weekdays(seen: Observed) -> list[np.ndarray]:
    weekday = (seen.period[0].weekday() + seen.at - seen.at[0]) % 7
    return [(weekday == which).astype(float) for which in range(1, 7)]


def extended(x: np.ndarray, basis: np.ndarray, column: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Columns and their orthonormal basis with one more, if it says what no combination of them says.

    They stay as they are where there are as many as `most`.
    """
    left = column - basis @ (basis.T @ column)
    size = float(left @ left)
    if x.shape[1] >= most or size <= NOTHING_NEW * float(column @ column):
        return x, basis
    return np.column_stack([x, column]), np.column_stack([basis, left / np.sqrt(size)])

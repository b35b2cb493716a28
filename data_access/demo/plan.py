"""What a demo is made of: its parameters, its months, and the effects planted in it."""

import zlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np

from data_access.demo.season import contact_weights
from metrics.errors import InvalidScope

FULL_SCALE = 100_000  # contacts; below it the monthly numbers of the planted complaints shrink with the demo
DEFAULT_CONTACTS = 200_000
SEATS_AT_DEFAULT = 150
CONTACTS_PER_CUSTOMER = 4
DEFAULT_END = date(2026, 11, 1)
FAULT_AHEAD = timedelta(days=21)  # of complaints: when QA meets the fault of a batch

#: Columns of numbers; -1 (NaN for floats) stands for a missing value until the frame is handed to DuckDB.
Columns = dict[str, np.ndarray[Any, Any]]


@dataclass(frozen=True, slots=True)
class Effects:
    """The size of each planted effect; the defaults are a centre without any."""

    returns_a_month: tuple[float, float] = (100, 100)
    texture_a_month: tuple[float, float] = (15, 15)
    texture_in_one_batch: bool = False  # else in whichever batch the contact was about
    growth_a_month: float = 1.0
    decline_a_month: float = 1.0
    summer_factor: float = 1.0
    low_team_repeat: float = 0.0
    blind_complaints: float = 1.0
    blind_reviews: float = 1.0
    other_answer: float = 0.09
    last_strictness: float = 1.0
    happy_team_lift: float = 0.0
    fault_contacts: float = 0.0  # share of the faulty batch's contacts that are about the fault
    fault_reviews: float = 1.0  # times as many of its contacts reviewed, at the default size
    fault_failed: float = 0.0  # share of these in which agents have no solution
    fault_complaints_a_month: float = 0.0


PLANTED = Effects(
    returns_a_month=(150, 50),
    texture_a_month=(21, 10),
    texture_in_one_batch=True,
    growth_a_month=1.15,
    decline_a_month=0.94,
    summer_factor=1.2,
    low_team_repeat=0.12,
    blind_complaints=4.0,
    blind_reviews=0.06,
    other_answer=0.75,
    last_strictness=0.3,
    happy_team_lift=0.5,
    fault_contacts=0.5,
    fault_reviews=8.0,
    fault_failed=0.65,
    fault_complaints_a_month=20,
)


def months_before(end: date, months: int) -> date:
    """The first day of the month that many months before `end`, itself a first day."""
    count = end.year * 12 + end.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def epoch(day: date) -> int:
    """Seconds from 1970 to the start of a day, site time on both ends."""
    return (day - date(1970, 1, 1)).days * 86_400


@dataclass(frozen=True)
class Plan:
    """Everything that decides what a demo contains. Equal plans make equal tables."""

    contacts: int
    months: int
    seed: int
    truths: bool
    end: date
    effects: Effects = field(init=False)

    def __post_init__(self) -> None:
        if self.contacts < 1_000:
            raise InvalidScope(
                "A demo of {contacts} contacts is too small to show anything.",
                "Ask for 1000 contacts or more.",
                contacts=self.contacts,
            )
        if not 12 <= self.months <= 60:
            raise InvalidScope("A demo cannot cover {months} months.", "Ask for 12 to 60 months.", months=self.months)
        if self.end.day != 1:
            raise InvalidScope(
                "A demo cannot end on {end}: it is made of whole months.",
                "Give the first day of a month as the end.",
                end=self.end,
            )
        object.__setattr__(self, "effects", PLANTED if self.truths else Effects())

    def random(self, what: str, month: int = 0) -> np.random.Generator:
        """A generator of its own for each table and month, so that no table's draws depend on another's."""
        seeds = np.random.SeedSequence([self.seed, zlib.crc32(what.encode()), month])
        return np.random.Generator(np.random.PCG64(seeds))

    @cached_property
    def starts(self) -> tuple[date, ...]:
        """The first day of each month, and the end as the last entry."""
        return tuple(months_before(self.end, self.months - month) for month in range(self.months + 1))

    @cached_property
    def seconds(self) -> tuple[int, ...]:
        return tuple(epoch(start) for start in self.starts)

    @cached_property
    def days(self) -> tuple[date, ...]:
        first = self.starts[0]
        return tuple(first + timedelta(days=number) for number in range((self.end - first).days))

    @cached_property
    def day_weights(self) -> np.ndarray[Any, Any]:
        return contact_weights(self.days)

    def month_days(self, month: int) -> slice:
        """Where a month's days stand in `days`."""
        first = self.starts[0]
        return slice((self.starts[month] - first).days, (self.starts[month + 1] - first).days)

    @cached_property
    def contacts_in(self) -> np.ndarray[Any, Any]:
        """Contacts of each month; they add up to `contacts`."""
        sums = [self.day_weights[self.month_days(month)].sum() for month in range(self.months)]
        ends = np.round(np.cumsum(sums) / np.sum(sums) * self.contacts).astype(np.int64)
        return np.diff(ends, prepend=0)

    @property
    def customers(self) -> int:
        """Customers who contact the centre; as many as a fiftieth of them more only ever complain elsewhere."""
        return max(200, self.contacts // CONTACTS_PER_CUSTOMER)

    @property
    def silent_customers(self) -> int:
        return self.customers // 50

    @property
    def seats(self) -> int:
        return max(48, round(SEATS_AT_DEFAULT * (self.contacts / DEFAULT_CONTACTS) ** 0.35))

    @property
    def scale(self) -> float:
        """1 from FULL_SCALE contacts on; the planted monthly counts are multiplied by it."""
        return min(1.0, self.contacts / FULL_SCALE)

    @property
    def volume_scale(self) -> float:
        """For counts that grow with the demo: 1 at the default size."""
        return max(self.scale, self.contacts / DEFAULT_CONTACTS)

    @property
    def returns_change(self) -> int:
        """The month (index) in which the new way of handling returns began."""
        return self.months - 10 if self.months >= 20 else round(self.months * 0.6)

    @property
    def texture_change(self) -> int:
        return self.months - 6

    @property
    def decline_change(self) -> int:
        return self.months - 6 if self.months < 16 else self.months - 8

    @property
    def decline_start(self) -> int:
        return max(0, self.decline_change - 8)

    @property
    def growth_start(self) -> int:
        return self.months - 6

    @property
    def fault_complaints(self) -> int:
        """The month in which complaints of the faulty batch begin."""
        return self.months - 2

    @property
    def fault_start(self) -> date:
        """The day from which on QA meets the fault."""
        return self.starts[self.fault_complaints] - FAULT_AHEAD

    @property
    def fault_seconds(self) -> int:
        return epoch(self.fault_start)

    @property
    def fault_reviews(self) -> float:
        """Times as many reviews of the faulty batch: more in a demo below the default size, but never all contacts."""
        return self.effects.fault_reviews * min(max(1.0, DEFAULT_CONTACTS / self.contacts), 2.0)

    @property
    def finish(self) -> datetime:
        return datetime(self.end.year, self.end.month, self.end.day)

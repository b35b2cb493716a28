"""What a metric is: one declaration each, of what is counted, in what unit, from which facts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum, StrEnum

import polars as pl

from metrics.results import Estimate
from metrics.rules import Rules
from metrics.scope import WEEK, Period, settled


class Unit(Enum):
    """What a value is measured in, with the factor from numerator / denominator to it."""

    PERCENT = ("percent", 100.0)
    PER_THOUSAND = ("per_thousand", 1000.0)
    PER_MILLION = ("per_million", 1_000_000.0)
    SCORE = ("score", 1.0)
    SECONDS = ("seconds", 1.0)
    COEFFICIENT = ("coefficient", 1.0)  # −1 to 1

    @property
    def scale(self) -> float:
        return self.value[1]


class Better(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Source(StrEnum):
    """The frames that metrics are computed from; data_access fills them, one module each."""

    CONTACTS = "contacts"  # sums by day and dimensions
    CALLS = "calls"  # contacts offered and answered; where there are no contacts, their daily counts among the volumes
    TIMES = "contact_times"  # histograms of durations by day and dimensions
    COMPLAINTS = "complaints"  # one row per complaint and date basis
    REVIEWS = "reviews"  # one row per reviewed contact
    AGENT_WEEKS = "agent_weeks"  # one row per agent and week
    SCORES = "scores"  # one row per review, by the day it was made
    PLAN = "plan"  # reviews done and due, by team and day
    VOLUMES = "volumes"  # orders, customers, shipments by day
    CUSTOMERS = "customers"  # customers on record, by day
    HOURS = "hours"  # agents' time, by day
    RECOVERIES = "recoveries"  # one row per recovery case
    COMPLAINED = "complained"  # contacts of which a complaint came
    SESSIONS = "sessions"  # contacts with self-service
    DOUBLE_REVIEWS = "double_reviews"  # one row per contact that two people reviewed
    OUTCOMES = "outcomes"  # one row per review, with what became of its contact
    ANSWERS = "answers"  # contacts by the answer that was given
    BACKLOG = "backlog"  # histograms of the age of complaints that are open at the end of a day
    FINDINGS = "findings"  # one row per finding and date basis
    LEAD_TIMES = "lead_times"  # histograms of the time from the last own contact to an escalation


class Status(StrEnum):
    OK = "ok"
    TOO_FEW = "too_few"
    NO_DATA = "no_data"
    NO_VARIATION = "no_variation"  # cases, but alike or too few: of verdicts that never differ there is no κ
    NOT_AVAILABLE = "not_available"
    NOT_SPLIT = "not_split"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """How a ratio varies where what is counted comes in clusters: points of a review, seconds of an agent's day.

    Without it, a hundred points of one review would weigh like a hundred reviews.
    """

    numerator_squares: pl.Expr  # sums over the clusters
    products: pl.Expr
    denominator_squares: pl.Expr
    clusters: pl.Expr  # how many there are


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # eq=False: a Polars expression has no truth value
class Metric:
    """One definition. Texts are English gettext keys; `definition` may name fields of Rules in braces."""

    id: str
    name: str
    unit: Unit
    better: Better
    reads: tuple[Source, ...]
    needs: tuple[str, ...]  # table.column names without which it cannot be computed
    numerator: pl.Expr
    denominator: pl.Expr
    squares: pl.Expr | None = None  # sum of squares, for a mean
    spread: Spread | None = None  # for a ratio of sums whose parts are no cases
    least_cases: int = (
        0  # of a mean or a ratio of sums: from how many values or clusters its interval covers as it says
    )
    target: float | None = None
    maturity: str | int | None = None  # days until a day's value is final, or the field of Rules that holds them
    look_back: str | None = None  # the field of Rules that holds how many days before a day its value hangs on
    looks_into: Source | None = None  # whose days those are, where they are not of what it reads
    unsplit: tuple[str, ...] = ()  # dimensions on which numerator and denominator do not mean the same
    last_days: None = None
    counted: str  # what the denominator counts, for "n = …"
    basis: str  # the date that puts a case into a period
    definition: str
    source: str
    version: int = 1  # raised when the definition changes
    chosen_by: str = ""  # the field of Rules that says which of `formulas` is in force
    formulas: Mapping[str, "Metric"] = field(default_factory=dict)

    def mature_days(self, rules: Rules) -> int:
        return getattr(rules, self.maturity) if isinstance(self.maturity, str) else self.maturity or 0

    def look_back_days(self, rules: Rules) -> int:
        return getattr(rules, self.look_back) if self.look_back else 0

    def under(self, rules: Rules) -> "Metric":
        """The metric as these rules define it: what is counted and what it needs may be a choice."""
        return self.formulas[getattr(rules, self.chosen_by)] if self.formulas else self


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quantile:
    """A metric that cannot be summed: a quantile of a duration, from histograms with logarithmic bins."""

    id: str
    name: str
    duration: str
    quantile: float
    needs: tuple[str, ...]
    target: float | None = None
    definition: str
    source: str
    version: int = 1
    unit: Unit = Unit.SECONDS
    better: Better = Better.LOWER
    reads: tuple[Source, ...] = (Source.TIMES,)
    counted: str = "contacts"
    basis: str = "day the contact started"
    maturity: str | None = None
    look_back: str | None = None
    looks_into: Source | None = None
    unsplit: tuple[str, ...] = ()
    last_days: str | None = None  # the field of Rules: a value is about so many days before the end of its period

    def mature_days(self, rules: Rules) -> int:
        return getattr(rules, self.maturity) if self.maturity else 0

    def look_back_days(self, rules: Rules) -> int:
        return getattr(rules, self.look_back) if self.look_back else 0

    def under(self, rules: Rules) -> "Quantile":
        """As for a ratio; a quantile has one definition."""
        return self


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Statistic:
    """A metric that is made of all the rows of a group together: an agreement, a correlation."""

    id: str
    name: str
    unit: Unit
    better: Better
    reads: tuple[Source, ...]
    needs: tuple[str, ...]
    of: Callable[[pl.DataFrame], Estimate | None]  # in the metric's unit; None: nothing to tell
    counts: pl.Expr  # for how many cases a row counts
    least_cases: int = 60  # from how many on its interval covers as it says (docs/statistics.md)
    target: float | None = None
    maturity: str | None = None
    unsplit: tuple[str, ...] = ()
    last_days: str | None = None
    looks_into: None = None
    counted: str
    basis: str
    definition: str
    source: str
    version: int = 1

    def mature_days(self, rules: Rules) -> int:
        return getattr(rules, self.maturity) if self.maturity else 0

    def look_back_days(self, _rules: Rules) -> int:
        return 0

    def under(self, rules: Rules) -> "Statistic":
        """As for a ratio; a statistic has one definition."""
        return self


AnyMetric = Metric | Quantile | Statistic


def days_told(metric: AnyMetric, period: Period, rules: Rules) -> Period:
    """The days that a metric's value for a period is about: all of them, or a set number of days before its end."""
    if metric.last_days is None:
        return period
    return Period(period.end - timedelta(days=getattr(rules, metric.last_days)), period.end)


def final_period(metric: AnyMetric, period: Period, data_end: date, rules: Rules) -> Period:
    """The days that a metric is shown for: the period, or, if it looks ahead, the latest as many that are final."""
    if not metric.mature_days(rules):
        return period
    if Source.AGENT_WEEKS not in metric.reads:
        return settled(period, data_end, metric.mature_days(rules))
    # A week stands on its Monday, so what has to be over is the week of the period's last Monday.
    last = period.last
    over = last - timedelta(days=last.weekday()) + WEEK
    weeks = max(0, -(-(over - data_end).days // 7))
    return Period(period.start - weeks * WEEK, period.end - weeks * WEEK)

"""What an alert rule is: one declaration of what is watched, from which value on it alerts, and for whom."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from metrics.adjustable import STEPS
from metrics.catalogue import CATALOGUE, named
from metrics.data_quality.declared import CHECKS
from metrics.errors import InvalidSettings, UnknownName, near
from metrics.metric import AnyMetric, Metric, Unit
from metrics.scope import Filters

WINDOWS = (1, 7, 14, 28)  # days; a week holds every weekday once
LONGEST = 60  # characters of a name
MOST_LASTING = 14  # days in a row
OVERDUE = "overdue"
DUE = (OVERDUE, *STEPS)  # what a deadline rule may count: see metrics.desk.due.falls_due
TABLES = ("contacts", "complaints", "qa_reviews", "volumes")  # whose data may fail to arrive


class Kind(StrEnum):
    """What a rule holds against its limit."""

    THRESHOLD = "threshold"  # a metric's value of the last days
    GROWTH = "growth"  # its change against as many days before, in percent of them
    CASES = "cases"  # how many single cases of the last day the metric counts
    DEADLINE = "deadline"  # how many complaints are overdue or fall due soon
    EMERGING = "emerging"  # issues that come up among complaints: one event each
    SPECIAL_CAUSE = "special_cause"  # the latest week of a metric's control chart is no chance
    FORECAST = "forecast"  # contacts or complaints that a day of the next weeks is expected to bring
    NO_DATA = "no_data"  # hours since the last row of a table
    CHECK = "check"  # the share of rows that a check of the data finds
    VOLUME = "volume"  # rows of the last day, in percent more or less than was expected
    DRIFT = "drift"  # tables and columns that went, came or are of another type: one event each
    EVALUATION = "evaluation"  # that alerts could not be evaluated at all


class Side(StrEnum):
    """On which side of the limit it alerts."""

    BELOW = "below"
    ABOVE = "above"


FORETOLD = ("contacts", "complaints")
#: What rules of a kind that watches no metric may be about.
ABOUT: dict[Kind, tuple[str, ...]] = {
    Kind.DEADLINE: DUE,
    Kind.NO_DATA: TABLES,
    Kind.FORECAST: FORETOLD,
    Kind.CHECK: tuple(CHECKS),
    Kind.VOLUME: TABLES,
}
ON_METRICS = (Kind.THRESHOLD, Kind.GROWTH, Kind.CASES, Kind.SPECIAL_CAUSE)
WITH_INTERVAL = (Kind.THRESHOLD, Kind.GROWTH, Kind.CHECK)
ON_ROWS = (Kind.CHECK, Kind.VOLUME, Kind.DRIFT)  # of the warehouse: of every team together


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """One rule. `about` is a metric's id, or one of those that ABOUT has for its kind.

    A rule without a name is called by what it declares. `source` is an English gettext key. `limit` and `margin` are in
    the unit of what is held against them: the metric's, percent, cases, or hours.
    """

    key: str
    kind: Kind
    name: str = ""
    about: str = ""
    filters: Filters = ()
    side: Side = Side.ABOVE
    limit: float = 0.0
    window_days: int = 7
    least: int = 30  # cases; with fewer nothing is judged
    is_sure: bool = True  # the whole 95 % interval has to lie beyond the limit
    lasting: int = 1  # days in a row on which it has to hold before it alerts
    margin: float = 0.0  # so far inside the limit the value has to be back before the event is over
    is_on: bool = False
    is_urgent: bool = False  # is sent in quiet hours too
    channels: tuple[str, ...] = ()
    owner: str = ""
    source: str = ""

    @property
    def metric(self) -> AnyMetric | None:
        """The metric that is watched; None where none is, or where this version knows it no more."""
        return CATALOGUE.get(self.about) if self.kind in ON_METRICS else None

    @property
    def unit(self) -> Unit | None:
        """Of the limit; None where complaints or hours are counted, or percent of growth."""
        return self.metric.unit if self.metric and self.kind in {Kind.THRESHOLD, Kind.SPECIAL_CAUSE} else None

    @property
    def level(self) -> float:
        """The limit as a value is held against it: what falls by 10 percent grows by −10."""
        return self.sign * self.limit if self.kind is Kind.GROWTH else self.limit

    @property
    def sign(self) -> int:
        """1 where it alerts above the limit, −1 below."""
        return 1 if self.side is Side.ABOVE else -1


def written(rule: AlertRule) -> dict[str, Any]:
    """A rule in JSON's types."""
    return asdict(rule) | {
        "filters": [[name, list(values)] for name, values in rule.filters],
        "channels": list(rule.channels),
    }


def rule_of(told: Mapping[str, Any]) -> AlertRule:
    """The rule that `written` wrote, also by a version of the program that knew other fields."""
    known = {each.name for each in fields(AlertRule)}
    kept = {name: value for name, value in told.items() if name in known}
    kept |= {
        "kind": Kind(kept["kind"]),
        "side": Side(kept["side"]),
        "filters": tuple((name, tuple(values)) for name, values in kept["filters"]),
        "channels": tuple(kept["channels"]),
    }
    return AlertRule(**kept)


def check(rule: AlertRule, channels: Sequence[str]) -> None:
    """See that a rule can be put on record.

    Args:
        channels: names of the channels that there are.

    Raises:
        UnknownName: there is no such metric, deadline, table or channel.
        InvalidSettings: its name, limit or one of its numbers cannot be.
    """
    if len(rule.name) > LONGEST:
        raise InvalidSettings(
            "The name of an alert has at most {most} characters; this one has {count}.",
            "Say in a few words what it is for, or leave it out.",
            most=LONGEST,
            count=len(rule.name),
        )
    _check_about(rule)
    for each in rule.channels:
        if each not in channels:
            raise UnknownName(
                "There is no channel '{channel}'.",
                "Did you mean: {near}? Channels are set up in the secrets file.",
                channel=each,
                near=near(each, channels),
            )
    _check_numbers(rule)


def _check_about(rule: AlertRule) -> None:
    if rule.kind in ON_METRICS:
        (metric,) = named([rule.about])
        if rule.kind is Kind.CASES and not isinstance(metric, Metric):
            raise InvalidSettings(
                "'{metric}' has no single cases to count.", "Choose a share or a rate.", metric=metric.name
            )
        return
    known = ABOUT.get(rule.kind, ("",))
    if rule.about not in known:
        raise UnknownName(
            "A rule of this kind cannot watch '{name}'.",
            "Did you mean: {near}?",
            name=rule.about,
            near=near(rule.about, known),
        )


def _check_numbers(rule: AlertRule) -> None:
    is_share = rule.kind is Kind.CHECK or (rule.kind is Kind.THRESHOLD and rule.unit is Unit.PERCENT)
    highest = 100.0 if is_share else math.inf
    if not (math.isfinite(rule.limit) and 0 <= rule.limit <= highest):
        raise InvalidSettings(
            "{value} is no limit that can be watched.",
            "Choose a number from 0 up, for shares up to 100.",
            value=f"{rule.limit:g}",
        )
    if not (math.isfinite(rule.margin) and rule.margin >= 0):
        raise InvalidSettings(
            "{value} is no way back that can be watched.", "Choose a number from 0 up.", value=f"{rule.margin:g}"
        )
    if rule.window_days not in WINDOWS or not 1 <= rule.lasting <= MOST_LASTING or rule.least < 1:
        raise InvalidSettings(
            "The rule's days or its least number of cases cannot be watched.",
            "Choose {windows} days for a value, 1 to {most} days in a row, and at least one case.",
            windows=", ".join(str(each) for each in WINDOWS),
            most=MOST_LASTING,
        )

"""What a rule would have done in the past half year, or year: its alarms, and how many of them lasted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from data_access.source_days import days_of
from data_access.store import Store
from data_access.viewer import Viewer
from data_access.watch.ahead import read_foreseen
from data_access.watch.decisions import LimitDecision
from data_access.watch.watching import newest, read_days
from metrics.alerts.judging import Episode, Hindsight, episodes
from metrics.alerts.rule import ON_METRICS, AlertRule, Kind
from metrics.catalogue import CATALOGUE
from metrics.metric import Source

PAST_WEEKS = 52  # of forecasts
PAST_DAYS = 182  # half a year: enough to tell a rule that cries every week from one that does not


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """Every day's judgement, `days` of `metrics.alerts.judging.judged`, and the events that they make.

    Of a forecast a judgement is of a week.
    """

    days: pl.DataFrame
    episodes: tuple[Episode, ...]

    @property
    def judged(self) -> int:
        """Days on which the rule could tell."""
        return int(self.days["usable"].sum())

    def count(self, hindsight: Hindsight) -> int:
        return sum(each.hindsight is hindsight for each in self.episodes)


def has_past(rule: AlertRule) -> bool:
    """Issues have one of their own kind: see `data_access.watch.past_issues`."""
    return rule.kind not in {Kind.EMERGING, Kind.EVALUATION, Kind.DRIFT}


def read_past(store: Store, viewer: Viewer, rule: AlertRule, decisions: Sequence[LimitDecision] = ()) -> Past:
    """Each day of the last half year judged from what was known at its end; what came later only says what lasted.

    A forecast is judged once a week of the last year.

    Args:
        decisions: of the site about the limits of its control charts, as they are now.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
        SourceUnavailable: the data lack what the rule needs.
    """
    if rule.kind is Kind.FORECAST:
        weeks = read_foreseen(store, viewer, rule, PAST_WEEKS)
        return Past(weeks, tuple(episodes(rule, weeks)))
    days = read_days(store, viewer, rule, _ends(store, rule), decisions)
    return Past(days, tuple(episodes(rule, days)))


def _ends(store: Store, rule: AlertRule) -> tuple[date, ...]:
    end = newest(store, rule)
    reads = CATALOGUE[rule.about].reads if rule.kind in ON_METRICS else (Source.CONTACTS,)
    known = days_of(store, reads)
    first = max(end - timedelta(days=PAST_DAYS), known.start + timedelta(days=1)) if known else end
    return tuple(end - timedelta(days=place) for place in reversed(range(max(1, (end - first).days + 1))))

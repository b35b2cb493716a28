"""Is a metric's latest week no chance? Its control chart, as each day knew it."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from data_access.masking import check_filters
from data_access.numbers import Grain
from data_access.store import Store
from data_access.viewer import Viewer
from data_access.watch.control import Controlled, How, read_controlled
from data_access.watch.decisions import LimitDecision
from data_access.watch.windows import told_days
from metrics.alerts.judging import JUDGED
from metrics.alerts.rule import AlertRule
from metrics.catalogue import CATALOGUE
from metrics.metric import AnyMetric, Source
from metrics.results import NotEstimable
from metrics.scope import WEEK, Period
from metrics.spc import NHS, Heading, signal

WEEKLY = How(Grain.WEEK, NHS)
HEADINGS = {1: Heading.UP, -1: Heading.DOWN}


def read_special_causes(
    store: Store, viewer: Viewer, rule: AlertRule, ends: tuple[date, ...], decisions: Sequence[LimitDecision]
) -> pl.DataFrame:
    """The last whole week that was final before each of `ends`, with its limits: JUDGED, and whether it is `flagged`.

    `low` and `high` are the limits of the chart; flagged to the rule's side only. `numerator` is null.

    Args:
        decisions: of the site about its limits, as they are on record now.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(rule.filters, viewer)
    metric = CATALOGUE[rule.about]
    mondays = {end: week_told(store, metric, end).end for end in ends}
    judged = {
        monday: _judged(rule, read_controlled(store, viewer, metric, monday, rule.filters, WEEKLY, decisions), monday)
        for monday in dict.fromkeys(mondays.values())
    }
    rows = [{"end": end, **judged[monday]} for end, monday in mondays.items()]
    return pl.DataFrame(rows, schema={**JUDGED, "flagged": pl.Boolean})


def week_told(store: Store, metric: AnyMetric, end: date) -> Period:
    """The last whole week, from Monday on, that was final at the end of the day before `end`."""
    final = told_days(store, metric, end, 7).end
    if Source.AGENT_WEEKS not in metric.reads:
        final = min(end, store.anchor) - timedelta(days=metric.mature_days(store.rules))
    monday = final - timedelta(days=final.weekday())
    return Period(monday - WEEK, monday)


def _judged(rule: AlertRule, found: Controlled, monday: date) -> dict[str, object]:
    """The week before a Monday; not usable where it has no point, or is left out: an older one does not stand in."""
    chart, last = found.chart, found.last
    said = None if isinstance(chart, NotEstimable) else signal(chart)
    points = None if isinstance(chart, NotEstimable) else chart.points.filter(~pl.col("is_excluded"))
    newest = None if points is None else points["period"].max()
    if points is None or last is None or said is None or newest != monday - WEEK:
        return dict.fromkeys(name for name in JUDGED if name != "end") | {"usable": False, "flagged": False}
    point = points.row(-1, named=True)
    is_flagged = bool(said.rules) and said.heading in {HEADINGS[rule.sign], Heading.NEITHER}
    return {
        "value": point["value"], "low": point["lower"], "high": point["upper"], "numerator": None,
        "count": last["denominator"], "usable": True, "flagged": is_flagged,
    }  # fmt: skip

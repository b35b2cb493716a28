"""What a value stands on, in words: cases as they are, people's time in hours."""

from metrics.metric import AnyMetric, Source
from metrics.rules import HOUR, Rules
from reports import text
from reports.text import _


def amount(metric: AnyMetric, count: float) -> str:
    """A count of what the metric counts; seconds of people's time are told in hours, as nobody counts their seconds."""
    return text.number(count / HOUR if Source.HOURS in metric.reads else count)


def of_what(metric: AnyMetric, rules: Rules) -> str:
    """What the metric's denominator counts under the rules in force."""
    return _(metric.under(rules).counted)


def stands_on(metric: AnyMetric, count: float) -> str:
    """What a value stands on: n = 1,338; of shares of working time n = 5,166 h."""
    told = amount(metric, count)
    return _("n = {count} h").format(count=told) if Source.HOURS in metric.reads else f"n = {told}"

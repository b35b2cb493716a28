"""Between which values a metric moves by itself, in a sentence."""

from metrics.metric import AnyMetric
from metrics.results import NotEstimable
from metrics.spc import ProcessLimits
from reports import text
from reports.text import _


def process_limits(found: ProcessLimits | NotEstimable, metric: AnyMetric) -> str:
    """Between which values the metric moves by itself, or why that cannot be said."""
    if isinstance(found, NotEstimable):
        reason = _("There are only {found} points; at least {least} are needed.").format_map(found.values)
        return _("No process limits: {reason}").format(reason=reason)
    return _("Dotted: process limits {low} to {high}, mean {mean}, from {points} final points.").format(
        low=text.value(found.low, metric.unit),
        high=text.value(found.high, metric.unit),
        mean=text.value(found.mean, metric.unit),
        points=found.points,
    )

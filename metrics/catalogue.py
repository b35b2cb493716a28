"""Every metric there is, by id: pages, exports, definitions, the command line and the tests iterate it."""

from collections.abc import Iterable

from metrics import (
    answering,
    business,
    calibration,
    complaint,
    complaint_handling,
    contact,
    escalation,
    finding,
    labour,
    quality,
    review,
    times,
)
from metrics.errors import UnknownName, close
from metrics.metric import AnyMetric

THEMES = (
    contact,
    answering,
    times,
    complaint,
    complaint_handling,
    escalation,
    review,
    quality,
    finding,
    labour,
    business,
    calibration,
)
CATALOGUE: dict[str, AnyMetric] = {metric.id: metric for theme in THEMES for metric in theme.METRICS}


def named(ids: Iterable[str]) -> list[AnyMetric]:
    """The metrics of these ids, in their order.

    Raises:
        UnknownName: an id is not in the catalogue.
    """
    return [_one(each) for each in ids]


def _one(metric: str) -> AnyMetric:
    if metric not in CATALOGUE:
        found = close(metric, CATALOGUE)
        raise UnknownName(
            "There is no metric '{metric}'.",
            "Did you mean: {near}?" if found else "The page Definitions lists every metric with its id.",
            metric=metric,
            near=found,
        )
    return CATALOGUE[metric]

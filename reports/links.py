"""Links to a page of the dashboard with the scope that it shows: what an alert or a report points at."""

from collections.abc import Mapping, Sequence
from urllib.parse import unquote, urlencode

from metrics.scope import Filters, Period, Preset

#: The names under which a link carries the filters.
URL_NAMES = {
    "channel": "channel",
    "team_id": "team",
    "queue": "queue",
    "issue_type": "issue",
    "product": "product",
    "customer_tier": "tier",
}
#: The names under which a link says what a page is to show: which metric, forecast or report; END_OF is followed by a
#: point and the rhythm.
METRIC_OF, FORECAST_OF, RHYTHM_OF, END_OF, TEAMS_OF = "metric", "by.forecast", "by.report", "as_of.report", "part.team"


def packed(values: Sequence[str]) -> str:
    """Several values under one name, which `unpacked` takes apart again."""
    return ",".join(each.replace("%", "%25").replace(",", "%2C") for each in values)


def unpacked(told: str) -> list[str]:
    """The values, without those that are empty."""
    return [unquote(each) for each in told.split(",") if each]


def link(
    address: str, page: str, language: str, period: Period | None, filters: Filters, view: Mapping[str, str]
) -> str:
    """The address of a page in a language, for days and filters; empty where the dashboard's own is not known.

    Args:
        view: how the page is looked at, like the metric that it shows.
    """
    if not address:
        return ""
    told: list[tuple[str, str]] = [("lang", language)]
    if period:
        told += [("period", str(Preset.CUSTOM)), ("from", period.start.isoformat()), ("to", period.last.isoformat())]
    told += [(URL_NAMES[name], value) for name, values in filters for value in values]
    return f"{address.rstrip('/')}/{page}?{urlencode([*told, *view.items()])}"

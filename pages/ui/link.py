"""What a link says: the names under which it carries the scope, and its days."""

from collections.abc import Mapping
from datetime import date

from streamlit.runtime.state import QueryParamsProxy

from reports.links import URL_NAMES

#: How a figure is looked at: "grain", or "grain.csat" for one of several.
VIEWS = (
    "grain", "by", "months", "as", "metric", "part", "why", "year", "as_of", "weeks", "capacity", "span", "reach",
    "waits", "wall", "target", "chart", "rules", "show", "again",
)  # fmt: skip
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)  # beyond them comparisons would leave the calendar


def days(query: Mapping[str, str], first: str, last: str) -> tuple[date, date] | None:
    """The first and last day that a link gives under two names; None where it gives neither.

    Raises:
        ValueError: one of them is missing or no day, or there is no day from the first to the last.
    """
    if first not in query and last not in query:
        return None
    start, end = date.fromisoformat(query.get(first, "")), date.fromisoformat(query.get(last, ""))
    if not FIRST_DAY <= start <= end <= LAST_DAY:
        raise ValueError(query[first], query[last])
    return start, end


def is_view(name: str) -> bool:
    return name.partition(".")[0] in VIEWS


def written(query: QueryParamsProxy) -> dict[str, str | list[str]]:
    """What stands in the URL: filters as lists, everything else once."""
    lists = set(URL_NAMES.values())
    return {name: query.get_all(name) if name in lists else query[name] for name in query}

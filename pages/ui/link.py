"""What a link says: the names under which it carries the scope, and its days."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from streamlit.runtime.state import QueryParamsProxy

from metrics.scope import Comparison, Preset
from reports.links import URL_NAMES

#: How a figure is looked at: "grain", or "grain.csat" for one of several.
VIEWS = (
    "grain", "by", "months", "as", "metric", "part", "why", "year", "as_of", "weeks", "capacity", "span", "reach",
    "waits", "wall", "target", "chart", "rules", "show", "edition", "action", "again",
)  # fmt: skip
#: What a link asks for: filters as lists, everything else once.
Asked = dict[str, str | list[str]]
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)  # beyond them comparisons would leave the calendar


#: The days that a link names for each of the scope's two periods: the names of its first and its last.
DAYS = {"days": ("from", "to"), "compared_days": ("compare_from", "compare_to")}


def chosen(query: Mapping[str, str]) -> dict[str, Any]:
    """What a link says of the periods: `preset comparison`, and `days compared_days` where it names some.

    Raises:
        ValueError: there is no such period, or its days are none.
    """
    named = {name: found for name, (first, last) in DAYS.items() if (found := days(query, first, last))}
    preset = Preset(query.get("period", Preset.LAST_WEEK))
    return {"preset": preset, "comparison": Comparison(query.get("compare", Comparison.PREVIOUS)), **named}


def asked(preset: Preset, comparison: Comparison, days: Sequence[date], compared_days: Sequence[date]) -> Asked:
    """The same as a link says it; what is usual is left out."""
    wanted: Asked = {}
    if preset is not Preset.LAST_WEEK:
        wanted["period"] = str(preset)
    if comparison is not Comparison.PREVIOUS:
        wanted["compare"] = str(comparison)
    own = {"days": (preset is Preset.CUSTOM, days), "compared_days": (comparison is Comparison.CUSTOM, compared_days)}
    for name, (is_own, given) in own.items():
        if is_own and len(given) == 2:
            wanted |= {said: day.isoformat() for said, day in zip(DAYS[name], given, strict=True)}
    return wanted


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


def written(query: QueryParamsProxy) -> Asked:
    """What stands in the URL: filters as lists, everything else once."""
    lists = set(URL_NAMES.values())
    return {name: query.get_all(name) if name in lists else query[name] for name in query}

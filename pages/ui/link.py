"""What a link says: the names under which it carries the scope, and its days."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from streamlit.runtime.state import QueryParamsProxy

from metrics.scope import Comparison, Preset
from reports.links import URL_NAMES

#: How a figure is looked at: "grain", or "grain.csat" for one of several.
VIEWS = (
    "grain", "by", "months", "as", "metric", "part", "why", "year", "as_of", "weeks", "capacity", "span", "reach",
    "waits", "wall", "target", "chart", "rules", "show", "edition", "action",
    "check", "table",
)  # fmt: skip
#: What a link asks for: filters as lists, everything else once.
Asked = dict[str, str | list[str]]
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)  # beyond them comparisons would leave the calendar


#: The days that a link names for each of the scope's two periods: the names of its first and its last.
DAYS = {"days": ("from", "to"), "compared_days": ("compare_from", "compare_to")}
PERIODS = ("period", "compare", *DAYS["days"], *DAYS["compared_days"])


def kept(query: Asked) -> dict[str, Any]:
    """What a session keeps of a link: `preset comparison change view`, a list of each filter, the days it names.

    Raises:
        ValueError: there is no such period, or its days are none.
    """
    once = {name: value for name, value in query.items() if isinstance(value, str)}
    return {
        "preset": Preset(once.get("period", Preset.LAST_WEEK)),
        "comparison": Comparison(once.get("compare", Comparison.PREVIOUS)),
        "change": once.get("change", ""),
        "view": {name: value for name, value in once.items() if is_view(name)},
        **{f"filter_{name}": list(query.get(short, ())) for name, short in URL_NAMES.items()},
        **{name: found for name, (first, last) in DAYS.items() if (found := days(once, first, last))},
    }


def without_periods(query: Asked) -> Asked:
    """The rest of a link."""
    return {name: value for name, value in query.items() if name not in PERIODS}


def asked(state: Mapping[Any, Any]) -> Asked:
    """What a session keeps, as a link says it; what is usual is left out, so that short links stay short."""
    filters = {short: list(state[f"filter_{name}"]) for name, short in URL_NAMES.items()}
    told: Asked = {"lang": state["lang"], **periods(state), **({"change": state["change"]} if state["change"] else {})}
    return told | {short: values for short, values in filters.items() if values} | state["view"]


def periods(state: Mapping[str, Any]) -> Asked:
    """`preset comparison days compared_days`, as a link says them."""
    told: Asked = {}
    if state["preset"] is not Preset.LAST_WEEK:
        told["period"] = str(state["preset"])
    if state["comparison"] is not Comparison.PREVIOUS:
        told["compare"] = str(state["comparison"])
    own = {"days": state["preset"] is Preset.CUSTOM, "compared_days": state["comparison"] is Comparison.CUSTOM}
    for name, is_own in own.items():
        given = state.get(name, ())
        if is_own and len(given) == 2:
            told |= {said: day.isoformat() for said, day in zip(DAYS[name], given, strict=True)}
    return told


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

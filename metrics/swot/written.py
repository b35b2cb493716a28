"""Evidence as JSON has it, and back: for findings that are kept on record."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from metrics.results import Estimate
from metrics.scope import Period
from metrics.swot.evidence import Evidence, Kind, Place, SizeUnit


def evidence_written(evidence: Evidence) -> dict[str, Any]:
    """All of it, in words, numbers and lists; and its key, to be found by."""
    place = evidence.place
    days = None if place.period is None else [place.period.start.isoformat(), place.period.end.isoformat()]
    told = {name: getattr(evidence, name) for name in evidence.__dataclass_fields__}
    return told | {
        "key": evidence.key,
        "estimate": asdict(evidence.estimate),
        "since": evidence.since.isoformat(),
        "values": dict(evidence.values),
        "place": {"page": place.page, "asked": dict(place.asked), "period": days, "filters": place.filters},
    }


def evidence_of(told: Mapping[str, Any]) -> Evidence:
    """What was written, as it was.

    Raises:
        KeyError, TypeError, ValueError: it is not what `evidence_written` gives.
    """
    made: dict[str, Any] = {
        "kind": Kind(told["kind"]),
        "subject": tuple((name, code) for name, code in told["subject"]),
        "estimate": Estimate(**told["estimate"]),
        "size_unit": SizeUnit(told["size_unit"]),
        "since": date.fromisoformat(told["since"]),
        "place": _place(told["place"]),
        "trend": tuple(told["trend"]),
    }
    return Evidence(**{name: each for name, each in {**told, **made}.items() if name != "key"})


def _place(told: Mapping[str, Any]) -> Place:
    days = told["period"] and Period(*map(date.fromisoformat, told["period"]))
    return Place(told["page"], told["asked"], days, tuple((name, tuple(kept)) for name, kept in told["filters"]))

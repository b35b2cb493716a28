"""What a rule finds now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule finds now about one subject: the whole of its scope (""), a day, or an issue.

    `end` is the day after the last one known. `told` holds, in JSON's types, what the numbers do not say.
    """

    subject: str
    end: date
    starts: bool
    is_over: bool
    value: float | None
    low: float | None = None
    high: float | None = None
    numerator: float | None = None
    count: float | None = None
    told: Mapping[str, Any] = field(default_factory=dict)

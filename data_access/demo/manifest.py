"""What was planted in a demo, where to find it, and how it is written beside the warehouse."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from data_access.masking import KINDS
from data_access.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Truth:
    """A planted pattern. `expected` and `tolerance` have the names of the columns that `sql` returns, in one row.

    `periods` are [start, end) in ISO days: `before` and `after`, or `period`. `values` fill the sentence.
    """

    id: str
    sentence: str
    quadrant: str  # strength, weakness, opportunity, threat
    metric: str
    unit: str
    scope: dict[str, str]
    periods: dict[str, tuple[str, str]]
    expected: dict[str, float]
    tolerance: dict[str, float]
    sql: str
    values: dict[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A change that a user of the demo would have put on record."""

    id: str
    name_zh: str
    name_en: str
    kind: str  # sop, script
    start: str  # the first day of the new way
    metric: str
    scope: dict[str, str]
    truth: str  # the id of the truth it belongs to


@dataclass(frozen=True, slots=True)
class Manifest:
    """A demo's parameters and what is planted in it.

    `scale` below 1: the planted monthly counts are that much smaller; `note` says so, and is empty otherwise.
    """

    parameters: dict[str, str | int | bool]
    scale: float
    note: str
    truths: tuple[Truth, ...]
    changes: tuple[Change, ...]

    def seen_by(self, viewer: Viewer) -> tuple[Truth, ...]:
        """The truths that the viewer may read: with some teams only those about them, of people only if cleared."""
        return tuple(
            each
            for each in self.truths
            if (viewer.teams is None or viewer.sees(each.scope.get("team_id")))
            and (viewer.is_cleared or not any(name in KINDS for name in each.scope))
        )


def manifest_path(warehouse: Path) -> Path:
    """Beside the warehouse, with the same stem."""
    return warehouse.with_name(f"{warehouse.stem}.truths.json")


def manifest_text(manifest: Manifest) -> str:
    return json.dumps(asdict(manifest), ensure_ascii=False, indent=1)


def read_manifest(path: Path) -> Manifest | None:
    """The manifest of the warehouse at `path`, or None where there is none beside it."""
    place = manifest_path(path)
    if not place.exists():
        return None
    read = json.loads(place.read_text(encoding="utf-8"))
    truths = tuple(Truth(**truth | {"periods": _pairs(truth["periods"])}) for truth in read["truths"])
    changes = tuple(Change(**change) for change in read["changes"])
    return Manifest(read["parameters"], read["scale"], read["note"], truths, changes)


def _pairs(periods: dict[str, list[str]]) -> dict[str, tuple[str, str]]:
    return {name: (days[0], days[1]) for name, days in periods.items()}

"""Does the board find what is planted in a demo, in the right quadrant and as large as it was planted?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from data_access.demo import Manifest
from data_access.demo.manifest import Truth
from metrics.swot.evidence import Evidence, Kind
from metrics.swot.ranking import Board, Entry

#: The kind of finding that each planted pattern is.
KINDS = {
    "returns_after_sop": Kind.CHANGE_WORKED,
    "texture_after_script": Kind.CHANGE_WORKED,
    "installation_growing": Kind.GROWING_ISSUE,
    "low_first_contact_resolution": Kind.WORST_UNIT,
    "blind_spot": Kind.BLIND_SPOT,
    "summer_delays": Kind.SEASON_AHEAD,
    "other_answer": Kind.OTHER_ANSWER,
    "drifting_reviewer": Kind.DRIFTING_REVIEWER,
    "account_falling_before_change": Kind.CHANGE_NOT_SHOWN,
    "satisfied_customers_of_a_team": Kind.BEST_UNIT,
    "faulty_batch": Kind.EARLY_WARNING,
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A planted pattern, the board's entry that tells of it (None: there is none), and the figures side by side.

    `figures`: name, planted, tolerance, found. `instead`: what is said of a planted change that is not there.
    """

    truth: Truth
    entry: Entry | None
    figures: tuple[tuple[str, float, float, float], ...] = ()
    instead: str = ""

    @property
    def is_in_place(self) -> bool:
        return self.entry is not None and self.entry.quadrant == self.truth.quadrant

    @property
    def is_as_large(self) -> bool:
        """Is every figure within the tolerance that the manifest names?"""
        return bool(self.figures) and all(
            abs(found - planted) <= tolerance for _name, planted, tolerance, found in self.figures
        )


def checked(manifest: Manifest, board: Board) -> list[Checked]:
    """Every planted pattern against the board."""
    return [_checked(truth, board) for truth in manifest.truths]


def _checked(truth: Truth, board: Board) -> Checked:
    told = [(entry, each) for entry in board.all for each in (entry.evidence, *entry.merged) if _is_of(truth, each)]
    if not told:
        return Checked(truth, None)
    entry, evidence = told[0]
    found = figures(truth.id, evidence)
    rows = [(name, truth.expected[name], truth.tolerance[name], value) for name, value in found.items()]
    return Checked(truth, entry, tuple(rows))


def _is_of(truth: Truth, evidence: Evidence) -> bool:
    """Of the kind, and about what was planted: an item that QA fails is told by the batch."""
    scope = {"issue_type" if name == "complaint_type" else name: code for name, code in truth.scope.items()}
    scope.pop("item", None)
    about = dict(evidence.subject)
    return evidence.kind is KINDS[truth.id] and all(about.get(name) == code for name, code in scope.items())


def figures(truth: str, evidence: Evidence) -> Mapping[str, float]:
    """The finding's figures by the names that the manifest gives to what was planted."""
    own, values = evidence.estimate.value, evidence.values
    told = {
        "returns_after_sop": {name: values.get(name) for name in ("before", "after")},
        "texture_after_script": {name: values.get(name) for name in ("before", "after")},
        "installation_growing": {"percent_a_month": _step(values.get("first"), values.get("last"))},
        "low_first_contact_resolution": {"points": own},
        "satisfied_customers_of_a_team": {"points": own},
        "blind_spot": {"complaint_ratio": own, "review_ratio": values.get("review_ratio")},
        "summer_delays": {"ratio": 1 + own / 100},
        "other_answer": {"team_percent": own, "others_percent": evidence.reference},
        "drifting_reviewer": {
            "first_half_year": _share(values.get("first")),
            "last_half_year": _share(values.get("last")),
        },
        "account_falling_before_change": {"percent_a_month_before": own, "percent_a_month_after": own},
        "faulty_batch": {"after": values.get("a_month")},
    }
    return {name: float(each) for name, each in told[truth].items() if isinstance(each, int | float)}


def _step(first: str | float | None, last: str | float | None) -> float | None:
    """Percent from month to month: six months of growth have five steps between them, the fitted half year has six."""
    known = isinstance(first, int | float) and isinstance(last, int | float)
    return 100 * ((last / first) ** (1 / 5) - 1) if known else None


def _share(percent: str | float | None) -> float | None:
    return percent / 100 if isinstance(percent, int | float) else None


def missing(found: Iterable[Checked]) -> list[str]:
    """The patterns that are not on the board, or not where they belong."""
    return [each.truth.id for each in found if not each.is_in_place]

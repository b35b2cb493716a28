"""The settings that definitions depend on: windows, limits and thresholds, with the defaults that ship."""

from dataclasses import dataclass, field, fields

HOUR = 3_600
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Deadline:
    """Seconds from receipt of a complaint to its first response and to its resolution."""

    response: int
    resolution: int


@dataclass(frozen=True, slots=True)
class Rules:
    """A site's settings. They travel into every computation, so that nothing depends on hidden state."""

    fcr_window_days: int = 7  # W: no further contact within it
    fcr_gap_days: int = 7  # W0: no contact within it before a first contact
    resolution_days: int = 7  # until most contacts of a day are resolved
    review_days: int = 7  # until centre QA has come round to a day's contacts
    cause_days: int = 14  # until the cause of a day's complaints is established
    week_days: int = 6  # until a week is over, counted from its Monday
    min_denominator: int = 30
    coverage_reviews: int = 1  # k: reviews that make an agent covered in a week
    eligible_seconds: int = 10  # shorter contacts are not eligible for review
    deadlines: dict[str, Deadline] = field(
        default_factory=lambda: {
            "general": Deadline(30 * MINUTE, 24 * HOUR),
            "serious": Deadline(1 * HOUR, 48 * HOUR),
            "urgent": Deadline(10 * MINUTE, 2 * HOUR),
        }
    )

    @property
    def reopen_days(self) -> int:
        """Days until most contacts of a day are resolved and W after that has passed."""
        return self.resolution_days + self.fcr_window_days

    def named(self) -> dict[str, object]:
        """What a definition may name in braces, with its value."""
        return {each.name: getattr(self, each.name) for each in fields(self)} | {"reopen_days": self.reopen_days}

"""What a benchmark found: the aim, what was measured, and whether the aim is met."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the report. `at_most` False means that more is better."""

    name: str
    aim: float
    measured: float
    unit: str  # × for ratios, % or ms or s
    detail: str
    at_most: bool = True

    @property
    def is_met(self) -> bool:
        return self.measured <= self.aim if self.at_most else self.measured >= self.aim

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        sign = "≤" if self.at_most else "≥"
        digits = 2 if self.unit in {"×", "s"} else 1 if self.unit == "%" else 0
        return (
            self.name,
            f"{sign} {self.aim:g} {self.unit}",
            f"{self.measured:.{digits}f} {self.unit}",
            "met" if self.is_met else "MISSED",
            self.detail,
        )


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest measured value that at least this share of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


def spread(values: Sequence[float]) -> str:
    """Every repetition, so that a reader sees how quiet the machine was."""
    return ", ".join(f"{value:.2f}" for value in values) + (
        f" (median {statistics.median(values):.2f})" if len(values) > 2 else ""
    )

"""Did a change work? Interrupted time series with the checks that a sceptic would ask for, and a plan beforehand."""

from metrics.intervention.evaluate import evaluate_change
from metrics.intervention.plan import Advice, Plan, plan_change
from metrics.intervention.results import (
    ChangeEffect,
    Check,
    CheckCode,
    CheckStatus,
    Effect,
    Expected,
    Family,
    Grain,
    Level,
    Model,
    ModelCode,
    Naive,
    Robustness,
    Season,
    Shape,
    Verdict,
    VerdictCode,
    Why,
)

__all__ = [
    "Advice",
    "ChangeEffect",
    "Check",
    "CheckCode",
    "CheckStatus",
    "Effect",
    "Expected",
    "Family",
    "Grain",
    "Level",
    "Model",
    "ModelCode",
    "Naive",
    "Plan",
    "Robustness",
    "Season",
    "Shape",
    "Verdict",
    "VerdictCode",
    "Why",
    "evaluate_change",
    "plan_change",
]

"""Process control: between which values does a process move by itself, what moved it, and will it keep its target?"""

from metrics.spc.choice import bounds, charts_for, fitting, plotted_of
from metrics.spc.control import (
    LEAST_POINTS,
    TRIAL_POINTS,
    ControlChart,
    PhaseLimits,
    control_chart,
    final_points,
)
from metrics.spc.fitness import Phase
from metrics.spc.limits import Chart
from metrics.spc.rule_sets import ANHOEJ, NELSON, NHS, RULE_SETS, WESTERN, Rule, RuleSet, rule_set
from metrics.spc.runs import Runs, runs_analysis
from metrics.spc.verdicts import (
    Assurance,
    Heading,
    Signal,
    Variation,
    assurance,
    needs_attention,
    signal,
    urgency,
    variation,
)

__all__ = [
    "ANHOEJ",
    "LEAST_POINTS",
    "NELSON",
    "NHS",
    "RULE_SETS",
    "TRIAL_POINTS",
    "WESTERN",
    "Assurance",
    "Chart",
    "ControlChart",
    "Heading",
    "Phase",
    "PhaseLimits",
    "Rule",
    "RuleSet",
    "Runs",
    "Signal",
    "Variation",
    "assurance",
    "bounds",
    "charts_for",
    "control_chart",
    "final_points",
    "fitting",
    "needs_attention",
    "plotted_of",
    "rule_set",
    "runs_analysis",
    "signal",
    "urgency",
    "variation",
]

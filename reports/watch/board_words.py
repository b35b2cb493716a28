"""What the summary says above and below its rows."""

from collections.abc import Sequence

from data_access.watch.control import Watched
from metrics.spc import Assurance, RuleSet, Variation
from reports import text
from reports.text import _

#: Share of quiet weeks in which the latest point is flagged by chance, with limits from 52 weeks, as
#: benchmarks/run_lengths.py finds it (docs/watch.md).
BY_CHANCE = {"nhs": 0.017, "western": 0.015, "nelson": 0.022, "anhoej": 0.055}


def lead(urgent: Sequence[Watched], count: int) -> str:
    """How many need attention, and why."""
    if not urgent:
        return _("None of {count} metrics needs attention.").format(count=text.number(count))
    told = {
        "urgent": len(urgent),
        "count": count,
        "worse": sum(each.variation is Variation.WORSENING for each in urgent),
        "never": sum(each.assurance is Assurance.NEVER for each in urgent),
        "changed": sum(each.variation is Variation.SPECIAL for each in urgent),
    }
    return _("{urgent} of {count} metrics need attention. Getting worse: {worse}; unable to meet the target as the "
             "process is now: {never}; changed, for better or worse: {changed}.").format_map(
        {name: text.number(each) for name, each in told.items()}
    )  # fmt: skip


def chance(rules: RuleSet, count: int) -> str:
    """How many of so many metrics are flagged by chance alone."""
    flagged = text.number(BY_CHANCE[rules.name] * count)
    return _("By chance alone these rules flag about {flagged} of {count} steady metrics at any time: one flag is a "
             "question, not an answer.").format(flagged=flagged, count=text.number(count))  # fmt: skip


def listed(rows: Sequence[Watched]) -> str:
    """What a printed table holds."""
    return _("Metrics listed: {count}, the most urgent first.").format(count=text.number(len(rows)))

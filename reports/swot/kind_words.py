"""What each kind of finding is called, and why one could not be looked for."""

from collections.abc import Mapping

from data_access.swot.asked import NotLookedAt, Reason
from metrics.swot.evidence import Kind
from metrics.swot.rules import RULES
from reports import text
from reports.text import N_, _

KINDS: dict[Kind, str] = {
    Kind.ABOVE_TARGET: N_("Targets kept"),
    Kind.BELOW_TARGET: N_("Targets missed"),
    Kind.SPECIAL_CAUSE_BETTER: N_("Weeks better than chance"),
    Kind.SPECIAL_CAUSE_WORSE: N_("Weeks worse than chance"),
    Kind.SUSTAINED_IMPROVEMENT: N_("Lasting improvements"),
    Kind.SUSTAINED_DECLINE: N_("Lasting declines"),
    Kind.BEST_UNIT: N_("Teams that do best with like cases"),
    Kind.WORST_UNIT: N_("Teams that do worst with like cases"),
    Kind.CHANGE_WORKED: N_("Changes that worked"),
    Kind.CHANGE_HARMED: N_("Changes that harmed"),
    Kind.CHANGE_NOT_SHOWN: N_("Changes that cannot be credited"),
    Kind.BLIND_SPOT: N_("Blind spots"),
    Kind.QA_MISS: N_("QA misses"),
    Kind.LINKED: N_("Complaints that join to a contact"),
    Kind.UNLINKED: N_("Complaints that join to no contact"),
    Kind.DEADLINES_KEPT: N_("Deadlines kept"),
    Kind.DEADLINES_MISSED: N_("Deadlines missed"),
    Kind.REPEATS: N_("Repeat complaints"),
    Kind.ESCALATIONS: N_("Escalations"),
    Kind.DRIFTING_REVIEWER: N_("Drifting reviewers"),
    Kind.OTHER_ANSWER: N_("Teams that answer otherwise"),
    Kind.FINDINGS_OPEN: N_("Findings left open"),
    Kind.PROVEN_ELSEWHERE: N_("Proven changes that others lack"),
    Kind.GAP_TO_BEST_QUARTILE: N_("Gap to the own best quarter"),
    Kind.GROWING_ISSUE: N_("Growing issues"),
    Kind.EMERGING_ISSUE: N_("Emerging issues"),
    Kind.EARLY_WARNING: N_("Early warnings"),
    Kind.FORECAST_BREACH: N_("Forecasts beyond a limit"),
    Kind.SEASON_AHEAD: N_("Peaks ahead"),
    Kind.CHURN: N_("Customers lost after bad service"),
}
#: What each family of analyses looks at, by its name in `data_access.swot.gather`.
FAMILIES: dict[str, str] = {
    "levels": N_("targets and control charts"),
    "units": N_("teams beside each other"),
    "changed": N_("SOP changes"),
    "blind": N_("blind spots"),
    "reviewing": N_("QA and its reviewers"),
    "handling": N_("repeats and escalations"),
    "issues": N_("growing and emerging issues"),
    "piling": N_("early warnings"),
    "breaches": N_("forecasts beside their limits"),
    "seasons": N_("peaks ahead"),
    "leaving": N_("customers lost after bad service"),
}
REASONS: dict[Reason, str] = {
    Reason.COLUMNS: N_("the data lack {needs}"),
    Reason.FILTERS: N_("it cannot be told under these filters"),
    Reason.PEOPLE: N_("it is about single people, whom your role does not show"),
    Reason.TOO_FEW: N_("there are too few cases"),
    Reason.TOO_SHORT: N_("the data do not reach back far enough"),
    Reason.NO_COMPARISON: N_("there is nothing to compare with"),
    Reason.NO_LIMIT: N_("nobody has set a limit for it under Alerts"),
    Reason.NO_CHANGES: N_("no change is on record under SOP changes"),
    Reason.PAST: N_("the period is long over, and what lies ahead is told of today"),
}


def kind(found: Kind) -> str:
    return _(KINDS[found])


def under_way(family: str, done: int) -> str:
    """What is being looked at while somebody waits for a board."""
    told = {"family": _(FAMILIES[family]), "number": text.number(done + 1), "total": text.number(len(FAMILIES))}
    return _("Looking at {family} ({number} of {total}). What is found is kept: who looks next has it at once.").format(
        **told
    )


def not_looked_at(found: NotLookedAt) -> str:
    """Blind spots, QA misses: the data lack contacts.scenario."""
    reason = _(REASONS[found.reason]).format(needs=text.listed(found.needs))
    return text.labelled(text.listed(map(kind, found.kinds)), reason)


def weight(amount: float) -> str:
    """2, or 0.25."""
    return text.number(amount, 0 if amount == int(amount) else 2)


def weighed(weights: Mapping[Kind, float]) -> str:
    """Which kinds do not weigh what they ship with; nothing where all do."""
    if not weights:
        return ""
    told = [
        _("{kind} {weight} (shipped with {shipped})").format(
            kind=kind(each), weight=weight(amount), shipped=weight(RULES[each].weight)
        )
        for each, amount in weights.items()
    ]
    return _("Ranked with weights of this centre, not those that ship: {kinds}.").format(kinds=text.listed(told))

"""What the pages of process control share: how series are looked at, the decisions on record, the page to open."""

from collections.abc import Sequence
from datetime import date

from data_access.numbers import Grain
from data_access.watch.control import Controlled, How, Watched, judged, read_controlled
from data_access.watch.decisions import Decided, LimitDecision, PastDecision, in_force, read_decision_history
from metrics.errors import SourceUnavailable
from metrics.metric import AnyMetric
from metrics.scope import Period
from metrics.spc import RULE_SETS, Chart, RuleSet, charts_for, rule_set
from pages.ui import controls, load, pieces, scope
from reports.text import _
from reports.watch import control_words

CONTROL_PAGE, CONTROL_URL = "pages/watch/control.py", "control"


def decisions() -> Sequence[LimitDecision]:
    """The decisions about limits on record; none where the state store does not answer, as with targets."""
    try:
        return in_force(past_decisions())
    except SourceUnavailable:
        return ()


def past_decisions() -> list[PastDecision]:
    """Every decision about limits that was ever made, the newest first.

    Raises:
        SourceUnavailable: the state store does not answer.
    """
    shown = scope.current()
    return read_decision_history(load.state(), shown.viewer, load.unseen(shown.store, shown.viewer))


def site_rules() -> RuleSet:
    """The rules of control charts that the site has chosen."""
    return rule_set(scope.current().store.rules.control_rules)


def grain() -> Grain:
    """By days, weeks or months, kept in the URL."""
    spoken = {each: _(words) for each, words in pieces.GRAINS.items()}
    return controls.segments(_("Grain"), "grain", list(Grain), Grain.WEEK, lambda each: spoken[each])


def chart(metric: AnyMetric) -> Chart:
    """The kind of chart, of those that fit the metric."""
    fitting = charts_for(metric)
    spoken = {each: control_words.chart(each) for each in fitting}
    return controls.chosen(_("Kind of chart"), f"chart.{metric.id}", fitting, fitting[0], lambda each: spoken[each])


def rules() -> RuleSet:
    """The rules, at first those of the site."""
    names, usual = list(RULE_SETS), site_rules().name
    return rule_set(
        controls.chosen(_("Set of rules"), "rules", names, usual, lambda each: control_words.RULES[each], 230)
    )


def controlled(metric: AnyMetric, how: How) -> Controlled:
    """A metric's control chart in the scope, up to the end of its period."""
    shown = scope.current()
    return read_controlled(shown.store, shown.viewer, metric, shown.scope.period.end, shown.filters, how, decisions())


def watched(found: Controlled) -> Watched:
    """With its two verdicts."""
    return judged(found, scope.current().target(found.metric))


def marks(found: Controlled, days: Period) -> list[tuple[date, str]]:
    """What changed in these days: registered changes, notes, and where limits were made anew."""
    known = pieces.marks(found.metric, days)
    begun = [each for each in found.decisions if each.kind is Decided.PHASE and days.start <= each.day < days.end]
    named = {day for day, _words in known}
    return sorted([*known, *((each.day, each.reason) for each in begun if each.day not in named)])

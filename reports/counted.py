"""What a value stands on, in words: cases as they are, people's time in hours."""

from metrics.metric import AnyMetric, Source
from metrics.rules import HOUR, Rules
from reports import text
from reports.text import N_, _

LEFT_OUT = {
    frozenset({
        Source.CONTACTS, Source.CALLS, Source.TIMES, Source.REVIEWS, Source.SCORES, Source.PLAN, Source.AGENT_WEEKS,
        Source.SESSIONS, Source.ANSWERS, Source.DOUBLE_REVIEWS, Source.OUTCOMES,
    }): N_("Left out: tests, spam, wrong numbers, contacts merged into another, outbound campaigns"),
    frozenset({Source.COMPLAINTS, Source.BACKLOG, Source.LEAD_TIMES}): N_(
        "Left out: complaints that are not valid, and duplicates of another"
    ),
}  # fmt: skip


def amount(metric: AnyMetric, count: float) -> str:
    """A count of what the metric counts; seconds of people's time are told in hours, as nobody counts their seconds."""
    return text.number(count / HOUR if Source.HOURS in metric.reads else count)


def of_what(metric: AnyMetric, rules: Rules) -> str:
    """What the metric's denominator counts under the rules in force."""
    return _(metric.under(rules).counted)


def stands_on(metric: AnyMetric, count: float) -> str:
    """What a value stands on: n = 1,338; of shares of working time n = 5,166 h."""
    told = amount(metric, count)
    return _("n = {count} h").format(count=told) if Source.HOURS in metric.reads else f"n = {told}"


def left_out(metric: AnyMetric) -> list[str]:
    """What is never counted, whatever the scope: one sentence for each kind of case that the metric reads."""
    reads = set(metric.reads)
    return [_(words) for sources, words in LEFT_OUT.items() if reads & sources]

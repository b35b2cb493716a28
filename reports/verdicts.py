"""What came of a change, in sentences that can be read aloud."""

from collections.abc import Callable
from dataclasses import replace

from metrics.metric import AnyMetric, Metric, Unit
from metrics.results import Answer, BeforeAfter, Caveat, Estimate, NotEstimable, Reason, Verdict
from metrics.results import Change as Moved
from metrics.spc import ProcessLimits
from reports import text
from reports.text import N_, _

CLEAR_MONTH = N_("A month there were {old} before and {new} after: {relative}, 95 % sure of {low} to {high}.")
UNCLEAR_MONTH = N_(
    "A month there were {old} before and {new} after ({relative}); chance alone could explain it (95 % interval {low} "
    "to {high})."
)
MONTHLY = {Answer.FEWER: CLEAR_MONTH, Answer.MORE: CLEAR_MONTH, Answer.NO_CLEAR_DIFFERENCE: UNCLEAR_MONTH}
CLEAR_WEEK = N_("A week there were {old} before and {new} after: {relative}, 95 % sure of {low} to {high}.")
UNCLEAR_WEEK = N_(
    "A week there were {old} before and {new} after ({relative}); chance alone could explain it (95 % interval {low} "
    "to {high})."
)
WEEKLY = {Answer.FEWER: CLEAR_WEEK, Answer.MORE: CLEAR_WEEK, Answer.NO_CLEAR_DIFFERENCE: UNCLEAR_WEEK}
RATE = {
    Answer.FEWER: N_("{metric} fell from {old} to {new}: {relative}, 95 % sure of {low} to {high}."),
    Answer.MORE: N_("{metric} rose from {old} to {new}: {relative}, 95 % sure of {low} to {high}."),
    Answer.NO_CLEAR_DIFFERENCE: N_(
        "{metric} went from {old} to {new} ({relative}); chance alone could explain it (95 % interval {low} to {high})."
    ),
}
HEADLINES = {
    Verdict.BETTER: N_("Better since {day}"),
    Verdict.WORSE: N_("Worse since {day}"),
    Verdict.CHANGED: N_("Different since {day}"),
    Verdict.UNCLEAR: N_("No clear difference since {day}"),
}
CAVEATS = {
    Caveat.FEW_PERIODS: N_("Few periods: with fewer than 8 on a side a single odd one can decide."),
    Caveat.NO_EXPOSURE: N_(
        "The denominator is not known, so only the count is compared: more contacts mean more cases."
    ),
    Caveat.UNEQUAL_WINDOWS: N_("The stretches before and after differ in length; a season may be in one of them only."),
    Caveat.TREND_BEFORE: N_(
        "It was already rising or falling before the change: part of the difference may be that trend."
    ),
    Caveat.OVERDISPERSED: N_("It varies more from period to period than chance does; the intervals are wider for it."),
}
REASONS = {
    Reason.NO_PERIOD_BEFORE: N_("There is no whole period before the change; at least {least} are needed."),
    Reason.NO_PERIOD_AFTER: N_("There is no whole period after the change yet; at least {least} are needed."),
    Reason.FEW_PERIODS_BEFORE: N_("There is only {found} whole period before the change; at least {least} are needed."),
    Reason.FEW_PERIODS_AFTER: N_(
        "There is only {found} whole period after the change yet; at least {least} are needed."
    ),
    Reason.NO_EVENTS: N_("There is no case at all in this scope, before or after."),
    Reason.NO_DENOMINATOR: N_("The denominator is missing in this scope."),
    Reason.FEW_POINTS: N_("There are only {found} points; at least {least} are needed."),
}


def refusal(result: NotEstimable) -> str:
    return _(REASONS[result.reason]).format_map({"found": "", "least": "", **result.values})


def headline(result: BeforeAfter) -> str:
    return _(HEADLINES[result.verdict]).format(day=text.day(result.start))


def count(result: BeforeAfter, grain: str) -> str:
    """The count a month or a week, before and after: the means that the chart draws."""
    sentences = MONTHLY if grain == "month" else WEEKLY
    moved = replace(result.count, old=result.before.per_period, new=result.after.per_period)
    gained = text.signed(moved.new - moved.old, 1)
    return _said(sentences[moved.answer], moved, lambda amount: text.number(amount, 1), gained, "")


def rate(result: BeforeAfter, metric: Metric) -> str:
    """The rate or share, before and after; a share's change in points, and relative beside it."""
    moved = result.rate
    if moved is None:
        return ""
    if metric.unit is Unit.PERCENT:
        return _share(moved, metric)
    gained = text.change(moved.old, moved.new, metric.unit)
    return _said(RATE[moved.answer], moved, lambda amount: text.value(amount, metric.unit), gained, _(metric.name))


def _share(moved: Moved, metric: Metric) -> str:
    points = moved.absolute
    return _(RATE[moved.answer]).format(
        metric=_(metric.name),
        old=text.value(moved.old, metric.unit),
        new=text.value(moved.new, metric.unit),
        relative=_("{points} points, {relative}").format(
            points=text.signed(points.value, 1), relative=text.relative(moved.old, moved.new)
        ),
        low=text.signed(points.low, 1),
        high=_("{points} points").format(points=text.signed(points.high, 1)),
    )


def _said(sentence: str, moved: Moved, shown: Callable[[float], str], gained: str, name: str) -> str:
    """Old and new, the absolute change, and the relative one with its interval."""
    relative = moved.relative or Estimate(0.0, 0.0, 0.0)
    known = moved.relative is not None
    ends = [text.percent(each, 0) if known else "–" for each in (relative.value, relative.low, relative.high)]
    return _(sentence).format(
        metric=name,
        old=shown(moved.old),
        new=shown(moved.new),
        relative=_("{change}, {relative}").format(change=gained, relative=ends[0]),
        low=ends[1],
        high=ends[2],
    )


def caveats(result: BeforeAfter) -> list[str]:
    return [_(CAVEATS[each]) for each in result.caveats]


def process_limits(found: ProcessLimits | NotEstimable, metric: AnyMetric) -> str:
    """Between which values the metric moves by itself, or why that cannot be said."""
    if isinstance(found, NotEstimable):
        return _("No process limits: {reason}").format(reason=refusal(found))
    return _("Dotted: process limits {low} to {high}, mean {mean}, from {points} final points.").format(
        low=text.value(found.low, metric.unit),
        high=text.value(found.high, metric.unit),
        mean=text.value(found.mean, metric.unit),
        points=found.points,
    )

"""Findings as whole sentences in the reader's language, made from results and never from fragments."""

from collections.abc import Sequence

from data_access.demo import Truth
from metrics.catalogue import CATALOGUE
from metrics.coverage import Coverage, has_both, is_counted, least_cases
from metrics.metric import AnyMetric, Status, Unit
from metrics.scope import Filters
from reports import column_words, spelled, text
from reports.text import N_, Label, _

MOVED = {
    ("better", True): N_("{metric} rose from {old} to {new} ({change}, 95 % sure of {low} to {high}): better."),
    ("better", False): N_("{metric} fell from {old} to {new} ({change}, 95 % sure of {low} to {high}): better."),
    ("worse", True): N_("{metric} rose from {old} to {new} ({change}, 95 % sure of {low} to {high}): worse."),
    ("worse", False): N_("{metric} fell from {old} to {new} ({change}, 95 % sure of {low} to {high}): worse."),
    ("changed", True): N_("{metric} rose from {old} to {new} ({change}, 95 % sure of {low} to {high})."),
    ("changed", False): N_("{metric} fell from {old} to {new} ({change}, 95 % sure of {low} to {high})."),
}
#: How often an interval covers what is true.
COVERAGES = {Coverage.AS_SAID: N_("as it says"), Coverage.FEW_CASES: N_("few cases: interval approximate")}
#: What a comparison comes to, and what a value says of its target.
VERDICTS = {
    "better": N_("better"),
    "worse": N_("worse"),
    "changed": N_("changed"),
    "unclear": N_("within chance"),
}
TARGETS = {"yes": N_("target kept"), "no": N_("target missed"), "open": N_("target: cannot tell yet")}
#: What the expected sizes of the demo's truths measure.
SIZES = {
    "before": N_("a month before:"),
    "after": N_("a month after:"),
    "percent_a_month": N_("% a month:"),
    "points": N_("points from the others:"),
    "complaint_ratio": N_("complaints, times those of the others:"),
    "review_ratio": N_("reviews, times those of the others:"),
    "ratio": N_("times the usual:"),
    "team_percent": N_("this team's share, %:"),
    "others_percent": N_("the others' share, %:"),
    "first_half_year": N_("points above the others, first half year:"),
    "last_half_year": N_("points above the others, last half year:"),
    "percent_a_month_before": N_("% a month before:"),
    "percent_a_month_after": N_("% a month after:"),
    "failed_percent": N_("reviews of the batch that fail the item, %:"),
    "complaints_ahead": N_("complaints in the weeks between:"),
}


def moved(metric: AnyMetric, row: dict) -> str:
    """One row of `metrics.compare.compare` that moved more than chance explains."""
    return _(MOVED[row["verdict"], row["difference"] > 0]).format(
        metric=_(metric.name),
        old=text.value(row["old"], metric.unit),
        new=text.value(row["value"], metric.unit),
        change=_changed(row["old"], row["value"], metric.unit),
        low=_end(row["difference_low"], metric.unit),
        high=_end(row["difference_high"], metric.unit),
    )


def refusal(row: dict) -> str:
    """Why a metric has no value here."""
    if row["status"] == Status.NOT_AVAILABLE:
        return column_words.unavailable(row["needs"].split(", "))
    if row["status"] == Status.NOT_SPLIT:
        names = text.listed([text.dimension(name) for name in row["needs"].split(", ")])
        return _("cannot be split or filtered by {dimension}").format(dimension=names)
    if row["status"] == Status.NO_VARIATION:
        return _("{count} cases only, which are alike or too few to compare").format(
            count=text.number(row["denominator"])
        )
    return _("no cases in this period and filter")


def _changed(old: float, new: float, unit: Unit) -> str:
    """Absolute and, where there was something before, relative."""
    if not text.has_share(old, unit):
        return text.change(old, new, unit)
    return _("{change}, {relative}").format(change=text.change(old, new, unit), relative=text.relative(old, new))


def _end(amount: float, unit: Unit) -> str:
    if unit is Unit.SECONDS:
        return ("+" if amount > 0 else "−") + text.duration(abs(amount))
    return text.signed(amount, 2 if unit in {Unit.SCORE, Unit.COEFFICIENT} else 1)


def filters(kept: Filters, label: Label) -> list[str]:
    """Channel: Phone, Online chat – one for each filter."""
    return [
        text.labelled(text.dimension(name), text.listed([label(name, each) for each in values]))
        for name, values in kept
    ]


def truth(planted: Truth) -> str:
    """A planted pattern of the demo."""
    return _(planted.sentence).format_map(planted.values)


def truth_details(planted: Truth) -> str:
    """Where a planted pattern lies, and the size to expect."""
    sizes = [
        _("{measured} {size} ± {tolerance}").format(
            measured=_(SIZES[name]), size=_short(size), tolerance=_short(planted.tolerance[name])
        )
        for name, size in planted.expected.items()
    ]
    expected = text.joined(sizes)
    metric = CATALOGUE.get(planted.metric)
    return _("For the SWOT board: {quadrant} · metric {metric} · expected {expected}").format(
        quadrant=text.code(planted.quadrant), metric=_(metric.name) if metric else planted.metric, expected=expected
    )


def _short(size: float) -> str:
    """150, 3.6, −12, 0.08: as many digits as say something."""
    return f"{size:.3g}".replace("-", "−")


def interval(row: dict, unit: Unit) -> str:
    """The 95 % interval of a value; an end that so few cases do not have is said to be open."""
    low, high = (spelled.unbroken(text.value(row[end], unit)) for end in ("low", "high"))
    match row["low"] is None, row["high"] is None:
        case True, True:
            return _("95 % interval: none, too few cases")
        case False, True:
            return _("95 % interval: at least {low}, too few cases for an upper end").format(low=low)
        case True, False:
            return _("95 % interval: at most {high}, too few cases for a lower end").format(high=high)
    return _("95 % interval: {low} to {high}").format(low=low, high=high)


def coverage(row: dict) -> list[str]:
    """That the interval of a value is approximate, where it is and nothing said that it may not be judged at all."""
    is_few = row["covers"] == Coverage.FEW_CASES and row["status"] == Status.OK
    return [_(COVERAGES[Coverage.FEW_CASES])] if is_few else []


def covers(metric: AnyMetric) -> str:
    """From how many cases on an interval covers what it says."""
    least = text.number(least_cases(metric))
    if has_both(metric):
        return _("The 95 % interval is approximate below {count} cases that count, or that do not").format(count=least)
    if is_counted(metric):
        return _("The 95 % interval is approximate below {count} cases that count").format(count=least)
    return _("The 95 % interval is approximate below {count} cases").format(count=least)


def left_out(dimension: str, unknown: Sequence[str]) -> str:
    """That a link's filter names what the reader's data do not have."""
    said = _("{dimension} “{value}” is not in these data and was left out of the filter.")
    return said.format(dimension=text.dimension(dimension), value=text.listed(unknown))

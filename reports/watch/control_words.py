"""Control charts in words: what is drawn, what is flagged and why, what it says of the target, and what to do."""

from datetime import date
from itertools import groupby

import polars as pl

from data_access.watch.control import Controlled, Watched
from metrics.results import NotEstimable, Reason
from metrics.spc import LEAST_POINTS, TRIAL_POINTS, Assurance, Chart, ControlChart, Heading, Runs, Variation
from metrics.spc.runs import FEW_CROSSINGS, LONGEST_RUN
from reports import charts_base, counted, text
from reports.rule_words import choice
from reports.text import N_, _

CHARTS: dict[str, str] = {
    Chart.P_PRIME: N_("p′ chart: shares, limits as wide as they really vary"),
    Chart.P: N_("p chart: shares, limits by chance alone"),
    Chart.U_PRIME: N_("u′ chart: rates, limits as wide as they really vary"),
    Chart.U: N_("u chart: rates, limits by chance alone"),
    Chart.XMR: N_("XmR chart: single values"),
}
RULES = {
    "nhs": "NHS Making Data Count",
    "western": "Western Electric",
    "nelson": "Nelson",
    "anhoej": "Anhøj",
}
VARIATIONS: dict[str, str] = {
    Variation.IMPROVING: N_("Improving"),
    Variation.WORSENING: N_("Getting worse"),
    Variation.SPECIAL: N_("Changed"),
    Variation.COMMON: N_("No change"),
    Variation.UNKNOWN: N_("Cannot tell"),
}
ASSURANCES: dict[str, str] = {
    Assurance.ALWAYS: N_("Always meets it"),
    Assurance.NEVER: N_("Never meets it"),
    Assurance.HIT_AND_MISS: N_("Hit and miss"),
    Assurance.NO_TARGET: N_("No target"),
    Assurance.UNKNOWN: N_("Cannot tell"),
}
HEADINGS: dict[str, str] = {Heading.UP: N_("high"), Heading.DOWN: N_("low"), Heading.NEITHER: ""}
#: What a pattern upwards and one downwards is called, by the beginning of its rule's name; `count`: its points.
PATTERNS = {
    "outside_limits": (N_("above the upper limit"), N_("below the lower limit")),
    "run_of": (N_("{count} points in a row above the centre"), N_("{count} points in a row below the centre")),
    "trend_of": (N_("{count} points in a row rising"), N_("{count} points in a row falling")),
    "two_of_three": (
        N_("2 of 3 points near or above the upper limit"),
        N_("2 of 3 points near or below the lower limit"),
    ),
    "four_of_five": (N_("4 of 5 points clearly above the centre"), N_("4 of 5 points clearly below the centre")),
    "alternating": (N_("{count} points up and down in turns"),) * 2,
    "within": (N_("{count} points in a row unusually near the centre"),) * 2,
    "avoiding": (N_("{count} points in a row with none near the centre"),) * 2,
}
LEAST_RUNS = {
    LONGEST_RUN: N_("longest run of the phase {longest} points, up to {allowed} are usual"),
    FEW_CROSSINGS: N_("the centre is crossed {crossings} times, at least {needed} are usual"),
}
#: What to do, by variation and assurance.
ACTIONS: dict[tuple[str, str], str] = {
    (Variation.WORSENING, Assurance.NEVER): N_(
        "Getting worse and out of reach of the target: find out what changed, then change the process."
    ),
    (Variation.WORSENING, Assurance.HIT_AND_MISS): N_(
        "Getting worse, and the target is met by luck only: find out what changed before it is missed for good."
    ),
    (Variation.WORSENING, Assurance.ALWAYS): N_("Still within the target, but getting worse: find out what changed."),
    (Variation.WORSENING, Assurance.NO_TARGET): N_("Getting worse: find out what changed."),
    (Variation.COMMON, Assurance.NEVER): N_(
        "Steady, and will not reach the target by itself: single points explain nothing, change the process."
    ),
    (Variation.COMMON, Assurance.HIT_AND_MISS): N_(
        "Steady; whether the target is met is luck. To meet it for sure, change the process."
    ),
    (Variation.COMMON, Assurance.ALWAYS): N_("Steady and within the target: leave it alone."),
    (Variation.COMMON, Assurance.NO_TARGET): N_("Steady: leave it alone, or set a target."),
    (Variation.IMPROVING, Assurance.NEVER): N_("Improving, but not there yet: find out what helps and do more of it."),
    (Variation.IMPROVING, Assurance.HIT_AND_MISS): N_(
        "Improving: find out what helps, and keep it until the target is met for sure."
    ),
    (Variation.IMPROVING, Assurance.ALWAYS): N_("Improving and within the target: put what helps into the SOP."),
    (Variation.IMPROVING, Assurance.NO_TARGET): N_("Improving: find out what helps and keep it."),
    (Variation.SPECIAL, Assurance.NO_TARGET): N_("It has changed by more than chance: find out why."),
}


def chart(kind: Chart) -> str:
    """What a kind of chart is called."""
    return _(CHARTS[kind])


def variation(found: Watched) -> str:
    """Getting worse (high)."""
    said = _(VARIATIONS[found.variation])
    heading = found.signal.heading if found.signal and found.signal.rules else Heading.NEITHER
    if not HEADINGS[heading]:
        return said
    return _("{variation} ({side})").format(variation=said, side=_(HEADINGS[heading]))


def assurance(found: Watched) -> str:
    """Whether the target will be met, if nothing changes."""
    return _(ASSURANCES[found.assurance])


def action(found: Watched) -> str:
    """What to do."""
    if found.variation is Variation.UNKNOWN:
        return refusal(found.controlled)
    sure = Assurance.NO_TARGET if found.assurance is Assurance.UNKNOWN else found.assurance
    pair = (found.variation, sure)
    return _(ACTIONS.get(pair) or ACTIONS[found.variation, Assurance.NO_TARGET])


def refusal(found: Controlled) -> str:
    """Why nothing is said of a metric's variation."""
    if not isinstance(found.chart, NotEstimable):
        return _("{count} points since limits were made anew; from {least} on something can be said.").format(
            count=found.chart.latest.base, least=LEAST_POINTS
        )
    told = found.chart.values
    if found.chart.reason is Reason.OVERLAPPING:
        return _("Each value tells of {least} days, so that neighbours share most cases: no limits.").format_map(told)
    return _("{found} final points with enough cases; {least} are needed.").format_map(told)


def why(found: Watched) -> str:
    """The patterns of the latest point: 7 points in a row above the centre."""
    drawn = found.controlled.chart
    if isinstance(drawn, NotEstimable) or found.signal is None or not found.signal.rules:
        return ""
    last = _latest(drawn)
    said = [_pattern(drawn, name, last["period"]) for name in found.signal.rules if name not in LEAST_RUNS]
    return text.listed([*said, *of_phase(drawn)] if drawn.latest.runs else said)


def _latest(drawn: ControlChart) -> dict:
    return drawn.points.filter(~pl.col("is_excluded")).row(-1, named=True)


def _pattern(drawn: ControlChart, rule: str, period: date) -> str:
    """The stretch of a rule's points that a period belongs to."""
    for sign, first, last, count in stretches(drawn, rule):
        if first <= period <= last:
            return pattern(rule, sign, count)
    return ""


def pattern(rule: str, sign: int, count: int) -> str:
    """What a rule's points have in common."""
    up, down = next(said for name, said in PATTERNS.items() if rule.startswith(name))
    return _(up if sign > 0 else down).format(count=count)


def stretches(drawn: ControlChart, rule: str) -> list[tuple[int, date, date, int]]:
    """Neighbouring points of one rule on one side: sign, first and last period, number."""
    rows = drawn.points.filter(~pl.col("is_excluded") | (pl.lit(rule) == "outside_limits"))
    told = rows.select("period", "phase", rule).rows()
    found = []
    for (_number, sign), group in groupby(told, key=lambda row: (row[1], row[2])):
        periods = [row[0] for row in group]
        if sign and rule == "outside_limits":
            found += [(sign, each, each, 1) for each in periods]
        elif sign:
            found.append((sign, periods[0], periods[-1], len(periods)))
    return found


def of_phase(drawn: ControlChart) -> list[str]:
    """What Anhøj's rules find in the phase that goes on."""
    runs: Runs | None = drawn.latest.runs
    if runs is None:
        return []
    told = {"longest": runs.longest, "allowed": runs.longest_allowed}
    told |= {"crossings": runs.crossings, "needed": runs.crossings_needed}
    return [_(LEAST_RUNS[name]).format_map(told) for name in runs.names]


def signals(found: Controlled) -> list[str]:
    """Every pattern that is no chance, the latest first."""
    drawn = found.chart
    if isinstance(drawn, NotEstimable):
        return []
    told = [
        (last, first, pattern(rule.name, sign, count))
        for rule in drawn.rules.rules
        for sign, first, last, count in stretches(drawn, rule.name)
    ]
    label = {each: charts_base.grain_label(each, found.grain.value) for each in drawn.points["period"]}
    said = []
    for last, first, words in sorted(told, key=lambda each: each[:2], reverse=True):
        when = label[first] if first == last else f"{label[first]} – {label[last]}"
        said.append(text.labelled(when, words))
    return [*of_phase(drawn), *said]


def headline(found: Watched) -> str:
    """What the chart says in one sentence, with the value that it says it of."""
    metric, last, grain = found.metric, found.controlled.last, found.controlled.grain.value
    if last is None:
        return refusal(found.controlled)
    value = _("{metric}, {when}: {value} ({count}).").format(
        metric=_(metric.name),
        when=charts_base.grain_label(last[grain], grain),
        value=text.value(last["value"], metric.unit),
        count=counted.stands_on(metric, last["denominator"]),
    )
    reason = why(found)
    said = _("{variation}: {reason}.").format(variation=variation(found), reason=reason) if reason else ""
    return text.paragraph([value, said, action(found)])


def usual(found: Controlled) -> str:
    """Between which values the latest point lies by itself; empty where that cannot be told."""
    if isinstance(found.chart, NotEstimable):
        return ""
    last, unit = found.chart.points.row(-1, named=True), found.metric.unit
    if last["lower"] is None or last["upper"] is None:
        return ""
    return _("usual: {low} to {high}").format(low=text.value(last["lower"], unit), high=text.value(last["upper"], unit))


def limits(found: Controlled) -> str:
    """Between which values the process moves by itself, and how sure that is."""
    drawn = found.chart
    if isinstance(drawn, NotEstimable):
        return refusal(found)
    last, metric = drawn.points.row(-1, named=True), found.metric
    told = {name: text.value(last[name], metric.unit) for name in ("lower", "centre", "upper")}
    told |= {"chart": chart(drawn.chart), "count": text.number(drawn.latest.base)}
    said = [
        _(
            "{chart}. Dotted: limits, at the last point {lower} to {upper}; line: centre {centre}, from {count} points."
        ).format_map(told)
    ]
    if drawn.latest.is_trial:
        said.append(
            _("Trial limits: fewer than {least} points, so they still move with every new one.").format(
                least=TRIAL_POINTS
            )
        )
    return text.paragraph(said)


def dispersion(found: Controlled) -> str:
    """Whether points vary by more than chance, and which chart heeds that; empty where nothing has to be said."""
    drawn = found.chart
    if isinstance(drawn, NotEstimable) or drawn.latest.ratio is None:
        return ""
    ratio, is_wide = text.number(drawn.latest.ratio, 1), drawn.latest.is_overdispersed
    other = {Chart.P: "p′", Chart.U: "u′"}.get(drawn.chart)
    if other is not None and is_wide:
        return _("These points vary {ratio} times as much as chance alone explains: limits by chance raise false "
                 "alarms. Choose the {other} chart.").format(ratio=ratio, other=other)  # fmt: skip
    if other is None and is_wide:
        return _("From one point to the next it varies {ratio} times as much as chance alone explains; the limits are "
                 "that much wider.").format(ratio=ratio)  # fmt: skip
    return ""


def rule_source(drawn: ControlChart) -> str:
    """Which rules are used, and whose they are."""
    return _("Rules: {rules}. Source: {source}.").format(
        rules=choice("control_rules", drawn.rules.name), source=drawn.rules.source
    )

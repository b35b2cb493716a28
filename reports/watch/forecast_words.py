"""Forecasts in words: what is to be expected, what a season brings, how good the past says it is, and the staff."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from data_access.watch.forecast import Lacking
from metrics.forecast import REST, TOTAL, BackTest, Extra, Forecast, Foretold, Method
from metrics.metric import Unit
from metrics.results import Estimate, NotEstimable, Reason
from metrics.scope import Period
from reports import column_words, text
from reports.calendar_words import EVENTS
from reports.text import N_, Label, _
from reports.wings.charts_forest import Row

SUBJECTS = {"contacts": N_("Contacts"), "complaints": N_("Complaints")}
GRAINS = {"day": N_("Days"), "week": N_("Weeks")}
METHODS = {
    Method.CALENDAR: N_("weekday, season and calendar"),
    Method.WEEKDAYS: N_("level and weekday"),
    Method.NAIVE: N_("as the last week was"),
}
SEASONS = {**EVENTS, "summer": N_("Summer")}
STATES = {"inside": N_("may be none"), "moved": N_("more or fewer than without it")}  # of what a season brings
EXTRA = {
    "contacts": (
        N_("{season} ({days}): {extra} more contacts than without it (95 %: {low} to {high}), {share}."),
        N_("{season} ({days}): {extra} fewer contacts than without it (95 %: {low} to {high}), {share}."),
        N_("{season} ({days}): no clear effect on contacts ({extra}; 95 %: {low} to {high})."),
    ),
    "complaints": (
        N_("{season} ({days}): {extra} more complaints than without it (95 %: {low} to {high}), {share}."),
        N_("{season} ({days}): {extra} fewer complaints than without it (95 %: {low} to {high}), {share}."),
        N_("{season} ({days}): no clear effect on complaints ({extra}; 95 %: {low} to {high})."),
    ),
}
AHEAD = {
    "contacts": N_(
        "{name}: {value} contacts expected in {period} (95 %: {low} to {high}), {change} on the same time before."
    ),
    "complaints": N_(
        "{name}: {value} complaints expected in {period} (95 %: {low} to {high}), {change} on the same time before."
    ),
}


def part(name: str | None, label: Label) -> str:
    """A series: all of them, a type, or the small types together."""
    if name == TOTAL:
        return _("All types")
    return _("Small types together") if name == REST else label("issue_type", name)


def refused(found: NotEstimable | Lacking) -> str:
    """Why nothing can be foretold."""
    if isinstance(found, Lacking):
        if found.columns:
            return column_words.unavailable(found.columns)
        names = text.listed([text.dimension(name) for name in found.filters])
        return _("These counts cannot be filtered by {dimension}.").format(dimension=names)
    if found.reason is Reason.FEW_POINTS:
        said = _(
            "A forecast needs at least {least} weeks of history, to learn from and to be tested on; there are {found}."
        )
    else:
        said = _("A forecast needs at least {least} cases in the last year; there are {found}.")
    return said.format_map({name: text.number(each) for name, each in found.values.items()})


def lead(found: Foretold, name: str | None, subject: str, weeks: int, label: Label) -> str:
    """What is expected in the next whole weeks, against as many before."""
    sum_ = found.together(name, weeks)
    before = float(found.history(name, "week", weeks)["count"].sum())
    first = found.periods["week"][0]
    return _(AHEAD[subject]).format(
        name=part(name, label), value=text.number(sum_.value), low=text.number(sum_.low), high=text.number(sum_.high),
        period=text.period(Period(first, found.periods["week"][weeks - 1] + (found.periods["week"][1] - first))),
        change=text.relative(before, sum_.value),
    )  # fmt: skip


def tested(test: BackTest) -> str:
    """How good it would have been, in plain words."""
    better = _(
        "Tried as of each of {count} past weeks, up to four weeks ahead, with what was known then: its error was"
        " {share} of that of the seasonal naive forecast, which repeats the last week."
    )
    worse = _(
        "Tried as of each of {count} past weeks, up to four weeks ahead, with what was known then: the seasonal naive"
        " forecast, which repeats the last week, was no worse (the model's error was {share} of its), so it is used."
    )
    said = worse if test.method is Method.NAIVE else better
    first = said.format(count=text.number(test.tested), share=_percent(100 * test.against_naive))
    if test.coverage is None:
        return first
    covered = _("Of the counts that came, {share} lay within the 95 % intervals given for them beforehand.")
    return text.paragraph([first, covered.format(share=_percent(100 * test.coverage))])


def _percent(value: float) -> str:
    return text.value(value, Unit.PERCENT)


def season(found: Extra) -> str:
    """315, Summer …"""
    return _(SEASONS[found.code])


def _days(found: Extra) -> str:
    return text.period(Period(found.first, found.last + timedelta(days=1)))


def extra(found: Extra, subject: str) -> str:
    """What a season is expected to bring, in a sentence."""
    more, fewer, unclear = EXTRA[subject]
    told = found.extra
    said = unclear if told.low <= 0 <= told.high else more if told.value > 0 else fewer
    sign = -1 if said is fewer else 1
    low, high = sorted((sign * told.low, sign * told.high))
    return _(said).format(
        season=season(found), days=_days(found), low=text.number(low), high=text.number(high),
        extra=text.signed(told.value) if said is unclear else text.number(abs(told.value)),
        share=text.percent(found.share.value),
    )  # fmt: skip


def no_extras(found: Foretold) -> str:
    """Why nothing is told of seasons."""
    if found.method is not Method.CALENDAR:
        return _("The calendar does not help to foretell this: weekdays alone did better in the past.")
    return _("The history is too short: it has seen no season from its first day to its last.")


def extra_rows(found: Sequence[Extra]) -> list[Row]:
    """For a chart: what each season brings in percent."""
    return [
        Row(
            each.code, season(each), each.share.value, each.share.low, each.share.high,
            "inside" if each.share.low <= 0 <= each.share.high else "moved",
            [_days(each), _signed(each.extra), _seen(each)],
        )
        for each in found
    ]  # fmt: skip


def _signed(told: Estimate) -> str:
    return f"{text.signed(told.value)} ({text.signed(told.low)} – {text.signed(told.high)})"


def _seen(found: Extra) -> str:
    return _("seen {count} times in the history").format(count=text.number(found.seen))


def extra_table(found: Sequence[Extra]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                _("Season"): season(each),
                _("Period"): _days(each),
                _("Expected"): round(each.expected),
                _("More than without it"): _signed(each.extra),
                _("In percent"): text.percent(each.share.value),
                _("Seen before"): each.seen,
            }
            for each in found
        ]
    )


def extra_figures() -> tuple[str, ...]:
    """Columns of that table with numbers in words."""
    return _("More than without it"), _("In percent")


def parts_table(found: Foretold, grain: str, weeks: int, label: Label) -> pl.DataFrame:
    """Every series over the next whole weeks, and how good it would have been."""
    rows = []
    for name in found.names:
        sum_, test = found.together(name, weeks), found.test(name, grain)
        rows.append(
            {
                _("Type"): part(name, label),
                _("Expected"): round(sum_.value),
                _("95 % interval"): f"{text.number(sum_.low)} – {text.number(sum_.high)}",
                _("As long before"): round(float(found.history(name, "week", weeks)["count"].sum())),
                _("Forecast by"): _(METHODS[test.method]),
                _("Error against naive"): _percent(100 * test.against_naive),
                _("MASE"): text.number(test.mase, 2),
                _("Inside 95 % intervals"): "–" if test.coverage is None else _percent(100 * test.coverage),
            }
        )
    return pl.DataFrame(rows)


def parts_figures() -> tuple[str, ...]:
    """Columns of that table with numbers in words."""
    return _("95 % interval"), _("Error against naive"), _("MASE"), _("Inside 95 % intervals")


def about_scores() -> str:
    """What the scores mean."""
    return _(
        "Error against naive: mean absolute error of the forecast over that of repeating the last week, at the same"
        " days, one to four weeks ahead; below 100 % is better. MASE: the same error over the usual change from one"
        " week to the next in the whole history."
    )


def begins(found: Foretold) -> str:
    """From when on is foretold."""
    return _("From {day} on, the first day without data; the period above does not matter here.").format(
        day=text.day(found.end)
    )


def naive_named(found: Foretold, grain: str, label: Label) -> str:
    """Which series are foretold by the naive forecast."""
    names = [part(name, label) for name in found.names if found.test(name, grain).method is Method.NAIVE]
    if not names:
        return _("No series is foretold better by repeating the last week.")
    return _("Repeating the last week did no worse for these, and is used: {names}.").format(names=text.listed(names))


def about() -> str:
    """How it is made."""
    return _(
        "A level that follows the last weeks, times the effects of weekday, time of the year, public holidays with"
        " their make-up workdays, 315, 517, 618, 11.11, 12.12 and the Spring Festival, learnt from up to three years."
        " Types and their total are foretold each by itself and then made to add up. An interval is as wide as 95 % of"
        " past errors at that distance ask for; intervals of types do not add up to that of the total, as errors"
        " balance out."
    )


def headers() -> dict[str, str]:
    """Of the columns in files that have no header of their own."""
    return {
        "period": _("Period"), "expected": _("Expected"), "low": _("95 % interval from"), "high": _("95 % interval to"),
        "type": _("Type"),
        "method": _("Forecast by"), "mase": _("MASE"), "against_naive": _("Error against naive"),
        "coverage": _("Inside 95 % intervals"), "season": _("Season"), "first": _("First day"), "last": _("Last day"),
        "extra": _("More than without it"), "extra_low": _("More, low"), "extra_high": _("More, high"),
        "seen": _("Seen before"),
    }  # fmt: skip


def forecast_frame(found: Sequence[Forecast], label: Label) -> pl.DataFrame:
    """Forecasts below each other, for a file."""
    return pl.concat(
        each.frame.select(
            pl.lit(part(each.name, label)).alias("type"), "period", "expected", "low", "high",
            pl.lit(_(METHODS[each.test.method])).alias("method"), pl.lit(each.test.mase).alias("mase"),
        )
        for each in found
    )  # fmt: skip


def extra_frame(found: Sequence[Extra]) -> pl.DataFrame:
    """Seasons, for a file."""
    rows = [
        {
            "season": season(each), "first": each.first, "last": each.last, "expected": each.expected,
            "extra": each.extra.value, "extra_low": each.extra.low, "extra_high": each.extra.high, "seen": each.seen,
        }
        for each in found
    ]  # fmt: skip
    names = ("season", "first", "last", "expected", "extra", "extra_low", "extra_high", "seen")
    return pl.DataFrame(rows) if rows else pl.DataFrame(schema=dict.fromkeys(names, pl.String))

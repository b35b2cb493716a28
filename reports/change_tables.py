"""The numbers of one change as tables: on the screen in words, in files as numbers."""

from datetime import date, timedelta

import polars as pl

from metrics.intervention import ChangeEffect, Family, Level
from metrics.metric import Metric
from metrics.results import Change, Estimate
from metrics.scope import Period
from reports import effect_sizes as sizes
from reports import evaluated, evaluated_checks, text
from reports.charts_change import way
from reports.text import N_, _

MEANS = {"month": N_("Mean a month"), "week": N_("Mean a week"), "day": N_("Mean a day")}


def windows(found: ChangeEffect) -> tuple[Period, Period]:
    """The days before and after that were counted."""
    before = Period(found.before.start, evaluated.last_day(found.before, found.grain) + timedelta(days=1))
    return before, Period(found.after.start, evaluated.last_day(found.after, found.grain) + timedelta(days=1))


def sides(found: ChangeEffect, metric: Metric) -> pl.DataFrame:
    """Both sides, as numbers: totals, means and rates in the metric's unit, with their intervals."""
    rows = []
    for label, side, days in zip((_("Before"), _("After")), (found.before, found.after), windows(found), strict=True):
        rows.append(
            {
                "": label,
                **_first(side, days),
                **_ends(_mean_name(found), side.mean, 1.0),
                **_ends(_("Rate"), side.rate, metric.unit.scale),
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def on_screen(found: ChangeEffect, metric: Metric) -> pl.DataFrame:
    """Both sides and their bare difference, a value and its interval in one column."""
    rows = []
    mean, rate = (_("{name} (95 % interval)").format(name=name) for name in (_mean_name(found), _("Rate")))
    for label, side, days in zip((_("Before"), _("After")), (found.before, found.after), windows(found), strict=True):
        shown = {mean: _between(side.mean, 1.0, 2 if found.family is Family.MEAN else 1)}
        shown |= {rate: _between(side.rate, metric.unit.scale, 2)} if side.rate else {}
        rows.append({"": label, **_in_words(_first(side, days)), **shown})
    bare = {mean: _moved(found.naive.count, 1.0, 2 if found.family is Family.MEAN else 1)}
    bare |= {rate: _moved(found.naive.rate, metric.unit.scale, 2)} if found.naive.rate else {}
    rows.append({"": _("Bare difference"), **bare})
    table = pl.DataFrame(rows, infer_schema_length=None).fill_null("")
    if found.family is Family.MEAN:
        return table.drop(_("Total"), _("Out of"))
    return table if found.before.base is not None else table.drop(_("Out of"))


def path(found: ChangeEffect) -> pl.DataFrame:
    """Observed, fitted and counterfactual by period."""
    places = {"before": _("Before"), "transition": _("Roll-out"), "after": _("After")}
    return found.path.select(
        pl.col("period").alias(_("Period")),
        pl.col("place").replace_strict(places).alias(_("Place")),
        pl.col("observed").alias(_("Observed")),
        pl.col("fitted").alias(_("Fitted")),
        pl.col("counterfactual").alias(_("Without the change")),
        pl.col("low").alias(_("Interval from")),
        pl.col("high").alias(_("Interval to")),
    )


def checks(found: ChangeEffect) -> pl.DataFrame:
    """What was looked at and what came out, in words."""
    rows = [
        {
            _("Question"): _(evaluated_checks.QUESTIONS[each.code]),
            _("Answer"): evaluated_checks.check(found, each),
            _("Warning"): "!" if each.status == "warning" else "",
        }
        for each in found.checks
    ]
    return pl.DataFrame(rows)


def specifications(found: ChangeEffect) -> pl.DataFrame:
    """Every other way of analysing and the effect that it finds."""
    rows = []
    for row in found.robustness.grid.iter_rows(named=True):
        model, window, season = way(row)
        ends = {name: sizes.of_check(found, row[name]) for name in ("value", "low", "high")}
        rows.append(
            {
                _("Model"): model,
                _("Window"): window,
                _("Season"): season,
                _("Effect"): ends["value"],
                _("Interval from"): ends["low"],
                _("Interval to"): ends["high"],
                "p": sizes.chance(row["p"]),
            }
        )
    return pl.DataFrame(rows)


def placebo(found: ChangeEffect) -> pl.DataFrame:
    """The step at every earlier date and at the change, and its rank among them."""
    rows = []
    for row in found.placebo.dates.iter_rows(named=True):
        ends = {name: sizes.of_check(found, row[name]) for name in ("value", "low", "high")}
        rows.append(
            {
                _("First day"): row["period"],
                _("What"): _("The change") if row["is_change"] else _("Nothing was done"),
                _("Effect"): ends["value"],
                _("Interval from"): ends["low"],
                _("Interval to"): ends["high"],
                "p": sizes.chance(row["p"]),
                _("Rank"): row["rank"],
            }
        )
    return pl.DataFrame(rows)


def _first(side: Level, days: Period) -> dict[str, object]:
    return {
        _("From"): days.start,
        _("To"): days.last,
        _("Periods"): side.periods,
        _("Total"): None if side.total is None else round(side.total),
        _("Out of"): None if side.base is None else round(side.base),
    }


def _in_words(numbers: dict[str, object]) -> dict[str, str]:
    shown = {}
    for name, value in numbers.items():
        words = text.day(value) if isinstance(value, date) else text.number(value) if isinstance(value, int) else ""
        shown[name] = words
    return shown


def _mean_name(found: ChangeEffect) -> str:
    return _("Mean") if found.family is Family.MEAN else _(MEANS[found.grain])


def _ends(name: str, estimate: Estimate | None, scale: float) -> dict[str, float | None]:
    """Columns of a value and of its interval: whoever takes the file along computes with them."""
    names = name, _("{name}, low").format(name=name), _("{name}, high").format(name=name)
    values = (estimate.value, estimate.low, estimate.high) if estimate else (None, None, None)
    return {each: None if value is None else value * scale for each, value in zip(names, values, strict=True)}


def _between(estimate: Estimate, scale: float, digits: int) -> str:
    value, low, high = (text.number(end * scale, digits) for end in (estimate.value, estimate.low, estimate.high))
    return f"{value} ({low} – {high})"


def _moved(moved: Change | None, scale: float, digits: int) -> str:
    """From old to new: absolute, and relative with its interval where there was something before."""
    if moved is None:
        return "–"
    absolute = text.signed(moved.absolute.value * scale, digits)
    if moved.relative is None:
        low, high = (text.signed(end * scale, digits) for end in (moved.absolute.low, moved.absolute.high))
        return f"{absolute} ({low} – {high})"
    ends = [text.percent(end, 0) for end in (moved.relative.value, moved.relative.low, moved.relative.high)]
    return f"{absolute}, {ends[0]} ({ends[1]} – {ends[2]})"

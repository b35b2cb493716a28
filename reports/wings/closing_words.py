"""What the page of closed findings says: its finding in a sentence, the bands of a backlog, its chart."""

import polars as pl

from data_access.wings.closing import Backlog
from metrics.finding import FINDINGS_CLOSED, FINDINGS_TRAINED
from metrics.finding_facts import AGES
from metrics.metric import Status, Unit
from metrics.rules import Rules
from metrics.scope import Period
from reports import charts_base as base
from reports import text
from reports.text import _

BAND_HEIGHT = 240


def is_told(result: pl.DataFrame) -> bool:
    """Was enough due to judge training and closing?"""
    rows = _rows(result)
    return all(rows[each.id]["status"] == Status.OK for each in (FINDINGS_TRAINED, FINDINGS_CLOSED))


def _rows(result: pl.DataFrame) -> dict[str, dict]:
    return {row["metric"]: row for row in result.iter_rows(named=True)}


def headline(result: pl.DataFrame, days: Period, backlog: Backlog, rules: Rules) -> str:
    """How much of what was due was done, and what is open: the page in two sentences.

    Args:
        result: rows of the metrics of findings for these days.
    """
    rows = _rows(result)
    said = [_due(rows[FINDINGS_TRAINED.id], rows[FINDINGS_CLOSED.id], days, rules)]
    if not is_told(result):
        said = [_("Too few findings were due in this period to judge training and closing.")]
    said.append(
        _("{open} findings are open at the end of {day}, {overdue} of them past their date.").format(
            open=text.number(backlog.count), day=text.day(backlog.at.date()), overdue=text.number(backlog.overdue)
        )
    )
    return text.paragraph(said)


def _due(trained: dict, closed: dict, days: Period, rules: Rules) -> str:
    shares = {
        f"{name}_{part}": text.value(row[part], Unit.PERCENT)
        for name, row in (("trained", trained), ("closed", closed))
        for part in ("value", "low", "high")
    }
    return _(
        "{period}: of {trained_n} findings whose time was over, {trained_value} ({trained_low} to {trained_high}) were "
        "trained within {days} working days; of {closed_n} due, {closed_value} ({closed_low} to {closed_high}) were "
        "closed in time."
    ).format(
        trained_n=text.number(trained["denominator"]),
        closed_n=text.number(closed["denominator"]),
        days=rules.training_workdays,
        period=text.period(days),
        **shares,
    )


def bands() -> list[str]:
    """What the bands of a backlog's age are called, youngest first."""
    starts = [0, *(limit + 1 for limit in AGES[:-1])]
    named = [
        _("{first} to {last} days").format(first=first, last=last) for first, last in zip(starts, AGES, strict=True)
    ]
    return [*named, _("more than {days} days").format(days=AGES[-1])]


def backlog_chart(ages: pl.DataFrame) -> base.go.Figure:
    """Open findings by age, those past their date apart."""
    names = bands()
    traces = []
    for overdue, name, colour in ((False, _("not due yet"), base.QUIET), (True, _("past their date"), base.BAD)):
        counts = dict(ages.filter(pl.col("overdue") == overdue).select("band", "count").iter_rows())
        values = [counts.get(place, 0) for place in range(len(names))]
        traces.append(
            {
                "type": "bar",
                "name": name,
                "x": names,
                "y": values,
                "text": [text.number(each) if each else "" for each in values],
                "textposition": "inside",
                "insidetextanchor": "middle",
                "marker": {"color": colour, "pattern": {"shape": "/" if overdue else ""}},
                "hovertext": [
                    f"{band}<br>{name}: {text.number(each)}" for band, each in zip(names, values, strict=True)
                ],
                "hoverinfo": "text",
            }
        )
    y = {"rangemode": "tozero", "showgrid": True}
    return base.figure(traces, x={"type": "category"}, y=y, height=BAND_HEIGHT, more={"barmode": "stack"})

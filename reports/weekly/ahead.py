"""The chapter of what is ahead: contacts and complaints to be expected, seasons, holidays and own events."""

from datetime import date, timedelta

import polars as pl

from data_access.watch.forecast import read_foretold
from metrics.calendar import LAST_YEAR, year_of
from metrics.forecast import TOTAL, Foretold
from metrics.rhythm import following
from metrics.scope import Period
from reports import text
from reports.calendar_words import EVENTS, HOLIDAYS
from reports.document.parts import Chapter, Chart, Part, Shape
from reports.text import N_, _
from reports.watch import forecast_words
from reports.weekly import pieces
from reports.weekly.results import Results

WEEKS = 4  # ahead
WEEKS_SHOWN = 13  # before
SUBJECTS = ("contacts", "complaints")
KINDS = {"holiday": N_("Public holiday"), "make_up_workday": N_("Make-up workday"), "season": N_("Season")}


def chapter(found: Results) -> Chapter | None:
    """None where nothing can be foretold and the calendar is empty, or newer data are there."""
    if not found.is_latest:
        return None
    foretold = {each: read_foretold(found.store, found.viewer, each, found.filters) for each in SUBJECTS}
    known = {subject: each for subject, each in foretold.items() if isinstance(each, Foretold)}
    told = [forecast_words.lead(each, TOTAL, subject, WEEKS, found.label) for subject, each in known.items()]
    seasons = [each for subject, foretold in known.items() for each in _seasons(found, subject, foretold)]
    parts: list[Part] = [*pieces.said(*told[1:], *seasons), *(_chart(subject, each) for subject, each in known.items())]
    days = calendar(found)
    if days:
        parts.append(pieces.table(_("Calendar"), days))
    return Chapter(_("What is ahead"), told[0] if told else _dates(days), tuple(parts)) if parts else None


def _seasons(found: Results, subject: str, foretold: Foretold) -> list[str]:
    """What seasons bring that begin in the days looked ahead."""
    ahead = following(found.rhythm, found.period)
    return [
        forecast_words.extra(each, subject)
        for each in foretold.extras(TOTAL)
        if each.first < ahead.end and each.last >= foretold.end
    ]


def _chart(subject: str, foretold: Foretold) -> Chart:
    """The last whole weeks and the expected ones."""
    past = foretold.history(TOTAL, "week", WEEKS_SHOWN)
    ahead = foretold.of(TOTAL, "week", WEEKS).frame
    frame = pl.concat([past.select(week="period", came="count"), ahead.select(
        pl.col("period").alias("week"), "expected", "low", "high")], how="diagonal")  # fmt: skip
    name = _(forecast_words.SUBJECTS[subject])
    title = _("{subject}: what came, and what is expected").format(subject=name)
    return Chart(title, Shape.LINE, frame, "week", ["came", "expected"], [_("came"), _("expected")], name)


def calendar(found: Results) -> list[dict[str, str]]:
    """Holidays, make-up workdays, seasons and own events of the days after the period, in their order."""
    ahead = following(found.rhythm, found.period)
    rows: list[tuple[date, date, str, str]] = []
    for year in range(ahead.start.year, min(ahead.last.year, LAST_YEAR) + 1):
        for each in year_of(year):
            if each.first < ahead.end and each.last >= ahead.start:
                codes = text.listed([_((EVENTS | HOLIDAYS)[code]) for code in each.codes])
                rows.append((each.first, each.last, codes or text.weekday(each.first), _(KINDS[each.kind])))
    rows += [
        (each.first, each.last or each.first, each.name, _("Own event"))
        for each in found.events
        if each.first < ahead.end and (each.last or each.first) >= ahead.start
    ]
    return [
        {_("Event"): name, _("Dates"): text.period(Period(first, last + timedelta(days=1))), _("Kind"): kind}
        for first, last, name, kind in sorted(rows)
    ]


def _dates(days: list[dict[str, str]]) -> str:
    return _("{count} dates of the calendar lie ahead.").format(count=text.number(len(days)))

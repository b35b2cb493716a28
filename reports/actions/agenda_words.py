"""The agenda of the quality group in words: each line says one thing, and where it can be seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from data_access.actions.agenda import Agenda
from data_access.change_rows import Change
from data_access.own_events import OwnEvent
from metrics.actions.action import Action
from metrics.calendar import Stretch
from metrics.catalogue import CATALOGUE
from metrics.scope import Filters, Period
from metrics.swot.evidence import Place
from reports import sentences, text
from reports.actions import action_words
from reports.calendar_words import EVENTS, HOLIDAYS
from reports.printed import Block
from reports.text import N_, _

Where = Callable[[Filters], Sequence[str]]
MOVED, DUE, OVERDUE, SAMPLES, AHEAD = "moved", "due", "overdue", "samples", "ahead"
TITLES = {
    MOVED: N_("What moved"),
    DUE: N_("Verdicts and decisions due"),
    OVERDUE: N_("Overdue"),
    SAMPLES: N_("Samples to draw"),
    AHEAD: N_("What lies ahead"),
}
NOTHING = {
    MOVED: N_("None of the leading metrics moved more than chance explains."),
    DUE: N_("Nothing is to be checked or decided until the end of next week."),
    OVERDUE: N_("Nothing is overdue."),
    SAMPLES: N_("These data have no contacts or no reviews to draw a sample by."),
    AHEAD: N_("The calendar has nothing in the next four weeks."),
}
DAYS = {
    "holiday": N_("{days}: holiday, {name}."),
    "make_up_workday": N_("{days}: make-up workday ({name})."),
    "season": N_("{days}: season, {name}."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing, and the page that shows it; `days` are those that it is about."""

    said: str
    place: Place
    days: Period | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the agenda; without lines `nothing` says so."""

    name: str
    title: str
    nothing: str
    lines: tuple[Line, ...] = field(default=())


def parts(agenda: Agenda, where: Where) -> list[Part]:
    """The agenda in its order."""
    lines = {
        MOVED: _moved(agenda),
        DUE: [
            *(_verdict(*each) for each in agenda.verdicts),
            *(_check(each, where) for each in agenda.checks),
            *(_decision(each) for each in agenda.decisions),
        ],
        OVERDUE: [Line(action_words.late(each, what), _action(each)) for each, what in agenda.overdue],
        SAMPLES: _samples(agenda),
        AHEAD: [
            *(Line(_stretch(each), Place("calendar", {"year": str(each.first.year)})) for each in agenda.days),
            *(_own(each) for each in agenda.own),
            Line(_("What contacts and complaints to expect: see the forecast."), Place("forecast")),
        ],
    }
    return [Part(name, _(title), _(NOTHING[name]), tuple(lines[name])) for name, title in TITLES.items()]


def lead(agenda: Agenda) -> str:
    """The meeting in a sentence."""
    said = _("For the meeting after {week}: moved {moved}, to be checked or decided {due}, overdue {late}.")
    due = len(agenda.verdicts) + len(agenda.checks) + len(agenda.decisions)
    return said.format(
        week=text.period(agenda.week), moved=text.number(agenda.moved.height), due=text.number(due),
        late=text.number(len(agenda.overdue)),
    )  # fmt: skip


def _moved(agenda: Agenda) -> list[Line]:
    return [
        Line(
            sentences.moved(CATALOGUE[row["metric"]], row),
            Place("metric", {"metric": row["metric"]}),
            Period(row["start"], row["end"]),
        )
        for row in agenda.moved.iter_rows(named=True)
    ]


def _verdict(change: Change, day: date) -> Line:
    said = _("Did it work? {name}: to be checked on {day}.")
    return Line(
        said.format(name=text.change_name(change.name), day=text.day(day)), Place("sop_change", {"change": change.id})
    )


def _check(action: Action, where: Where) -> Line:
    said = _("{title}: to be checked on {day}. {goal}")
    day = text.day(action.check_on or date.max)
    return Line(
        said.format(title=action.title, day=day, goal=action_words.goal(action, where(action.filters))), _action(action)
    )


def _decision(action: Action) -> Line:
    said = _("{title}: checked ({verdict}). Make it the standard, or go back to Plan?")
    verdict = action_words.verdict(action.check) if action.check else "–"
    return Line(said.format(title=action.title, verdict=verdict), _action(action))


def _action(action: Action) -> Place:
    return Place("actions", {"action": action.id})


def _samples(agenda: Agenda) -> list[Line]:
    if agenda.sample is None:
        return []
    said = _("{count} contacts of {week} to review, chosen by the sampling plan.")
    week = Period(agenda.sample.week, agenda.sample.week + timedelta(days=7))
    told = said.format(count=text.number(agenda.sample.reviews), week=text.period(week))
    return [Line(told, Place("sampling_plan"), week)]


def _stretch(found: Stretch) -> str:
    known = EVENTS | HOLIDAYS
    names = text.listed([_(known[each]) for each in found.codes]) or text.weekday(found.first)
    days = text.period(Period(found.first, found.last + timedelta(days=1)))
    return _(DAYS[found.kind]).format(days=days, name=names)


def _own(found: OwnEvent) -> Line:
    days = text.period(Period(found.first, (found.last or found.first) + timedelta(days=1)))
    return Line(text.labelled(days, found.name), Place("calendar", {"year": str(found.first.year)}))


def table(found: Sequence[Part]) -> pl.DataFrame:
    """A row for each line, for files."""
    rows = [{_("Part"): part.title, _("Agenda"): line.said} for part in found for line in part.lines]
    return pl.DataFrame(rows, schema={_("Part"): pl.String, _("Agenda"): pl.String})


def blocks(found: Sequence[Part], minutes: str) -> list[Block]:
    """For a document to print: the agenda, and the minutes or room to write them."""
    agenda = [Block(part.title, [line.said for line in part.lines] or [part.nothing]) for part in found]
    kept = Block(_("Minutes"), quoted=minutes) if minutes else Block(_("Minutes"), lines=8)
    return [*agenda, kept]

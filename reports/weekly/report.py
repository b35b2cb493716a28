"""The report as one document: headline, the chapters that were chosen, and an appendix."""

from collections.abc import Callable

from metrics.rhythm import Rhythm
from metrics.scope import Filters, Period
from reports import export, sentences, text
from reports.document.parts import Chapter, Document
from reports.text import N_, Label, _, speaking
from reports.weekly import ahead, appendix, board, changes, complaints, figures, headline, moved, quality, wings
from reports.weekly.results import Results

TITLES = {
    Rhythm.DAY: N_("Daily quality report"),
    Rhythm.WEEK: N_("Weekly quality report"),
    Rhythm.MONTH: N_("Monthly quality report"),
    Rhythm.QUARTER: N_("Quarterly quality report"),
    Rhythm.YEAR: N_("Yearly quality report"),
}
CHAPTERS: dict[str, Callable[[Results], Chapter | None]] = {
    "figures": figures.chapter,
    "moved": moved.chapter,
    "complaints": complaints.chapter,
    "quality": quality.chapter,
    "wings": wings.chapter,
    "changes": changes.chapter,
    "swot": board.swot,
    "actions": board.actions,
    "ahead": ahead.chapter,
}


def report(found: Results, language: str) -> Document:
    """The whole report in a language. A chapter without anything to tell is left out; the appendix says so and why."""
    with speaking(language):
        made = {name: CHAPTERS[name](found) for name in found.contents.chapters}
        chapters = [each for each in made.values() if each is not None]
        return Document(
            _title_of(found),
            headline.headline(found),
            tuple(facts(found)),
            (*chapters, appendix.chapter(found, made)),
            as_of=found.store.as_of,
        )


def name(rhythm: Rhythm) -> str:
    """Weekly quality report."""
    return _(TITLES[rhythm])


def title(rhythm: Rhythm, period: Period, told: str = "") -> str:
    """Weekly quality report, 19 – 25 Oct 2026; where `told` says that it is about less than everything, that too."""
    whole = _("{report}, {period}").format(report=name(rhythm), period=text.period(period))
    return text.joined([whole, told]) if told else whole


def about(filters: Filters, label: Label) -> str:
    """Team: Pine team; empty without filters."""
    return text.joined(sentences.filters(filters, label))


def _title_of(found: Results) -> str:
    return title(found.rhythm, found.period, about(found.filters, found.label))


def facts(found: Results) -> list[tuple[str, str]]:
    """What it is about, and whose eyes it was made for."""
    seen = (
        _("all teams")
        if found.viewer.teams is None
        else text.listed([found.label("team_id", each) for each in found.viewer.teams])
    )
    return [
        *export.facts(_title_of(found), found.store, found.scope),
        (_("Teams that it tells of"), seen),
    ]

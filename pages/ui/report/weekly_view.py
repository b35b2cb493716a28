"""The quality report on the screen: which one, the report itself, and its files."""

from datetime import UTC, date, datetime
from functools import partial

import streamlit as st
from sqlalchemy import Engine

from data_access.home import home
from data_access.subscriptions.contents import read_contents
from data_access.subscriptions.subscriptions import Format
from data_access.viewer import Viewer
from metrics.rhythm import Rhythm, before, last_whole
from metrics.scope import Filters, Period, Scope
from pages.ui import controls, files, load, notices, scope
from pages.ui.report import document_view
from pages.ui.take_along import freezing
from reports import export, sentences, text
from reports.document.parts import Document
from reports.links import END_OF, RHYTHM_OF, TEAMS_OF, packed, unpacked
from reports.text import N_, _
from reports.weekly.files import MIMES, written
from reports.weekly.report import name, report
from reports.weekly.results import Results, results_of

NAMES = {
    Rhythm.DAY: N_("Daily"),
    Rhythm.WEEK: N_("Weekly"),
    Rhythm.MONTH: N_("Monthly"),
    Rhythm.QUARTER: N_("Quarterly"),
    Rhythm.YEAR: N_("Yearly"),
}
OFFERED = {Rhythm.DAY: 28, Rhythm.WEEK: 52, Rhythm.MONTH: 24, Rhythm.QUARTER: 8, Rhythm.YEAR: 3}  # periods
EVERY_TEAM = ""
LABELS = {
    Format.PDF: N_("Take along as PDF"),
    Format.PPTX: N_("Take along as slides"),
    Format.XLSX: N_("Take along as XLSX"),
    Format.CSV: N_("Take along as CSV"),
}


@scope.fragment
def page() -> None:
    """Everything below the title."""
    shown = scope.current()
    with st.container(horizontal=True, vertical_alignment="top"):
        rhythm = controls.segments(
            _("Rhythm"), RHYTHM_OF, list(Rhythm), Rhythm.WEEK, lambda each: _(NAMES[each]), labelled=True
        )
        period = _period(rhythm)
        filters = _filters()
    _say_unknown()
    if period is None:
        st.info(_("The data do not reach over a whole period of this rhythm yet."), icon=":material/event_busy:")
        return
    contents = read_contents(home(), rhythm)
    found = results_of(shown.store, load.state(), shown.viewer, rhythm, period, filters, contents)
    with st.spinner(_("Making the report")):
        if found.is_empty:
            st.info(_("There is no case in this period and filter."), icon=":material/search_off:")
            return
        document = report(found, text.language.get())
    _take_along(found, document)
    document_view.headline(document)
    document_view.chapters(document)
    document_view.facts(document)


def _period(rhythm: Rhythm) -> Period | None:
    """The period that the reader picks of those that the data reach over, the newest first."""
    store = scope.current().store
    if last_whole(rhythm, store.anchor).end <= store.data_start:
        return None
    known = [each for each in before(rhythm, store.anchor, OFFERED[rhythm]) if each.end > store.data_start]
    asked = _asked(rhythm)
    ends = {each.end: each for each in (*known, *([asked] if asked else []))}
    chosen = controls.chosen(
        _("Period"), f"{END_OF}.{rhythm}", list(ends), known[0].end, lambda end: text.period(ends[end]), 300
    )
    return ends.get(chosen, known[0])


def _asked(rhythm: Rhythm) -> Period | None:
    """The period that a link asks for, however long ago; None without one, or where it is none of the data's."""
    store, told = scope.current().store, scope.view().get(f"{END_OF}.{rhythm}", "")
    try:
        end = date.fromisoformat(told)
        period = last_whole(rhythm, end)
    except (ValueError, OverflowError):
        period = None
    if period is not None and period.end == end and store.data_start < end <= store.anchor:
        return period
    if told:
        said = _("The data do not reach over the period that this link asks for; the newest is shown.")
        st.warning(said, icon=":material/link_off:")
    return None


def _filters() -> Filters:
    """One team, every team that the reader sees, or those that a link asks for."""
    shown = scope.current()
    teams = load.values(shown.store, shown.viewer, "team_id")
    if len(teams) < 2:
        return ()
    asked = scope.view().get(TEAMS_OF, EVERY_TEAM)
    together = [each for each in teams if each in unpacked(asked)]
    known = {EVERY_TEAM: [], **{packed([each]): [each] for each in teams}, **({asked: together} if together else {})}
    spoken = {
        each: text.listed([shown.label("team_id", one) for one in kept]) or _("All teams")
        for each, kept in known.items()
    }
    chosen = controls.chosen(_("Team"), TEAMS_OF, list(spoken), EVERY_TEAM, lambda each: spoken[each], 220)
    return (("team_id", tuple(known[chosen])),) if known[chosen] else ()


def _say_unknown() -> None:
    """Teams that a link asks for and the reader does not see."""
    shown = scope.current()
    teams = load.values(shown.store, shown.viewer, "team_id")
    unknown = [each for each in unpacked(scope.view().get(TEAMS_OF, EVERY_TEAM)) if each not in teams]
    if unknown:
        st.warning(notices.plain(sentences.left_out("team_id", unknown)), icon=":material/link_off:")


def _take_along(found: Results, document: Document) -> None:
    """A button for each kind of file; that it was taken stands in the audit log."""
    viewer, state = scope.current().viewer, load.state()
    with st.container(horizontal=True):
        for kind in Format:
            named = export.file_name(name(found.rhythm), found.period, text.language.get(), kind)
            make = partial(_made, document, kind, found.scope, viewer, state)
            files.offer(_(LABELS[kind]), make, named, MIMES[kind], f"report_{kind}", ":material/download:")
        asked = {RHYTHM_OF: str(found.rhythm), f"{END_OF}.{found.rhythm}": str(found.period.end)}
        freezing.offer(lambda: document, found.scope, asked)
    freezing.compared(lambda: document)


def _made(document: Document, kind: Format, about: Scope, viewer: Viewer, state: Engine) -> bytes:
    """For a button, outside the session."""
    content = written(document, kind)
    return export.written_down(state, viewer, document.title, content, about, datetime.now(UTC))

"""A coaching sheet on the screen: what goes well, habits to try, examples, progress, and the session put on record."""

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from data_access.viewer import Right
from data_access.wings.coaching import (
    LONGEST,
    Session,
    Sheet,
    agents_of,
    read_sheet,
    record_session,
    remove_session,
    restore_session,
)
from metrics.scope import Scope
from pages.ui import files, identity, load, notices, scope, show, tables
from pages.ui.taking_off import write
from reports import text
from reports.export import Section
from reports.text import _
from reports.wings import coaching_words

GONE, RECORDED = "coaching_taken_off", "coaching_recorded"


def choose() -> None:
    """Whose sheet to open; a sentence for who may open none."""
    shown = scope.current()
    st.subheader(_("Coaching sheets"))
    agents = agents_of(shown.store, shown.viewer)
    if not agents:
        st.info(
            _("Coaching sheets name people: it takes clearance, agents at work in your teams, and contacts.agent_id."),
            icon=":material/lock_person:",
        )
        return
    st.caption(
        _("A sheet to prepare a talk with: what to praise, at most three habits, examples to listen to together.")
    )
    names = {each: shown.label("agent_id", each) for each in agents}
    agent = st.selectbox(_("Agent"), agents, format_func=lambda each: names[each], key="coached", width=420)
    if st.button(_("Open the coaching sheet"), icon=":material/co_present:"):
        _dialog(agent, names[agent])


def _dialog(agent: str, name: str) -> None:
    title = _("Coaching sheet: {name}").format(name=name)

    @st.dialog(show.plain(title), width="large")
    @scope.spoken
    def opened() -> None:
        shown = scope.current()
        sheet = read_sheet(shown.store, load.state(), shown.viewer, agent, datetime.now(UTC))
        st.caption(text.period(sheet.period))
        st.markdown(show.plain(coaching_words.opening(sheet)))
        _talk(sheet)
        _examples(sheet)
        _sessions(sheet)
        names = {"gap": _("Beside peers, points"), "share": _("Failed, %"), "usual": _("Peers, %")}
        names |= {"judged": _("Reviews"), "failed": _("Failed"), "is_sure": _("Beyond chance")}
        names |= {"shrunken": _("Best estimate, %"), "shrunken_low": _("from, %"), "shrunken_high": _("to, %")}
        sections = [Section(title, sheet.advice.items, names), Section(_("Customers' answers"), sheet.figures)]
        with st.container(horizontal=True):
            files.printable(
                title, coaching_words.opening(sheet), lambda: coaching_words.blocks(sheet), sheet.period, "sheet"
            )
            files.button(title, sections, key="sheet", looked_at=Scope(sheet.period))

    opened()


def _talk(sheet: Sheet) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f":green[:material/thumb_up:] **{_('What goes well')}**")
        for row in sheet.advice.strengths:
            st.markdown(f"- {show.plain(coaching_words.strength(row))}")
    with right:
        st.markdown(f":orange[:material/lightbulb:] **{_('Habits to try')}**")
        for row in sheet.advice.habits:
            st.markdown(f"- {show.plain(coaching_words.habit(row))}")
    st.markdown(f"**{_('What customers say')}**")
    tables.plain(coaching_words.figures(sheet))


def _examples(sheet: Sheet) -> None:
    for title, frame in (
        (_("Contacts to be proud of"), sheet.good),
        (_("Contacts to listen to together"), sheet.learn),
    ):
        if frame.height:
            st.markdown(f"**{title}**")
            tables.coded(frame)


def _sessions(sheet: Sheet) -> None:
    may = scope.current().viewer.may(Right.CHANGES)
    st.markdown(f"**{_('Sessions on record')}**")
    if not sheet.sessions:
        st.caption(_("None yet: progress is told from the first one on."))
    for held in sheet.sessions:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{text.day(held.day)}** {show.plain(held.words)}")
            st.caption(show.plain(text.person(held.made_by)), width="content")
            if may:
                st.button(
                    _("Take off"), key=f"session_{held.id}", icon=":material/delete:", type="tertiary",
                    on_click=write, args=(remove_session, held, partial(scope.note, GONE, held)),
                )  # fmt: skip
    if may:
        _offer_back(sheet.agent)
    if sheet.since.height:
        st.markdown(f"**{_('Progress since the last session')}**")
        tables.plain(coaching_words.progress(sheet))
    if may:
        _form(sheet.agent)


def _offer_back(agent: str) -> None:
    gone = scope.noted(GONE)
    if gone is not None and gone.agent_id == agent:
        st.button(
            _("Put back: {name}").format(name=show.plain(gone.words)), icon=":material/undo:", type="tertiary",
            on_click=write, args=(restore_session, gone, partial(scope.note, GONE, None)),
        )  # fmt: skip


def _form(agent: str) -> None:
    shown, turn = scope.current(), scope.noted(RECORDED) or 0
    with st.form(f"session_{agent}_{turn}", border=True):  # an empty one after each session
        columns = st.columns([1, 3])
        day = columns[0].date_input(_("Day of the session"), shown.store.anchor, format="YYYY-MM-DD")
        words = columns[1].text_input(_("What was agreed?"), max_chars=LONGEST)
        if st.form_submit_button(_("Put on record"), icon=":material/event_available:"):
            with notices.explained():
                identity.require_same(shown.viewer, identity.claims())
                held = Session(agent_id=agent, day=day, words=words)
                record_session(load.state(), shown.store, shown.viewer, held, datetime.now(UTC))
                scope.note(RECORDED, turn + 1)
                st.rerun()

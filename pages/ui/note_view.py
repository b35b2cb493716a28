"""Notes pinned to a metric: writing one down, and taking one off."""

from datetime import UTC, datetime

import streamlit as st

from data_access.notes import LONGEST, Note, pin_note, remove_note
from data_access.viewer import Right
from metrics.metric import AnyMetric
from metrics.scope import Period
from pages.ui import identity, load, notices, scope
from pages.ui.notices import plain
from reports import text
from reports.text import _


def notes(metric: AnyMetric) -> None:
    """The notes of the data's days, and a form for who may write."""
    shown = scope.current()
    with notices.explained():
        everything = Period(shown.store.data_start, shown.store.data_end)
        found = load.notes(shown.store, shown.viewer, metric, everything)
        title = _("Notes on this metric ({count})").format(count=len(found))
        with st.expander(title, icon=":material/push_pin:"):
            for note in found:
                _one(note)
            if shown.viewer.may(Right.CHANGES):
                _form(metric)


def _one(note: Note) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{text.day(note.day)}** {plain(note.words)}")
        st.caption(plain(text.person(note.made_by)), width="content")
        if scope.current().viewer.may(Right.CHANGES):
            st.button(
                _("Take off"), key=f"unpin_{note.id}", icon=":material/delete:", type="tertiary", on_click=_remove,
                args=(note,),
            )  # fmt: skip


def _form(metric: AnyMetric) -> None:
    shown = scope.current()
    with st.form(f"pin_{metric.id}", border=False):
        columns = st.columns([1, 3])
        day = columns[0].date_input(_("Day"), shown.scope.period.last, format="YYYY-MM-DD")
        words = columns[1].text_input(_("What happened?"), max_chars=LONGEST)
        if st.form_submit_button(_("Pin a note"), icon=":material/push_pin:"):
            with notices.explained():
                identity.require_same(shown.viewer, identity.claims())
                note = Note(metric=metric.id, day=day, words=words)
                pin_note(load.state(), shown.viewer, note, datetime.now(UTC))
                st.rerun()


def _remove(note: Note) -> None:
    """For callbacks."""
    with notices.explained():
        identity.require_same(scope.current().viewer, identity.claims())
        remove_note(load.state(), scope.current().viewer, note, datetime.now(UTC))

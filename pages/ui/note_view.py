"""Notes pinned to a metric: writing one down, taking one off and putting it back."""

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from data_access.notes import LONGEST, Note, pin_note, remove_note, restore_note
from data_access.viewer import Right
from metrics.metric import AnyMetric
from metrics.scope import Period
from pages.ui import identity, load, notices, scope
from pages.ui.notices import plain
from pages.ui.taking_off import write
from reports import text
from reports.text import _

GONE, PINNED = "note_taken_off", "notes_pinned"


def notes(metric: AnyMetric) -> None:
    """The notes of the data's days, and a form for who may write."""
    shown = scope.current()
    with notices.explained():
        everything = Period(shown.store.data_start, shown.store.data_end)
        found = load.notes(shown.store, shown.viewer, metric, everything)
        title = _("Notes on this metric ({count})").format(count=len(found))
        gone = _gone(metric)
        with st.expander(title, icon=":material/push_pin:", expanded=gone is not None):  # a new title would close it
            for note in found:
                _one(note)
            if shown.viewer.may(Right.CHANGES):
                if gone is not None:
                    _offer_back(gone)
                _form(metric)


def _one(note: Note) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{text.day(note.day)}** {plain(note.words)}")
        st.caption(plain(text.person(note.made_by)), width="content")
        if scope.current().viewer.may(Right.CHANGES):
            st.button(
                _("Take off"), key=f"unpin_{note.id}", icon=":material/delete:", type="tertiary", on_click=write,
                args=(remove_note, note, partial(scope.note, GONE, note)),
            )  # fmt: skip


def _gone(metric: AnyMetric) -> Note | None:
    """The note of this metric that was taken off last."""
    gone = scope.noted(GONE)
    return gone if gone is not None and gone.metric == metric.id else None


def _offer_back(gone: Note) -> None:
    st.button(
        _("Put back: {name}").format(name=plain(gone.words)), icon=":material/undo:", type="tertiary",
        on_click=write, args=(restore_note, gone, partial(scope.note, GONE, None)),
    )  # fmt: skip


def _form(metric: AnyMetric) -> None:
    shown = scope.current()
    turn = scope.noted(PINNED) or 0
    with st.form(f"pin_{metric.id}_{turn}", border=False):  # an empty one after each note
        columns = st.columns([1, 3])
        day = columns[0].date_input(_("Day"), shown.scope.period.last, format="YYYY-MM-DD")
        words = columns[1].text_input(_("What happened?"), max_chars=LONGEST)
        if st.form_submit_button(_("Pin a note"), icon=":material/push_pin:"):
            with notices.explained():
                identity.require_same(shown.viewer, identity.claims())
                note = Note(metric=metric.id, day=day, words=words)
                pin_note(load.state(), shown.viewer, note, datetime.now(UTC))
                scope.note(PINNED, turn + 1)
                st.rerun()

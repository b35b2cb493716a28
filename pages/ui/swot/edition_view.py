"""Editions on the screen: choosing one, keeping today's board as one, taking one off."""

from collections.abc import Sequence

import streamlit as st

from data_access.swot.boards import Ranked
from data_access.swot.editions import LONGEST, Edition, freeze, remove_edition, restore_edition
from data_access.viewer import Right
from pages.ui import controls, scope
from pages.ui.notices import plain
from pages.ui.swot import reading
from reports import text
from reports.swot import board_words
from reports.text import _

NOW = "now"
PART = "editions"
GONE = "swot edition gone"
KEPT = "swot kept"  # counts the editions that were kept: each begins with an empty field, and closes the last


def chosen(kept: Sequence[Edition]) -> Edition | None:
    """The edition to look at, kept in the URL; None: today's board."""
    if not kept:
        return None
    zone = scope.current().store.warehouse.site_zone
    spoken = {NOW: _("Today's board")} | {each.id: board_words.edition(each, zone) for each in kept}
    asked = controls.chosen(_("Edition"), "edition", list(spoken), NOW, lambda each: spoken[each], 380)
    return next((each for each in kept if each.id == asked), None)


def told(edition: Edition) -> None:
    """Who kept it, when, of which days, and why."""
    zone = scope.current().store.warehouse.site_zone
    words = [_("Read only: {edition}.").format(edition=board_words.edition(edition, zone))]
    words += [_("It is about {period}.").format(period=text.period(edition.period))]
    words += [edition.note] if edition.note else []
    st.info(plain(text.paragraph(words)), icon=":material/lock:")


@scope.fragment
def keep(found: Ranked) -> None:
    """Keep the board as it stands, with its numbers and a note."""
    shown = scope.current()
    reading.refused(PART)
    if not shown.viewer.may(Right.CHANGES):
        return
    gone = scope.noted(GONE)
    turn = scope.noted(KEPT) or 0
    field = f"swot_note_{turn}"
    with st.popover(_("Keep this edition"), icon=":material/ac_unit:", type="primary", key=f"swot_keeping_{turn}"):
        st.caption(_("The board is kept with its numbers and cannot be altered; the next one is compared with it."))
        st.text_input(_("Note"), key=field, max_chars=LONGEST, placeholder=_("What is it for?"))
        if st.button(_("Keep"), key="swot_keep", type="primary", on_click=_keep, args=(found, field)):
            st.rerun()
    if gone is not None:
        day = text.day(gone.period.last)
        if st.button(
            _("Put the edition of {day} back").format(day=day), key="swot_restore", icon=":material/undo:",
            type="tertiary", on_click=reading.write, args=(PART, restore_edition, gone),
            kwargs={"then": lambda: scope.note(GONE, None)},
        ):  # fmt: skip
            st.rerun()


def _keep(found: Ranked, field: str) -> None:
    """For callbacks."""
    as_of = scope.current().store.as_of
    reading.write(
        PART, freeze, reading.arranged(found), found.period, as_of, scope.typed(field),
        then=lambda: scope.note(KEPT, (scope.noted(KEPT) or 0) + 1),
    )  # fmt: skip


def take_off(edition: Edition) -> None:
    """Take an edition off that was kept by mistake."""
    reading.refused(PART)
    if scope.current().viewer.may(Right.CHANGES):
        st.button(
            _("Take this edition off"), key="swot_unkeep", icon=":material/delete:", type="tertiary",
            on_click=reading.write, args=(PART, remove_edition, edition),
            kwargs={"then": lambda: scope.note(GONE, edition)},
        )  # fmt: skip

"""One quadrant of the board: its entries, what stands behind "more", what was put aside, and a place to add one."""

from collections.abc import Sequence

import streamlit as st

from data_access.swot.boards import Ranked
from data_access.swot.comments import Comment
from data_access.swot.edits import LONGEST, add_entry, bring_back
from data_access.viewer import Right
from metrics.swot.arranged import Arranged, Item
from metrics.swot.editions import Beside, Compared
from metrics.swot.evidence import Quadrant
from metrics.swot.ranking import MOST
from pages.ui import scope
from pages.ui.notices import plain
from pages.ui.swot import entry_view, reading
from reports import text
from reports.swot import board_words, cards
from reports.text import _

ADDED = "swot added"  # counts the entries that were added: each begins with an empty field


@scope.fragment
def now(quadrant: Quadrant, found: Ranked, beside: Beside) -> None:
    """A quadrant of today's board, which people can edit; a click draws this one anew and no other."""
    board, said = reading.arranged(found), reading.comments()
    is_edited = False
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        st.html(cards.head(quadrant, len(board.shown[quadrant])))
        if scope.current().viewer.may(Right.CHANGES):
            is_edited = entry_view.is_edited(quadrant)
            entry_view.edit_button(quadrant)
    reading.refused(quadrant)
    _entries(quadrant, board, beside, said, is_edited=is_edited)
    _put_aside(board.dismissed[quadrant], is_edited=is_edited)
    if is_edited:
        _add(quadrant)


def kept(quadrant: Quadrant, board: Arranged, beside: Beside) -> None:
    """A quadrant of an edition, to be read."""
    st.html(cards.head(quadrant, len(board.shown[quadrant])))
    _entries(quadrant, board, beside, (), is_edited=False)


def _entries(quadrant: Quadrant, board: Arranged, beside: Beside, said: Sequence[Comment], *, is_edited: bool) -> None:
    items, against = board.shown[quadrant], beside.compared(board)
    if not items:
        st.caption(_(board_words.EMPTY[quadrant]))
    told = [_card(item, beside, against, said) for item in items]
    for each in told[:MOST]:
        _entry(each, board, said, is_edited=is_edited)
    if len(told) > MOST:
        with st.expander(_("{count} more").format(count=text.number(len(told) - MOST)), icon=":material/more_horiz:"):
            for each in told[MOST:]:
                _entry(each, board, said, is_edited=is_edited)


def _card(item: Item, beside: Beside, against: Compared | None, said: Sequence[Comment]) -> cards.Card:
    address, proof = ("", "") if item.evidence is None else reading.address(item.evidence.place)
    return cards.Card(
        item,
        address,
        proof,
        None if against is None else against.moved[item.key],
        board_words.stood(beside.weeks(item)),
        tuple(entry_view.comment_words(each) for each in said if each.key in item.keys),
    )


def _entry(told: cards.Card, board: Arranged, said: Sequence[Comment], *, is_edited: bool) -> None:
    item, drawn = told.item, cards.card(told, scope.current().label)
    if not is_edited:
        st.html(drawn)
        return
    with st.container(horizontal=True, vertical_alignment="top", gap="small", wrap=False):
        st.html(drawn)
        entry_view.opener(item)
    if entry_view.is_open(item):
        entry_view.panel(item, board, [each for each in said if each.key in item.keys])


def _put_aside(items: Sequence[Item], *, is_edited: bool) -> None:
    """What was put aside, with the reason, and the way back."""
    if not items:
        return
    shown = scope.current()
    with st.expander(_("Put aside: {count}").format(count=text.number(len(items))), icon=":material/archive:"):
        for item in items:
            reason = _("{sentence} Reason: {reason} ({who})").format(
                sentence=board_words.said(item, shown.label),
                reason=item.edit.dismissed,
                who=text.person(item.edit.made_by),
            )
            st.markdown(plain(reason))
            if is_edited:
                st.button(
                    _("Bring back"), key=f"swot_back_{item.key}", icon=":material/undo:", type="tertiary",
                    on_click=reading.write, args=(item.quadrant, bring_back, item.edit),
                )  # fmt: skip


def _add(quadrant: Quadrant) -> None:
    """An entry that no number proves."""
    field = f"swot_add_{quadrant}_{scope.noted(ADDED) or 0}"
    with st.expander(_("Add an entry by hand"), icon=":material/add:"):
        st.text_input(
            _("What no number shows"), key=field, max_chars=LONGEST,
            placeholder=_("One sentence; it is marked as added by you."),
        )  # fmt: skip
        st.button(
            _("Add"), key=f"swot_do_add_{quadrant}", icon=":material/add:", on_click=_added, args=(quadrant, field)
        )


def _added(quadrant: Quadrant, field: str) -> None:
    """For callbacks."""
    reading.write(
        quadrant, add_entry, quadrant, scope.typed(field),
        then=lambda: scope.note(ADDED, (scope.noted(ADDED) or 0) + 1),
    )  # fmt: skip

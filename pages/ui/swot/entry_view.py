"""One entry looked at closer: pin, reword, put aside, merge, split, comment, make an action."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from data_access.swot import comments as commenting
from data_access.swot.comments import Comment, add_comment, remove_comment, restore_comment
from data_access.swot.edits import LONGEST, LONGEST_REASON, dismiss, merge, pin, split
from metrics.swot.arranged import Arranged, Item
from metrics.swot.evidence import Quadrant
from pages.ui import scope
from pages.ui.notices import plain
from pages.ui.swot import reading, to_action
from reports import text
from reports.swot import board_words
from reports.text import N_, _

WAYS = {
    "reword": N_("Reword"),
    "aside": N_("Put aside"),
    "merge": N_("Merge"),
    "comment": N_("Comment"),
}
GONE = "swot comment gone"


def is_edited(quadrant: Quadrant) -> bool:
    """Do the entries of a quadrant have their buttons? At first the board is there to be looked at."""
    return bool(scope.noted(f"swot edited {quadrant}"))


def edit_button(quadrant: Quadrant) -> None:
    edited = is_edited(quadrant)
    st.button(
        _("Done") if edited else _("Edit"), key=f"swot_edit_{quadrant}", type="tertiary",
        icon=":material/done:" if edited else ":material/edit:", on_click=scope.note,
        args=(f"swot edited {quadrant}", not edited),
    )  # fmt: skip


def opener(item: Item) -> None:
    """The button that opens an entry, and closes it again."""
    opened = is_open(item)
    st.button(
        _("Close") if opened else _("Open"), key=f"swot_open_{item.key}", type="tertiary",
        icon=":material/close:" if opened else ":material/edit_note:", on_click=_turn, args=(item,),
    )  # fmt: skip


def is_open(item: Item) -> bool:
    return scope.noted(_name(item)) == item.key


def _name(item: Item) -> str:
    return f"swot open {item.quadrant}"


def _turn(item: Item) -> None:
    """For callbacks."""
    scope.note(_name(item), None if is_open(item) else item.key)


def panel(item: Item, board: Arranged, said: Sequence[Comment]) -> None:
    """What can be done with an entry, below it."""
    with st.container(border=True):
        with st.container(horizontal=True):
            is_pinned = item.edit.is_pinned
            _button(_("Unpin") if is_pinned else _("Pin to the top"), ":material/keep:", item, pin)
            label = scope.current().label
            to_action.button(item.key, "", board_words.said(item, label), [item])
            for each in item.joined:
                sentence = board_words.said(each, label)
                st.button(
                    plain(_("Split off: {sentence}").format(sentence=sentence)), key=f"swot_split_{each.key}",
                    icon=":material/call_split:", type="tertiary", on_click=reading.write,
                    args=(item.quadrant, split, each.edit),
                )  # fmt: skip
        spoken = {each: _(name) for each, name in WAYS.items()}
        way = st.segmented_control(
            _("What to do with it"), list(WAYS), default="reword", required=True, key=f"swot_way_{item.key}",
            format_func=lambda each: spoken[each], label_visibility="collapsed",
        )  # fmt: skip
        match way:
            case "aside":
                _aside(item)
            case "merge":
                _merge(item, board)
            case "comment":
                _comments(item, said)
            case _:
                _reword(item)
        if item.edit.version:
            st.caption(plain(_("Last edited by {who}").format(who=text.person(item.edit.made_by))))


def _reword(item: Item) -> None:
    field, shown = f"swot_words_{item.key}", board_words.said(item, scope.current().label)
    st.text_area(_("In your words"), shown, key=field, max_chars=max(LONGEST, len(shown)), height=80)
    with st.container(horizontal=True):
        st.button(
            _("Save"), key=f"swot_do_:material/save:_{item.key}", icon=":material/save:", on_click=_reworded,
            args=(item, field, shown),
        )  # fmt: skip
        if item.edit.words and item.evidence is not None:
            st.button(
                _("Say it as the numbers do"), key=f"swot_unword_{item.key}", icon=":material/undo:", type="tertiary",
                on_click=reading.write, args=(item.quadrant, reading.reword, item.edit, ""),
            )  # fmt: skip


def _reworded(item: Item, field: str, shown: str) -> None:
    """For callbacks: closes the entry. What was left as it was shown is not written down."""
    if scope.typed(field).split() == shown.split():
        scope.note(_name(item), None)
    else:
        _done(item, reading.reword, field)


def _aside(item: Item) -> None:
    field = f"swot_reason_{item.key}"
    st.text_input(_("Why does it not belong on the board?"), key=field, max_chars=LONGEST_REASON)
    _button(_("Put aside"), ":material/archive:", item, dismiss, field)


def _merge(item: Item, board: Arranged) -> None:
    label = scope.current().label
    others = {each.key: board_words.said(each, label) for each in board.shown[item.quadrant] if each.key != item.key}
    if not others:
        st.caption(_("There is no other entry in this quadrant."))
        return
    field = f"swot_into_{item.key}"
    st.selectbox(_("Which entry says it as well?"), list(others), key=field, format_func=lambda each: others[each])
    _button(_("Merge into it"), ":material/merge:", item, merge, field)


def _comments(item: Item, said: Sequence[Comment]) -> None:
    for each in said:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(plain(comment_words(each)))
            if each.made_by == scope.current().viewer.name:
                st.button(
                    _("Take off"), key=f"swot_uncomment_{each.id}", icon=":material/delete:", type="tertiary",
                    on_click=_uncommented, args=(item, each),
                )  # fmt: skip
    gone = scope.noted(GONE)
    if gone is not None and gone.key == item.key:
        st.button(
            plain(_("Put back: {name}").format(name=gone.words)), key=f"swot_recomment_{item.key}",
            icon=":material/undo:", type="tertiary", on_click=_commented_again, args=(item, gone),
        )  # fmt: skip
    field = f"swot_comment_{item.key}_{len(said)}"
    st.text_input(_("Your comment"), key=field, max_chars=commenting.LONGEST)
    st.button(
        _("Comment"), key=f"swot_do_comment_{item.key}", icon=":material/chat:", on_click=_commented, args=(item, field)
    )  # fmt: skip


def comment_words(comment: Comment) -> str:
    """What was said, by whom and when."""
    zone = scope.current().store.warehouse.site_zone
    at = "" if comment.made_at is None else text.moment(text.at_site(comment.made_at, zone))
    return _("{words} ({who}, {moment})").format(words=comment.words, who=text.person(comment.made_by), moment=at)


def _commented(item: Item, field: str) -> None:
    """For callbacks."""
    reading.write(item.quadrant, add_comment, item.key, scope.typed(field))


def _uncommented(item: Item, comment: Comment) -> None:
    """For callbacks."""
    reading.write(item.quadrant, remove_comment, comment, then=lambda: scope.note(GONE, comment))


def _commented_again(item: Item, comment: Comment) -> None:
    """For callbacks."""
    reading.write(item.quadrant, restore_comment, comment, then=lambda: scope.note(GONE, None))


def _button(label: str, icon: str, item: Item, act: Callable[..., Any], field: str | None = None) -> None:
    """Does something to the entry as it is drawn, with what stands in a field, and closes it."""
    st.button(label, key=f"swot_do_{icon}_{item.key}", icon=icon, on_click=_done, args=(item, act, field))


def _done(item: Item, act: Callable[..., Any], field: str | None) -> None:
    """For callbacks."""
    given = [] if field is None else [scope.typed(field)]
    reading.write(item.quadrant, act, item.edit, *given, then=lambda: scope.note(_name(item), None))

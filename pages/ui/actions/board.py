"""The board of actions on the screen: what is overdue first, a column for each stage, what is closed below."""

from collections.abc import Sequence

import streamlit as st

from data_access.actions.actions import restore_action
from metrics.actions.action import Action, Stage
from metrics.actions.stages import Overdue, overdue
from pages.ui import controls, files, scope
from pages.ui.actions import one, plan_form, writing
from pages.ui.change_view import mark
from pages.ui.menu import CAUSES_PAGE
from pages.ui.notices import plain
from reports import text
from reports.actions import action_table
from reports.actions import action_words as words
from reports.export import Section
from reports.text import N_, _

CIRCLE = (Stage.PLAN, Stage.DO, Stage.CHECK, Stage.ACT)
SHOWN = {"all": N_("All ({count})"), "mine": N_("Mine ({count})"), "late": N_("Overdue ({count})")}
MOST_LATE, MOST_CLOSED = 8, 30


def page() -> None:
    """One action where the link names it; otherwise the board."""
    found = writing.known()
    asked = scope.view().get("action")
    chosen = next((each for each in found if each.id == asked), None)
    if chosen is not None:
        one.page(chosen)
        return
    if asked:
        st.warning(_("The action in this link is not on record; the board is shown."), icon=":material/link_off:")
    _board(found)


def _board(found: Sequence[Action]) -> None:
    today, rules = writing.today(), scope.current().store.rules
    late = {each.id: overdue(each, today, rules) for each in found}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shown = _filtered(found, late) if found else []
        if writing.may_write() and st.button(_("Add an action"), icon=":material/add:", type="primary"):
            plan_form.open_form(Action(title=""))
    if not found:
        _nothing()
    else:
        st.markdown(f"**{plain(words.lead(found, late, scope.current().store.anchor))}**")
        _overdue(shown, late)
        _columns(shown, late)
        _closed([each for each in shown if each.stage is Stage.CLOSED])
        _file(shown, late)
    _taken_off()


def _filtered(found: Sequence[Action], late: dict[str, tuple[Overdue, ...]]) -> list[Action]:
    """Those that the reader wants to see: all, his own, or what is overdue; of all owners or of one."""
    viewer = scope.current().viewer
    kept = {
        "all": list(found),
        "mine": [each for each in found if words.is_of(each, viewer.name)],
        "late": [each for each in found if late[each.id]],
    }
    which = controls.segments(
        _("Show"), "show", list(SHOWN), "all", lambda each: _(SHOWN[each]).format(count=len(kept[each]))
    )
    owners = sorted({each.owner for each in found if each.owner})
    owner = st.selectbox(
        _("Owner"), owners, index=None, format_func=text.person, placeholder=_("All"), width=200, key="actions_owner"
    )
    return [each for each in kept[which] if owner is None or each.owner == owner]


def _nothing() -> None:
    st.info(
        _("No action is on record yet. Actions come from a finding: open the SWOT board and press “Make it an action” "
          "at a weakness or a threat, or begin with the five whys of a complaint on the page Causes. Then say here "
          "what is to become better, by how much, and when it is to be checked: the check is run for you."),
        icon=":material/autorenew:",
    )  # fmt: skip
    with st.container(horizontal=True):
        writing.to_board()
        if st.button(_("Five whys of complaints"), icon=":material/account_tree:"):
            st.switch_page(CAUSES_PAGE, query_params=scope.here())


def _overdue(found: Sequence[Action], late: dict[str, tuple[Overdue, ...]]) -> None:
    listed = sorted(((each, what) for each in found for what in late[each.id]), key=lambda pair: pair[1].due)
    if not listed:
        return
    st.subheader(_("Overdue ({count})").format(count=len(listed)))
    for place, (action, what) in enumerate(listed[:MOST_LATE]):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":red[:material/alarm:] {plain(words.late(action, what))}", width="stretch")
            _open(action, f"late_{place}")
    if len(listed) > MOST_LATE:
        st.caption(_("And {count} more: choose “Overdue” above.").format(count=len(listed) - MOST_LATE))


def _columns(found: Sequence[Action], late: dict[str, tuple[Overdue, ...]]) -> None:
    for column, stage in zip(st.columns(len(CIRCLE)), CIRCLE, strict=True):
        held = [each for each in found if each.stage is stage]
        with column:
            st.subheader(words.counted(stage, len(held)), help=words.meaning(stage))
            for action in sorted(held, key=lambda each: (each.due is None, each.due, each.title)):
                _card(action, late[action.id])
            if not held:
                st.caption(words.empty(stage))


def _card(action: Action, late: Sequence[Overdue]) -> None:
    with st.container(border=True):
        st.markdown(f"**{plain(action.title)}**")
        st.caption(plain(words.goal(action, scope.current().filter_words(action.filters))))
        st.caption(plain(" · ".join(words.circumstances(action))))
        if late:
            st.markdown(f":red-badge[:material/alarm: {plain(words.late_badge(late))}]")
        if action.check is not None:
            st.markdown(f"{mark(action.check.code)} {plain(words.verdict(action.check))}")
        _open(action, "card")


def _open(action: Action, key: str) -> None:
    st.button(
        _("Open"),
        key=f"open_{key}_{action.id}",
        icon=":material/open_in_new:",
        on_click=writing.look_at,
        args=(action,),
        help=plain(action.title),
    )


def _closed(found: Sequence[Action]) -> None:
    if not found:
        return
    st.subheader(words.counted(Stage.CLOSED, len(found)), help=words.meaning(Stage.CLOSED))
    for action in sorted(found, key=lambda each: (each.closed_on is None, each.closed_on), reverse=True)[:MOST_CLOSED]:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            said = [plain(action.title)]
            if action.check is not None:
                said.append(f"{mark(action.check.code)} {plain(words.verdict(action.check))}")
            said += [plain(each) for each in words.circumstances(action)]
            st.markdown(" · ".join(said), width="stretch")
            _open(action, "closed")


def _file(found: Sequence[Action], late: dict[str, tuple[Overdue, ...]]) -> None:
    title, where = _("Actions"), scope.current().filter_words
    with st.container(horizontal=True):
        files.lazily(title, lambda: [Section(title, action_table.table(found, late, where))], "actions")
        files.printable(title, "", lambda: action_table.blocks(found, late, where), None, "actions")


def _taken_off() -> None:
    """What can be put back by whoever may."""
    gone = writing.removed() if writing.may_write() else []
    if not gone:
        return
    with st.expander(_("Taken off the record ({count})").format(count=len(gone))):
        for action in gone:
            st.button(
                _("Put back: {name}").format(name=plain(action.title)), key=f"restore_{action.id}",
                icon=":material/undo:", type="tertiary", on_click=restore, args=(action,),
            )  # fmt: skip


def restore(action: Action) -> None:
    """For callbacks."""
    writing.write(lambda state, viewer, now: restore_action(state, viewer, action, now), writing.look_at)

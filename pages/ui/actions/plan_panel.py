"""Plan on the screen: the problem and its root cause, the goal, and the earliest day on which a check is honest."""

from dataclasses import replace
from datetime import date

import streamlit as st

from data_access.actions.checking import earliest_check
from data_access.actions.moves import begin
from data_access.desk.why_trees import WhyTree, read_trees
from metrics.actions.action import Action
from metrics.actions.stages import lacks
from metrics.errors import InvalidScope
from pages.ui import load, scope
from pages.ui.actions import writing
from pages.ui.desk import whys_view
from pages.ui.notices import plain
from reports import text
from reports.actions import action_words as words
from reports.text import _


def panel(action: Action) -> None:
    """The problem beside the goal, what the plan still lacks, and the way on to Do."""
    left, right = st.columns(2, gap="large")
    with left:
        _cause(action)
    with right:
        _goal(action)
        _on(action)


def _on(action: Action) -> None:
    """What the plan still lacks, and the way on."""
    missing = lacks(action)
    if missing:
        st.info(plain(words.lacking(missing)), icon=":material/checklist:")
    if writing.may_write():
        st.button(
            _("Begin: on to Do"), type="primary", icon=":material/play_arrow:", disabled=bool(missing), on_click=_begin,
            args=(action,), help=_("From then on the goal stays as it is declared."),
        )  # fmt: skip


def _begin(action: Action) -> None:
    """For callbacks."""
    today = writing.today()
    writing.write(lambda state, viewer, now: begin(state, viewer, action, today, now))


def _cause(action: Action) -> None:
    """The problem in words, and the five whys that explain it: chosen among those on record, or asked here."""
    shown = scope.current()
    st.markdown(f"**{_('Problem')}**")
    st.markdown(plain(action.problem) or f":gray[{_('Not written yet: press “Edit”.')}]")
    st.markdown(f"**{_('Root cause')}**")
    trees = read_trees(load.state(), shown.viewer, load.unseen(shown.store, shown.viewer))
    chosen = next((each for each in trees if each.id == action.why_tree), None)
    if chosen is not None:
        whys_view.tree(chosen)
    if not writing.may_write():
        return
    if trees:
        _choose(action, trees)
    with st.expander(_("Ask five whys"), icon=":material/account_tree:"):
        types = load.values(shown.store, shown.viewer, "issue_type")
        whys_view.form(types, lambda fresh: writing.put(replace(action, why_tree=fresh.id)))


def _choose(action: Action, trees: list[WhyTree]) -> None:
    """One that the reader does not see stays chosen until another is."""
    named = {each.id: f"{each.problem} → {each.cause}" for each in trees}
    if action.why_tree:
        named.setdefault(action.why_tree, _("One that you do not see, or that was taken off the record"))
    known, chosen = list(named), f"why_of_{action.id}_{action.version}"
    st.selectbox(
        _("Five whys on record"),
        known,
        index=known.index(action.why_tree) if action.why_tree else None,
        format_func=lambda each: named[each],
        placeholder=_("Choose"),
        key=chosen,
        on_change=_pick,
        args=(action, chosen),
    )


def _pick(action: Action, chosen: str) -> None:
    """For callbacks."""
    writing.save(replace(action, why_tree=scope.typed(chosen) or ""))


def _goal(action: Action) -> None:
    """The goal in a sentence, the earliest honest day of its check, and the day that is chosen."""
    st.markdown(f"**{_('Goal')}**")
    st.markdown(plain(words.goal(action, scope.current().filter_words(action.filters))))
    if not action.metric or action.expected_change is None:
        return
    begins = action.due or writing.today()
    earliest = _earliest(action, begins)
    st.caption(plain(words.honest(earliest, begins)))
    if not writing.may_write():
        if action.check_on:
            st.markdown(words.to_be_checked(action.check_on))
        return
    with (
        st.form(f"check_on_{action.id}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        day = st.date_input(_("To be checked on"), action.check_on or earliest, format="YYYY-MM-DD", width=220)
        if st.form_submit_button(_("Keep this day"), icon=":material/event:"):
            writing.save(replace(action, check_on=day), lambda _done: st.rerun())
    if action.check_on and earliest and action.check_on < earliest:
        st.warning(words.too_early(action.check_on, text.day(earliest)), icon=":material/hourglass_empty:")


def _earliest(action: Action, begins: date) -> date | None:
    shown = scope.current()
    try:
        with st.spinner(_("Looking for the earliest honest day of a check")):
            return earliest_check(shown.store, load.state(), shown.viewer, action, begins)
    except InvalidScope as failure:
        st.info(plain(text.paragraph(text.explained(failure))), icon=":material/info:")
        return None

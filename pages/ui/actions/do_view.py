"""Do on the screen: steps with who and until when, training by the rule, and the day from which it is live."""

from dataclasses import replace

import streamlit as st

from data_access.actions.declared import LONGEST
from data_access.actions.moves import go_live
from metrics.actions.action import Action, Step, StepKind
from metrics.actions.stages import step_due, training_due
from pages.ui import scope
from pages.ui.actions import writing
from pages.ui.notices import plain
from reports import text
from reports.actions import action_words as words
from reports.text import _

GONE, ADDED = "steps taken off", "steps added"


def panel(action: Action) -> None:
    """The goal as it was declared, the steps, and the way on to Check."""
    st.markdown(plain(words.goal(action, scope.current().filter_words(action.filters))))
    if action.check_on:
        st.caption(words.to_be_checked(action.check_on))
    st.markdown(f"**{_('Steps')}**")
    for place, step in enumerate(action.steps):
        _step(action, place, step)
    if not action.steps:
        st.caption(_("No step yet: add what has to be done, by whom, and until when."))
    if not writing.may_write():
        return
    _put_back(action)
    _add(action)
    _live(action)


def _step(action: Action, place: int, step: Step) -> None:
    rules = scope.current().store.rules
    due = step_due(action, step, rules)
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        icon = ":green[:material/check_circle:]" if step.done_on else ":gray[:material/radio_button_unchecked:]"
        st.markdown(f"{icon} **{plain(step.words)}**  \n{plain(words.step(step, due))}", width="stretch")
        if not writing.may_write():
            return
        key = f"{action.id}_{place}"
        if step.done_on is None:
            done = _with(action, place, replace(step, done_on=writing.today()))
            st.button(_("Done"), key=f"done_{key}", icon=":material/check:", on_click=writing.save, args=(done,))
        else:
            again = _with(action, place, replace(step, done_on=None))
            st.button(
                _("Not done yet"), key=f"undone_{key}", icon=":material/undo:", on_click=writing.save, args=(again,)
            )
        st.button(
            _("Take off"), key=f"off_{key}", icon=":material/delete:", on_click=_take_off, args=(action, place),
            type="tertiary",
        )  # fmt: skip


def _with(action: Action, place: int, step: Step) -> Action:
    return replace(action, steps=(*action.steps[:place], step, *action.steps[place + 1 :]))


def _take_off(action: Action, place: int) -> None:
    """For callbacks: it can be put back."""
    left = replace(action, steps=(*action.steps[:place], *action.steps[place + 1 :]))
    writing.save(left, lambda _done: scope.note(GONE, (action.id, action.steps[place])))


def _put_back(action: Action) -> None:
    gone = scope.noted(GONE)
    if gone is not None and gone[0] == action.id:
        said = _("Put back: {name}").format(name=plain(gone[1].words))
        st.button(said, icon=":material/undo:", type="tertiary", on_click=_restore, args=(action, gone[1]))


def _restore(action: Action, step: Step) -> None:
    """For callbacks."""
    writing.save(replace(action, steps=(*action.steps, step)), lambda _done: scope.note(GONE, None))


def _add(action: Action) -> None:
    rules = scope.current().store.rules
    spoken = {kind: words.kind(kind) for kind in StepKind}
    added = scope.noted(ADDED) or 0  # another form for each step, and the same while others write: what is typed stays
    with st.form(f"step_{action.id}_{added}", border=True):
        said = st.text_input(_("What is to be done?"), max_chars=LONGEST)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            kind = st.segmented_control(
                _("Kind"), list(StepKind), default=StepKind.TASK, format_func=lambda each: spoken[each], required=True
            )
            who = st.text_input(_("By whom?"), action.owner, max_chars=LONGEST, width=200)
            due = st.date_input(_("Until"), action.due, format="YYYY-MM-DD", width=160)
        if action.begun_on:
            trained = text.day(training_due(action.begun_on, rules))
            st.caption(words.training_rule(rules.training_workdays, trained))
        if st.form_submit_button(_("Add a step"), icon=":material/add:"):
            fresh = Step(words=said, owner=who, due=None if kind is StepKind.TRAINING else due, kind=kind)
            writing.save(replace(action, steps=(*action.steps, fresh)), lambda _done: _added(added + 1))


def _added(count: int) -> None:
    scope.note(ADDED, count)
    st.rerun()


def _live(action: Action) -> None:
    open_steps = sum(each.done_on is None for each in action.steps)
    with st.form(f"live_{action.id}_{action.version}", border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            day = st.date_input(_("First day of the new way"), writing.today(), format="YYYY-MM-DD", width=220)
            ready = bool(action.steps) and not open_steps
            if st.form_submit_button(
                _("It is live: on to Check"), type="primary", icon=":material/play_arrow:", disabled=not ready
            ):
                writing.write(
                    lambda state, viewer, now: go_live(state, viewer, action, day, now), lambda _done: st.rerun()
                )
        if not ready:
            st.caption(words.not_ready(open_steps))

"""The form of an action: what is wrong, what is to become better and by how much, where, who, and until when."""

from dataclasses import replace

import streamlit as st

from data_access.actions.actions import add_action, save_action
from data_access.actions.declared import LONGEST, MOST_WORDS
from metrics.actions.action import Action, Stage
from metrics.catalogue import CATALOGUE
from metrics.metric import Better
from metrics.scope import FILTERS
from pages.ui import change_form, load, scope
from pages.ui.actions import writing
from pages.ui.notices import plain
from reports import text
from reports.text import _

USUAL_PERCENT = 20.0
OPENED = "action_form_opened"


def open_form(action: Action) -> None:
    """A dialog with the form: for an action that is not on record yet, or for one to be edited."""
    title = _("Edit this action") if action.id else _("Add an action")
    turn = (scope.noted(OPENED) or 0) + 1  # closing a dialog reruns nothing: its fields would come back as they were
    scope.note(OPENED, turn)
    st.dialog(title, width="large")(scope.spoken(_fields))(action, f"{action.id}_{turn}")


def _fields(old: Action, form: str) -> None:
    with st.form(f"action_form_{form}", border=False, enter_to_submit=False):
        title = st.text_input(_("What is to become better?"), old.title, max_chars=LONGEST)
        filled = replace(old, title=title)
        if old.stage in {Stage.PLAN, Stage.DO}:
            problem = st.text_area(_("What is the problem?"), old.problem, max_chars=MOST_WORDS, height=80)
            filled = replace(filled, problem=problem)
        left, right = st.columns(2)
        filled = replace(filled, owner=left.text_input(_("Owner"), old.owner, max_chars=LONGEST))
        if old.stage in {Stage.PLAN, Stage.DO}:
            due = right.date_input(_("To be live by"), old.due, format="YYYY-MM-DD")
            filled = replace(filled, due=due)
        if old.stage is Stage.PLAN:
            filled = _goal(filled)
        if st.form_submit_button(_("Save"), type="primary", icon=":material/save:"):
            _save(filled)


def _goal(old: Action) -> Action:
    """The metric, by how much it should move, and where."""
    metrics = change_form.known_with([each.id for each in change_form.judged_metrics()], (old.metric,))
    names = {each: _(CATALOGUE[each].name) for each in metrics}
    left, right = st.columns(2)
    metric = left.selectbox(
        _("Metric that should move"),
        metrics,
        index=metrics.index(old.metric) if old.metric in metrics else None,
        format_func=lambda each: names[each],
        placeholder=_("Choose"),
    )
    percent = right.number_input(
        _("Expected change, in percent of its level"),
        min_value=0.0,
        max_value=500.0,
        value=USUAL_PERCENT if old.expected_change is None else round(abs(old.expected_change) * 100, 2),
        step=5.0,
        format="%g",
        help=_("For the better: 20 means a fifth less of what should fall, and a fifth more of what should rise."),
    )
    st.markdown(_("Where does it apply? Empty means everywhere."))
    finer = {name: list(values) for name, values in old.filters if name not in FILTERS}
    if finer:
        codes = [scope.current().label(name, code) for name, values in finer.items() for code in values]
        st.caption(plain(_("Within it only: {places}").format(places=text.listed(codes))))
    kept = {**finer, **change_form.places(old.filters)}
    filters = tuple(sorted((name, tuple(values)) for name, values in kept.items() if values))
    return replace(old, metric=metric or "", filters=filters, expected_change=_signed(metric, percent / 100))


def _signed(metric: str | None, size: float) -> float | None:
    """A change for the better by so much."""
    if metric is None or not size:
        return None
    return size if CATALOGUE[metric].better is Better.HIGHER else -size


def _save(action: Action) -> None:
    people = load.unseen(scope.current().store, scope.current().viewer)

    if action.id:
        writing.write(lambda state, viewer, now: save_action(state, viewer, action, now, people), writing.open_page)
    else:
        writing.write(lambda state, viewer, now: add_action(state, viewer, action, now), writing.open_page)

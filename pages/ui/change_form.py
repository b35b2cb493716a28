"""The form in which a change is put on record or corrected."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import streamlit as st

from data_access.change_rows import Change, Expected, Kind
from data_access.changes import remove_change, restore_change, save_change
from data_access.judging import can_judge
from metrics.catalogue import CATALOGUE
from metrics.scope import FILTERS
from pages.ui import identity, load, notices, scope
from reports import text
from reports.text import N_, _

EXPECTED = {
    Expected.DECREASE: N_("It should fall"),
    Expected.INCREASE: N_("It should rise"),
    Expected.EITHER: N_("Either way"),
}


def open_form(change: Change | None, start: date) -> None:
    """A dialog with the form: empty for a new change, filled for one to be corrected."""
    title = _("Register a change") if change is None else _("Correct this change")
    st.dialog(title, width="large")(scope.spoken(_fields))(change, start)


def _fields(change: Change | None, start: date) -> None:
    shown = scope.current()
    old = change or Change(name="", kind=Kind.PROCESS, start=start, metric="complaint_rate")
    metrics = [each.id for each in CATALOGUE.values() if can_judge(each) and not shown.store.missing(each, ())]
    place = metrics.index(old.metric) if old.metric in metrics else 0
    with st.form("change_form", border=False, enter_to_submit=False):
        name = st.text_input(_("What is done differently?"), old.name, max_chars=120)
        left, right = st.columns(2)
        kind = left.selectbox(_("Kind"), list(Kind), index=list(Kind).index(old.kind), format_func=text.code)
        first = right.date_input(_("First day of the new way"), old.start, format="YYYY-MM-DD")
        metric = left.selectbox(
            _("Metric that should move"), metrics, index=place, format_func=lambda each: _(CATALOGUE[each].name)
        )
        spoken = {each: _(EXPECTED[each]) for each in Expected}
        expected = right.selectbox(
            _("Expected"),
            list(Expected),
            index=list(Expected).index(old.expected),
            format_func=lambda each: spoken[each],
        )
        st.markdown(_("Where does it apply? Empty means everywhere."))
        kept = {**{each: values for each, values in old.scope if each not in FILTERS}, **_where(old)}
        owner = left.text_input(_("Owner"), old.owner, max_chars=80)
        why = st.text_area(_("Why should it help?"), old.hypothesis, max_chars=1000, height=80)
        if st.form_submit_button(_("Save"), type="primary", icon=":material/save:"):
            filters = tuple((dimension, tuple(values)) for dimension, values in kept.items() if values)
            filled = replace(
                old, name=name, kind=kind, start=first, metric=metric, expected=expected, scope=filters, owner=owner,
                hypothesis=why,
            )  # fmt: skip
            _save(filled)


def _where(old: Change) -> dict[str, list[str]]:
    shown = scope.current()
    columns = st.columns(2)
    chosen = {}
    for place, dimension in enumerate(FILTERS):
        known = load.values(shown.store, shown.viewer, dimension)
        before = [each for each in dict(old.scope).get(dimension, ()) if each in known]
        if known:
            chosen[dimension] = columns[place % 2].multiselect(
                text.dimension(dimension), known, before, format_func=_labels(dimension), placeholder=_("All")
            )
    return chosen


def _labels(dimension: str) -> Callable[[str], str]:
    shown = scope.current()
    return lambda code: shown.label(dimension, code)


def _save(change: Change) -> None:
    with notices.explained():
        saved = save_change(load.state(), scope.current().viewer, change, datetime.now(UTC))
        scope.choose_change(saved.id)
        st.rerun()


def remove(change: Change) -> None:
    """For callbacks: take a change off the record; it can be put back."""
    with notices.explained():
        identity.require_same(scope.current().viewer, identity.claims())
        remove_change(load.state(), scope.current().viewer, change, datetime.now(UTC))
        scope.choose_change("")


def restore(change: Change) -> None:
    """For callbacks: put a removed change back."""
    with notices.explained():
        identity.require_same(scope.current().viewer, identity.claims())
        saved = restore_change(load.state(), scope.current().viewer, change, datetime.now(UTC))
        scope.choose_change(saved.id)

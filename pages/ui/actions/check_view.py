"""Check on the screen: when the product checks the action, and what it found, in the words of the SOP changes."""

from dataclasses import replace

import streamlit as st

from data_access.actions.checking import check_action
from data_access.actions.frozen import thawed
from data_access.actions.moves import change_from
from metrics.actions.action import Action, Check
from metrics.actions.stages import OPEN, is_check_due
from metrics.catalogue import CATALOGUE
from metrics.intervention import ChangeEffect
from metrics.metric import Metric
from pages.ui import scope, tables
from pages.ui.actions import writing
from pages.ui.change_reads import named
from pages.ui.change_view import badge
from pages.ui.notices import plain
from pages.ui.pieces import CHART
from reports import change_tables, charts_base, charts_change, evaluated
from reports.actions import action_words as words
from reports.text import _


def panel(action: Action) -> None:
    """The goal, the declared day and, once the data reach it, the check."""
    shown = scope.current()
    goal(action)
    if action.check is not None:
        verdict(action, action.check)
    if is_check_due(action, shown.store.anchor):
        st.info(words.is_due(action), icon=":material/fact_check:")
        if writing.may_write():
            st.button(
                _("Check now"), type="primary", icon=":material/fact_check:", on_click=_check, args=(action,),
                help=_("“python -m jobs actions” does it by itself."),
            )  # fmt: skip
    elif action.check is not None and action.check.code in OPEN:
        _again(action)
    else:
        st.info(words.waits(action, shown.store.anchor), icon=":material/hourglass_empty:")


def goal(action: Action) -> None:
    """What was declared beforehand; or that it was written down only afterwards."""
    st.markdown(plain(words.goal(action, scope.current().filter_words(action.filters))))
    told = words.declared(action)
    if told:
        st.caption(plain(" · ".join(told)))


def verdict(action: Action, check: Check) -> None:
    """What the check found, as it was then."""
    st.subheader(badge(check.code))
    st.caption(plain(words.checked(check, scope.current().store.warehouse.site_zone)))
    if not check.told:
        st.info(
            _("The numbers of this check count teams that you do not see; the verdict is all there is for you."),
            icon=":material/lock:",
        )
        return
    found = named(thawed(check.told), change_from(action), scope.current().label)
    with st.container(border=True):
        st.markdown(plain(evaluated.paragraph(found)))
    metric = CATALOGUE[action.metric].under(scope.current().store.rules)
    if isinstance(found, ChangeEffect) and isinstance(metric, Metric):
        _numbers(action, found, metric)


def _numbers(action: Action, found: ChangeEffect, metric: Metric) -> None:
    st.plotly_chart(
        charts_change.path(found, charts_base.colour_of(metric), action.title, None),
        key=f"action_path_{action.id}_{action.round}",
        config=CHART,
        alt=evaluated.headline(found),
    )
    st.caption(
        _("Dashed: what was to be expected without the change, from what was before it; the band is its 95 % interval.")
    )
    tables.plain(change_tables.on_screen(found, metric))


def _check(action: Action) -> None:
    """For callbacks."""
    store = scope.current().store
    writing.write(lambda state, viewer, now: check_action(store, state, viewer, action, now))


def _again(action: Action) -> None:
    """The check left it open: a later day."""
    st.info(
        _("The check left it open. Say when to look again; what is known until then counts."), icon=":material/event:"
    )
    if not writing.may_write():
        return
    with (
        st.form(f"again_{action.id}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        day = st.date_input(_("To be checked on"), action.check_on, format="YYYY-MM-DD", width=220)
        if st.form_submit_button(_("Keep this day"), icon=":material/event:"):
            writing.save(replace(action, check_on=day), lambda _done: st.rerun())

"""Before a change: how long must it run until it can be seen, and what could be seen at all?"""

import streamlit as st

from data_access.change_rows import Change
from data_access.judging import suited_grain
from data_access.numbers import Grain
from metrics.catalogue import CATALOGUE
from metrics.intervention import Plan
from metrics.intervention.plan import SIZES, USUAL
from metrics.results import NotEstimable
from metrics.scope import Period, Scope
from pages.ui import change_form, controls, files, scope, show, tables
from pages.ui.change_reads import planned_for
from pages.ui.pieces import CHART
from reports import charts_change, planned
from reports.export import Section
from reports.text import N_, _

GRAINS = {Grain.WEEK: N_("Weeks"), Grain.MONTH: N_("Months")}


def planner() -> None:
    """A change that is not on record yet: its metric and its place are chosen here."""
    shown = scope.current()
    st.markdown(_("How long must a change run before anyone can tell whether it worked? Choose what it should move."))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        metric = controls.metric(change_form.judged_metrics(), "complaint_rate")
        controls.filters(shown.store, shown.viewer)
    shown = scope.settle(shown.store, shown.viewer)
    with st.container(horizontal=True, vertical_alignment="center"):
        controls.filters_in_force(shown)
    controls.link_problems()
    if metric is None:
        return
    change = change_form.blank(metric.id, shown.filters)
    _body(change)
    change_form.register_button(change)


@scope.fragment
def _body(change: Change) -> None:
    spoken = {grain: _(name) for grain, name in GRAINS.items()}
    usual = suited_grain(scope.current().store, change)
    grain = controls.segments(_("Grain"), "grain", list(GRAINS), usual, lambda each: spoken[each], labelled=True)
    answered(change, grain)


def answered(change: Change, grain: Grain) -> None:
    """The answer for the size that must not be missed, what would make it quicker, and the powers behind it."""
    first = planned_for(change, grain)
    if isinstance(first, NotEstimable):
        st.info(show.plain(planned.refused(first)), icon=":material/hourglass_empty:")
        return
    sizes = SIZES[first.family]
    spoken = {size: planned.size(first, effect) for size, effect in zip(sizes, first.needed["effect"], strict=True)}
    target = controls.segments(
        _("Change that must not be missed"), "target", sizes, sizes[USUAL], lambda each: spoken[each], labelled=True
    )
    found = first if target == sizes[USUAL] else planned_for(change, grain, target)
    assert isinstance(found, Plan)
    st.markdown(f"**{show.plain(planned.answer(found))}**")
    for line in planned.advice(found):
        st.markdown(f"- {show.plain(line)}")
    _behind(change, found)


def _behind(change: Change, found: Plan) -> None:
    """How long each size takes, and the chance to see it by the time after."""
    metric = CATALOGUE[change.metric]
    st.caption(show.plain(planned.basis(found)))
    tables.plain(planned.waits(found))
    st.markdown(_("Chance to see a change, by the time after it"))
    st.plotly_chart(charts_change.powers(found), key="powers", config=CHART, alt=planned.answer(found))
    told = planned.smallest(found)
    if told is not None:
        st.caption(show.plain(told))
    with st.expander(_("By the time before and after")):
        tables.plain(planned.powers(found))
    title = _("How long until it can be seen?")
    sections = [
        Section(title, planned.waits(found)),
        Section(_("Chance to see a change"), planned.powers(found)),
    ]
    store = scope.current().store
    known = Period(store.data_start, min(change.start, store.data_end))
    files.button(title, sections, [metric], "plan", Scope(known, None, change.scope))

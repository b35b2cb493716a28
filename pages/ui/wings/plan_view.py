"""The sampling plan on the screen: what it finds, the contacts to take along, what it rests on, and fair pass rates."""

from datetime import UTC, datetime

import streamlit as st

from data_access.wings.candidates import WEEK, known_reasons
from data_access.wings.sampling import (
    Plan,
    can_draw,
    missing,
    pool_week,
    read_back_test,
    read_chosen,
    read_plan,
    read_rates,
    usual_capacity,
)
from metrics.scope import Period, reach
from metrics.wings.sampling import Shares
from pages.ui import controls, files, load, scope, show, tables
from pages.ui.notices import needed, plain
from pages.ui.pieces import CHART, behind
from pages.ui.shown import Shown
from reports import text
from reports.export import Section
from reports.text import _
from reports.wings import charts_plan
from reports.wings import plan_words as words

MOST = 2_000  # reviews in one plan
RATE_DAYS = 91  # fewer hold too few reviews for a pass rate by level


def page() -> None:
    """Everything below the title."""
    shown = scope.current()
    lacking = missing(shown.store)
    if lacking:
        needed(lacking)
        return
    if not can_draw(shown.store):
        said = _("This engine cannot draw contacts so that the same are drawn again; connect one that can.")
        st.info(said, icon=":material/info:")
        return
    week = pool_week(shown.store, shown.scope.period)
    usual = usual_capacity(shown.store, shown.viewer, week, shown.filters)
    capacity = controls.whole_number(
        _("Reviews a week"), "capacity", usual, MOST, _("As many as team and centre QA usually make in a week.")
    )
    with st.spinner(_("Counting contacts")):
        plan = read_plan(shown.store, shown.viewer, week, shown.filters, capacity)
    if not plan.contacts:
        show.empty()
        return
    if plan.shares is None:
        st.info(_("Past reviews found no fault, or nothing but faults: there is nothing to aim by."))
        return
    _told(shown, plan, plan.shares)


def _told(shown: Shown, plan: Plan, shares: Shares) -> None:
    st.markdown(f"**{plain(words.lead(plan, shares))}**")
    _tiles(shown, plan, shares)
    _contacts(plan)
    _cells(plan, shares)  # below each other: half the width would cut the last columns of these tables
    _reasons(plan, shares)
    _tested(plan)
    _rates()


def _tiles(shown: Shown, plan: Plan, shares: Shares) -> None:
    grid = st.grid("auto", min_column_width=225, border=True)
    told = (
        (_("Contacts to choose from"), text.number(plan.contacts), _("fit for review and not reviewed yet")),
        (_("Chosen for their risk"), text.number(shares.targeted), _("more often, the likelier a fault is")),
        (_("Drawn at random"), text.number(shares.drawn), _("so that figures stay true; the share is a rule of the "
                                                             "site: {share}").format(share=_share(shown))),
        (_("Faults expected"), text.number(shares.expected, 1),
         _("{count} at random").format(count=text.number(shares.uniform, 1))),
    )  # fmt: skip
    for name, value, note in told:
        with grid.cell():
            st.metric(name, value)
            st.caption(note)


def _share(shown: Shown) -> str:
    return text.number(shown.store.rules.random_share) + (" %" if text.language.get() == "en" else "%")


@scope.fragment
def _contacts(plan: Plan) -> None:
    """The contacts to review; that they were looked at is written down once a session."""
    shown = scope.current()
    st.subheader(_("Contacts to review"))
    look = f"plan {plan.week} {plan.capacity} {shown.filters}"
    told = scope.noted(look) is not None
    found = read_chosen(shown.store, load.state(), shown.viewer, plan, shown.filters, datetime.now(UTC), told=told)
    scope.note(look, value=True)  # not before it was written down
    listed = words.worklist(found)
    names = words.names()
    st.caption(
        _("The likeliest faults first. The same week always gives the same contacts. Keep the inclusion probability "
          "with each review: it makes figures from this plan true for all contacts.")
    )  # fmt: skip
    if not shown.viewer.is_cleared:
        st.caption(_("Ids and names are masked for you: ask someone who is cleared for the list to work from."))
    tables.coded(listed, names, height=420)
    title = _("Contacts to review")
    section = Section(title, listed, names, period=Period(plan.week, plan.week + WEEK))
    files.button(title, [section], key="plan_contacts")


@scope.fragment
def _cells(plan: Plan, shares: Shares) -> None:
    st.subheader(_("Reviews by place"))
    dimensions = words.all_cells(plan)
    if not dimensions:
        st.info(_("These data do not say by what this could be split."), icon=":material/info:")
        return
    chosen = controls.split("plan", dimensions)
    cells = words.by_cell(plan, shares, [chosen])
    tables.coded(cells, words.names(), height=350, decimals=1)
    section = Section(_("Reviews by place"), words.by_cell(plan, shares, dimensions), words.names())
    files.button(_("Reviews by place"), [section], key="plan_cells")


@scope.fragment
def _reasons(plan: Plan, shares: Shares) -> None:
    shown = scope.current()
    st.subheader(_("Reviews by reason"))
    table = words.by_reason(plan, shares, known_reasons(shown.store))
    tables.plain(table)
    st.caption(
        _("A contact may have several reasons. What each is worth comes from the reviews of the half year before, all "
          "reasons weighed at once.")
    )  # fmt: skip
    files.button(_("Reviews by reason"), [Section(_("Reviews by reason"), table)], key="plan_reasons")


@scope.fragment
def _tested(plan: Plan) -> None:
    shown = scope.current()
    st.subheader(_("Would it have found more?"))
    with st.spinner(_("Counting contacts")):
        found = read_back_test(shown.store, shown.viewer, plan.week, shown.filters, plan.capacity)
    st.markdown(plain(words.tested(found)))
    if found is None:
        return
    figure = charts_plan.back_tested(found)
    st.plotly_chart(figure, key="plan_tested", config=CHART, alt=_("Would it have found more?"))
    behind(figure, "plan_tested")
    st.caption(_("Each past week was planned with what was known then, at the same number of reviews. Faults come from "
                 "the reviews that were made in fact, each weighed by how often its kind was reviewed."))  # fmt: skip
    section = Section(_("Faults found a week"), found.weeks, words.names())
    files.button(_("Would it have found more?"), [section], key="plan_tested_file")


@scope.fragment
def _rates() -> None:
    shown = scope.current()
    st.subheader(_("Pass rate as counted and corrected"))
    period = reach(shown.scope.period, RATE_DAYS)
    found = read_rates(shown.store, shown.viewer, period, shown.filters)
    if not found:
        st.info(_("There is no case in this period and filter."), icon=":material/search_off:")
        return
    st.markdown(plain(words.corrected(found)))
    st.plotly_chart(
        charts_plan.pass_rates(found), key="plan_rates", config=CHART, alt=_("Pass rate as counted and corrected")
    )
    table = words.rates(found)
    tables.plain(table)
    st.caption(
        plain(
            _(
                "Reviews made in {period}. Corrected: each review counts for all contacts that it stands for, one over "
                "its inclusion probability; reviews without a known probability are left out."
            ).format(period=text.period(period))
        )
    )  # fmt: skip
    section = Section(_("Pass rate as counted and corrected"), table, period=period)
    files.button(_("Pass rate as counted and corrected"), [section], key="plan_rates_file")

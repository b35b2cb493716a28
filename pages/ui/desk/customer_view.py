"""One customer on the screen: found by a number or in a list, his tags, his timeline, and the QA sheets beside it."""

from datetime import UTC, datetime, timedelta

import polars as pl
import streamlit as st

from data_access.desk.customer import MOST_CONTACTS, OneCustomer, find_customer, offered, open_customer
from metrics.scope import Period, Scope
from pages.ui import clicks, files, identity, load, notices, pieces, scope, show, tables
from pages.ui.notices import needed
from pages.ui.pieces import CHART
from reports import text
from reports.desk import charts_customer
from reports.desk import customer_words as words
from reports.export import Section
from reports.text import _

OPENED = "one customer"
NEEDS = ("complaints.customer_id",)


@scope.fragment
def page() -> None:
    """Everything below the title."""
    shown = scope.current()
    if missing := shown.store.warehouse.missing(NEEDS):
        needed(missing)
        return
    st.markdown(_("Every contact, complaint, step of handling, promise and QA review of one customer, in one place."))
    if shown.viewer.is_cleared:
        _type()
    else:
        st.caption(_("You see customers under pseudonyms and open them from the list."))
    _choose()
    found = scope.noted(OPENED)
    if isinstance(found, OneCustomer) and found.sight == shown.viewer.sight:
        _case(found)


def _choose() -> None:
    """Customers of the scope's complaints, those with most to tell first; a click opens one."""
    shown = scope.current()
    if pieces.complaints_refused():
        return
    look, now = f"customers {shown.scope.period} {shown.filters}", datetime.now(UTC)
    is_told = scope.noted(look) is not None
    known = offered(shown.store, load.state(), shown.viewer, shown.scope.period, shown.filters, now, told=is_told)
    scope.note(look, value=True)  # not before it was written down
    if known.is_empty():
        show.empty()
        return
    with st.container(border=True):
        st.markdown(f"**{_('Customers with complaints in the period')}**")
        key = clicks.turned(f"customers_{shown.scope.period.start}_{hash(shown.filters)}")
        st.dataframe(
            words.customers(known, shown.label), hide_index=True, key=key, height=240, selection_mode="single-cell",
            on_select=lambda: clicks.pick_cell(key),
        )  # fmt: skip
        st.caption(_("Click a customer to open the case; who looks is written down."))
    cell = clicks.picked(key)
    if cell is not None:
        _open(known["customer_id"][cell[0]])


def _type() -> None:
    """A number that somebody knows, from a ticket or a list of cases."""
    with st.form("customer_number", border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            label = _("Number of a customer, contact, complaint or review")
            typed = st.text_input(label, max_chars=80, width=360)
            is_asked = st.form_submit_button(_("Find"), icon=":material/search:")
        if is_asked and typed.strip():
            with notices.explained():
                shown = scope.current()
                _open(find_customer(shown.store, shown.viewer, typed.strip()))


def _open(customer: str) -> None:
    """Read the customer, which the audit log then says."""
    with notices.explained():
        shown = scope.current()
        identity.require_same(shown.viewer, identity.claims())
        scope.note(OPENED, open_customer(shown.store, load.state(), shown.viewer, customer, datetime.now(UTC)))


def _case(found: OneCustomer) -> None:
    shown = scope.current()
    title = _("Customer {name}").format(name=found.name)
    st.subheader(show.plain(title))
    st.markdown(f"**{show.plain(words.headline(found))}**")
    if found.tags:
        with st.container(horizontal=True, gap="small"):
            for each in found.tags:
                st.badge(
                    show.plain(words.tag(each, shown.label)), color="orange" if each.code in words.WARNINGS else "blue"
                )
        with st.expander(_("Rules that set these tags"), icon=":material/rule:"):
            tables.plain(words.tags_table(found, shown.store.rules, shown.label))
    if found.events.is_empty():
        return
    key = f"timeline_{found.name}"
    st.plotly_chart(charts_customer.timeline(found.events, shown.label), key=key, config=CHART, alt=title)
    left, right = st.columns([2, 1], gap="large")
    with left:
        _events(found)
    with right:
        _sheets(found)


def _events(found: OneCustomer) -> None:
    shown = scope.current()
    title = _("Timeline")
    st.markdown(f"**{title}**")
    rows = words.events(found.events, shown.label)
    tables.plain(rows, height=460)
    if found.contacts > MOST_CONTACTS:
        st.caption(_("Of the contacts the newest {count} are shown.").format(count=text.number(MOST_CONTACTS)))
    days = Period(found.events["at"][-1].date(), found.events["at"][0].date() + timedelta(days=1))
    files.button(_("One customer"), [Section(title, rows)], key="customer", looked_at=Scope(days))


def _sheets(found: OneCustomer) -> None:
    """The QA sheet of one of the reviews beside the timeline."""
    st.markdown(f"**{_('QA sheet')}**")
    if found.reviews.is_empty():
        st.info(_("None of these contacts was reviewed."), icon=":material/fact_check:")
        return
    rows = list(found.reviews.iter_rows(named=True))
    names = [words.review(row) for row in rows]
    place = st.selectbox(
        _("Choose a review"), range(len(rows)), format_func=lambda each: names[each], key=f"sheet_{found.name}"
    )
    row = rows[place]
    verdict = {True: _("QA passed"), False: _("QA failed")}.get(row["passed"], _("No verdict"))
    about = [verdict, *([_("Fatal item")] if row["fatal"] else []), _("Contact {case}").format(case=row["contact_id"])]
    st.caption(show.plain(" · ".join(about)))
    items = found.items.filter(pl.col("review_id") == row["review_id"])
    if items.is_empty():
        st.caption(_("This review has no items on record."))
    else:
        tables.plain(words.sheet(items))

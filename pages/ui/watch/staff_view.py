"""The staff that a forecast needs, on the screen."""

import streamlit as st

from data_access.watch.staff import Staff, read_staff, work_lacks
from metrics.forecast import Foretold
from pages.ui import files, scope, show, tables
from pages.ui.notices import needed, plain
from pages.ui.pieces import CHART
from reports.export import Section
from reports.text import _
from reports.watch import charts_forecast
from reports.watch import staff_words as words


def section(found: Foretold, name: str | None) -> None:
    """Agents needed in each hour of the next two weeks, and whether the usual hours are enough."""
    with show.section(_("Staff for the next two weeks")):
        if not st.toggle(
            _("Reckon the staff"), key="reckon_staff", help=_("Counts contacts by the hour in the warehouse.")
        ):
            return
        shown = scope.current()
        if missing := work_lacks(shown.store):
            needed(missing)
            return
        with st.spinner(_("Counting contacts by the hour")):
            staff = read_staff(shown.store, shown.viewer, found, name, shown.filters)
        if staff is None:
            show.empty()
            return
        _told(staff)


def _told(staff: Staff) -> None:
    title = _("Staff for the next two weeks")
    st.markdown(f"**{plain(words.lead(staff))}**")
    if said := words.short_days(staff):
        st.markdown(plain(said))
    st.plotly_chart(charts_forecast.staff(staff.needs), key="staff_hours", config=CHART, alt=title)
    tables.plain(words.table(staff.days), height="content")
    st.caption(plain(words.about(staff)))
    files.button(title, [Section(title, staff.needs, words.headers())], key="staff")

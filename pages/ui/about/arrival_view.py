"""How the tables arrive on the screen: how far each reaches, and its days beside what was expected of them."""

from collections.abc import Sequence

import polars as pl
import streamlit as st

from data_access.data_quality.arrival import DATED, Arrival, read_course
from metrics.results import NotEstimable
from pages.ui import files, scope, show, tables
from pages.ui.notices import plain
from pages.ui.pieces import CHART
from reports.data_quality import charts_volume, words
from reports.export import Section
from reports.text import _

DRAWN = 91  # days
TABLE = "table"  # the name under which a link says which one


@scope.fragment
def section(arrivals: Sequence[Arrival]) -> None:
    """The tables with their last day, and the days of one of them."""
    with show.section(_("How the tables arrive")):
        tables.plain(words.arrivals(arrivals), height="content", named=_("Table"))
        if scope.current().viewer.teams is None:  # rows of all teams together
            _days([each.table for each in arrivals if each.table in DATED])


def _days(names: Sequence[str]) -> None:
    if not names:
        return
    shown = scope.current()
    widget = scope.view_widget(TABLE, names, names[0])
    name = st.selectbox(_("Days of a table"), names, format_func=words.table_name, width=320, **widget)
    with st.spinner(_("Trying the forecast on the past year")):
        found = read_course(shown.store, name)
    if isinstance(found, NotEstimable):
        st.info(plain(words.refused(found)), icon=":material/info:")
        return
    found = found.tail(DRAWN)
    st.markdown(plain(words.unusual(found, shown.store.rules.volume_limit)))
    if found.height:
        _course(found, name)


def _course(found: pl.DataFrame, name: str) -> None:
    title = _("Days of a table beside what was expected")
    figure = charts_volume.course(found, scope.current().events)
    st.plotly_chart(figure, key=f"volume_{name}", config=CHART, alt=title)
    st.caption(_("Expected as the forecast of its week’s first day had it, with the 95 % interval of that day."))
    with st.container(horizontal=True, vertical_alignment="center"):
        as_table = st.toggle(_("Show as table"), key="table_volume")
        files.button(title, [Section(title, found, words.course_headers())], key="volume")
    if as_table:
        tables.coded(found, words.course_headers(), decimals=1)

"""What a mapping came to on the database: faults, tables with their first rows, and what metrics still need."""

import polars as pl
import streamlit as st

from data_access.connecting.checking import Check, CheckedTable
from metrics.catalogue import CATALOGUE
from pages.ui import notices, tables
from reports import column_words, connect_words, text
from reports.text import _


def found(check: Check) -> None:
    """The whole result of a try."""
    for step in check.steps:
        if step.failure is not None:
            st.error(notices.plain(connect_words.step_line(step)), icon=":material/report:")
    for fault in check.faults:
        st.error(notices.plain(text.paragraph(text.explained(fault))), icon=":material/report:")
    if check.is_sound:
        st.success(_("Every table and column of the mapping is there and can be read."), icon=":material/check_circle:")
    for table in check.tables:
        _table(table)
    if check.metrics:
        _metrics(check)


def _table(table: CheckedTable) -> None:
    st.markdown(f"**{notices.plain(connect_words.found(table))}**")
    for remark in connect_words.remarks(table):
        st.caption(f":material/warning: {notices.plain(remark)}")
    if table.preview.height:
        st.dataframe(tables.seen(table.preview), hide_index=True)


def _metrics(check: Check) -> None:
    lacking = [each for each in check.metrics if each.needs]
    st.subheader(_("What metrics still need"))
    st.text(connect_words.available(check))
    rows = [
        {_("Metric"): _(CATALOGUE[each.metric].name), _("Needs"): column_words.lacking(each.needs)} for each in lacking
    ]
    if rows:
        st.dataframe(pl.DataFrame(rows), hide_index=True)

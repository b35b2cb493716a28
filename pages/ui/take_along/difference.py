"""Two documents side by side on the screen: a sentence, and every number that differs."""

import streamlit as st

from pages.ui import notices, tables
from reports import text
from reports.document.compared import compare_documents
from reports.document.parts import Document
from reports.text import _

MOST = 500  # rows that a page shows


def show(title: str, old: Document, new: Document, *, is_translated: bool) -> None:
    """What differs between an older and a newer document, in one language or in two."""
    found = compare_documents(old, new, is_translated=is_translated)
    with st.container(border=True):
        st.markdown(f"**{notices.plain(title)}**")
        if found.is_same:
            st.success(found.said(), icon=":material/check_circle:")
            return
        st.info(found.said(), icon=":material/difference:")
        if not found.table.height:
            return
        tables.plain(found.table.head(MOST))
        if found.table.height > MOST:
            shown, total = text.number(MOST), text.number(found.table.height)
            st.caption(_("The first {shown} of {total} differences.").format(shown=shown, total=total))

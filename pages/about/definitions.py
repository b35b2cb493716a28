"""Definitions: what every number means, where it comes from, and what this warehouse lacks for it."""

import streamlit as st

from metrics.catalogue import CATALOGUE
from pages.ui import scope, show
from reports import column_words
from reports.text import _

store = scope.current().store
st.title(_("Definitions"))
st.markdown(
    _("A ratio is always sum over sum. Excluded everywhere: test contacts, spam, wrong numbers, merged duplicates and "
      "outbound campaigns. Values with fewer than {count} cases are grey and never compared.").format(
        count=store.rules.min_denominator
    )
)  # fmt: skip
wanted = st.text_input(_("Find a metric"), placeholder=_("Name, id or a word of the definition"), width=420)
found = [metric for metric in CATALOGUE.values() if wanted.strip().casefold() in show.card(metric).casefold()]
if not found:
    st.info(_("No metric has these words."), icon=":material/search_off:")
for metric in found:
    missing = store.missing(metric, ())
    with st.container(border=True, key=f"definition_{metric.id}"):
        st.markdown(show.card(metric))
        if missing:
            st.caption(f":material/block: {show.plain(column_words.unavailable(missing))}")

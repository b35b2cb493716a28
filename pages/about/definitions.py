"""Definitions: what every number means, where it comes from, and what this warehouse lacks for it."""

import streamlit as st

from metrics.catalogue import CATALOGUE
from pages.ui import scope, show
from reports.text import _

store = scope.current().store
st.title(_("Definitions"))
st.markdown(
    _("A ratio is always sum over sum. Excluded everywhere: test contacts, spam, wrong numbers, merged duplicates and "
      "outbound campaigns. Values with fewer than {count} cases are grey and never compared.").format(
        count=store.rules.min_denominator
    )
)  # fmt: skip
for metric in CATALOGUE.values():
    missing = store.missing(metric, ())
    with st.container(border=True, key=f"definition_{metric.id}"):
        st.markdown(show.card(metric))
        if missing:
            st.caption(
                ":material/block: " + _("not available: needs {columns}").format(columns=show.plain(", ".join(missing)))
            )

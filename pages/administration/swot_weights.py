"""Weights of the SWOT board: how much each kind of finding counts when the board ranks them, and who set that."""

import streamlit as st

from pages.ui import set_values_view
from pages.ui.swot import weight_view
from reports.text import _

st.title(_("Weights of the SWOT board"))
st.markdown(
    _("The board ranks what it finds by its share of all cases, how sure it is, and the weight of its kind. Weights "
      "hold for the boards and reports of the whole site; 0 keeps a kind off the board. Editions that were kept stay "
      "as they are.")
)  # fmt: skip
found = weight_view.shown()
weight_view.form(found)
set_values_view.taken_back(found)
set_values_view.history(found)

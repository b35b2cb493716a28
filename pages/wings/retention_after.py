"""What bad service costs: how many customers stay after a complaint, a repeat or a failed review?"""

import streamlit as st

from metrics.business import RETENTION
from pages.ui import cases, files, show
from pages.ui.wings import retention_view
from reports.text import _

st.title(_("What bad service costs"))
retention_view.compared()
st.subheader(_("Active again in any way after a complaint"))
st.caption(_("By the metric, from the first day on and with the same matter as well: for orientation, without others."))
result = show.compared(RETENTION)
show.tiles(RETENTION, result, show.sparks(RETENTION))
with st.container(horizontal=True):
    cases.button(RETENTION[-1], "retained", words=_("Show the complaints and whether they were followed"))
    files.page(_("What bad service costs"), result, RETENTION, splits={}, more=retention_view.sections)

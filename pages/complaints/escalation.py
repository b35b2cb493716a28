"""Lines of defence: which open cases may go to a regulator, what was missed before, and do the triggers warn?"""

import streamlit as st

from pages.ui.desk import defence_view
from reports.text import _

st.title(_("Lines of defence"))
defence_view.page()

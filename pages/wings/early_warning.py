"""Early warning: does something pile up that one wing sees and the other does not?"""

import streamlit as st

from pages.ui.wings import early_warning
from reports.text import _

st.title(_("Early warning"))
early_warning.warnings()

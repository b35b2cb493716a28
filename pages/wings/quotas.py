"""Three-level quotas: were self-checks, team QA and centre QA kept, and who owes what today?"""

import streamlit as st

from pages.ui.wings import quota_view
from reports.text import _

st.title(_("Three-level quotas"))
quota_view.page()

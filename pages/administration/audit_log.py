"""Audit log: who looked at what, took what along and changed what, and is the log as it was written?"""

import streamlit as st

from pages.ui import audit_view
from reports.text import _

st.title(_("Audit log"))
audit_view.entries()
audit_view.verification()
audit_view.retention()

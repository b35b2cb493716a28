"""Subscriptions: who gets which report by themselves, and what has been sent?"""

import streamlit as st

from pages.ui.report import subscription_view
from reports.text import _

st.title(_("Subscriptions"))
subscription_view.page()

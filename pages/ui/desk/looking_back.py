"""The days that are looked back on: the period alone, or enough before its end to judge by."""

import streamlit as st

from data_access.numbers import Grain
from metrics.scope import Period
from pages.ui import controls, scope
from reports import text
from reports.text import N_, _

REACHES = {"weeks": N_("26 weeks"), "period": N_("The period alone")}


def period() -> Period:
    """Asks which days, and says which they are."""
    shown = scope.current()
    named = {each: _(name) for each, name in REACHES.items()}
    reach = controls.segments(_("Looking back"), "reach", list(REACHES), "weeks", lambda each: named[each])
    days = shown.scope.period if reach == "period" else shown.reached(Grain.WEEK)
    st.caption(text.period(days))
    return days

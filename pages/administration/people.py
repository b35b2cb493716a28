"""People and rights: who has which role, for which teams, and who may see names and texts?"""

import streamlit as st

from pages.ui import load, people_view, scope, show
from reports.text import _

viewer = scope.current().viewer
st.title(_("People and rights"))
if load.sign_in() is None:
    st.info(
        _("No sign-in is set up, so only this machine can open the dashboard and sees all. What is given here counts "
          "as soon as there is one: docs/security.md shows how."),
        icon=":material/lock_open:",
    )  # fmt: skip
grants = load.people(viewer)
chosen = people_view.listed(grants)
people_view.actions(chosen)
with show.section(_("What each role may do")):
    people_view.roles()

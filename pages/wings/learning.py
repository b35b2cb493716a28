"""Learning from cases: which calls show how to do it, and what can each agent try next?"""

import streamlit as st

from pages.ui import load, notices, scope, show
from pages.ui.wings import coaching_view, library_view
from reports import text
from reports.text import _

shown = scope.current()
st.title(_("Learning from cases"))
with notices.explained():
    examples = load.examples(shown.store, shown.viewer)
    good = sum(each.is_good for each in examples)
    said = _("The case library holds {good} cases to copy and {learn} to learn from. Guidance comes before deductions.")
    st.markdown(show.plain(said.format(good=text.number(good), learn=text.number(len(examples) - good))))
    library_view.library(examples)
    coaching_view.choose()

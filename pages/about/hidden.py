"""What is hidden in this data: the patterns that were planted in the demo, for checking what the product finds."""

import streamlit as st

from pages.ui import load, scope, show
from reports import sentences
from reports.text import _

manifest = load.demo_manifest(scope.current().store)
st.title(_("What is hidden in this data"))
if manifest is None:
    st.info(_("These are your own data: nothing was planted in them."), icon=":material/verified:")
elif not manifest.truths:
    st.info(_("This demo was made without planted patterns."), icon=":material/visibility_off:")
elif not (seen := manifest.seen_by(scope.current().viewer)):
    st.info(_("None of the planted patterns is about your teams."), icon=":material/visibility_off:")
else:
    st.markdown(
        _("The demo is invented. These patterns were planted in it, so that you can see whether they are found.")
    )
    for truth in seen:
        with st.container(border=True, key=f"truth_{truth.id}"):
            st.markdown(f"**{show.plain(sentences.truth(truth))}**")
            st.caption(show.plain(sentences.truth_details(truth)))

"""The frame around every page: settings, language, warehouse, scope bar, navigation and the one error handler."""

import streamlit as st

from data_access.viewer import LOCAL
from pages.ui import controls, frame, load, menu, notices, scope

st.set_page_config(page_title="Twinwing 双翼", page_icon=":material/flight:", layout="wide")
scope.read_link()
page = st.navigation(menu.pages(is_demo=load.is_demo()), position="sidebar")
st.logo(frame.LOGO, size="large")
st.html(frame.ROOM)
with st.sidebar:
    controls.language()
scope.on_page(page.url_path)
with notices.explained():
    opened = frame.warehouse()
    frame.banner(opened)
    if menu.has_scope(page):
        controls.scope_bar(opened.store, LOCAL)
        if not scope.has_data():
            frame.no_data()
            st.stop()
    else:
        scope.settle(opened.store, LOCAL, filtered=False)
    page.run()

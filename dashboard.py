"""The frame around every page: settings, language, sign-in, warehouse, scope bar, navigation, the one error handler."""

import streamlit as st

from pages.ui import controls, frame, load, menu, notices, scope, sign_in
from pages.ui.operating.watched import rerun

st.set_page_config(page_title="Twinwing 双翼", page_icon=str(frame.ICON), layout="wide")
scope.read_link()
st.logo(frame.LOGO, size="large")
frame.room()
with rerun(scope.settled) as run, notices.explained():
    run.viewer = viewer = sign_in.viewer()
    page = st.navigation(menu.pages(viewer, is_demo=load.is_demo()), position="sidebar", expanded=True)
    with st.sidebar:
        controls.language()
    run.page = page.url_path or menu.ENTRIES[0].url
    scope.on_page(page.url_path)
    opened = frame.warehouse_of(page, viewer)
    if opened is None:
        page.run()
    elif not menu.is_allowed(viewer, page.url_path):
        frame.banner(opened, viewer)
        sign_in.turned_away(viewer, page.url_path)
    else:
        frame.banner(opened, viewer)
        frame.shown(page, opened.store, viewer)
load.keep_modules()

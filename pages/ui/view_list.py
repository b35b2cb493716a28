"""Views: a link to what is shown now, and those that people keep for themselves or share with their teams."""

from datetime import UTC, datetime
from html import escape

import streamlit as st

from data_access.saved_views import LONGEST, SavedView, read_views, remove_view, restore_view, save_view
from data_access.store import Store
from data_access.viewer import Right, Viewer
from pages.ui import identity, load, menu, notices, scope
from pages.ui.notices import plain
from pages.ui.taking_off import Record, take_off
from reports import text
from reports.text import N_, _

KEPT = "views_kept"
VISIBLE = {False: N_("Only me"), True: N_("My teams")}


def views(store: Store, viewer: Viewer) -> None:
    """In the sidebar: a link to copy, the views there are, and a form to keep the one that is shown."""
    with st.popover(_("Views"), icon=":material/bookmark:", width="stretch"), notices.explained():
        found = read_views(load.state(), viewer, load.unseen(store, viewer))
        st.html(_copy_link())
        for each in found:
            _one(each, viewer)
        if not found:
            st.caption(_("Keep what you look at every week: page, period, filters and the way it is shown."))
        _form(viewer)
        own = [each for each in found if each.made_by == viewer.name or viewer.may(Right.PEOPLE)]
        record = Record("view", remove_view, restore_view, lambda each: each.name, lambda each: each.name)
        take_off(record, own, _("Take a view off"), _("Take off"))


def _copy_link() -> str:
    """A button that the browser itself answers: only there the link is known as it stands."""
    words = escape(_("Copy the link to this page"))
    return f'<button type="button" class="twinwing-copy" data-done="{escape(_("Copied"))}">{words}</button>'


def _one(view: SavedView, viewer: Viewer) -> None:
    entry = next((each for each in menu.ENTRIES if each.url == view.page), None)
    if entry is None or not menu.is_allowed(viewer, entry.url):
        return
    told = _(entry.title) if view.made_by == viewer.name else f"{_(entry.title)} · {text.person(view.made_by)}"
    if st.button(plain(view.name), key=f"view_{view.id}", help=plain(told), width="stretch"):
        scope.open_view("" if entry is menu.ENTRIES[0] else entry.url, view.asked)
        st.switch_page(menu.PAGES / entry.file, query_params=scope.here())


def _form(viewer: Viewer) -> None:
    turn = scope.noted(KEPT) or 0
    with st.form(f"keep_view_{turn}", border=False):  # an empty one after each that was kept
        name = st.text_input(_("Name of this view"), max_chars=LONGEST)
        choices = [False, True] if viewer.may(Right.CHANGES) else [False]
        is_shared = st.segmented_control(
            _("Who sees it"), choices, default=False, format_func=lambda each: _(VISIBLE[each]), required=True
        )
        if st.form_submit_button(_("Keep this view"), icon=":material/bookmark_add:"):
            identity.require_same(viewer, identity.claims())
            asked = {each: value for each, value in scope.here().items() if each != "lang"}
            page = scope.page() or menu.ENTRIES[0].url
            view = SavedView(name=name, page=page, asked=asked, is_shared=bool(is_shared))
            save_view(load.state(), viewer, view, datetime.now(UTC))
            scope.note(KEPT, turn + 1)
            st.rerun()

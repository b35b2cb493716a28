"""What every page stands in: a warehouse that is there, or a sentence that says what is being done about it."""

from datetime import timedelta
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from data_access.home import home
from data_access.store import Store
from data_access.viewer import Right, Viewer
from metrics.errors import ServiceQualityError
from metrics.scope import Preset
from pages.ui import controls, load, menu, scope, scripts, sign_in, view_list
from pages.ui.notices import explained, plain
from pages.ui.shelf import SILENT_SECONDS, Opened
from reports import text
from reports.text import _

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
LOGO, ICON = DOCS / "logo.svg", DOCS / "icon.svg"  # an icon of Streamlit's own would come from a server of Google's
STYLES = Path(__file__).parent / "styles"
ROOM, PRINT, DARK = ((STYLES / f"{name}.css").read_text("utf-8") for name in ("room", "print", "dark"))


def room() -> None:
    """What all pages look like, in the theme that the reader's browser shows."""
    is_dark = st.context.theme.type == "dark"
    st.html(f"<style>{ROOM}{PRINT}{DARK if is_dark else ''}</style>")


def warehouse() -> Opened:
    """The store to show, after making the demo and the roll-ups where they are missing, with progress."""
    place = st.empty()

    def say(fraction: float, step: str) -> None:
        place.progress(min(1.0, max(0.0, fraction)), text=_(step))

    if load.needs_first_warehouse(home()):
        st.info(
            _("Welcome. A demo contact centre is being made, so that there is something to look at."),
            icon=":material/waving_hand:",
        )
        load.make_first_warehouse(say)
        place.empty()
        st.rerun()
    opened = load.opened(say)
    place.empty()
    return opened


def warehouse_of(page: StreamlitPage, viewer: Viewer) -> Opened | None:
    """As `warehouse`; None, after saying why, where none opens and the page is there to mend that.

    Raises:
        ServiceQualityError: none opens, and the page shows figures, or is not the viewer's to open.
    """
    try:
        return warehouse()
    except ServiceQualityError as failure:
        if not menu.stands_alone(page) or not menu.is_allowed(viewer, page.url_path):
            raise
        what, fix = text.explained(failure)
        st.error(f"**{plain(what)}**  \n{plain(fix)}", icon=":material/report:")
        return None


def shown(page: StreamlitPage, store: Store, viewer: Viewer) -> None:
    """The page in its scope; afterwards the URL says what was chosen."""
    try:
        if not menu.has_scope(page):
            scope.settle(store, viewer, filtered=False)
            page.run()
            return
        controls.scope_bar(store, viewer)
        if scope.has_data():
            page.run()
        else:
            no_data()
    finally:
        scope.write_link()


def no_data() -> None:
    """The chosen period lies where there are no data: says where they are, and offers the way back."""
    store = scope.current().store
    first, last = store.data_start, store.data_end - timedelta(days=1)
    st.info(
        _("There are no data in this period: they reach from {first} to {last}.").format(
            first=text.day(first), last=text.day(last)
        ),
        icon=":material/event_busy:",
    )
    st.button(_("Show the last complete week"), on_click=scope.widen, args=(Preset.LAST_WEEK,), key="widen_back")


def invite() -> None:
    """On a demo: the way to data of one's own, for who may bring them."""
    shown = scope.current()
    if shown.store.warehouse.source == "demo" and shown.viewer.may(Right.DATA):
        label = _("These are invented data. Bring your own: a CSV or XLSX export is enough")
        st.page_link(menu.PAGES / menu.OWN_DATA_FILE, label=label, icon=":material/upload_file:")


def banner(opened: Opened, viewer: Viewer) -> None:
    """What a person has to know about the data before reading any number."""
    if opened.silent_since is not None and opened.checked_at is not None:
        said = _("The warehouse has not answered since {since}. Shown are its last good figures, as of {moment}.")
        zone = ZoneInfo(opened.store.warehouse.site_zone)
        since, moment = (text.moment(each.astimezone(zone)) for each in (opened.silent_since, opened.checked_at))
        st.warning(said.format(since=since, moment=moment), icon=":material/cloud_off:")
        if opened.failure is not None:
            st.caption(plain(text.paragraph(text.explained(opened.failure))))
        st.fragment(_until_it_answers, run_every=SILENT_SECONDS)()
    if not opened.are_rules_known:
        st.warning(
            _("The state store does not answer. Targets and rules may not be those that were set last: where none were "
              "read before, those that ship are used."),
            icon=":material/rule_settings:",
        )  # fmt: skip
    with st.sidebar:
        if opened.store.warehouse.source == "demo":
            st.caption(_("Demo data: an invented contact centre."))
        else:
            st.caption(plain(_("Data: {name}").format(name=opened.store.warehouse.name)))
        view_list.views(opened.store, viewer)
        sign_in.account(viewer, opened.store)
        scripts.run("charts", "browser", beside=_browser_words())


def _until_it_answers() -> None:
    """Nobody has to reload the page: it is drawn anew once the warehouse is back."""
    with explained():
        if load.opened(lambda _fraction, _step: None).silent_since is None:
            st.rerun()


def _browser_words() -> str:
    """What the browser says of what only it can do."""
    said = {
        "picture": _("Picture of this chart"),
        "copy-png": _("Copy as a picture"),
        "save-png": _("Save as PNG"),
        "save-svg": _("Save as SVG"),
        "not-copied": _("The browser does not allow it here: save the picture instead."),
        "apply": _("Press {key} to apply"),
        "submit": _("Press {key} to submit form"),
    }
    words = " ".join(f'data-{name}="{escape(each)}"' for name, each in said.items())
    return f'<span id="twinwing-words" {words}></span>'

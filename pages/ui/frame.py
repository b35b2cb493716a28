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


#: Streamlit keeps more room free around a page than a dashboard can spare. A table's tools, which a narrow screen
#: always shows, stand above it and need some. How far a long work is has to be seen from
#: wherever on the page it was begun.
ROOM = """<style>
[data-testid="stMainBlockContainer"] { padding: 3.5rem 2.5rem 4rem; }
@media (max-width: 640px) { [data-testid="stMainBlockContainer"] { padding: 3.5rem 1rem 4rem; } }
@media (max-width: 640px) { [data-testid="stElementContainer"]:has([data-testid="stDataFrame"]) { padding-top: 2rem; } }
[data-testid="stProgress"] {
  position: fixed; top: 0.75rem; left: 50%; transform: translateX(-50%); z-index: 999990; width: min(30rem, 80vw);
  padding: 0.5rem 1rem; border-radius: 0.5rem; backdrop-filter: blur(16px); box-shadow: 0 2px 12px rgba(0, 0, 0, 0.25);
}
.modebar-btn::before, .modebar-btn::after { display: none !important; }
#twinwing-picture {
  position: fixed; z-index: 999991; display: flex; flex-direction: column; padding: 0.25rem; border-radius: 0.5rem;
  border: 1px solid rgba(128, 128, 128, 0.4); box-shadow: 0 2px 12px rgba(0, 0, 0, 0.25);
}
#twinwing-picture button, .twinwing-copy {
  font: inherit; font-size: 0.875rem; color: inherit; background: none; border: 0; border-radius: 0.35rem;
  padding: 0.4rem 0.75rem; text-align: left; cursor: pointer;
}
.twinwing-copy { width: 100%; border: 1px solid rgba(128, 128, 128, 0.4); overflow-wrap: anywhere; }
:is(#twinwing-picture button, .twinwing-copy):is(:hover, :focus-visible) { background: rgba(128, 128, 128, 0.2); }
[data-testid="stSidebarNavLink"]:focus-visible { box-shadow: inset 0 0 0 2px currentColor; }
</style>"""
#: No one blue can be read both on a dark page and below the white letters that Streamlit gives its buttons and chosen
#: values (WCAG 1.4.3 asks for 4.5 : 1): the dark theme's is light, and the letters on it are dark.
DARK = """<style>
[data-testid^="stBaseButton-primary"]:enabled, [data-testid="stMultiSelectTagsContainer"] [data-tag] * {
  color: #12171e;
}
</style>"""


def room() -> None:
    """What all pages look like, in the theme that the reader's browser shows."""
    st.html(ROOM)
    if st.context.theme.type == "dark":
        st.html(DARK)


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
        scripts.run("browser", _browser_words())


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

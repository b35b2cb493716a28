"""The upload wizard as a whole: one page that grows with each step."""

from zoneinfo import available_timezones

import streamlit as st

from data_access.connecting.place import connected_place
from data_access.home import home
from data_access.imports.before import in_use, previous
from data_access.imports.missing import MISSING_WORDS
from metrics.errors import ImportFailed
from pages.ui import load, scope
from pages.ui.notices import plain
from pages.ui.own_data import (
    columns_view,
    done_view,
    drop_view,
    gains_view,
    import_view,
    kept_view,
    preview_view,
    wizard,
)
from pages.ui.own_data.wizard import Wizard
from reports import text
from reports.own_data import upload_words
from reports.text import _

OFTEN = ("Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Tokyo", "UTC")
POLLED = 0.5  # seconds between two looks at an import


def page() -> None:
    """Everything below the title."""
    st.markdown(
        _("No warehouse needed: drop what your ticket, call or QA system exports. The files stay on this dashboard's "
          "machine, and nothing is in use before you have seen it.")
    )  # fmt: skip
    if connected := connected_place():
        st.info(
            _("A warehouse is connected to this dashboard, so files are not looked at. Take {variable} away to use "
              "files.").format(variable=connected.told_by),
            icon=":material/dns:",
        )  # fmt: skip
        return
    running = load.runs().last
    if running is not None and not running.is_done:
        scope.fragment(import_view.progress, POLLED)(running)
        return
    ended = load.runs().taken(scope.current().viewer.name)
    if ended is not None and ended.future is not None:
        try:
            wizard.note_done(ended.future.result())
        except ImportFailed as failure:
            wizard.note_done(failure)
    _steps()


@scope.fragment
def _steps() -> None:
    if load.runs().concerns(scope.current().viewer.name):
        st.rerun()  # an import was begun just now: the whole page is about it
    before, done, held = in_use(home()), wizard.done(), wizard.current()
    if before is not None:
        told = upload_words.in_use(before, scope.current().store.warehouse.site_zone)
        st.caption(plain(_("In use: {told}").format(told=told)))
    if isinstance(done, ImportFailed):
        done_view.failed(done)
    done_view.refused(wizard.refused())
    if held is None:
        if done is not None and not isinstance(done, ImportFailed):
            done_view.summary(done)
        drop_view.drop()
        done_view.way_back(previous(home()))
        kept_view.kept()
        return
    _files(held)
    st.subheader(_("4 · Import"))
    import_view.settings(held, before)
    if not held.is_ready:
        st.caption(_("Before the import, say of every file which columns the table needs: they are marked with ★."))
    import_view.button(held)


def _files(held: Wizard) -> None:
    """Steps 2 and 3 for one file after the other."""
    st.subheader(_("2 · What the columns mean"))
    paths = list(held.drafts)
    file = paths[0]
    if len(paths) > 1:
        marks = {path: "⚠ " if held.drafts[path].lacking else "" for path in paths}
        file = st.segmented_control(
            _("File"), paths, default=paths[0], key=f"own_file {held.id}", required=True,
            format_func=lambda path: marks[path] + plain(path.name),
        )  # fmt: skip
    else:
        st.markdown(f"**{plain(file.name)}**")
    rows = preview_view.checked(held, file)
    columns_view.columns(held, file, columns_view.unfit(rows.rejects) if rows else {})
    _clocks(held)
    gains_view.gains(held)
    st.subheader(_("3 · How it will be loaded"))
    if rows is None:
        st.caption(_("The rows are shown here as soon as the columns that the table needs are said."))
    else:
        preview_view.preview(held, file, rows)


def _clocks(held: Wizard) -> None:
    """What holds for all files: the zone of their clock times, and words that stand for nothing."""
    key = f"{held.id} {text.language.get()}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        zones = list(dict.fromkeys([held.zone, *OFTEN, *sorted(available_timezones())]))
        chosen = f"own_zone {held.zone} {key}"
        st.selectbox(
            _("Time zone of the clock times"), zones, zones.index(held.zone), key=chosen, width=260,
            on_change=wizard.take, args=("zone", chosen),
        )  # fmt: skip
        words = list(dict.fromkeys([*held.missing, *MISSING_WORDS]))
        named = f"own_missing {held.missing} {key}"
        st.multiselect(
            _("Words that stand for “not known”"), words, list(held.missing), key=named, accept_new_options=True,
            width=420, on_change=wizard.take, args=("missing", named), placeholder=_("none"),
        )  # fmt: skip

"""Step 4: add or replace, and the import itself with its progress."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st
from sqlalchemy import Engine

from data_access.audit import record
from data_access.home import home
from data_access.imports.before import Before, warehouse_to_add_to
from data_access.imports.import_files import Imported
from data_access.imports.kept_mappings import LONGEST, keep_mapping
from data_access.imports.running import Running, begin_import
from data_access.imports.uploads import remove_uploads
from data_access.viewer import Viewer
from pages.ui import identity, load, notices, scope
from pages.ui.notices import plain
from pages.ui.own_data import wizard
from pages.ui.own_data.wizard import Wizard
from reports import text
from reports.text import N_, _

WAYS = {
    True: N_("Add to the data in use: rows with a key that is there are replaced"),
    False: N_("Replace the data in use by these files"),
}


def settings(held: Wizard, before: Before | None) -> None:
    """Add or replace; under which names the mappings are kept."""
    key = f"{held.id} {text.language.get()}"
    if before is not None and before.source == "import":
        chosen = f"own_way {held.is_adding} {key}"
        st.radio(
            _("What is done with the data in use"), list(WAYS), list(WAYS).index(held.is_adding),
            format_func=lambda each: _(WAYS[each]), key=chosen,
            on_change=wizard.take, args=("is_adding", chosen),
        )  # fmt: skip
    elif before is not None:
        st.caption(_("The demo makes place for your data: the two are never mixed. It can be brought back afterwards."))
    chosen = f"own_kept {held.is_kept} {key}"
    st.checkbox(
        _("Keep what was said of the columns, for next week's file"), held.is_kept, key=chosen,
        on_change=wizard.take, args=("is_kept", chosen),
    )  # fmt: skip
    if held.is_kept:
        for file, name in held.names.items():
            named = f"own_name {file.name} {name} {key}"
            st.text_input(
                plain(_("Name of the mapping for {file}").format(file=file.name)), name, max_chars=LONGEST, key=named,
                on_change=_rename, args=(file, named), width=420,
            )  # fmt: skip


def _rename(file: Path, key: str) -> None:
    """For callbacks."""
    held, name = wizard.current(), " ".join(scope.typed(key).split())
    if held is not None and name:
        wizard.change(names={**held.names, file: name})


def button(held: Wizard) -> None:
    """Begins the import."""
    with st.container(horizontal=True):
        is_early = not held.is_ready
        st.button(_("Import"), type="primary", icon=":material/upload:", disabled=is_early, on_click=_begin)
        st.button(_("Start over"), icon=":material/restart_alt:", type="tertiary", on_click=_start_over)


def _start_over() -> None:
    """For callbacks."""
    held = wizard.current()
    if held is not None:
        remove_uploads(list(held.drafts))
    wizard.forget()


def _begin() -> None:
    """For callbacks."""
    held, viewer, state = wizard.current(), scope.current().viewer, load.state()
    if held is None:
        return
    with notices.explained():
        identity.require_same(viewer, identity.claims())
        if held.is_adding:
            for part in held.parts():
                warehouse_to_add_to(home(), part.mapping)
        if held.is_kept:
            for file, draft in held.drafts.items():
                keep_mapping(state, viewer, held.mapping(file), draft.sample.columns, datetime.now(UTC))
        then = _written_down(state, viewer)
        load.runs().begin(lambda: begin_import(viewer.name, held.parts(), home(), add=held.is_adding, then=then))


def _written_down(state: Engine, viewer: Viewer) -> Callable[[Imported], None]:
    def then(done: Imported) -> None:
        record(state, viewer, done.act, done.told, datetime.now(UTC))

    return then


def progress(running: Running) -> None:
    """How far the import is, and a button to end it; when it has ended the page is drawn anew."""
    if running.is_done:
        st.rerun(scope="app")
    st.subheader(_("Importing"))
    st.progress(running.share, text=_(running.step) if running.step else _("Beginning"))
    tally = running.tally
    for column, (label, count) in zip(
        st.columns(3),
        ((_("Rows read"), tally.read), (_("Loaded"), tally.loaded), (_("Rows rejected"), tally.rejected)),
        strict=True,
    ):
        column.metric(label, text.number(count))
    st.button(_("Stop the import"), icon=":material/stop:", on_click=running.stop, disabled=running.is_stopped.is_set())
    if running.who != scope.current().viewer.name:
        st.caption(plain(_("Begun by {who}.").format(who=text.person(running.who))))

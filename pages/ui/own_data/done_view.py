"""After an import: what became of the rows, what did not fit, the way on and the way back."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import streamlit as st

from data_access.audit import record
from data_access.audit_rows import Act
from data_access.home import home
from data_access.imports.before import Before, go_back
from data_access.imports.import_files import Imported
from data_access.imports.rejects import COLUMNS
from metrics.errors import ImportFailed
from pages.ui import files, identity, load, notices, scope, tables
from pages.ui.menu import ENTRIES, PAGES
from pages.ui.notices import plain
from pages.ui.own_data import wizard
from reports import text
from reports.own_data import upload_words
from reports.text import _


def summary(done: Imported) -> None:
    """What the last import did."""
    st.success(_("Imported. Every page shows these data now."), icon=":material/check_circle:")
    tables.plain(upload_words.counted(done.tables, done.added), height="content")
    if done.is_added:
        st.caption(_("Rows that an earlier file told already are counted once; of changed ones the newer row counts."))
    rejected(done.rejects)
    st.page_link(PAGES / ENTRIES[0].file, label=_("To this week"), icon=":material/today:")


def failed(failure: ImportFailed) -> None:
    """Why the last import changed nothing, and the list of rejects where they are why."""
    listed = failure.values.get("rejects")
    shown = {**failure.values, "rejects": listed.name} if isinstance(listed, Path) else failure.values
    st.error(_told(ImportFailed(failure.what, failure.fix, **shown)), icon=":material/report:")
    if isinstance(listed, Path):
        rejected(listed)


def refused(failures: Iterable[ImportFailed]) -> None:
    """Each file that was dropped and not taken, and why."""
    for each in failures:
        st.warning(_told(each), icon=":material/report:")


def _told(failure: ImportFailed) -> str:
    what, fix = text.explained(failure)
    return f"**{plain(what)}**  \n{plain(fix)}"


def rejected(path: Path | None) -> None:
    """The list of rejects as a table and as a file."""
    if path is None or not path.exists():
        st.caption(_("Every row and every value fits."))
        return
    listed = pl.read_csv(path, schema=COLUMNS)
    label = _("What does not fit: {count}").format(count=text.number(listed.height))
    with st.expander(label, icon=":material/report:", expanded=True):
        tables.plain(upload_words.rejects(listed))
        shown, state = scope.current(), load.state()

        def made() -> bytes:
            told = {"title": "rejects", "rows": listed.height}
            record(state, shown.viewer, Act.FILE_TAKEN, told, datetime.now(UTC))
            return path.read_bytes()

        files.offer(_("Take all of it along as CSV"), made, path.name, "text/csv", "own_rejects", ":material/download:")


def way_back(before: Before | None) -> None:
    """The data before can be put in use again."""
    if before is None:
        return
    zone = scope.current().store.warehouse.site_zone
    with st.container(border=True):
        told = upload_words.in_use(before, zone)
        st.markdown(plain(_("The data before are kept: {told}").format(told=told)))
        st.button(_("Back to the data before"), icon=":material/undo:", on_click=_go_back)


def _go_back() -> None:
    """For callbacks."""
    with notices.explained():
        viewer = scope.current().viewer
        identity.require_same(viewer, identity.claims())
        back = go_back(home())
        record(load.state(), viewer, Act.DATA_TAKEN_BACK, {"source": back.name}, datetime.now(UTC))
        wizard.forget()

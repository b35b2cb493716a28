"""The list of snapshots: take one along as a file, compare two, make one again from today's data, take one off."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import polars as pl
import streamlit as st
from sqlalchemy import Engine

from data_access.snapshots.records import (
    Snapshot,
    may_remove,
    read_snapshots,
    remove_snapshot,
    restore_snapshot,
    scope_of,
)
from data_access.viewer import Viewer
from pages.ui import files, load, notices, scope, tables
from pages.ui.menu import ENTRIES
from pages.ui.take_along import difference
from pages.ui.take_along.freezing import AGAIN
from pages.ui.taking_off import Record, take_off
from reports import text
from reports.document.frozen import subject, thawed
from reports.document.pack import KINDS, WRITERS, pack_of
from reports.export import file_name, written_down
from reports.text import N_, _

FORMS = {"pdf": "PDF", "pptx": N_("Slides"), "xlsx": "XLSX", "csv": "CSV", "zip": N_("All as one ZIP")}


def board() -> None:
    """Everything on the page."""
    shown = scope.current()
    found = read_snapshots(load.state(), shown.viewer, load.unseen(shown.store, shown.viewer))
    st.markdown(
        _("A snapshot keeps a page's numbers as they were. It is seen by those who may see all that is in it; each "
          "file says its scope, data time, definitions and the fingerprint of its numbers.")
    )  # fmt: skip
    if not found:
        st.info(
            _("Nothing is frozen yet: open a page and press Freeze beside its CSV button."), icon=":material/ac_unit:"
        )
    else:
        tables.plain(_listed(found))
        _one(found)
        if any(_before(each, found) for each in found):
            _two(found)
    spoken = Record("snapshot taken off", remove_snapshot, restore_snapshot, _name, lambda each: each.title)
    mine = [each for each in found if may_remove(shown.viewer, each)]
    take_off(spoken, mine, _("Take a snapshot off"), _("Take off"))


def _listed(found: Sequence[Snapshot]) -> pl.DataFrame:
    rows = [
        {
            _("Frozen"): _when(each),
            _("Title"): each.title,
            _("Note"): each.note,
            _("Person"): text.person(each.made_by),
            _("Scope"): each.about,
            _("Row counts"): each.rows,
            _("Fingerprint"): each.numbers_hash[:12],
        }
        for each in found
    ]
    return pl.DataFrame(rows)


def _when(snapshot: Snapshot) -> str:
    made_at = snapshot.made_at or datetime.now(UTC)
    return text.moment(text.at_site(made_at, scope.current().store.warehouse.site_zone))


def _name(snapshot: Snapshot) -> str:
    return " · ".join(each for each in (_when(snapshot), snapshot.title, snapshot.note) if each)


@scope.fragment
def _one(found: Sequence[Snapshot]) -> None:
    """Files of one snapshot, and the way back to its page."""
    st.subheader(_("Take one along"))
    snapshot = _chosen(_("Snapshot"), found, "snapshot")
    with st.container(horizontal=True):
        for kind, name in FORMS.items():
            _file(snapshot, kind, _(name))
    page = next(
        (each for each in ENTRIES if each.url == snapshot.page or (each is ENTRIES[0] and not snapshot.page)), None
    )
    label = _("Make it again from today’s data, and compare")
    if page is not None and st.button(label, icon=":material/refresh:", key="make_again"):
        scope.note(AGAIN, snapshot.id)
        scope.open_view(snapshot.page, snapshot.query)
        st.switch_page(f"pages/{page.file}", query_params=scope.here())


def _before(snapshot: Snapshot, found: Sequence[Snapshot]) -> list[Snapshot]:
    """Earlier snapshots of the same thing; the list has the newest first."""
    place = found.index(snapshot)
    return [each for each in found[place + 1 :] if subject(each) == subject(snapshot)]


def _chosen(label: str, found: Sequence[Snapshot], key: str) -> Snapshot:
    named = {each.id: each for each in found}
    chosen = st.selectbox(label, list(named), format_func=lambda each: _name(named[each]), key=f"chosen_{key}")
    return named[chosen]


def _file(snapshot: Snapshot, kind: str, label: str) -> None:
    """A button for a file, which is made when it is pressed, in the language in which the page was frozen."""
    shown, state = scope.current(), load.state()
    about = scope_of(snapshot)
    named = file_name(snapshot.title, about.period, snapshot.language, kind)
    made = _maker(state, shown.viewer, snapshot, kind, named.removesuffix(f".{kind}"))

    def written() -> bytes:
        return written_down(state, shown.viewer, snapshot.title, made(), about, datetime.now(UTC))

    files.offer(label, written, named, KINDS[kind], f"frozen_{kind}", ":material/download:")


def _maker(state: Engine, viewer: Viewer, snapshot: Snapshot, kind: str, name: str) -> Callable[[], bytes]:
    def made() -> bytes:
        with text.speaking(snapshot.language):
            document = thawed(state, viewer, snapshot)
            return pack_of(document, name) if kind == "zip" else WRITERS[kind](document)

    return made


@scope.fragment
def _two(found: Sequence[Snapshot]) -> None:
    """What changed between two meetings."""
    st.subheader(_("What changed between two snapshots"))
    left, right = st.columns(2)
    with left:
        newer = _chosen(_("The newer one"), [each for each in found if _before(each, found)], "newer")
    with right:
        older = _chosen(_("The older one"), _before(newer, found), "older")
    if not st.button(_("Compare"), icon=":material/difference:", key="compare_snapshots"):
        return
    with notices.explained():
        state, viewer = load.state(), scope.current().viewer
        before, after = (thawed(state, viewer, each) for each in (older, newer))
        difference.show(newer.title, before, after, is_translated=older.language != newer.language)

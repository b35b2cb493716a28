"""The mappings that were kept: who kept them and when, rename, take along as TOML, take off with the way back."""

from datetime import UTC, datetime

import polars as pl
import streamlit as st

from data_access.imports.kept_mappings import (
    LONGEST,
    KeptMapping,
    read_mappings,
    remove_mapping,
    rename_mapping,
    restore_mapping,
)
from pages.ui import files, identity, load, notices, scope, tables
from pages.ui.taking_off import Record, take_off
from reports import text
from reports.text import _

CHOSEN = "own_kept_mapping"


def kept() -> None:
    """Below the wizard; nothing before the first was kept."""
    viewer = scope.current().viewer
    held = read_mappings(load.state(), viewer)
    record = Record("mapping", remove_mapping, restore_mapping, lambda each: each.name, lambda each: each.name)
    if not held and scope.noted("mapping") is None:
        return
    st.subheader(_("Mappings that were kept"))
    zone = scope.current().store.warehouse.site_zone
    rows = [
        {
            _("Name"): each.name,
            _("Columns"): len(each.header),
            _("Kept by"): text.person(each.made_by),
            _("Kept on"): text.moment(text.at_site(each.made_at, zone)) if each.made_at else "",
        }
        for each in held
    ]
    if rows:
        tables.plain(pl.DataFrame(rows), height="content")
        _one(held)
    take_off(record, held, _("Take a mapping off"), _("Take off"))


def _one(held: list[KeptMapping]) -> None:
    names = {each.id: each.name for each in held}
    with st.container(border=True):
        chosen = st.selectbox(
            _("Rename a mapping, or take it along"), list(names), format_func=lambda each: names[each], width=420
        )
        what = next(each for each in held if each.id == chosen)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            key = f"own_rename {what.id}"
            st.text_input(_("New name"), what.name, max_chars=LONGEST, key=key, width=320)
            st.button(_("Rename"), icon=":material/edit:", on_click=_rename, args=(what, key))
            label, named = _("Take along as TOML"), f"{what.name}.toml"
            files.offer(label, what.toml.encode, named, "application/toml", f"toml {what.id}", ":material/download:")
        st.caption(_("The file is what `python -m jobs import FILE.toml EXPORT.csv --add` takes."))


def _rename(what: KeptMapping, key: str) -> None:
    """For callbacks."""
    with notices.explained():
        viewer = scope.current().viewer
        identity.require_same(viewer, identity.claims())
        rename_mapping(load.state(), viewer, what, scope.typed(key), datetime.now(UTC))

"""Step 1: files are dropped, looked at, and recognised where files with the same header were imported before."""

import json
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from data_access.home import home
from data_access.imports.draft import Draft, missing_words
from data_access.imports.kept_mappings import KeptMapping, read_mappings
from data_access.imports.recognising import looked_at, name_at_first
from data_access.imports.sampling import sample_of
from data_access.imports.uploads import ENDINGS_DROPPED, keep_uploads, remove_uploads
from data_access.zones import DEFAULT_ZONE
from metrics.errors import ImportFailed
from pages.ui import identity, load, notices, scope
from pages.ui.own_data import wizard
from pages.ui.own_data.wizard import Wizard
from reports.text import _

DROPPED = "own_data_dropped"
#: Streamlit's own words in the drop zone are English whatever the language; and a place to drop files wants room.
LOOKS = """<style>
[data-testid="stFileUploaderDropzone"] { min-height: 9rem; display: flex;
  justify-content: center; align-items: center; border: 2px dashed rgba(128, 128, 128, 0.5); }
[data-testid="stFileUploaderDropzoneInstructions"] { display: none; }
[data-testid="stFileUploaderDropzone"] button p { font-size: 0; }
[data-testid="stFileUploaderDropzone"] button p::after { font-size: 1rem; content: %s; }
</style>"""


def drop() -> None:
    """The place to drop files, until they are taken."""
    st.subheader(_("1 · Drop your files"))
    st.html(LOOKS % json.dumps(_("Drop files here or choose them"), ensure_ascii=False))
    st.file_uploader(
        _("CSV or XLSX files exported from your ticket, call or QA system; several at once if they belong together"),
        type=[each.removeprefix(".") for each in ENDINGS_DROPPED],
        accept_multiple_files=True,
        key=_key(),
        on_change=_take,
    )
    st.caption(
        _("Up to {size} MB a file. Column names may be Chinese or English, and a title may stand above them.").format(
            size=st.get_option("server.maxUploadSize")
        )
    )


def _key() -> str:
    """Another drop zone after each drop: an old one would still hold its files."""
    return f"{DROPPED}_{scope.noted(DROPPED) or 0}"


def _take() -> None:
    """For callbacks."""
    files = [(each.name, each.getvalue()) for each in scope.typed(_key())]
    scope.note(DROPPED, (scope.noted(DROPPED) or 0) + 1)
    if not files:
        return
    with notices.explained():
        viewer = scope.current().viewer
        identity.require_same(viewer, identity.claims())
        kept = read_mappings(load.state(), viewer)
        dropped = keep_uploads(home(), files)
        drafts, refused = _drafts(dropped.files, kept)
        wizard.forget()
        wizard.note_refused([*dropped.refused, *refused])
        if drafts:
            wizard.begin(_begun(drafts, kept))
        else:
            remove_uploads(dropped.files)


def _drafts(paths: Sequence[Path], kept: Sequence[KeptMapping]) -> tuple[dict[Path, Draft], list[ImportFailed]]:
    """Of each file that can be read; and why the others cannot."""
    drafts, refused = {}, []
    for path in paths:
        try:
            drafts[path] = looked_at(sample_of(path), kept)
        except ImportFailed as failure:
            refused.append(failure)
    return drafts, refused


def _begun(drafts: Mapping[Path, Draft], kept: Sequence[KeptMapping]) -> Wizard:
    names = {draft.known_as for draft in drafts.values()}
    known = [each.mapping for each in kept if each.name in names]
    words = [
        *(word for each in known for word in each.missing),
        *(word for each in drafts.values() for word in _words(each)),
    ]
    return Wizard(
        uuid.uuid4().hex[:8],
        drafts,
        known[0].time_zone if known else DEFAULT_ZONE,
        tuple(dict.fromkeys(words)),
        {path: name_at_first(draft.sample, kept) for path, draft in drafts.items()},
        is_adding=wizard.are_more(names),
    )


def _words(draft: Draft) -> list[str]:
    return [] if draft.known_as else missing_words(draft)

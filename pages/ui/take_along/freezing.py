"""Freezing a page: a button with a note, and what became of its numbers since an earlier snapshot."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import streamlit as st

from data_access.snapshots.records import LONGEST_NOTE, read_snapshot
from metrics.metric import AnyMetric
from metrics.scope import Scope
from pages.ui import identity, link, load, notices, scope
from pages.ui.take_along import difference
from reports import text
from reports.document.frozen import freeze, thawed
from reports.document.gathered import gathered
from reports.document.parts import Document
from reports.export import Section, definitions, facts
from reports.text import _

AGAIN = "again"  # the name under which the session keeps which snapshot to compare the page with
SNAPSHOTS_PAGE = "pages/report/snapshots.py"


def offer(make: Callable[[], Document], about: Scope, more: Mapping[str, str]) -> None:
    """A button that freezes what the page shows, with a note.

    Args:
        make: its document, made when the button is pressed.
        about: its period and filters.
        more: what a link to the page has to say besides the scope, so that it shows the same again.
    """
    with st.popover(_("Freeze"), icon=":material/ac_unit:", key="freeze"):
        st.caption(_("Keeps these numbers as they are now, whatever becomes of the data, on the page Snapshots."))
        note = st.text_input(_("Note"), max_chars=LONGEST_NOTE, placeholder=_("For which meeting?"), key="freeze_note")
        if st.button(_("Freeze this page"), icon=":material/ac_unit:", type="primary", key="freeze_now"):
            with notices.explained():
                _freeze(make(), about, {**scope.fixed(), **more}, note)


def compared(make: Callable[[], Document]) -> None:
    """The page's numbers beside those of the snapshot from which it was opened to be made again."""
    again = scope.taken(AGAIN)
    if again:
        with notices.explained():
            _compare(again, make())


def of_page(title: str, sections: Callable[[], Sequence[Section]], metrics: Sequence[AnyMetric]) -> Document:
    """The document of a page whose tables these are."""
    shown, found = scope.current(), sections()
    told = facts(title, shown.store, shown.scope)
    meanings = definitions(shown.store, found, metrics)
    return gathered(title, [_with_names(each) for each in found], told, meanings, shown.store.as_of)


def _with_names(section: Section) -> Section:
    """Codes of teams and queues by their names, which the warehouse may forget."""
    known = {name: {} for name, _code in scope.current().names}
    for (name, code), said in scope.current().names.items():
        known[name][code] = said
    frame = section.frame.with_columns(
        pl.col(name).replace(known[name]) for name in section.frame.columns if known.get(name)
    )
    return replace(section, frame=frame)


def _freeze(document: Document, about: Scope, query: link.Asked, note: str) -> None:
    viewer = scope.current().viewer
    identity.require_same(viewer, identity.claims())
    freeze(load.state(), viewer, document, about, scope.page(), query, note, datetime.now(UTC))
    st.success(_("Frozen: {title}.").format(title=notices.plain(document.title)), icon=":material/check_circle:")
    st.page_link(SNAPSHOTS_PAGE, label=_("To the snapshots"), icon=":material/arrow_forward:")


def _compare(again: str, document: Document) -> None:
    """What the page shows now, made anew, beside what was frozen."""
    state, viewer = load.state(), scope.current().viewer
    snapshot = read_snapshot(state, viewer, again)
    frozen = thawed(state, viewer, snapshot)
    zone = scope.current().store.warehouse.site_zone
    when = text.moment(text.at_site(snapshot.made_at or datetime.now(UTC), zone))

    @st.dialog(_("Made again from today’s data"), width="large")
    @scope.spoken
    def opened() -> None:
        said = _("Beside the snapshot of {when} by {who}").format(when=when, who=text.person(snapshot.made_by))
        difference.show(said, frozen, document, is_translated=snapshot.language != text.language.get())

    opened()

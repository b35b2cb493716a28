"""The register of SOP changes as a list: each with its verdict in one line, and the way into it."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data_access.change_rows import Change
from metrics.errors import ServiceQualityError
from pages.ui import scope, show
from pages.ui.change_reads import found_for
from pages.ui.change_view import mark
from pages.ui.menu import CHANGE_PAGE
from reports import evaluated, text
from reports.text import _


def listed(registered: Sequence[Change]) -> None:
    """The newest change first: all names at once, then one verdict after the other; each is judged once and kept."""
    newest = sorted(registered, key=lambda each: (each.start, each.name), reverse=True)
    progress, places = st.empty(), []
    for change in newest:
        with st.container(border=True):
            places.append(_entry(change))
    for number, (change, place) in enumerate(zip(newest, places, strict=True)):
        said = _("Judging {number} of {count}: {name}")
        name = text.change_name(change.name)
        progress.progress(
            number / len(newest), show.plain(said.format(number=number + 1, count=len(newest), name=name))
        )
        place.markdown(_verdict(change))
    progress.empty()


def _entry(change: Change) -> DeltaGenerator:
    """What was changed and the way into it; gives the place for its verdict."""
    shown = scope.current()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{show.plain(text.change_name(change.name))}**", width="stretch")
        if st.button(_("Open"), key=f"open_{change.id}", icon=":material/open_in_new:"):
            scope.choose_change(change.id)
            st.switch_page(CHANGE_PAGE, query_params=scope.here())
    words = [text.day(change.start), text.code(change.kind), *shown.filter_words(change.scope)]
    words += [_("Owner: {name}").format(name=change.owner)] if change.owner else []
    today = datetime.now(ZoneInfo(shown.store.warehouse.site_zone)).date()
    due = next((day for day in change.check_dates if day >= today), None)
    words += [_("Next check: {day}").format(day=text.day(due))] if due else _checked(change)
    st.caption(show.plain(" · ".join(words)))
    place = st.empty()
    place.markdown(f":gray[:material/hourglass_empty: {_('Its verdict is being worked out.')}]")
    return place


def _verdict(change: Change) -> str:
    try:
        found = found_for(change).result
    except ServiceQualityError as failure:
        return show.plain(text.paragraph(text.explained(failure)))
    return f"{mark(evaluated.code(found))} {show.plain(evaluated.headline(found))}"


def _checked(change: Change) -> list[str]:
    return [_("Last check: {day}").format(day=text.day(change.check_dates[-1]))] if change.check_dates else []

"""What the page of the board reads: findings, edits, editions, and the way to what proves an entry."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import streamlit as st
from sqlalchemy import Engine

from data_access.swot import edits
from data_access.swot.boards import Ranked, quarter, read_arranged, read_known, read_ranked
from data_access.swot.comments import Comment, read_comments
from data_access.swot.editions import Edition, read_editions
from data_access.viewer import Viewer
from metrics.errors import ServiceQualityError
from metrics.scope import Filters, Period
from metrics.swot.arranged import Arranged
from metrics.swot.edits import Edit
from metrics.swot.evidence import Place
from pages.ui import controls, identity, load, notices, scope
from pages.ui.menu import ENTRIES
from reports import text
from reports.links import link
from reports.swot import kind_words
from reports.text import N_, _

FAILED = "swot failed "  # under which the session keeps why something was not written
SPANS = {"quarter": N_("13 weeks"), "scope": N_("The period above")}


def period() -> Period:
    """The days that the board is about: the quarter up to the scope's end, or the scope's own."""
    shown = scope.current()
    spoken = {each: _(name) for each, name in SPANS.items()}
    span = controls.segments(_("Days of the board"), "span", list(SPANS), "quarter", lambda each: spoken[each])
    return shown.scope.period if span == "scope" else quarter(shown.scope.period.end)


def ranked(days: Period) -> Ranked:
    """What the analyses find in these days; where they have to look first, how far they are stands on the page.

    A click meanwhile ends the look before its next analysis, and those that are done are kept.

    Raises:
        SourceUnavailable: the warehouse or the state store does not answer.
    """
    shown = scope.current()
    changes = load.changes(shown.store, shown.viewer)
    known = read_known(load.state(), shown.viewer, changes, load.unseen(shown.store, shown.viewer))
    place = st.empty()

    def heard(family: str, done: int) -> None:
        place.status(kind_words.under_way(family, done))

    found = read_ranked(shown.store, shown.viewer, days, shown.filters, known, heard)
    place.empty()
    return found


def arranged(found: Ranked) -> Arranged:
    """As people have arranged it, up to this moment."""
    shown = scope.current()
    return read_arranged(load.state(), shown.viewer, found, shown.filters, load.unseen(shown.store, shown.viewer))


def comments() -> list[Comment]:
    shown = scope.current()
    return read_comments(load.state(), shown.viewer, shown.filters, load.unseen(shown.store, shown.viewer))


def editions() -> list[Edition]:
    """Those of this scope, the newest first."""
    shown = scope.current()
    return read_editions(load.state(), shown.viewer, shown.filters, load.unseen(shown.store, shown.viewer))


def address(place: Place) -> tuple[str, str]:
    """Where an entry is proved, and what that page is called."""
    title = next((_(entry.title) for entry in ENTRIES if entry.url == place.page), place.page)
    found = link(".", place.page, text.language.get(), place.period, place.filters, place.asked)
    return found, title


def reword(engine: Engine, viewer: Viewer, filters: Filters, seen: Edit, words: str, now: datetime) -> None:
    """As the state keeps it, with the names that were looked for when the entry was drawn."""
    edits.reword(engine, viewer, filters, seen, words, now, load.unseen(scope.current().store, viewer))


def write(part: str, act: Callable[..., Any], *given: Any, then: Callable[[], None] | None = None) -> None:
    """For callbacks: do something on the board of the scope in the name of who is signed in now.

    What is refused is told where the part is drawn next, by `refused`.
    """
    shown = scope.current()
    try:
        identity.require_same(shown.viewer, identity.claims())
        act(load.state(), shown.viewer, shown.filters, *given, datetime.now(UTC))
    except ServiceQualityError as failure:
        scope.note(FAILED + part, failure)
        return
    if then is not None:
        then()


def refused(part: str) -> None:
    """Why the last click into a part wrote nothing; said once."""
    failure = scope.taken(FAILED + part)
    if failure is not None:
        with notices.explained():
            raise failure

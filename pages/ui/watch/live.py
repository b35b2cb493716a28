"""The floor of this moment for a page: read for whoever looks, or what to do where there is none."""

from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from data_access.desk.emerging import Tag, hot_tags
from data_access.home import home
from data_access.watch.floor import Floor, Freshness, read_floor
from data_access.watch.live_store import Live, open_live
from pages.ui import scope
from pages.ui.shown import Shown
from reports.text import _
from reports.watch import floor_words as words

EVERY_SECONDS = 5.0  # between two looks; who looks at the same moment shares one read


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The live store, what it shows, and when it was looked at (UTC). `stopped` is empty while that is of now."""

    live: Live
    floor: Floor
    now: datetime

    @property
    def stopped(self) -> str:
        """What to do where the figures are not of now."""
        freshness = self.floor.freshness(self.now, self.live.stale_seconds)
        if freshness is Freshness.FRESH:
            return ""
        return words.not_of_now(self.floor, self.now, freshness, is_own=self.live.is_own)

    @property
    def age(self) -> str:
        return words.age(self.floor, self.now, self.live.tables.site_zone)


def seen() -> Seen | None:
    """The floor as it is now; None where there are no figures yet.

    Raises:
        SourceUnavailable: the live store does not answer.
    """
    shown, now = scope.current(), datetime.now(UTC)
    live = open_live(home(), shown.store.warehouse)
    floor = read_floor(live, shown.viewer, shown.store.site_rules, now) if live else None
    return Seen(live, floor, now) if live and floor else None


def nothing_yet() -> None:
    """How to get figures: one command for the demo, one table for everybody else."""
    if scope.current().store.warehouse.source == "demo":
        st.info(_("The demo's floor stands still. This command lets it move:"), icon=":material/play_circle:")
        st.code(".venv/bin/python -m jobs simulate", language=None, wrap_lines=True)
        st.caption(_("This page begins by itself as soon as there are figures."))
        return
    st.info(
        _("No live figures yet. This page reads a table live_queue that your telephone system, or a small job of your "
          "own, fills: one row for each queue every few seconds."),
        icon=":material/sensors:",
    )  # fmt: skip
    st.code("TWINWING_LIVE=postgresql+psycopg://reader:secret@host/database", language=None, wrap_lines=True)
    st.caption(_("Start the dashboard with its address in this variable; docs/watch.md has the columns."))


def tags(shown: Shown) -> list[Tag]:
    """What complaints of the last weeks warn of, for whoever answers now."""
    return hot_tags(shown.store, shown.viewer, shown.store.anchor, ())

"""The live floor for a screen on the wall: no menu, big figures, no names of people."""

from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlencode

import streamlit as st

from data_access.desk.emerging import Tag
from data_access.watch.floor import Floor, totals
from metrics.answering import SERVICE_LEVEL
from metrics.business import HEATED_EMOTION_SHARE
from pages.ui import scope
from pages.ui.watch import live
from reports import text
from reports.desk import emerging_words
from reports.text import _
from reports.watch import floor_words as words
from reports.watch import wall

ADDRESS = {"wall": "1"}  # in the URL
OPENED_ANEW = timedelta(hours=1)  # nobody reloads a wall: the hot issues are those of the newest data after so long
#: Nothing of the frame on a wall.
BARE = """<style>
[data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stExpandSidebarButton"] { display: none !important; }
[data-testid="stMainBlockContainer"]:has(.wall) { padding: 0 !important; max-width: none !important; }
</style>"""


def is_wall() -> bool:
    """Is the page asked for as a screen on the wall?"""
    return ADDRESS.items() <= scope.view().items()


def page() -> None:
    """The whole screen."""
    st.html(BARE)
    _wall(live.tags(scope.current()), datetime.now(UTC) + OPENED_ANEW)


@partial(scope.fragment, every=live.EVERY_SECONDS)
def _wall(tags: list[Tag], until: datetime) -> None:
    if datetime.now(UTC) > until:
        st.rerun()
    seen = live.seen()
    if seen is None:
        st.title(_("Live floor"))
        live.nothing_yet()
        return
    shown, floor = scope.current(), seen.floor
    screen = wall.Wall(
        title=_("Live floor"),
        age=seen.age,
        stopped=seen.stopped,
        tiles=_tiles(floor),
        queues=floor.queues,
        notes=[] if floor.strained is None else [words.strained(floor)],
        tags=[emerging_words.tag_name(each, shown.label) for each in tags],
        leave=f"?{urlencode({'lang': text.language.get()})}",
    )
    st.html(wall.page(screen, shown.label))


def _tiles(floor: Floor) -> list[wall.Tile]:
    """What somebody far away has to see: the queues together, and how the day goes."""
    shown, tiles = scope.current(), []
    if floor.queues is not None:
        total = totals(floor.queues)
        waits = shown.label("queue", total.longest_queue) if total.longest_wait_seconds else ""
        tiles = [
            wall.Tile(_("Waiting"), text.number(total.waiting)),
            wall.Tile(_("Longest wait now"), words.short_time(total.longest_wait_seconds), waits),
            wall.Tile(_("In progress"), text.number(total.in_progress)),
            wall.Tile(_("Agents ready"), text.number(total.agents_ready), is_alarm=total.agents_ready == 0),
        ]
    return [*tiles, *_day(floor)]


def _day(floor: Floor) -> list[wall.Tile]:
    tiles = []
    if level := floor.share(SERVICE_LEVEL):
        target = scope.current().target(SERVICE_LEVEL)
        missed = words.misses(level, SERVICE_LEVEL, target)
        note = "" if target is None else text.target(target, SERVICE_LEVEL)
        tiles.append(wall.Tile(_("Service level today"), words.share(level, with_count=False), note, is_alarm=missed))
    if heated := floor.share(HEATED_EMOTION_SHARE):
        going_on = words.still_heated(floor)
        note = _("{count} of them now").format(count=text.number(going_on)) if going_on else ""
        tiles.append(wall.Tile(_("Heated today"), text.number(heated["numerator"]), note, is_alarm=going_on > 0))
    return tiles

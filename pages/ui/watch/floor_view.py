"""The live floor on the screen: redrawn every few seconds, and grey when it has stopped."""

from datetime import timedelta
from functools import partial
from urllib.parse import urlencode

import streamlit as st

from data_access.watch.floor import METRICS, Floor, read_last_hour, totals
from metrics.metric import Metric, Status
from pages.ui import scope, show, tables
from pages.ui.notices import needed, plain
from pages.ui.watch import live
from pages.ui.watch.live import Seen
from pages.ui.watch.wall_view import ADDRESS
from reports import text
from reports.desk import emerging_words
from reports.palette import INK
from reports.text import _
from reports.trend import trend
from reports.watch import floor_words as words

#: What stands still is grey and framed, and can still be read.
GREY = """<style>
.st-key-floor_old { filter: grayscale(1); opacity: 0.9; outline: 2px dashed currentColor; outline-offset: 0.5rem; }
</style>"""


def page() -> None:
    """Everything below the title."""
    _tags()
    _floor()


def _tags() -> None:
    shown = scope.current()
    found = live.tags(shown)
    if not found:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        last = text.day(shown.store.anchor - timedelta(days=1))
        st.caption(_("Hot issues among complaints up to {day}:").format(day=last), width="content")
        for each in found:
            st.badge(plain(emerging_words.tag(each, shown.label)), icon=":material/trending_up:", color="orange")


@partial(scope.fragment, every=live.EVERY_SECONDS)
def _floor() -> None:
    """All that moves: how old it is, the figures, the queues, heated contacts, and whom to look after."""
    seen = live.seen()
    if seen is None:
        live.nothing_yet()
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.caption(plain(seen.age), width="content")
        link = urlencode({"lang": text.language.get(), **ADDRESS})
        st.link_button(_("Wall screen"), f"?{link}", icon=":material/tv:", type="tertiary")
    if seen.stopped:
        st.warning(plain(seen.stopped), icon=":material/sensors_off:")
        st.html(GREY)
    with st.container(key="floor_old" if seen.stopped else "floor_now"):
        _now(seen)
        _today(seen)


def _now(seen: Seen) -> None:
    """The queues in words, as figures and as a table."""
    shown, floor = scope.current(), seen.floor
    if floor.queues is None:
        st.markdown(_("Queues are shared by all teams; these are the contacts of yours."))
    else:
        st.markdown(f"**{plain(words.headline(totals(floor.queues), shown.label))}**")
    _tiles(seen)
    if floor.queues is not None:
        st.subheader(_("Queues"))
        figures = (_("Longest wait now"), _("Service level today"))
        tables.plain(words.queue_table(floor.queues, shown.label), height="content", figures=figures)


def _tiles(seen: Seen) -> None:
    """The queues together with their last hour, and the shares of the day with what they stand on."""
    shown, floor = scope.current(), seen.floor
    hour = read_last_hour(seen.live, shown.viewer, seen.now)
    if floor.queues is not None:
        grid = st.grid(4, min_column_width=150, border=True)
        for name, value, column in words.figures(totals(floor.queues)):
            with grid.cell():
                st.metric(name, value)
                drawn = trend(hour[column].to_list(), INK, _("{metric} in the last hour").format(metric=name))
                if drawn:
                    st.html(drawn)
                st.caption(_("in the last hour"))
    shares = [(metric, row) for metric in METRICS if (row := floor.share(metric))]
    grid = st.grid(3, min_column_width=260, border=True)
    for metric, row in shares:
        with grid.cell():
            _share(metric, row)
    rules = shown.store.site_rules
    lacking = seen.live.tables.missing(tuple(need for metric in METRICS for need in metric.under(rules).needs))
    if lacking:
        needed(lacking)


def _share(metric: Metric, row: dict) -> None:
    """A share of the day with its interval, n and target."""
    few, target = row["status"] != Status.OK, scope.current().target(metric)
    value = text.value(row["value"], metric.unit)
    name = _("{metric} today").format(metric=_(metric.name))
    st.metric(name, f":gray[{value}]" if few else value, help=show.card(metric))
    lines = words.stands_on(row, metric, scope.current().store.site_rules)
    if target is not None and not few:
        lines.append(show.target_line(metric, row, target))
    st.caption("  \n".join(lines))


def _today(seen: Seen) -> None:
    """Heated contacts of the day, and who may need a break."""
    if not seen.live.tables.has("contacts", "emotion_score"):
        return
    shown, floor = scope.current(), seen.floor
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader(_("Heated contacts today"), help=words.about_heated(shown.store.site_rules))
        st.markdown(plain(words.heated(floor)))
        if floor.heated.height:
            named, tells_ends = shown.viewer.is_cleared, floor.tells_ends
            table = words.heated_table(floor.heated, shown.label, named=named, tells_ends=tells_ends)
            tables.plain(table, height="content", figures=[_("Emotion")])
    with right:
        _care(floor)


def _care(floor: Floor) -> None:
    shown = scope.current()
    st.subheader(_("Who may need a break"))
    if floor.strained is None:
        needed(("contacts.agent_id",))
        return
    st.markdown(plain(words.strained(floor)))
    if floor.agents is None:
        st.caption(_("Names are shown to those alone who look after people: team leaders and managers."))
    elif floor.agents.height:
        tables.plain(words.care_table(floor.agents, shown.label), height="content")
    st.caption(
        _("That a customer is upset says nothing about the agent's work. Ask how they are, offer a break or another "
          "queue; this list is no measure of performance, and it is empty again tomorrow.")
    )  # fmt: skip

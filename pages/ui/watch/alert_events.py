"""Events on the screen: the list, one of them looked at, and taking it on or snoozing it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import polars as pl
import streamlit as st

from data_access.viewer import Right
from data_access.watch.alert_rules import read_alert_rules
from data_access.watch.events import LONGEST, SNOOZES, Event, What, read_events, snooze, take_on
from data_access.watch.outbox import Message, read_messages
from metrics.alerts.rule import ON_METRICS, ON_ROWS, Kind
from pages.ui import identity, load, notices, scope, tables
from pages.ui.menu import (
    DATA_QUALITY_PAGE,
    DEADLINES_PAGE,
    EMERGING_PAGE,
    FORECAST_PAGE,
    FORECAST_URL,
    METRIC_PAGE,
    METRIC_URL,
)
from pages.ui.notices import plain
from pages.ui.watch.watching import CONTROL_PAGE, CONTROL_URL
from reports import text
from reports.links import FORECAST_OF, URL_NAMES
from reports.text import _
from reports.watch import alert_words as words
from reports.watch import event_words, message_words

COLOURS = {"new": "red", "taken": "blue", "snoozed": "orange", "over": "gray"}


@scope.fragment
def events() -> None:
    """Open events first; a picked one is told in full, with what can be done about it."""
    shown = scope.current()
    found = read_events(load.state(), shown.viewer)
    if not found:
        _nothing()
        return
    rows = st.dataframe(
        tables.seen(_table(found)), hide_index=True, on_select="rerun", selection_mode="single-row", key="alert_events",
        column_config={
            _("Alert"): st.column_config.TextColumn(width="medium"),
            _("What was found"): st.column_config.TextColumn(width="large"),
        },
    )["selection"]["rows"]  # fmt: skip
    chosen = found[rows[0]] if rows and rows[0] < len(found) else next((each for each in found if each.is_open), None)
    if not rows:
        st.caption(_("Choose a row to see all of it."))
    if chosen is not None:
        _one(chosen)


def _nothing() -> None:
    """Why there is nothing, and what to do."""
    rules = read_alert_rules(load.state(), scope.current().viewer)
    if any(each.rule.is_on for each in rules):
        st.info(
            _("No alert has fired. Rules are held against the data whenever “python -m jobs alerts” runs: put it into "
              "a timetable, every quarter of an hour or after each refresh."),
            icon=":material/notifications_none:",
        )  # fmt: skip
        return
    st.info(
        _("No alert is switched on for what you see. The part “Rules” has those that ship, and what each would have "
          "done in the past half year."),
        icon=":material/notifications_off:",
    )  # fmt: skip


def _table(found: Sequence[Event]) -> pl.DataFrame:
    shown, now = scope.current(), datetime.now(UTC)
    return pl.DataFrame(
        [
            {
                _("State"): words.state(each, now),
                _("Alert"): words.name(each.rule, shown.store.rules),
                _("What was found"): event_words.found(each, shown.label),
                _("Began on"): _moment(each.opened_at),
                _("Scope"): words.places(each.rule, shown.label),
                _("Owner"): each.rule.owner or "–",
                _("Taken on by"): text.person(each.taken_by) or "–",
            }
            for each in found
        ]
    )


def _moment(instant: datetime | None) -> str:
    zone = scope.current().store.warehouse.site_zone
    return "–" if instant is None else text.moment(text.at_site(instant, zone))


def _one(event: Event) -> None:
    """One event in sentences."""
    shown, now = scope.current(), datetime.now(UTC)
    with st.container(border=True):
        state = words.state_code(event, now)
        st.markdown(
            f":{COLOURS[state]}-badge[{words.state(event, now)}] **{plain(words.name(event.rule, shown.store.rules))}**"
        )
        st.markdown(plain(event_words.found(event, shown.label)))
        why = event_words.driver(event, shown.label) if event.what is What.FIRED else ""
        if why:
            st.markdown(plain(why))
        if event.what is What.FIRED:
            st.caption(plain(" · ".join(event_words.circumstances(event, shown.label, shown.store.rules))))
        st.caption(plain(" · ".join(_history(event))))
        with st.container(horizontal=True, vertical_alignment="center"):
            _open(event)
            if event.is_open and shown.viewer.may(Right.CHANGES):
                _act(event)
        if event.is_open and not shown.viewer.may(Right.CHANGES):
            st.caption(_("Your role looks at alerts; taking one on is for team leaders, analysts and managers."))
        _messages(read_messages(load.state(), [event.id]))


def _history(event: Event) -> list[str]:
    told = [_("Opened on {moment}").format(moment=_moment(event.opened_at))]
    if event.taken_at:
        sentence = _("Taken on by {who} on {moment}")
        told.append(sentence.format(who=text.person(event.taken_by), moment=_moment(event.taken_at)))
    if event.words:
        told.append(event.words)
    if event.snoozed_until:
        sentence = _("Snoozed by {who} until {moment}")
        told.append(sentence.format(who=text.person(event.snoozed_by), moment=_moment(event.snoozed_until)))
    return told + ([_("Over since {moment}").format(moment=_moment(event.closed_at))] if event.closed_at else [])


def _open(event: Event) -> None:
    """The page that shows what the event is about, in its scope."""
    if event.what is not What.FIRED:
        return
    rule = event.rule
    is_gone = rule.kind in ON_METRICS and rule.metric is None
    page = None if is_gone else PAGES.get(rule.kind, METRIC_PAGE if rule.metric else None)
    if page and st.button(_("Open its scope"), icon=":material/query_stats:", type="primary", key="alert_open"):
        for name in URL_NAMES:
            scope.narrow(name, dict(rule.filters).get(name, ()))
        if rule.kind in ON_METRICS:
            scope.look_at(date.fromisoformat(event.told["from"]), date.fromisoformat(event.told["to"]))
            scope.look_closer(CONTROL_URL if rule.kind is Kind.SPECIAL_CAUSE else METRIC_URL, {"metric": rule.about})
        if rule.kind is Kind.FORECAST:
            scope.look_closer(FORECAST_URL, {FORECAST_OF: rule.about})
        st.switch_page(page, query_params=scope.here())


PAGES = {
    Kind.DEADLINE: DEADLINES_PAGE,
    Kind.EMERGING: EMERGING_PAGE,
    Kind.FORECAST: FORECAST_PAGE,
    Kind.SPECIAL_CAUSE: CONTROL_PAGE,
    **dict.fromkeys(ON_ROWS, DATA_QUALITY_PAGE),
}


def _act(event: Event) -> None:
    if not event.taken_at:
        taking = st.popover(_("Take on"), icon=":material/person_check:")
        with taking, st.form(f"alert_take_{event.id}", border=False, enter_to_submit=False):
            note = st.text_input(
                _("What is being done"), max_chars=LONGEST, key=f"alert_note_{event.id}",
                placeholder=_("Like: calling the carrier"),
            )  # fmt: skip
            if st.form_submit_button(_("I take it on"), type="primary"):
                _take_on(event, note)
    with st.popover(_("Snooze"), icon=":material/snooze:"):
        st.caption(_("No message until then; one more if it still goes on and nobody has taken it on."))
        with st.container(horizontal=True):
            for days in SNOOZES:
                st.button(
                    _("{count} d").format(count=days), key=f"alert_snooze_{days}", on_click=_snooze, args=(event, days)
                )


def _take_on(event: Event, note: str) -> None:
    viewer = scope.current().viewer
    with notices.explained():
        identity.require_same(viewer, identity.claims())
        take_on(load.state(), viewer, event, note, datetime.now(UTC))
        st.rerun()


def _snooze(event: Event, days: int) -> None:
    """For callbacks."""
    viewer = scope.current().viewer
    with notices.explained():
        identity.require_same(viewer, identity.claims())
        snooze(load.state(), viewer, event, days, datetime.now(UTC))


def _messages(found: Sequence[Message]) -> None:
    """Who has been told, and what waits."""
    for each in found:
        if each.dropped_at:  # the log has those that were not needed any more
            continue
        told = [each.channel, message_words.sending(each, _moment(each.sent_at or each.due_at))]
        st.caption(f":material/send: {plain(' · '.join(told))}")

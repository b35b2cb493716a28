"""The log of alerts: who set which rule when, every event, and every message."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl
import streamlit as st

from data_access.watch.alert_rules import SetRule, read_alert_rule_history
from data_access.watch.events import Event, read_events
from data_access.watch.outbox import Message, read_messages
from pages.ui import files, load, scope, tables
from reports import text
from reports.export import Section
from reports.text import _
from reports.watch import alert_words as words
from reports.watch import event_words, message_words, rule_details


@scope.fragment
def log() -> None:
    """Everything on record, the newest first."""
    shown = scope.current()
    events = read_events(load.state(), shown.viewer)
    messages = read_messages(load.state(), [each.id for each in events])
    history = read_alert_rule_history(load.state(), shown.viewer)
    sections = {
        _("Events"): _events(events),
        _("Messages"): _messages(messages, {each.id: each for each in events}),
        _("Rules that were set"): _history(history),
    }
    if not any(frame.height for frame in sections.values()):
        st.info(_("Nothing has happened yet: no rule was set, and no alert has fired."), icon=":material/history:")
        return
    for title, frame in sections.items():
        if frame.height:
            st.subheader(title)
            tables.plain(frame)
    files.button(
        _("Log of alerts"), [Section(title, frame) for title, frame in sections.items() if frame.height], key="alerts"
    )


def _moment(instant: datetime | None) -> str:
    zone = scope.current().store.warehouse.site_zone
    return "–" if instant is None else text.moment(text.at_site(instant, zone))


def _events(found: Sequence[Event]) -> pl.DataFrame:
    shown = scope.current()
    rows = [
        {
            _("Began on"): _moment(each.opened_at),
            _("Over on"): _moment(each.closed_at),
            _("Alert"): words.name(each.rule, shown.store.rules),
            _("What was found"): event_words.found(each, shown.label),
            _("Scope"): words.places(each.rule, shown.label),
            _("Taken on by"): text.person(each.taken_by) or "–",
            _("Note"): each.words or "–",
        }
        for each in found
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _messages(found: Sequence[Message], events: dict[str, Event]) -> pl.DataFrame:
    shown = scope.current()
    rows = [
        {
            _("Made"): _moment(each.made_at),
            _("Sent"): _moment(each.sent_at),
            _("Channel"): each.channel,
            _("Alert"): words.name(events[each.event_id].rule, shown.store.rules),
            _("Attempts"): each.attempts + (each.sent_at is not None),
            _("Failure"): message_words.failure(each.failure) or "–",
            _("Message"): each.id[:8],
        }
        for each in found
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _history(found: Sequence[SetRule]) -> pl.DataFrame:
    shown = scope.current()
    rows = [
        {
            _("Set on"): _moment(each.made_at),
            _("Set by"): text.person(each.made_by),
            _("Alert"): words.name(each.rule, shown.store.rules),
            _("On"): _("on") if each.rule.is_on else _("off"),
            _("Conditions"): text.listed(rule_details.conditions(each.rule)) or "–",
            _("Taken back on"): _moment(each.removed_at),
            _("Taken back by"): text.person(each.removed_by) or "–",
        }
        for each in found
    ]
    return pl.DataFrame(rows, infer_schema_length=None)

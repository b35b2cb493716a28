"""The page of alerts: how things stand, and its parts one at a time."""

from datetime import UTC, datetime

import streamlit as st

from data_access.viewer import Right
from data_access.watch.alert_rules import read_alert_rules
from data_access.watch.evaluating import run_evaluation
from data_access.watch.events import read_events
from data_access.watch.runs import last_run
from pages.ui import controls, identity, load, notices, scope
from pages.ui.notices import plain
from pages.ui.watch import alert_channels, alert_events, alert_log, alert_rules
from reports import text
from reports.text import N_, _
from reports.watch import alert_words as words

PARTS = {"events": N_("Events"), "rules": N_("Rules"), "channels": N_("Channels"), "log": N_("Log")}
SETTING = ("channels", "log")  # for whose role sets rules


def page() -> None:
    """Everything below the title."""
    shown = scope.current()
    _headline()
    known = [each for each in PARTS if each not in SETTING or shown.viewer.may(Right.TARGETS)]
    spoken = {each: _(PARTS[each]) for each in known}
    part = controls.segments(_("Part"), "part", known, known[0], lambda each: spoken[each])
    {
        "events": alert_events.events,
        "rules": alert_rules.rules,
        "channels": alert_channels.channels,
        "log": alert_log.log,
    }[part]()


def _headline() -> None:
    shown, state = scope.current(), load.state()
    found = read_events(state, shown.viewer, only_open=True)
    is_on = any(each.rule.is_on for each in read_alert_rules(state, shown.viewer))
    st.markdown(f"**{plain(words.headline(found, is_on=is_on))}**")
    run = last_run(state)
    with st.container(horizontal=True, vertical_alignment="center"):
        if run is None:
            st.caption(_("Alerts have not been evaluated yet."), width="content")
        else:
            at = text.moment(text.at_site(run.started_at, shown.store.warehouse.site_zone))
            sentence = _("Last evaluated on {moment}, on data up to {data}.")
            st.caption(sentence.format(moment=at, data=text.moment(shown.store.as_of)), width="content")
        if shown.viewer.may(Right.TARGETS) and shown.viewer.teams is None:
            st.button(
                _("Evaluate now"), icon=":material/play_arrow:", type="tertiary", on_click=_evaluate,
                help=_("Finds events; messages are sent by the next run of “python -m jobs alerts”."),
            )  # fmt: skip


def _evaluate() -> None:
    """For callbacks."""
    shown = scope.current()
    with notices.explained():
        identity.require_same(shown.viewer, identity.claims())
        run_evaluation(shown.store, load.state(), shown.viewer, lambda: datetime.now(UTC))

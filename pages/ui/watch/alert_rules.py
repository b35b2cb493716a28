"""Alert rules on the screen: the list, what one of them would have done, and for whose role may, setting it."""

from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from data_access.viewer import Right
from data_access.watch.ahead import read_expected
from data_access.watch.alert_rules import (
    SHIPPED_KEYS,
    SetRule,
    read_alert_rules,
    remove_alert_rule,
    restore_alert_rule,
    save_alert_rule,
    undo_alert_rule,
)
from data_access.watch.past import has_past, read_past
from data_access.watch.past_issues import read_past_issues
from data_access.watch.watching import is_possible
from metrics.alerts.rule import AlertRule, Kind
from pages.ui import identity, load, notices, scope, tables
from pages.ui.notices import plain
from pages.ui.pieces import CHART, behind
from pages.ui.watch import alert_channels, alert_form, watching
from reports import text
from reports.text import _
from reports.watch import alert_words as words
from reports.watch import charts_alerts, rule_details

GONE = "alert_rule_gone"


@scope.fragment
def rules() -> None:
    """The rules; a picked one is told in full with its past, and can be set by whose role may."""
    shown = scope.current()
    found = read_alert_rules(load.state(), shown.viewer)
    may_set = shown.viewer.may(Right.TARGETS)
    if not found:
        st.info(_("No alert watches your teams alone yet."), icon=":material/notifications_off:")
    if may_set:
        with st.container(horizontal=True):
            if st.button(_("Add an alert"), icon=":material/add_alert:", type="primary"):
                alert_form.opened(None, save)
            _offer_back()
    if not found:
        return
    named = [words.name(each.rule, shown.store.rules) for each in found]
    rows = st.dataframe(
        tables.seen(rule_details.table([each.rule for each in found], named, shown.label)), hide_index=True,
        on_select="rerun", selection_mode="single-row", key="alert_rules", height="content",
        column_config={_("Alert"): st.column_config.TextColumn(width="large")},
    )["selection"]["rows"]  # fmt: skip
    if not rows:
        st.caption(_("Choose a row to see what the alert would have done, and to switch it on or off."))
    chosen = found[rows[0]] if rows and rows[0] < len(found) else found[0]
    _one(chosen, may_set=may_set)


def _offer_back() -> None:
    gone = scope.noted(GONE)
    if gone is not None:
        name = words.name(gone.rule, scope.current().store.rules)
        st.button(
            _("Put back: {name}").format(name=plain(name)), icon=":material/undo:", type="tertiary", on_click=_restore,
            args=(gone,),
        )  # fmt: skip


def _one(chosen: SetRule, *, may_set: bool) -> None:
    shown, rule = scope.current(), chosen.rule
    st.subheader(plain(words.name(rule, shown.store.rules)))
    told = [words.declared(rule, shown.store.rules)] if rule.name else []
    st.markdown(plain(text.listed([*told, *rule_details.conditions(rule)])))
    if rule.source:
        st.caption(plain(_("Source: {source}").format(source=_(rule.source))))
    if chosen.made_by:
        at = text.moment(text.at_site(chosen.made_at, shown.store.warehouse.site_zone)) if chosen.made_at else ""
        st.caption(plain(_("Set by {who} on {moment}").format(who=text.person(chosen.made_by), moment=at)))
    if may_set:
        _buttons(chosen)
    if not is_possible(shown.store, rule):
        st.info(plain(rule_details.impossible(rule)), icon=":material/info:")
        return
    past(rule)


def past(rule: AlertRule) -> None:
    """What the rule would have done in the past half year, or year, and of a forecast what it would do now."""
    shown = scope.current()
    if rule.kind is Kind.EMERGING:
        _past_issues(rule)
    elif has_past(rule):
        with notices.explained():
            if rule.kind is Kind.FORECAST:
                st.markdown(plain(rule_details.ahead(read_expected(shown.store, shown.viewer, rule), rule)))
            _alarms(rule)


def _past_issues(rule: AlertRule) -> None:
    """Asked for, as it takes some seconds: a year is read as of every week of it."""
    shown = scope.current()
    if not st.toggle(_("Show what it would have done in the past year"), key=f"alert_issues_{rule.key}"):
        st.caption(_("A year of complaints is read as of every week of it: that takes a moment the first time."))
        return
    with notices.explained():
        with st.spinner(_("Reading each week of the past year")):
            found = read_past_issues(shown.store, shown.viewer, rule)
        st.markdown(f"**{plain(rule_details.issues(found))}**")
        st.caption(_("Each week is read by what was known then; an issue is over two weeks after it last came up."))
        if found.alarms:
            tables.plain(rule_details.issue_alarms(found, shown.label))


def _alarms(rule: AlertRule) -> None:
    """Every alarm of the past, drawn and listed."""
    shown = scope.current()
    found = read_past(shown.store, shown.viewer, rule, watching.decisions())
    st.markdown(f"**{plain(rule_details.past(found, rule))}**")
    title = _("What it would have done")
    figure = charts_alerts.past(found, rule)
    st.plotly_chart(figure, key=f"alert_past_{rule.key}", config=CHART, alt=title)
    behind(figure, "alert_past")
    st.caption(plain(rule_details.how_judged(rule)))
    if found.episodes:
        with st.expander(_("Alarms ({count})").format(count=text.number(len(found.episodes)))):
            tables.plain(rule_details.episodes(found, rule))


def _buttons(chosen: SetRule) -> None:
    rule = chosen.rule
    with st.container(horizontal=True):
        words_, icon = (_("Switch off"), ":material/toggle_off:") if rule.is_on else (
            _("Switch on"), ":material/toggle_on:")  # fmt: skip
        switched = replace(rule, is_on=not rule.is_on)
        st.button(words_, icon=icon, key="alert_switch", on_click=_save_quietly, args=(chosen, switched))
        if st.button(_("Change it"), icon=":material/edit:", key="alert_change"):
            alert_form.opened(chosen, save)
        if chosen.id:
            st.button(
                _("Undo the last change"), icon=":material/undo:", key="alert_undo", on_click=_undo, args=(chosen,)
            )
            is_own = rule.key not in SHIPPED_KEYS
            label = _("Take off") if is_own else _("Back to what ships")
            icon = ":material/delete:" if is_own else ":material/restart_alt:"
            st.button(label, icon=icon, key="alert_remove", type="tertiary", on_click=_remove, args=(chosen,))
    if rule.is_on and not rule.channels:
        st.caption(_("It has no channel: its events stand on this page only."))


def save(before: SetRule | None, rule: AlertRule) -> None:
    """Set a rule, for whoever is still signed in."""
    viewer = scope.current().viewer
    identity.require_same(viewer, identity.claims())
    kept = replace(rule, channels=tuple(each for each in rule.channels if each in alert_channels.channel_names()))
    save_alert_rule(
        load.state(), viewer, before if before and before.id else None, kept, alert_channels.channel_names(), _now()
    )


def _save_quietly(before: SetRule, rule: AlertRule) -> None:
    """For callbacks."""
    with notices.explained():
        save(before, rule)


def _undo(chosen: SetRule) -> None:
    """For callbacks."""
    with notices.explained():
        identity.require_same(scope.current().viewer, identity.claims())
        undo_alert_rule(load.state(), scope.current().viewer, chosen, _now())
        scope.note(GONE, chosen)


def _remove(chosen: SetRule) -> None:
    """For callbacks."""
    with notices.explained():
        identity.require_same(scope.current().viewer, identity.claims())
        remove_alert_rule(load.state(), scope.current().viewer, chosen, _now())
        scope.note(GONE, chosen)


def _restore(gone: SetRule) -> None:
    """For callbacks."""
    with notices.explained():
        identity.require_same(scope.current().viewer, identity.claims())
        restore_alert_rule(load.state(), scope.current().viewer, gone, _now())
        scope.note(GONE, None)


def _now() -> datetime:
    return datetime.now(UTC)

"""Targets on the screen: which are in force, who set them, and a form for those who may."""

from datetime import UTC, datetime

import polars as pl
import streamlit as st

from data_access.targets import Target, remove_target, set_target
from data_access.viewer import Right
from metrics.catalogue import CATALOGUE
from pages.ui import identity, load, notices, scope, tables
from reports import text
from reports.text import _


def listed(targets: list[Target]) -> None:
    """Every target that people set, newest first in each metric, with who and when."""
    if not targets:
        st.info(_("No target was set yet: those that ship are in force."), icon=":material/flag:")
        return
    zone = scope.current().store.warehouse.site_zone
    rows = [
        {
            _("Metric"): _(CATALOGUE[each.metric].name),
            _("Team"): _team(each.team_id),
            _("Target"): text.target(each.value, CATALOGUE[each.metric]),
            _("From"): text.day(each.start),
            _("Set by"): each.made_by,
            _("Set on"): "" if each.made_at is None else text.moment(text.at_site(each.made_at, zone)),
        }
        for each in targets
        if each.metric in CATALOGUE
    ]
    tables.plain(pl.DataFrame(rows))


def _team(code: str | None) -> str:
    return scope.current().label("team_id", code) if code else _("All teams")


def form(targets: list[Target]) -> None:
    """Set one, or take one away."""
    shown = scope.current()
    if not shown.viewer.may(Right.TARGETS):
        st.caption(_("Your role looks at targets and does not set them."))
        return
    left, right = st.columns(2, gap="large")
    with left, st.form("set_target", border=True):
        st.markdown(f"**{_('Set a target')}**")
        names = {each.id: _(each.name) for each in CATALOGUE.values()}
        metric = st.selectbox(
            _("Metric"), sorted(names, key=lambda each: names[each]), format_func=lambda each: names[each]
        )
        teams = ["", *load.values(shown.store, shown.viewer, "team_id")]
        team = st.selectbox(_("Team"), teams, format_func=lambda each: _team(each or None))
        value = st.number_input(_("Target, in the unit of the metric"), min_value=0.0, step=0.1, format="%.1f")
        st.caption(_("Shares in percent, rates per 1,000, times in seconds."))
        start = st.date_input(_("From"), shown.store.anchor, format="YYYY-MM-DD")
        if st.form_submit_button(_("Set"), type="primary", icon=":material/flag:"):
            _set(Target(metric=metric, team_id=team or None, value=value, start=start))
    with right:
        _remove(targets)


def _set(target: Target) -> None:
    with notices.explained():
        identity.require_same(scope.current().viewer, identity.claims())
        set_target(load.state(), scope.current().viewer, target, datetime.now(UTC))
        st.rerun()


def _remove(targets: list[Target]) -> None:
    if not targets:
        return
    with st.container(border=True):
        st.markdown(f"**{_('Take a target away')}**")
        st.caption(_("The one before it holds again; in the end the one that ships."))
        chosen = st.selectbox(_("Target"), targets, format_func=_words, index=None, placeholder=_("Choose"))
        if st.button(_("Take away"), icon=":material/delete:", disabled=chosen is None) and chosen is not None:
            with notices.explained():
                identity.require_same(scope.current().viewer, identity.claims())
                remove_target(load.state(), scope.current().viewer, chosen, datetime.now(UTC))
                st.rerun()


def _words(target: Target) -> str:
    metric = CATALOGUE[target.metric]
    return (
        f"{_(metric.name)} · {_team(target.team_id)} · {text.target(target.value, metric)} · {text.day(target.start)}"
    )

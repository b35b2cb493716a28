"""Targets on the screen: which are in force, who set them, and a form for those who may."""

from datetime import UTC, datetime

import polars as pl
import streamlit as st

from data_access.targets import PLACES, Target, in_force, remove_target, set_target
from data_access.viewer import Right
from metrics.catalogue import CATALOGUE
from metrics.metric import Unit
from pages.ui import identity, load, notices, scope, tables
from pages.ui.notices import plain
from reports import text
from reports.text import N_, _

UNITS = {
    Unit.PERCENT: N_("Target, %"),
    Unit.PER_THOUSAND: N_("Target, per 1,000"),
    Unit.PER_MILLION: N_("Target, per million"),
    Unit.SCORE: N_("Target, points"),
    Unit.COEFFICIENT: N_("Target, −1 to 1"),
    Unit.SECONDS: N_("Target, seconds"),
}
STEPS = {
    Unit.PERCENT: 1.0,
    Unit.PER_THOUSAND: 0.5,
    Unit.PER_MILLION: 1.0,
    Unit.SCORE: 0.1,
    Unit.COEFFICIENT: 0.05,
    Unit.SECONDS: 10.0,
}


def listed(targets: list[Target]) -> None:
    """Every target that people set, newest first in each metric, with who and when."""
    if not targets:
        st.info(_("No target was set yet: those that ship are in force."), icon=":material/flag:")
        return
    zone = scope.current().store.warehouse.site_zone
    rows = [
        {
            _("Metric"): _(CATALOGUE[each.metric].name),
            _("For"): _place(each),
            _("Target"): text.bound(each.value, CATALOGUE[each.metric]),
            _("In force from"): text.day(each.start),
            _("Set by"): text.person(each.made_by),
            _("Set on"): "" if each.made_at is None else text.moment(text.at_site(each.made_at, zone)),
        }
        for each in targets
        if each.metric in CATALOGUE
    ]
    tables.plain(pl.DataFrame(rows))


def shipped() -> None:
    """The targets that hold for a metric where nobody set one."""
    given = [(each, each.target) for each in CATALOGUE.values() if each.target is not None]
    with st.expander(_("Targets that ship ({count})").format(count=text.number(len(given))), icon=":material/flag:"):
        rows = [{_("Metric"): _(each.name), _("Target"): text.bound(target, each)} for each, target in given]
        tables.plain(pl.DataFrame(rows), height="content")


def _place(target: Target) -> str:
    """For whom a target holds."""
    return _spoken(("queue", target.queue) if target.queue else ("team_id", target.team_id))


def _spoken(place: tuple[str, str | None]) -> str:
    dimension, code = place
    if code is None:
        return _("All")
    return text.labelled(text.dimension(dimension), scope.current().label(dimension, code))


def form(targets: list[Target]) -> None:
    """Set one, or take one away."""
    shown = scope.current()
    if not shown.viewer.may(Right.TARGETS):
        st.caption(_("Your role looks at targets and does not set them."))
        return
    left, right = st.columns(2, gap="large")
    with left, st.container(border=True):
        _setting()
    with right:
        _remove(targets)


def _setting() -> None:
    """A metric and a place are chosen first: what can be set, and from what to begin, follows from them."""
    shown = scope.current()
    st.markdown(f"**{_('Set a target')}**")
    names = {each.id: _(each.name) for each in CATALOGUE.values()}
    chosen = st.selectbox(_("Metric"), list(names), format_func=lambda each: names[each])
    places: list[tuple[str, str | None]] = [("team_id", None)]
    places += [(name, code) for name in PLACES for code in load.values(shown.store, shown.viewer, name)]
    spoken = {place: _spoken(place) for place in places}
    dimension, code = st.selectbox(_("For"), places, format_func=lambda each: spoken[each])
    metric = CATALOGUE[chosen]
    start = st.date_input(_("In force from"), shown.store.anchor, format="YYYY-MM-DD")
    before = in_force(shown.targets, metric, start, **{dimension: code})
    with st.form(f"set_target_{chosen}_{code}_{before}", border=False):
        value = st.number_input(
            _(UNITS[metric.unit]), value=before, step=STEPS[metric.unit], format="%g", placeholder=_("No target yet")
        )
        if before is not None:
            st.caption(_("In force on that day: {target}").format(target=plain(text.target(before, metric))))
        if st.form_submit_button(_("Set"), type="primary", icon=":material/flag:"):
            if value is None:
                st.warning(_("Write down the target first."), icon=":material/edit:")
            else:
                team, queue = (code if name == dimension else None for name in PLACES)
                _set(Target(metric=chosen, value=value, start=start, team_id=team, queue=queue))


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
        words = {each: _words(each) for each in targets}
        chosen = st.selectbox(
            _("Target"), targets, format_func=lambda each: words[each], index=None, placeholder=_("Choose")
        )
        if st.button(_("Take away"), icon=":material/delete:", disabled=chosen is None) and chosen is not None:
            with notices.explained():
                identity.require_same(scope.current().viewer, identity.claims())
                remove_target(load.state(), scope.current().viewer, chosen, datetime.now(UTC))
                st.rerun()


def _words(target: Target) -> str:
    metric = CATALOGUE[target.metric]
    return f"{_(metric.name)} · {_place(target)} · {text.target(target.value, metric)} · {text.day(target.start)}"

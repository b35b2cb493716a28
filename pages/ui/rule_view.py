"""The rules of the site on the screen: a form for all of them, which were set and by whom, and the way back."""

from datetime import UTC, datetime

import polars as pl
import streamlit as st

from data_access.site_rules import PastRule, SetRule, reset_rules, save_rules, undo_rule
from metrics.adjustable import SETTINGS, THEMES, Kind, Setting, Value, value_of
from metrics.rules import Rules
from pages.ui import identity, load, notices, scope, tables
from pages.ui.notices import plain
from reports import rule_words, text
from reports.text import _

SHIPPED = Rules()
COLUMNS = {"stage": 1, "deadlines": 2, "contacts": 4}  # of fields; else three


def form(past: list[PastRule]) -> None:
    """Every rule with the value in force; nothing counts before it is saved."""
    rules = scope.current().store.rules
    latest = {each.rule.name: each.rule for each in reversed(past) if each.removed_at is None}
    with st.form("rules", border=False):
        given: dict[str, Value] = {}
        for theme, settings in THEMES.items():
            st.subheader(_(rule_words.THEMES[theme]))
            wide = COLUMNS.get(theme, 3)
            for start in range(0, len(settings), wide):  # row by row, so that a narrow screen keeps the order
                for column, setting in zip(st.columns(wide), settings[start : start + wide], strict=False):
                    with column:
                        given[setting.name] = _field(setting, value_of(rules, setting.name), latest.get(setting.name))
        st.caption(
            _("W, W0, T, short abandons, the follow-up of high-value customers and limits by priority are counted "
              "inside the warehouse: after a change of them its contacts are counted anew, which takes a while.")
        )  # fmt: skip
        if st.form_submit_button(_("Save"), type="primary", icon=":material/save:"):
            _save({name: value for name, value in given.items() if value != value_of(rules, name)})


def _field(setting: Setting, value: Value, by: SetRule | None) -> Value:
    name, told = text.rule(setting.name), _told(setting, by)
    key = f"{setting.name} {value} {text.language.get()}"  # what someone else sets meanwhile shows, the rest stays
    if setting.kind is Kind.CHOICE:
        choices = list(setting.choices)
        spoken = {each: rule_words.choice(setting.name, each) for each in choices}
        place = choices.index(str(value))
        return st.selectbox(name, choices, place, format_func=lambda each: spoken[each], help=told, width=480, key=key)
    if setting.kind is Kind.PERCENT:
        return st.number_input(name, value=float(value), step=1.0, format="%g", help=told, key=key)
    amount = int(float(value)) // setting.scale
    return st.number_input(name, value=amount, help=told, key=key) * setting.scale


def _told(setting: Setting, by: SetRule | None) -> str:
    """What ships, and who set it otherwise."""
    ships = rule_words.value(setting.name, value_of(SHIPPED, setting.name))
    words = [_("As shipped: {value}").format(value=plain(ships))]
    if by is not None:
        words.append(
            _("Set by {who} on {moment}").format(who=plain(text.person(by.made_by)), moment=_moment(by.made_at))
        )
    return "  \n".join(words)


def _moment(instant: datetime | None) -> str:
    zone = scope.current().store.warehouse.site_zone
    return "" if instant is None else text.moment(text.at_site(instant, zone))


def _save(changed: dict[str, Value]) -> None:
    if not changed:
        st.info(_("Nothing was changed."), icon=":material/info:")
        return
    viewer = scope.current().viewer
    with notices.explained():
        identity.require_same(viewer, identity.claims())
        save_rules(load.state(), viewer, changed, datetime.now(UTC))
        st.rerun()


def taken_back(past: list[PastRule]) -> None:
    """Which rules the site has of its own, and the way back to what was before or to what ships."""
    held = {each.rule.name: each.rule for each in reversed(past) if each.removed_at is None}
    st.subheader(_("Rules of this site"))
    if not held:
        st.info(_("No rule was set: all are as shipped."), icon=":material/tune:")
        return
    rules = scope.current().store.rules
    rows = [
        {
            _("Rule"): text.rule(name),
            _("In force"): rule_words.value(name, value_of(rules, name)),
            _("Shipped with"): rule_words.value(name, value_of(SHIPPED, name)),
            _("Set by"): text.person(each.made_by),
            _("Set on"): _moment(each.made_at),
        }
        for name in SETTINGS
        if (each := held.get(name))
    ]
    tables.plain(pl.DataFrame(rows))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = [name for name in SETTINGS if name in held]
        chosen = st.selectbox(_("Rule"), names, format_func=text.rule, index=None, placeholder=_("Choose"), width=360)
        rule = held.get(chosen or "")
        off = rule is None
        st.button(_("Undo the last change"), icon=":material/undo:", disabled=off, on_click=_undo, args=(rule,))
        st.button(
            _("Back to what ships"), icon=":material/restart_alt:", disabled=off, on_click=_reset, args=([chosen],)
        )
        st.button(
            _("Everything back to what ships"), icon=":material/restart_alt:", type="tertiary", on_click=_reset,
            args=(names,),
        )  # fmt: skip


def _undo(rule: SetRule) -> None:
    """For callbacks."""
    with notices.explained():
        identity.require_same(scope.current().viewer, identity.claims())
        undo_rule(load.state(), scope.current().viewer, rule, datetime.now(UTC))


def _reset(names: list[str]) -> None:
    """For callbacks."""
    with notices.explained():
        identity.require_same(scope.current().viewer, identity.claims())
        reset_rules(load.state(), scope.current().viewer, names, datetime.now(UTC))


def history(past: list[PastRule]) -> None:
    """Everything that was ever set, newest first."""
    if not past:
        return
    with st.expander(_("History ({count})").format(count=text.number(len(past))), icon=":material/history:"):
        rows = [
            {
                _("Rule"): text.rule(each.rule.name),
                _("Set to"): rule_words.value(each.rule.name, each.rule.value),
                _("Set by"): text.person(each.rule.made_by),
                _("Set on"): _moment(each.rule.made_at),
                _("Taken back by"): text.person(each.removed_by) or "",
                _("Taken back on"): _moment(each.removed_at),
            }
            for each in past
        ]
        tables.plain(pl.DataFrame(rows))

"""House rules on the screen: which hold, a form for one more, taking one off and putting it back."""

from collections.abc import Sequence
from datetime import UTC, datetime

import polars as pl
import streamlit as st

from data_access.desk.house_rules import (
    LONGEST,
    KeptRule,
    PastRule,
    add_house_rule,
    in_force,
    read_house_rules,
    remove_house_rule,
    restore_house_rule,
)
from data_access.names import agent_names
from data_access.viewer import Right
from metrics.desk.conditions import FIELDS, MOST_CONDITIONS, OPERATORS, Condition, Kind, Operator, Value
from metrics.errors import SourceUnavailable
from pages.ui import identity, load, notices, scope, tables
from pages.ui.taking_off import Write, write
from reports import text
from reports.desk import condition_words
from reports.text import _

__all__ = ["in_force", "past", "rules"]

ADDED = "house_rules_added"


def past() -> list[PastRule]:
    """Every house rule that was ever set; none where the state store does not answer, as figures do not need it."""
    shown = scope.current()
    people = frozenset() if shown.viewer.is_cleared else agent_names(shown.store)
    try:
        return read_house_rules(load.state(), shown.viewer, people)
    except SourceUnavailable:
        return []


def rules(found: Sequence[PastRule]) -> None:
    """The house rules with who and when, and for who may: one more, and taking one off."""
    st.subheader(_("House rules"))
    st.caption(
        _("Triggers of your own beside those that ship. All conditions of a rule have to hold; each rule is held "
          "against the past above as soon as it is added.")
    )  # fmt: skip
    if found:
        tables.plain(_table(found))
    else:
        st.info(_("There is no house rule yet."), icon=":material/rule:")
    if not scope.current().viewer.may(Right.TARGETS):
        st.caption(_("Your role looks at house rules and does not write them."))
        return
    left, right = st.columns([3, 2], gap="large")
    with left, st.container(border=True):
        _form()
    with right, st.container(border=True):
        _take_off(found)


def _table(found: Sequence[PastRule]) -> pl.DataFrame:
    zone = scope.current().store.warehouse.site_zone

    def at(instant: datetime | None) -> str:
        return "–" if instant is None else text.moment(text.at_site(instant, zone))

    return pl.DataFrame(
        [
            {
                _("Name"): each.rule.name,
                _("Conditions"): condition_words.listed(each.rule.rule().conditions),
                _("Holds"): _("Yes") if each.removed_at is None else _("No"),
                _("Set by"): text.person(each.rule.made_by),
                _("Set on"): at(each.rule.made_at),
                _("Taken off by"): text.person(each.removed_by) or "–",
                _("Taken off on"): at(each.removed_at),
            }
            for each in found
        ]
    )


def _form() -> None:
    """Fields first, as what each is held against depends on it; nothing counts before it is added."""
    turn = scope.noted(ADDED) or 0
    st.markdown(f"**{_('Add a house rule')}**")
    name = st.text_input(
        _("Name"), max_chars=LONGEST, key=f"house_name_{turn}", placeholder=_("Like: angry and called three times")
    )
    offered = [each for each, kind in FIELDS.items() if kind is not Kind.CODE or _codes(each)]
    conditions = [each for place in range(MOST_CONDITIONS) if (each := _condition(place, turn, offered)) is not None]
    if st.button(_("Add"), type="primary", icon=":material/add:", key=f"house_add_{turn}"):
        _add(name, conditions, turn)


def _condition(place: int, turn: int, offered: Sequence[str]) -> Condition | None:
    key = f"{place}_{turn}"
    columns = st.columns([3, 2, 2], vertical_alignment="bottom")
    label = _("Condition") if not place else _("and")
    spoken = {each: condition_words.field(each) for each in offered}
    field = columns[0].selectbox(
        label, offered, index=None, key=f"house_field_{key}", format_func=lambda each: spoken[each],
        placeholder=_("Choose"),
    )  # fmt: skip
    if field is None:
        return None
    operators = OPERATORS[FIELDS[field]]
    named = {each: condition_words.operator(each) for each in Operator}
    chosen = columns[1].selectbox(
        _("is held against"), operators, key=f"house_operator_{field}_{key}", format_func=lambda each: named[each]
    )
    with columns[2]:
        value = _value(field, key)
    return Condition(field, str(chosen), value)


def _value(field: str, key: str) -> Value:
    label, name = _("Value"), f"house_value_{field}_{key}"
    match FIELDS[field]:
        case Kind.NUMBER:
            return float(st.number_input(label, min_value=0.0, step=1.0, format="%g", key=name))
        case Kind.FLAG:
            spoken = {True: _("Yes"), False: _("No")}
            return st.selectbox(label, [True, False], key=name, format_func=lambda each: spoken[each])
    shown = scope.current()
    known = _codes(field)
    labels = {each: shown.label(field, each) for each in known}
    return st.selectbox(label, known, key=name, format_func=lambda each: labels[each])


def _codes(field: str) -> list[str]:
    """Values on offer: those among the complaints that the viewer sees."""
    shown = scope.current()
    return load.values(shown.store, shown.viewer, field)


def _add(name: str, conditions: Sequence[Condition], turn: int) -> None:
    viewer = scope.current().viewer
    with notices.explained():
        identity.require_same(viewer, identity.claims())
        add_house_rule(load.state(), viewer, name, conditions, datetime.now(UTC))
        scope.note(ADDED, turn + 1)
        st.rerun()


def _take_off(found: Sequence[PastRule]) -> None:
    held = [each.rule for each in found if each.removed_at is None]
    gone = [each.rule for each in found if each.removed_at is not None]
    st.markdown(f"**{_('Take a house rule off, or put it back')}**")
    _choose(held, _("Take off"), "off", ":material/delete:", remove_house_rule)
    if gone:
        _choose(gone, _("Put back"), "back", ":material/undo:", restore_house_rule)


def _choose(offered: Sequence[KeptRule], label: str, name: str, icon: str, act: Write[KeptRule]) -> None:
    spoken = {each.id: each.name for each in offered}
    chosen = st.selectbox(
        label, list(spoken), index=None, key=f"house_{name}", format_func=lambda each: spoken[each],
        placeholder=_("Choose"), label_visibility="collapsed",
    )  # fmt: skip
    rule = next((each for each in offered if each.id == chosen), None)
    st.button(label, icon=icon, key=f"house_{name}_act", disabled=rule is None, on_click=write, args=(act, rule))

"""The rules of the site on the screen: a form for all of them, which were set and by whom, and the way back."""

import streamlit as st

from data_access.connecting.hours import usual_rules
from data_access.site_rules import RULES
from metrics.adjustable import THEMES, Kind, Setting, Value, value_of
from pages.ui import load, scope, set_values_view
from pages.ui.set_values_view import Shown, Words
from reports import rule_words, text
from reports.text import _

COLUMNS = {"stage": 1, "deadlines": 2, "contacts": 4}  # of fields; else three


def shown() -> Shown:
    """The rules in force, and all that were ever set."""
    words = Words(
        title=_("Rules of this site"), nothing=_("No rule was set: all are as shipped."), one=_("Rule"),
        name=text.rule, value=rule_words.value,
    )  # fmt: skip
    past = RULES.history(load.state(), scope.current().viewer)
    return Shown(RULES, past, scope.current().store.rules, usual_rules(), words)


def form(found: Shown) -> None:
    """Every rule with the value in force; nothing counts before it is saved."""
    with st.form("rules", border=False):
        given: dict[str, Value] = {}
        for theme, settings in THEMES.items():
            st.subheader(_(rule_words.THEMES[theme]))
            wide = COLUMNS.get(theme, 3)
            for start in range(0, len(settings), wide):  # row by row, so that a narrow screen keeps the order
                for column, setting in zip(st.columns(wide), settings[start : start + wide], strict=False):
                    with column:
                        given[setting.name] = _field(setting, found)
        st.caption(
            _("W, W0, T, short abandons, the follow-up of high-value customers and limits by priority are counted "
              "inside the warehouse: after a change of them its contacts are counted anew, which takes a while.")
        )  # fmt: skip
        if st.form_submit_button(_("Save"), type="primary", icon=":material/save:"):
            set_values_view.save(found, given)


def _field(setting: Setting, found: Shown) -> Value:
    name, told = text.rule(setting.name), set_values_view.told(found, setting.name)
    value = value_of(found.now, setting.name)
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

"""What the past says of the triggers on the screen, and the model that has to beat them."""

from collections.abc import Mapping

import polars as pl
import streamlit as st

from data_access.desk.defence import House, read_back_test, read_likely, read_model
from metrics.complaint_facts import LEVELS
from metrics.desk.back_test import BackTest
from metrics.desk.escalation_model import Model
from metrics.scope import Period
from pages.ui import controls, files, scope, tables
from pages.ui.notices import plain
from pages.ui.pieces import CHART, behind
from pages.ui.shown import Shown
from reports import text
from reports.desk import back_test_words as words
from reports.desk import charts_defence, defence_words
from reports.export import Section
from reports.text import _
from reports.wings import charts_forest

LEVELS_TOLD = (LEVELS[2], LEVELS[1])


@scope.fragment
def past(house: House) -> None:
    """What the past says of the triggers, and of the model beside them, of one kind of escalation."""
    st.subheader(_("Would the triggers have warned?"))
    level = _level()
    _triggers(house, level)
    st.subheader(_("A model beside the triggers"))
    _model(house, level)


def _level() -> str:
    spoken = {each: defence_words.body(each) for each in LEVELS_TOLD}
    return controls.segments(
        _("Escalated to"), "by.level", LEVELS_TOLD, LEVELS_TOLD[0], lambda each: spoken[each], labelled=True
    )


def _triggers(house: House, level: str) -> None:
    """Precision, recall, warning and cost of every trigger and of all together."""
    shown, rules = scope.current(), scope.current().store.rules
    with st.spinner(_("Looking through the cases")):
        found = read_back_test(shown.store, shown.viewer, shown.filters, house, level)
    if found is None:
        st.info(_("There are no cases whose outcome is known yet."), icon=":material/search_off:")
        return
    st.markdown(plain(words.said(found, level, rules)))
    rows = words.forest_rows(found, house, rules)
    if rows:
        base = found.rows["precision"][0]
        figure = charts_forest.forest(
            rows, at=base, title=_("Escalated later; the line is for all"), suffix="%",
            spoken={name: _(said) for name, said in words.STATES.items()},
        )  # fmt: skip
        st.plotly_chart(figure, key=f"tested_{level}", config=CHART, alt=_("Would the triggers have warned?"))
    tables.plain(words.table(found, house, rules))
    st.caption(
        _("Each case is looked at as it came in and at the end of every day on which it was open, with what was known "
          "by then. It is a hit if the case, or another of its customer, escalates within {days} days.").format(
              days=text.number(rules.escalation_days))
    )  # fmt: skip
    st.caption(
        _("Severity, dissatisfaction, and what the customer said are not dated in the data and are taken as known on "
          "receipt. If your people change them once a case has gone up, triggers and model look better here than they "
          "are: have them written down on receipt and left as they are.")
    )  # fmt: skip
    files.button(_("Would the triggers have warned?"), [_tested(found, shown, house)], key="tested")


def _tested(found: BackTest, shown: Shown, house: House) -> Section:
    names = [defence_words.trigger(each, house, shown.store.rules) for each in found.rows["trigger"]]
    frame = found.rows.with_columns(trigger=pl.Series(names, dtype=pl.String))
    return Section(
        _("Would the triggers have warned?"), frame, words.headers(), Period(found.start.date(), found.end.date())
    )


def _model(house: House, level: str) -> None:
    """What the model reads, how sure it may be, and whether it is offered."""
    shown = scope.current()
    with st.spinner(_("Looking through the cases")):
        found = read_model(shown.store, shown.viewer, house, level)
    st.markdown(plain(words.model(found, level)))
    st.caption(
        _("Logistic regression on what was known when each case was received; learnt on early cases, calibrated on "
          "later ones, compared on the latest. It is made of all cases that you may see, whatever the filters.")
    )  # fmt: skip
    if not isinstance(found, Model):
        return
    left, right = st.columns(2, gap="large")
    with left:
        figure = charts_defence.odds(words.odds_rows(found))
        st.plotly_chart(figure, key=f"odds_{level}", config=CHART, alt=_("What the model reads"))
    with right:
        figure = charts_defence.calibration(found.curve)
        st.plotly_chart(figure, key=f"calibration_{level}", config=CHART, alt=_("Predicted and come to pass"))
        behind(figure, "calibration")
    tables.plain(words.odds_table(found))
    files.button(_("A model beside the triggers"), _of_model(found), key="model")
    if found.is_offered:
        _likely(house, level)


def _likely(house: House, level: str) -> None:
    shown = scope.current()
    rows = read_likely(shown.store, shown.viewer, shown.filters, house, level)
    st.markdown(f"**{_('Open cases by the model, the likeliest first')}**")
    if rows.is_empty():
        st.info(_("No case is open."), icon=":material/task_alt:")
        return
    tables.plain(defence_words.open_table(rows, house, shown.store.rules, shown.label))


def _of_model(found: Model) -> list[Section]:
    return [
        Section(_("What the model reads"), found.odds, words.headers()),
        Section(_("Predicted and come to pass"), found.curve, words.headers()),
    ]


def sections(shown: Shown, house: House, view: Mapping[str, str]) -> list[Section]:
    """The same for the file of the whole page.

    Args:
        view: how its figures are looked at, as the link keeps it.
    """
    level = next((each for each in LEVELS_TOLD if each == view.get("by.level")), LEVELS_TOLD[0])
    found = read_back_test(shown.store, shown.viewer, shown.filters, house, level)
    fitted = read_model(shown.store, shown.viewer, house, level)
    told = [] if found is None else [_tested(found, shown, house)]
    return told + (_of_model(fitted) if isinstance(fitted, Model) else [])

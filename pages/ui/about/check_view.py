"""One check of the data on the screen: what it says, week by week, which rows it finds and which metrics suffer."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from data_access.data_quality.examples import has_examples, read_examples
from data_access.data_quality.facts import read_weeks
from data_access.numbers import Grain
from metrics.data_quality.check import SHARE, Check, suffering
from metrics.data_quality.declared import CHECKS
from pages.ui import cases, files, scope
from pages.ui.notices import plain
from pages.ui.pieces import CHART, behind
from reports import charts, text
from reports.data_quality import words
from reports.export import Section
from reports.text import _

CHECK = "check"  # the name under which a link says which one


def one(rows: Sequence[dict]) -> None:
    """The check that the reader chooses, the first in the table unless he does."""
    names = [row["check"] for row in rows]
    spoken = {name: _(CHECKS[name].name) for name in names}
    widget = scope.view_widget(CHECK, names, names[0])
    name = st.selectbox(_("Look at one check"), names, format_func=lambda each: spoken[each], width=520, **widget)
    row, check = rows[names.index(name)], CHECKS[name]
    st.markdown(plain(words.one(row)))
    st.caption(plain(words.meaning(check)))
    _weeks(check)
    _suffer(check)
    asked = has_examples(check) and bool(row["faulty"])
    if asked and st.button(_("Show the rows"), icon=":material/table_rows:", key=f"rows_{name}"):
        read, period = partial(read_examples, check=check), scope.current().scope.period
        cases.rows_dialog(spoken[name], read, period, (), f"rows_{name}")


def _weeks(check: Check) -> None:
    """The share week by week."""
    shown = scope.current()
    period = shown.reached(Grain.WEEK)
    found = read_weeks(shown.store, shown.viewer, [check.id], period)
    if found.height < 2:  # rows without a day, or a check that began just now
        st.caption(_("Its rows stand on no day, so there is no course over time."))
        return
    title = _("{check} week by week").format(check=_(check.name))
    limit = check.limit(shown.store.rules)
    said = _("Trouble from {limit}").format(limit=text.value(limit, SHARE.unit))
    figure = charts.trend(found, SHARE, "week", limit, (), shown.events, limit=said)
    st.plotly_chart(figure, key=f"weeks_{check.id}_{period.start}", config=CHART, alt=title)
    behind(figure, "weeks")
    frame = found.drop("metric", "check", "mature")
    files.button(title, [Section(title, frame, words.headers(), period=period)], key="weeks")


def _suffer(check: Check) -> None:
    """The metrics that are made of what is wrong."""
    found = suffering(check.spoils, scope.current().store.rules)
    if not found:
        st.markdown(_("No metric is made of it; it can be neither split nor filtered by it, though."))
        return
    with st.expander(_("Which metrics suffer ({count})").format(count=len(found)), icon=":material/trending_down:"):
        st.markdown(plain(text.listed([_(metric.name) for metric in found])))

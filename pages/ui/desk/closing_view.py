"""Closing the loop on the screen: follow-ups, cases taken up again, promises, and how many hands it took."""

from collections.abc import Sequence
from functools import partial

import polars as pl
import streamlit as st

from data_access.desk import loop as read
from metrics.complaint_handling import FOLLOW_UP_RATE, FOLLOW_UP_SATISFACTION
from metrics.metric import AnyMetric
from metrics.scope import Period
from pages.ui import cases, controls, files, pieces, scope, show, tables
from pages.ui.desk import looking_back
from pages.ui.notices import needed, plain
from pages.ui.pieces import CHART, behind
from pages.ui.shown import Shown
from reports import text
from reports.desk import charts_loop as charts
from reports.desk import loop_words as words
from reports.export import Section
from reports.text import _

TRENDS = (FOLLOW_UP_RATE, FOLLOW_UP_SATISFACTION)
SPLITS = {metric.id: ("severity", "team_id", "issue_type") for metric in TRENDS}


def page(metrics: Sequence[AnyMetric], result: pl.DataFrame) -> None:
    """Everything below the title."""
    shown = scope.current()
    is_known = shown.store.warehouse.has("complaints", "resolved_at") and not pieces.complaints_refused()
    if not is_known:
        show.tiles(metrics, result, show.sparks(metrics))
        return
    days = looking_back.period()
    found = read.read_loop(shown.store, shown.viewer, days, shown.filters)
    if not found.steps["count"][0]:
        show.empty()
        return
    if not shown.store.warehouse.missing(read.NEEDS):
        st.markdown(f"**{plain(words.headline(found, days))}**")
    show.tiles(metrics, result, show.sparks(metrics))
    left, right = st.columns(2, gap="large")
    with left:
        _steps(days)
    with right:
        _hands(days)
    for column, metric in zip(st.columns(2, gap="large"), TRENDS, strict=True):
        with column:
            pieces.trend(metric)
    files.page(_("Closing the loop"), result, metrics, splits=SPLITS, more=partial(_sections, days))


@scope.fragment
def _steps(days: Period) -> None:
    """From the resolution to the end, and the cases that were left."""
    shown = scope.current()
    found = read.read_loop(shown.store, shown.viewer, days, shown.filters)
    st.subheader(_("From the resolution to a satisfied customer"))
    lacking = shown.store.warehouse.missing(read.NEEDS)
    if lacking:
        needed(lacking)
        return
    figure = charts.steps(found)
    st.plotly_chart(figure, key="loop_steps", config=CHART, alt=_("From the resolution to a satisfied customer"))
    behind(figure, "loop_steps")
    st.caption(
        plain(
            _("Each step out of the one before. Dissatisfied: a score of {score} or less at the follow-up; their cases "
              "are to be reopened.").format(score=shown.store.rules.dissatisfied_score)
        )
    )  # fmt: skip
    title = _("Dissatisfied and not reopened")
    with st.container(horizontal=True):
        words_ = _("Dissatisfied and not reopened: {count}").format(count=text.number(found.left))
        if found.left and st.button(words_, key="left_alone", icon=":material/table_rows:"):
            cases.rows_dialog(title, read.left_list, days, shown.filters, "left_alone", names=words.names())
        files.button(_("From the resolution to a satisfied customer"), [_step_section(found, days)], key="loop_steps")


@scope.fragment
def _hands(days: Period) -> None:
    """First-owner responsibility: who hands on, and how often."""
    shown = scope.current()
    found = read.read_loop(shown.store, shown.viewer, days, shown.filters)
    st.subheader(_("Through how many hands"))
    if not shown.store.warehouse.has("complaint_events"):
        needed(["complaint_events"])
        return
    if found.hands.is_empty():
        st.info(_("There is no case in this period and filter."), icon=":material/search_off:")
        return
    st.markdown(plain(words.hands_sentence(found)))
    figure = charts.hands(found)
    st.plotly_chart(figure, key="hands", config=CHART, alt=_("Through how many hands"))
    behind(figure, "hands")
    st.caption(
        _("One hand, and one more at each move to another department, back again counted as well. An agent owns what "
          "he took in.")
    )  # fmt: skip
    if found.groups:
        dimension = controls.split("hands", list(found.groups))
        least = shown.store.rules.min_denominator
        tables.plain(
            words.group_table(found.groups[dimension], dimension, partial(shown.label, dimension), least), height=280
        )
    files.button(_("Through how many hands"), _hand_sections(found, days), key="hands")


def _step_section(found: read.Loop, days: Period) -> Section:
    title = _("From the resolution to a satisfied customer")
    return Section(title, words.step_table(found), period=days)


def _hand_sections(found: read.Loop, days: Period) -> list[Section]:
    hands = Section(_("Through how many hands"), found.hands, words.names(), days)
    groups = [
        Section(_("Handed on by {dimension}").format(dimension=text.column(name)), frame, words.names(), days)
        for name, frame in found.groups.items()
    ]
    return [hands, *groups]


def _sections(days: Period, shown: Shown) -> list[Section]:
    """The same for the file of the whole page."""
    found = read.read_loop(shown.store, shown.viewer, days, shown.filters)
    told = [] if shown.store.warehouse.missing(read.NEEDS) else [_step_section(found, days)]
    return [*told, *(_hand_sections(found, days) if found.hands.height else [])]

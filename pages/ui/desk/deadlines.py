"""The page of deadlines: how things stand, and every part of it in its order."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import polars as pl
import streamlit as st

from data_access.desk import deadlines as read
from data_access.numbers import read_metrics
from metrics.metric import AnyMetric, final_period
from metrics.scope import Period
from pages.ui import files, pieces, scope, show, tables
from pages.ui.desk import due_view, looking_back, waiting_view
from pages.ui.notices import plain
from pages.ui.shown import Shown
from reports.desk import deadline_words as words
from reports.export import Section
from reports.text import _


def page(metrics: Sequence[AnyMetric], result: pl.DataFrame) -> None:
    """Everything below the title."""
    shown = scope.current()
    is_known = shown.store.warehouse.has("complaints", "resolved_at") and not pieces.complaints_refused()
    found = read.read_due(shown.store, shown.viewer, shown.filters) if is_known else None
    if found:
        st.markdown(f"**{plain(words.headline(found, shown.store.rules))}**")
    show.tiles(metrics, result, show.sparks(metrics))
    if found is None:
        return
    due_view.falls_due()
    left, right = st.columns([1, 2], gap="large")
    with left:
        due_view.overdue()
    with right:
        due_view.reminders()
    st.header(_("Looking back"))
    period = looking_back.period()
    _attainment(metrics, period)
    waiting_view.curves(period)
    waiting_view.held(period)
    files.page(_("Deadlines"), result, metrics, splits={}, more=partial(_sections, metrics, period))


@scope.fragment
def _attainment(metrics: Sequence[AnyMetric], period: Period) -> None:
    """Each leg by severity, with interval and n."""
    shown = scope.current()
    st.subheader(_("Deadlines kept by severity"))
    table = _by_severity(shown, metrics, period)
    if table.width == 1:
        st.info(_("No deadline fell in this period and filter."), icon=":material/search_off:")
        return
    tables.plain(table)
    st.caption(
        _(
            "Share kept, its 95 % interval, and how many were due. Of follow-up and solution: the latest days that are "
            "final."
        )
    )
    title = _("Deadlines kept by severity")
    files.button(title, [Section(title, table, period=period)], metrics, "attained")


def _by_severity(shown: Shown, metrics: Sequence[AnyMetric], period: Period) -> pl.DataFrame:
    store = shown.store
    frames = [
        read_metrics(
            store,
            shown.viewer,
            [metric],
            final_period(metric, period, store.anchor, store.rules),
            shown.filters,
            ("severity",),
        )
        for metric in metrics
    ]
    frame = pl.concat(frames).filter(pl.col("denominator") > 0)
    known = set(frame["severity"])
    ordered = [each for each in shown.store.rules.deadlines if each in known]
    others = sorted(each for each in known - set(ordered) if each is not None)
    severities = [*ordered, *others, *([None] if None in known else [])]
    return words.attainment_table(frame, metrics, severities, partial(shown.label, "severity"))


def _sections(metrics: Sequence[AnyMetric], period: Period, shown: Shown) -> list[Section]:
    """The same for the file of the whole page."""
    found, now = read.read_due(shown.store, shown.viewer, shown.filters), shown.as_it_stands.period
    department, severity = partial(shown.label, "responsible_department"), partial(shown.label, "severity")
    sections = [
        Section(_("What falls due"), words.due_table(found.falls_due, shown.store.rules), period=now),
        replace(due_view.ages_section(found), period=now),
        Section(_("Reminders to departments"), words.department_table(found.departments, department), period=now),
        Section(_("Deadlines kept by severity"), _by_severity(shown, metrics, period), period=period),
    ]
    for leg in waiting_view.CURVES:
        curves = read.read_curves(shown.store, shown.viewer, period, shown.filters, leg)
        table, risk = words.curve_table(curves, leg, shown.store.rules, severity), words.risk_table(curves, severity)
        sections += waiting_view.curve_sections(curves, leg, period, (table, risk), severity)
    if shown.store.warehouse.has("complaint_events"):
        held = read.read_held(shown.store, shown.viewer, period, shown.filters)
        sections.append(Section(_("Who held the clock"), words.held_table(held, department), period=period))
    return [each for each in sections if each.frame.width]  # none where nothing is told

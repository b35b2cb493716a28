"""What is still to be done on complaints, on the screen: what falls due, what is overdue, who is to be reminded."""

from collections.abc import Callable
from functools import partial

import polars as pl
import streamlit as st

from data_access.desk import deadlines as read
from data_access.rows import Rows
from metrics.adjustable import STEPS
from metrics.scope import Period
from pages.ui import cases, clicks, files, scope
from pages.ui.notices import needed, plain
from pages.ui.pieces import behind, clickable
from pages.ui.shown import Shown
from reports import text
from reports.desk import charts_deadlines as charts
from reports.desk import deadline_words as words
from reports.export import Section
from reports.text import N_, _

URGENT = N_("The {shown} most urgent of {count} cases")
LONGEST = N_("The {shown} longest of {count} cases")
COLUMNS = ("overdue", *STEPS, "waiting")


def _now(shown: Shown) -> Period:
    """The day on which the data end: what is still to be done is told for it, whatever the period."""
    return Period(shown.store.as_of.date(), shown.store.data_end)


@scope.fragment
def falls_due() -> None:
    """Each step still to be done: overdue, due soon, or waiting; a click opens its cases."""
    shown = scope.current()
    found = read.read_due(shown.store, shown.viewer, shown.filters)
    st.subheader(_("What falls due"))
    table = words.due_table(found.falls_due, shown.store.rules)
    key = clicks.turned("falls_due")
    st.dataframe(
        table,
        hide_index=True,
        key=key,
        selection_mode="single-cell",
        on_select=lambda: clicks.pick_cell(key),
        column_config={name: st.column_config.NumberColumn(format="localized") for name in table.columns[1:]},
    )
    st.caption(plain(words.clock(shown.store.rules)))
    st.caption(
        _("Steps of all complaints that are not closed when the data end, whatever the period; filters narrow them. "
          "Each time ahead holds the shorter ones. Click a number to see its cases.")
    )  # fmt: skip
    files.button(
        _("What falls due"), [Section(_("What falls due"), table)], key="falls_due", looked_at=shown.as_it_stands
    )
    cell = clicks.picked(key)
    if cell and cell[1] in table.columns[1:]:
        _due_dialog(found.falls_due["leg"][cell[0]], COLUMNS[table.columns.index(cell[1]) - 1], cell[1])


def _due_dialog(leg: str, column: str, header: str) -> None:
    title = text.labelled(_(words.LEG_NAMES[leg]), header)
    _dialog(title, read.due_list(leg, column), "due_list", URGENT)


def _dialog(title: str, rows: Callable[..., Rows], key: str, most: str) -> None:
    shown = scope.current()
    told, names = words.spoken, words.names()
    cases.rows_dialog(title, rows, _now(shown), shown.filters, key, most=most, names=names, told=told)


@scope.fragment
def overdue() -> None:
    """Open cases past their deadline, by how long; a click opens them."""
    shown = scope.current()
    found = read.read_due(shown.store, shown.viewer, shown.filters)
    st.subheader(_("Overdue open complaints"))
    if not found.overdue:
        st.info(_("No open complaint is past the deadline of its resolution."), icon=":material/task_alt:")
        return
    key = clicks.turned("overdue")
    figure = charts.ages(found.ages, partial(shown.label, "severity"))
    clickable(figure, key, lambda: clicks.pick_point(key), _("Overdue open complaints"))
    st.caption(_("How long past the deadline of the resolution. Click a bar to see its cases."))
    if found.waiting:
        st.caption(plain(words.waiting(found)))
    behind(figure, "overdue")
    files.button(_("Overdue open complaints"), [ages_section(found)], key="overdue", looked_at=shown.as_it_stands)
    picked = clicks.picked(key)
    if picked:
        title = text.labelled(_("Overdue open complaints"), words.bands()[int(picked[0])])
        _dialog(title, read.overdue_list(int(picked[0])), "overdue_list", LONGEST)


def ages_section(found: read.Due) -> Section:
    named = dict(enumerate(words.bands()))
    frame = found.ages.with_columns(pl.col("band").replace_strict(named, return_dtype=pl.String))
    return Section(_("Overdue open complaints"), frame, {"band": _("Overdue for")})


@scope.fragment
def reminders() -> None:
    """Which departments have not replied, and who is to be reminded; a click opens a department's cases."""
    shown = scope.current()
    found = read.read_due(shown.store, shown.viewer, shown.filters)
    st.subheader(_("Reminders to departments"))
    lacking = shown.store.warehouse.missing(read.HANDED)
    if lacking:
        needed(lacking)
        return
    if found.departments.is_empty():
        st.info(_("Every department has replied to what was handed over to it."), icon=":material/task_alt:")
        return
    table = words.department_table(found.departments, partial(shown.label, "responsible_department"))
    key = clicks.turned("reminders")
    number = st.column_config.NumberColumn(format="localized")
    st.dataframe(
        table,
        hide_index=True,
        key=key,
        selection_mode="single-cell",
        on_select=lambda: clicks.pick_cell(key),
        column_config=dict.fromkeys(table.columns[1:-1], number),
    )
    st.caption(_("In the columns “Remind …”: hand-overs without a reply for which that reminder is due now."))
    st.caption(plain(words.ladder(shown.store.rules)))
    st.caption(_("Click a row to see the cases of its department."))
    if not shown.store.warehouse.has("complaint_events"):
        st.caption(_("No reminders are on record: that needs {column}.").format(column="complaint\\_events"))
    files.button(
        _("Reminders to departments"),
        [Section(_("Reminders to departments"), table)],
        key="reminders",
        looked_at=shown.as_it_stands,
    )
    cell = clicks.picked(key)
    if cell:
        department = found.departments["responsible_department"][cell[0]]
        title = text.labelled(_("No reply yet"), shown.label("responsible_department", department))
        _dialog(title, read.reminder_list(department), "reminder_list", LONGEST)

"""How long complaints wait and with whom, on the screen."""

from functools import partial

import polars as pl
import streamlit as st

from data_access.desk import deadlines as read
from metrics.desk.survival import Curve
from metrics.scope import Period
from pages.ui import cases, clicks, controls, files, scope, tables
from pages.ui.desk.due_view import LONGEST
from pages.ui.notices import needed, plain
from pages.ui.pieces import CHART, clickable
from reports import text
from reports.desk import charts_deadlines as charts
from reports.desk import deadline_words as words
from reports.export import Section
from reports.text import N_, _

CURVES = {"response": N_("To the first response"), "resolution": N_("To the resolution")}


@scope.fragment
def curves(period: Period) -> None:
    """The share that still waits after each time, by severity."""
    shown = scope.current()
    st.subheader(_("How long complaints wait"))
    named = {leg: _(name) for leg, name in CURVES.items()}
    leg = controls.segments(_("How long complaints wait"), "waits", list(CURVES), "response", lambda each: named[each])
    found = read.read_curves(shown.store, shown.viewer, period, shown.filters, leg)
    label = partial(shown.label, "severity")
    if not any(isinstance(each, Curve) for each in found.values()):
        st.info(_("Too few complaints in this period and filter for a curve."), icon=":material/info:")
        return
    figure = charts.curves(found, leg, shown.store.rules, label)
    st.plotly_chart(figure, key=f"curves_{leg}", config=CHART, alt=_("How long complaints wait"))
    table, risk = words.curve_table(found, leg, shown.store.rules, label), words.risk_table(found, label)
    tables.plain(table)
    st.caption(plain(words.curves_said(shown.store.rules)))
    st.markdown(f"**{_('Under observation after')}**")
    tables.plain(risk)
    files.button(
        _("How long complaints wait"), curve_sections(found, leg, period, (table, risk), label), key=f"curves_{leg}"
    )


def curve_sections(
    found: read.Curves, leg: str, period: Period, told: tuple[pl.DataFrame, pl.DataFrame], label: words.Label
) -> list[Section]:
    """The tables below the curves, and each curve's points."""
    table, risk = told
    named = {"seconds": _("Seconds since receipt"), "open": _("Still waits, %"), "at_risk": _("Under observation")}
    points = [
        Section(text.labelled(_(CURVES[leg]), label(severity)), curve.points, named, period)
        for severity, curve in found.items()
        if isinstance(curve, Curve)
    ]
    spoken_ = [
        Section(_(CURVES[leg]), table, period=period),
        Section(_("Under observation after"), risk, period=period),
    ]
    return [*spoken_, *points]


@scope.fragment
def held(period: Period) -> None:
    """With whom the time went; a click opens the cases that lay there longest."""
    shown = scope.current()
    st.subheader(_("Who held the clock"))
    if not shown.store.warehouse.has("complaint_events"):
        needed(["complaint_events"])
        return
    found = read.read_held(shown.store, shown.viewer, period, shown.filters)
    if found.holders.is_empty():
        st.info(_("There is no case in this period and filter."), icon=":material/search_off:")
        return
    label = partial(shown.label, "responsible_department")
    st.markdown(plain(words.held_sentence(found, period, label)))
    key = clicks.turned("held")
    clickable(charts.held(found, label), key, lambda: clicks.pick_point(key), _("Who held the clock"))
    table = words.held_table(found, label)
    tables.plain(table)
    st.caption(
        _("From receipt to solution, and from a reopening to the end, as the steps on record say; up to the end of the "
          "data where it is not over. Click a bar to see its cases.")
    )  # fmt: skip
    files.button(_("Who held the clock"), [Section(_("Who held the clock"), table, period=period)], key="held")
    picked = clicks.picked(key)
    if picked:
        _held_dialog(period, picked[0] or None, is_customer=bool(picked[1]))


def _held_dialog(period: Period, department: str | None, *, is_customer: bool) -> None:
    shown = scope.current()
    who = words.holder(
        {"department": department, "is_customer": is_customer}, partial(shown.label, "responsible_department")
    )

    rows = read.held_list(department, is_customer=is_customer)
    title, names = text.labelled(_("Who held the clock"), who), words.names()
    cases.rows_dialog(title, rows, period, shown.filters, "held_list", most=LONGEST, names=names, told=words.spoken)

"""The regulator's table on the screen and as a workbook."""

import polars as pl
import streamlit as st

from data_access.desk.regulator import Return, read_return
from metrics.desk.regulator import Span
from pages.ui import controls, files, pieces, scope, show, tables
from pages.ui.notices import needed, plain
from pages.ui.pieces import CHART
from reports import text
from reports.desk import charts_regulator
from reports.desk import regulator_words as words
from reports.export import Section
from reports.text import _


def page() -> None:
    """Everything below the title."""
    shown = scope.current()
    if not shown.store.warehouse.has("complaints", "closed_at"):
        needed(["complaints.closed_at"])
        return
    if pieces.complaints_refused():
        return
    named = {span: _(name) for span, name in words.SPANS.items()}
    span = controls.segments(_("Reporting period"), "span", list(Span), Span.HALF_YEAR, lambda each: named[each])
    found = read_return(shown.store, shown.viewer, span, shown.filters)
    if not found.spans or not found.totals["opened"].sum():
        show.empty()
        return
    st.markdown(f"**{plain(words.headline(found, span))}**")
    st.caption(
        _("Half-years or quarters of the calendar up to the end of the data; the period above does not narrow them, "
          "filters do.")
    )  # fmt: skip
    with st.container(horizontal=True):
        title = _("Regulator’s table")
        files.workbook(title, lambda: words.sections(found, span), words.definitions())
        files.button(title, words.sections(found, span), key="regulator")
    _totals(found, span)
    _groups(found, span)
    _appeals(found, span)
    _meaning()


def _totals(found: Return, span: Span) -> None:
    st.subheader(_("Complaints return"))
    st.plotly_chart(
        charts_regulator.closed(found, span), key="closed_by_speed", config=CHART, alt=_("Complaints return")
    )
    tables.plain(words.form(found, span), height="content")
    notes = [_("Periods with a * are not whole: they are not over, or the data begin within them.")]
    if found.totals["customers"].is_null().all():
        notes.append(_("No rate per 1,000: it needs customers.since, every team, and no filter but the customer tier."))
    st.caption(plain(text.paragraph(notes)))


@scope.fragment
def _groups(found: Return, span: Span) -> None:
    """The newest span that is over, by what complaints can be split by."""
    if not found.groups:
        return
    start = found.spans[words.newest(found)].start
    st.subheader(_("Return by group: {span}").format(span=words.span_name(start, span)))
    dimension = controls.split("return", list(found.groups))
    frame = found.groups[dimension].filter(pl.col("start") == start).drop("start", "end")
    tables.coded(frame, words.names(), height=320)
    section = Section(text.labelled(words.span_name(start, span), text.dimension(dimension)), frame, words.names())
    files.button(_("Return by group"), [section], key="return_by")


@scope.fragment
def _appeals(found: Return, span: Span) -> None:
    st.subheader(_("Appeals"))
    if not scope.current().store.warehouse.has("complaints", "escalation_level"):
        needed(["complaints.escalation_level"])
        return
    st.markdown(plain(words.appeals_sentence(found, span)))
    if found.bodies.height:
        tables.plain(words.by_body(found, span))
    files.button(_("Appeals"), words.sections(found, span)[-2:], key="appeals")


def _meaning() -> None:
    with st.expander(_("What the figures mean"), icon=":material/menu_book:"):
        st.markdown("\n".join(f"- **{plain(name)}** – {plain(said)}" for name, said in words.definitions()))

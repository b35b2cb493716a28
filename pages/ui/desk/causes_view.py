"""Causes on the screen: a Pareto chart with a drill into subtypes, standard coding, and five whys."""

from functools import partial

import polars as pl
import streamlit as st

from data_access.desk.causes import DIMENSIONS, read_causes
from metrics.complaint import COMPLAINT_RATE
from metrics.desk.causes import pareto, vital_few
from metrics.desk.coding import raw_codes
from pages.ui import cases, clicks, controls, files, pieces, scope, show, tables
from pages.ui.desk import coding_view, whys_view
from pages.ui.notices import needed
from pages.ui.pieces import CHART, behind
from reports import text
from reports.desk import causes_words as words
from reports.desk import charts_causes
from reports.export import Section
from reports.text import _

NEEDS = ("complaints.received_at", "complaints.complaint_type")


def page() -> None:
    """Everything below the title."""
    shown = scope.current()
    if missing := shown.store.warehouse.missing(NEEDS):
        needed(missing)
        return
    if pieces.complaints_refused():
        return
    found = read_causes(shown.store, shown.viewer, shown.scope.period, shown.filters)
    if found.is_empty():
        show.empty()
    else:
        _headline(found)
        _kinds(found)
        coding_view.section(found)
    whys_view.section(found)
    files.whole(_("Causes"), partial(_whole, coding_view.coded_now(found)))


def _headline(found: pl.DataFrame) -> None:
    rows = pareto(found, "issue_type")
    whole = pareto(found.with_columns(every=pl.lit("")), "every").row(0, named=True)
    said = words.headline(vital_few(rows), rows, whole, "issue_type", text.code)
    st.markdown(f"**{show.plain(said)}**")


@scope.fragment
def _kinds(found: pl.DataFrame) -> None:
    """The kinds by a dimension, and beside them the subtypes of the type that was clicked or chosen."""
    shown = scope.current()
    known = [each for each in DIMENSIONS if found[each].null_count() < found.height]
    by = controls.split("causes", known)
    rows = pareto(found, by)
    left, right = st.columns(2, gap="large")
    with left:
        title = _("Complaints by {dimension}").format(dimension=text.column(by))
        st.subheader(title)
        key = clicks.turned(f"pareto_{by}_{shown.scope.period.start}_{hash(shown.filters)}")
        st.plotly_chart(
            charts_causes.pareto(rows, by, partial(shown.label, by)),
            key=key, config=CHART, selection_mode="points", on_select=lambda: clicks.pick_point(key), alt=title,
        )  # fmt: skip
        st.caption(_("Click a bar to see what it is made of."))
    with right:
        _parts(found, rows, by, clicks.picked(key))
    tables.plain(words.table(rows, by, text.column(by), partial(shown.label, by)))
    st.caption(words.about())
    with st.container(horizontal=True):
        cases.button(COMPLAINT_RATE, "causes")
        files.button(title, [Section(title, rows, words.headers())], key="pareto")


def _parts(found: pl.DataFrame, rows: pl.DataFrame, by: str, clicked: tuple | None) -> None:
    """What one kind is made of: subtypes, or types where the chart is by something else."""
    shown = scope.current()
    codes = rows[by].to_list()
    if clicked and clicked[0] in codes:
        scope.note(f"drilled {by}", clicked[0])
    drilled = scope.noted(f"drilled {by}")
    named = {each: shown.label(by, each) for each in codes}
    place = codes.index(drilled) if drilled in codes else 0
    code = codes[place]
    inner = "subtype" if by == "issue_type" else "issue_type"
    title = _("Inside {kind}").format(kind=named[code])
    st.subheader(show.plain(title))
    inside = pareto(found.filter(pl.col(by).eq_missing(pl.lit(code, pl.String))), inner)
    figure = charts_causes.pareto(inside, inner, partial(shown.label, inner))
    st.plotly_chart(figure, key=f"inside_{by}_{place}_{shown.scope.period.start}", config=CHART, alt=title)
    behind(figure, "inside")
    with st.container(horizontal=True):
        if code is not None:
            filters = shown.scope.narrowed(by, (code,)).filters
            cases.button(COMPLAINT_RATE, f"inside_{by}", shown.scope.period, filters, words=_("Its complaints"))
        files.button(title, [Section(title, inside, words.headers())], key=f"inside_{by}")


def _whole(found: pl.DataFrame) -> list[Section]:
    """Every table, of complaints that are coded already: it is made outside the session."""
    known = [each for each in (*DIMENSIONS, "subtype") if found[each].null_count() < found.height]
    sections = []
    for each in known if found.height else []:
        title = _("Complaints by {dimension}").format(dimension=text.column(each))
        sections.append(Section(title, pareto(found, each), words.headers()))
    if found.height:
        codes = raw_codes(found)
        spoken = codes.with_columns(pl.col("how").replace({how: _(said) for how, said in words.HOW.items()}))
        sections.append(Section(_("Standard coding"), spoken, words.headers()))
    return sections

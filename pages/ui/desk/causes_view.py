"""Causes on the screen: a Pareto chart with a drill into subtypes, standard coding, and five whys."""

from collections.abc import Sequence
from functools import partial

import polars as pl
import streamlit as st

from data_access.desk.causes import DIMENSIONS, EVERY, read_causes, read_coded, read_kinds
from data_access.desk.coding import read_mapping
from metrics.complaint import COMPLAINT_RATE
from metrics.desk.causes import vital_few
from metrics.desk.coding import Raw
from pages.ui import cases, clicks, controls, files, load, pieces, scope, show, tables
from pages.ui.desk import coding_view, whys_view
from pages.ui.notices import needed
from pages.ui.pieces import CHART, behind, clickable
from pages.ui.shown import Shown
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
        known = _known(found, DIMENSIONS)
        if known:
            _headline()
            _kinds(known)
        else:
            st.info(_("None of these complaints has a type, a cause or a product."), icon=":material/label_off:")
        if "issue_type" in known:
            coding_view.section()
    whys_view.section(found)
    files.whole(
        _("Causes"), partial(_whole, shown, _known(found, (*DIMENSIONS, "subtype")), read_mapping(load.state()))
    )


def _known(found: pl.DataFrame, dimensions: Sequence[str]) -> list[str]:
    """Those by which some of the complaints are coded."""
    return [each for each in dimensions if found[each].null_count() < found.height]


def _by(shown: Shown, dimension: str, within: tuple[str, str | None] | None = None) -> pl.DataFrame:
    return read_kinds(shown.store, shown.viewer, shown.scope.period, shown.filters, dimension, within)


def _headline() -> None:
    shown = scope.current()
    rows, whole = _by(shown, "issue_type"), _by(shown, EVERY).row(0, named=True)
    said = words.headline(vital_few(rows), rows, whole, "issue_type", text.code)
    st.markdown(f"**{show.plain(said)}**")


@scope.fragment
def _kinds(known: Sequence[str]) -> None:
    """The kinds by a dimension, and beside them the subtypes of the type that was clicked or chosen."""
    shown = scope.current()
    by = controls.split("causes", known)
    rows = _by(shown, by)
    left, right = st.columns(2, gap="large")
    with left:
        title = _("Complaints by {dimension}").format(dimension=text.column(by))
        st.subheader(title)
        key = clicks.turned(f"pareto_{by}_{shown.scope.period.start}_{hash(shown.filters)}")
        clickable(charts_causes.pareto(rows, by, partial(shown.label, by)), key, lambda: clicks.pick_point(key), title)
        st.caption(_("Click a bar to see what it is made of."))
    with right:
        _parts(rows, by, clicks.picked(key))
    tables.plain(words.table(rows, by, text.column(by), partial(shown.label, by)))
    st.caption(words.about())
    with st.container(horizontal=True):
        cases.button(COMPLAINT_RATE, "causes")
        files.button(title, [Section(title, rows, words.headers())], key="pareto")


def _parts(rows: pl.DataFrame, by: str, clicked: tuple | None) -> None:
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
    inside = _by(shown, inner, (by, code))
    figure = charts_causes.pareto(inside, inner, partial(shown.label, inner))
    st.plotly_chart(figure, key=f"inside_{by}_{place}_{shown.scope.period.start}", config=CHART, alt=title)
    behind(figure, "inside")
    with st.container(horizontal=True):
        if code is not None:
            filters = shown.scope.narrowed(by, (code,)).filters
            cases.button(COMPLAINT_RATE, f"inside_{by}", shown.scope.period, filters, words=_("Its complaints"))
        files.button(title, [Section(title, inside, words.headers())], key=f"inside_{by}")


def _whole(shown: Shown, known: Sequence[str], mapping: dict[Raw, str]) -> list[Section]:
    """Every table; it is made outside the session."""
    sections = [
        Section(_("Complaints by {dimension}").format(dimension=text.column(each)), _by(shown, each), words.headers())
        for each in known
    ]
    codes = read_coded(shown.store, shown.viewer, shown.scope.period, shown.filters, mapping).codes
    if codes.height:
        spoken = codes.with_columns(pl.col("how").replace({how: _(said) for how, said in words.HOW.items()}))
        sections.append(Section(_("Standard coding"), spoken, words.headers()))
    return sections

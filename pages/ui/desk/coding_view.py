"""Standard coding on the screen: how much of it speaks one language, what raw codes stand for, and who said so."""

from datetime import UTC, datetime

import polars as pl
import streamlit as st

from data_access.desk.causes import read_coded
from data_access.desk.coding import read_mapping, read_mapping_history, set_mapping
from data_access.viewer import Right
from metrics.desk.coding import OTHER, STANDARD, UNMAPPED
from pages.ui import files, identity, load, notices, scope, show, tables
from pages.ui.pieces import CHART, behind
from reports import text
from reports.desk import causes_words as words
from reports.desk import charts_causes
from reports.export import Section
from reports.text import _


@scope.fragment
def section() -> None:
    """Complaints by standard kinds beside the table of raw codes, which may be edited."""
    title = _("Standard coding")
    st.subheader(title)
    shown = scope.current()
    found = read_coded(shown.store, shown.viewer, shown.scope.period, shown.filters, read_mapping(load.state()))
    kinds, codes = found.kinds, found.codes
    unmapped, other = (
        int(codes.filter(chosen)["count"].sum()) for chosen in (pl.col("how") == UNMAPPED, pl.col("standard") == OTHER)
    )
    st.markdown(show.plain(words.coding(unmapped, other, int(codes["count"].sum()))))
    left, right = st.columns(2, gap="large")
    with left:
        figure = charts_causes.pareto(kinds, "standard", _standard)
        st.plotly_chart(figure, key=f"standard_{hash(tuple(kinds['count']))}", config=CHART, alt=title)
        behind(figure, "standard")
    with right:
        tables.plain(words.raw_table(codes), height=280)
        if shown.viewer.may(Right.TARGETS):
            _edit(codes)
        else:
            st.caption(_("Your role reads the standard coding and does not change it."))
    with st.container(horizontal=True):
        files.button(title, [Section(title, kinds, words.headers())], key="standard")
    _history()


def _standard(code: str | None) -> str:
    return _("Not mapped") if code is None else text.code(code)


def _edit(codes: pl.DataFrame) -> None:
    """Say what a raw code stands for; a whole type, or one of its subtypes."""
    rows = codes.drop_nulls("issue_type")
    types = rows["issue_type"].unique(maintain_order=True).to_list()
    raws = [(each, None) for each in types] + rows.select("issue_type", "subtype").drop_nulls().unique(
        maintain_order=True
    ).rows()
    if not raws:
        return  # none of the complaints has a type that could stand for anything
    spoken = [words.raw({"issue_type": kind, "subtype": sub}) for kind, sub in raws]
    kinds = {each: text.code(each) for each in STANDARD}
    with st.form(f"code_{scope.noted('coded') or 0}", border=True):
        place = st.selectbox(_("Raw code"), range(len(raws)), format_func=lambda each: spoken[each])
        standard = st.selectbox(
            _("Stands for"), list(STANDARD), index=None, format_func=lambda each: kinds[each],
            placeholder=_("nothing: take back what was said"),
        )  # fmt: skip
        if st.form_submit_button(_("Save"), type="primary", icon=":material/save:"):
            _save(raws[place], standard)


def _save(raw: tuple[str, str | None], standard: str | None) -> None:
    with notices.explained():
        shown = scope.current()
        identity.require_same(shown.viewer, identity.claims())
        set_mapping(load.state(), shown.viewer, raw, standard, datetime.now(UTC))
        scope.note("coded", (scope.noted("coded") or 0) + 1)
        st.rerun()


def _history() -> None:
    past = read_mapping_history(load.state())
    if past:
        with st.expander(_("History of the coding: {count}").format(count=text.number(len(past)))):
            tables.plain(words.past_table(past, scope.current().store.warehouse.site_zone))

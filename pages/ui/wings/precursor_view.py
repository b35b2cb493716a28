"""What precedes complaints on the screen: the map of items and complaints, and what QA did not see."""

from functools import partial

import polars as pl
import streamlit as st

from data_access.wings.precursors import (
    BLAME_NEEDS,
    NEEDS,
    Preceded,
    read_complaints_after,
    read_precursors,
    read_unseen,
)
from metrics.catalogue import named
from metrics.wings.precursors import ANY
from pages.ui import cases, files, scope, show, tables
from pages.ui.notices import needed, plain
from pages.ui.pieces import behind
from pages.ui.wings import looks
from reports import text
from reports.export import Section
from reports.text import _
from reports.wings import charts_forest, charts_precursors
from reports.wings import precursor_words as words

METRICS = named(["complaint_rate", "qa_miss_rate", "qa_pass_rate"])


def page() -> None:
    """Everything below the title."""
    if not looks.is_possible(NEEDS):
        return
    found = looks.asked(read_precursors)
    looks.lead(words.lead(found.found))
    days = text.period(found.period)
    counted = _(
        "First reviews of {count} contacts in {period}, compared within the same level of QA and issue type; automatic "
        "reviews are a level of their own. A contact counts once for each item that was judged in it."
    )
    st.caption(plain(counted.format(count=text.number(found.found.contacts), period=days)))
    st.caption(plain(words.caution(found.found)))
    show.tiles(METRICS, show.compared(METRICS), {})
    left, right = st.columns(2, gap="large")
    with left:
        _any()
    with right:
        _map()
    _table()
    _unseen()
    files.button(_("What precedes complaints"), _sections(found), key="precursors")


@scope.fragment
def _any() -> None:
    """Items against complaints of whatever type."""
    found = looks.asked(read_precursors)
    st.subheader(_("Failed items and the complaints that follow"))
    rows = words.any_rows(found.found)
    if not rows:
        st.info(_("Too few complaints followed a review in these filters."), icon=":material/search_off:")
        return
    figure = charts_forest.forest(rows, at=1, title=_("Times as often as where the item was passed"), suffix="×")
    picked = looks.clickable(figure, f"any_{found.period.end}", _("Failed items and the complaints that follow"))
    behind(figure, "any")
    st.caption(_("How many times as often any complaint follows where the item failed. Click a point to see the "
                 "complaints."))  # fmt: skip
    st.caption(_("A failed item need not be the cause: contacts that go badly fail items and are complained of."))
    if picked:
        _open(str(picked[0]), ANY)


@scope.fragment
def _map() -> None:
    """Items against complaint types."""
    found = looks.asked(read_precursors)
    cells = found.found.cells
    told = cells.drop_nulls("p").filter(pl.col("issue_type") != ANY)["issue_type"].unique().sort().to_list()
    st.subheader(_("By type of complaint"))
    if not told:
        st.info(plain(words.nearest(found.found)), icon=":material/search_off:")
        return
    items = cells["item"].unique().sort().to_list()
    figure = charts_precursors.lift_map(cells, items, told, words.kind)
    picked = looks.clickable(figure, f"precursors_{found.period.end}", _("By type of complaint"))
    st.caption(
        _("How many times as often such a complaint follows where the item failed. ★ more than chance explains: of all "
          "that are named, at most one in twenty is expected to be chance. Empty: fewer than five complaints would be "
          "expected; types of which that holds for every item are left out. Click a cell to see its complaints.")
    )  # fmt: skip
    if picked:
        _open(*picked)


@scope.fragment
def _table() -> None:
    found = looks.asked(read_precursors)
    told = words.table(found.found)
    if told.is_empty():
        return
    tables.plain(told, height=320)
    clearest = found.found.cells.drop_nulls("p").sort("p", "item", "issue_type").row(0, named=True)
    if st.button(_("Show the cases"), key="rows_precursors", icon=":material/table_rows:"):
        _open(clearest["item"], clearest["issue_type"])
    st.caption(_("The cases are those of the first row; those of any other open by a click into the charts."))


@scope.fragment
def _unseen() -> None:
    """What QA passed and customers were right to complain of."""
    found, least = looks.asked(read_precursors), scope.current().store.rules.min_denominator
    st.subheader(_("What QA did not see"))
    if found.missed is None:
        lacking = scope.current().store.warehouse.missing(BLAME_NEEDS)
        needed(lacking)
        return
    for said in words.unseen(found.missed, least):
        st.markdown(plain(said))
    if found.missed.is_empty():
        return
    tables.plain(words.unseen_table(found.missed, least))
    if st.button(_("Show the cases"), key="rows_unseen", icon=":material/table_rows:"):
        _open_unseen(found)
    st.caption(
        _("Reviews by people count here also when they were made after the complaint: what even they passed was missed "
          "all the more.")
    )  # fmt: skip


def _sections(found: Preceded) -> list[Section]:
    cells, unseen = words.file_frames(found)
    names = {
        "issue_type": _("Complaint type"), "failed": _("Contacts that failed it"), "complained": _("Complained of"),
        "passed": _("Contacts that passed it"), "complained_passed": _("Complained of, passed"),
        "expected": _("Expected"), "lift": _("Times as often"), "is_named": _("more than chance"),
    }  # fmt: skip
    told = [Section(_("Failed items and the complaints that follow"), cells, names, period=found.period)]
    if unseen is not None:
        names = {
            "issue_type": _("Complaint type"), "reviewed": _("Upheld, contact reviewed"), "passed": _("Passed by QA"),
            "unseen": _("No item failed"), "subtypes": _("Most of all"),
        }  # fmt: skip
        told.append(Section(_("What QA did not see"), unseen, names, period=found.period))
    return told


def _open(item: str, kind: str) -> None:
    """The complaints of a cell, in a dialog."""
    found, filters = looks.asked(read_precursors), scope.current().filters
    title = _("{kind} after a failed “{item}”").format(kind=words.kind(kind), item=text.code(item))
    read = partial(read_complaints_after, item=item, kind=kind)
    cases.rows_dialog(title, read, found.period, filters, "cases_precursors")


def _open_unseen(found: Preceded) -> None:
    filters = scope.current().filters
    kinds = [] if found.missed is None else found.missed["issue_type"].drop_nulls().to_list()
    read = partial(read_unseen, kinds=kinds)
    cases.rows_dialog(_("What QA did not see"), read, found.period, filters, "cases_unseen")

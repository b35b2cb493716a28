"""Whether QA measures anything, on the screen: what scores go with, and items that tell nobody apart."""

from functools import partial

import polars as pl
import streamlit as st

from data_access.wings.validity import NEEDS, Measured, read_reviews_behind, read_validity
from metrics.catalogue import named
from metrics.wings.validity import OUTCOMES
from pages.ui import cases, controls, files, scope, show, tables
from pages.ui.notices import needed, plain
from pages.ui.wings import looks
from reports import text
from reports.export import Section
from reports.text import _
from reports.wings import charts_forest
from reports.wings import validity_words as words

METRICS = named(["qa_validity", "qa_validity_resolution", "qa_validity_complaint"])
TALL = 10  # rows from which on a table scrolls


def page() -> None:
    """Everything below the title."""
    if not looks.is_possible(NEEDS):
        return
    found = looks.asked(read_validity)
    looks.lead(words.lead(found.found))
    said = _(
        "Reviews by people of {period}, self-checks left out. ρ is 1 where a higher score always goes with a better "
        "outcome, 0 where it says nothing. A review made after the complaint arrived does not count for complaints, "
        "which are so rare that even a good score stays near 0."
    )
    st.caption(plain(said.format(period=text.period(found.period))))
    show.tiles(METRICS, show.compared(METRICS), {})
    left, right = st.columns(2, gap="large")
    with left:
        _correlated()
    with right:
        _items()
    files.button(_("Is QA measuring anything?"), _sections(found), key="validity")


@scope.fragment
def _correlated() -> None:
    """What scores go with, by the reader's choice."""
    found = looks.asked(read_validity)
    st.subheader(_("What the score goes with"))
    with st.container(horizontal=True):
        spoken = {by: _(said) for by, said in words.BY.items()}
        by = controls.segments(_("By"), "by.validity", list(spoken), "section", lambda each: spoken[each])
        outcomes = {name: _(said) for name, said in words.OUTCOMES.items()}
        outcome = controls.segments(_("Outcome"), "as.validity", OUTCOMES, OUTCOMES[0], lambda each: outcomes[each])
    rows = words.rows(found.found, by, outcome, _label)
    if not rows:
        st.info(_("Too few reviews in these filters."), icon=":material/search_off:")
        return
    figure = charts_forest.forest(rows, at=0, title=_("Spearman’s ρ of score and outcome"))
    name = f"validity_{by}_{outcome}_{found.period.end}"
    picked = looks.clickable(figure, name, _("What the score goes with"))
    st.caption(_("Of all that are said to measure something, at most one in twenty is expected to be chance. Click a "
                 "point to see the reviews, or those that failed the item."))  # fmt: skip
    if picked:
        _open(*str(picked[0]).split(" ", 1), found)
    told = words.table(found.found, by, _label)
    if told.is_empty():
        st.info(_("These data do not say by what this could be split."), icon=":material/info:")
    else:
        tables.plain(told, height=420 if told.height > TALL else "auto")


def _label(by: str, code: str | None) -> str:
    """A form or a reviewer is called what it is called; sections, items and levels have names."""
    return str(code) if by in {"form", "reviewer_id"} else text.code(code)


@scope.fragment
def _items() -> None:
    """Items that never fail, and that always do."""
    found = looks.asked(read_validity)
    st.subheader(_("Items that tell nobody apart"))
    if found.items.is_empty():
        lacking = scope.current().store.warehouse.missing(("qa_items.failed",))
        if lacking:
            needed(lacking)
        else:
            st.info(_("There is no case in this period and filter."), icon=":material/search_off:")
        return
    st.caption(_("Counted are judgements: a review counts once for each item that was judged in it."))
    for said in words.silent_items(found.items):
        st.markdown(plain(said))
    tables.plain(words.item_table(found.items), height=340)
    failed = found.items.filter(pl.col("failed") > 0)
    if failed.is_empty():
        return
    rarest = failed.row(0, named=True)["item"]
    if st.button(_("Show the cases"), key="rows_validity", icon=":material/table_rows:"):
        _open("item", rarest, found)
    said = _("The cases are the reviews that failed “{item}”, which fails least often of those that do.")
    st.caption(plain(said.format(item=text.code(rarest))))


def _sections(found: Measured) -> list[Section]:
    """Every table of the page."""
    names = {"by": _("By"), "code": _("Group"), "outcome": _("Outcome"), "reviews": _("Reviews"), "says": _("Verdict")}
    counts = {"form": text.column("form_id"), "judged": _("Judged"), "failed": _("Failed"), "share": _("Failed, %")}
    return [
        Section(_("What the score goes with"), found.found, names, period=found.period),
        Section(_("Items that tell nobody apart"), found.items, counts, period=found.period),
    ]


def _open(by: str, code: str, found: Measured) -> None:
    """The reviews behind a figure, in a dialog."""
    filters = scope.current().filters
    title = _("Reviews behind: {name}").format(name=words.name({"by": by, "code": code}, _label))
    cases.rows_dialog(title, partial(read_reviews_behind, by=by, code=code), found.period, filters, "cases_validity")

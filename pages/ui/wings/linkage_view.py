"""How the data join, on the screen: two chains, what is lost and why, and the same by team and month."""

from datetime import date

import polars as pl
import streamlit as st

from data_access.wings.linkage import Linked, read_complaint_links, read_review_links
from metrics.catalogue import named
from metrics.scope import Period, reach
from metrics.wings.linkage import COMPLAINT_STEPS, REVIEW_STEPS, by_group
from pages.ui import cases, controls, files, pieces, scope, show, tables
from pages.ui.notices import plain
from pages.ui.shown import Shown
from reports import charts_base, column_words, text
from reports.export import Section
from reports.text import _
from reports.wings import charts_linkage
from reports.wings import linkage_words as words

METRICS = named(["complaint_linkage", "qa_linkage", "qa_miss_rate"])
REACHED = {"team_id": 91, "month": 364}  # days at least
STEPS = {"complaints": COMPLAINT_STEPS, "reviews": REVIEW_STEPS}


def page() -> None:
    """Everything below the title."""
    shown = scope.current()
    found = _read(shown, shown.scope.period)
    complaints = found["complaints"]
    if complaints is not None and (sentence := words.complaints(complaints)):
        st.markdown(f"**{plain(sentence)}**")
    result = show.compared(METRICS)
    show.tiles(METRICS, result, show.sparks(METRICS))
    for column, (wing, linked) in zip(st.columns(2, gap="large"), found.items(), strict=True):
        with column:
            _chain(_titles()[wing], linked, wing)
    for wing, linked in found.items():
        if linked is not None and linked.counts.height:
            st.markdown(f"**{_titles()[wing]}**")
            tables.plain(words.table(linked.chain))
    if shown.viewer.teams is not None:
        st.caption(_("Contacts of teams that you may not see count as not on record, and their reviews as not made."))
    if any(each is not None and each.counts.height for each in found.values()):
        _groups()
        with st.container(horizontal=True):
            cases.button(METRICS[0], "linkage")
            files.page(_("How the data join"), result, METRICS, splits={METRICS[0].id: ("team_id",)}, more=_sections)


def _titles() -> dict[str, str]:
    return {
        "complaints": _("From a complaint to the end of its findings"),
        "reviews": _("From a review to the end of its findings"),
    }


def _chain(title: str, linked: Linked | None, wing: str) -> None:
    st.subheader(title)
    if linked is None:
        st.info(_not_there(wing), icon=":material/info:")
        return
    if linked.counts.is_empty():
        st.info(_("There is no case in this period and filter."), icon=":material/search_off:")
        return
    colour = {"complaints": charts_base.COMPLAINTS, "reviews": charts_base.QA}[wing]
    st.plotly_chart(charts_linkage.joined(linked.chain, colour), key=f"chain_{wing}", config=pieces.CHART, alt=title)
    if sentence := words.most_lost(linked):
        st.markdown(plain(sentence))
    if linked.overdue:
        st.markdown(
            plain(
                _("Reviews with a finding open past its due date: {count}.").format(count=text.number(linked.overdue))
            )
        )


def _not_there(wing: str) -> str:
    """Why there is no chain: a column that is missing, or a filter that it cannot heed."""
    warehouse = scope.current().store.warehouse
    table = {"complaints": "complaints", "reviews": "qa_reviews"}[wing]
    if warehouse.has(table, "contact_id"):
        return _("This chain cannot be filtered as chosen above.")
    return plain(column_words.unavailable([f"{table}.contact_id"]))


@scope.fragment
def _groups() -> None:
    shown = scope.current()
    st.subheader(_("By team and month"))
    dimensions = _dimensions(shown)
    dimension = controls.split("linkage", dimensions)
    st.caption(text.period(_days(shown, dimension)))
    tables.plain(_table(shown, dimension))
    st.caption(
        _("Every complaint and every review counts once: contacts are brought to their number and findings to their "
          "review before they are joined. Complaints stand with their own team, reviews with that of the contact.")
    )  # fmt: skip


def _dimensions(shown: Shown) -> list[str]:
    return ["team_id", "month"] if shown.store.warehouse.has("contacts", "team_id") else ["month"]


def _days(shown: Shown, dimension: str) -> Period:
    """The scope's period, and as much before it as it takes to tell teams or months apart."""
    return reach(shown.scope.period, REACHED[dimension])


def _table(shown: Shown, dimension: str) -> pl.DataFrame:
    by = pl.col("day").dt.truncate("1mo") if dimension == "month" else "team_id"
    found = _read(shown, _days(shown, dimension))
    shares = {
        title: by_group(linked.counts, by, STEPS[wing], part, whole)
        for title, wing, part, whole in words.SHARES
        if (linked := found[wing]) is not None
    }

    def label(key: object) -> str:
        if isinstance(key, date):
            return f"{key:%Y-%m}"
        return shown.label("team_id", None if key is None else str(key))

    return words.groups(shares, dimension, label, shown.store.rules.min_denominator)


def _read(shown: Shown, period: Period) -> dict[str, Linked | None]:
    return {
        "complaints": read_complaint_links(shown.store, shown.viewer, period, shown.filters),
        "reviews": read_review_links(shown.store, shown.viewer, period, shown.filters),
    }


def _sections(shown: Shown) -> list[Section]:
    """Both chains and the tables by team and month, for the file of the whole page."""
    found = _read(shown, shown.scope.period)
    chains = [Section(_titles()[wing], words.table(each.chain)) for wing, each in found.items() if each is not None]
    title = _("How the data join by {dimension}")
    groups = [
        Section(title.format(dimension=text.dimension(each)), _table(shown, each), period=_days(shown, each))
        for each in _dimensions(shown)
    ]
    return [*chains, *groups]

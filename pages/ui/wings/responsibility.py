"""Responsibility on the screen: claimed against established causes, and what QA had passed."""

from datetime import timedelta
from functools import partial

import polars as pl
import streamlit as st

from data_access.wings.responsibility import MISS_NEEDS, MISSED_BY, NEEDS, count_causes, read_causes
from metrics.complaint import COMPLAINT_RATE
from metrics.scope import Period
from metrics.wings.responsibility import confirmed, matrix, passed_by_qa, wrong_claims
from pages.ui import clicks, controls, files, scope, show, tables
from pages.ui.cases import open_dialog
from pages.ui.pieces import CHART
from pages.ui.shown import Shown
from reports import text
from reports.export import Section
from reports.text import _
from reports.wings import charts_responsibility
from reports.wings import responsibility_words as words

LEAST_DAYS = 91  # in one week most claims have too few complaints
LEAST_DAYS_OF_MISSES = 364  # few of the contacts that are complained of were reviewed


def page() -> None:
    """Everything on the page, or what is missing for it."""
    shown = scope.current()
    missing = shown.store.warehouse.missing(NEEDS)
    if missing:
        st.info(show.refusal({"status": "not_available", "needs": ", ".join(missing)}), icon=":material/info:")
        return
    period = _reached(LEAST_DAYS)
    if count_causes(shown.store, shown.viewer, period, shown.filters).is_empty():
        show.empty()
        return
    claims(period)
    misses(_reached(LEAST_DAYS_OF_MISSES))
    periods = _reached(LEAST_DAYS), _reached(LEAST_DAYS_OF_MISSES)
    files.whole(_("Responsibility"), partial(_sections, shown, *periods))


def _sections(shown: Shown, period: Period, longer: Period) -> list[Section]:
    """Everything on the page."""
    found = _of_claims(count_causes(shown.store, shown.viewer, period, shown.filters), shown, period)
    if shown.store.warehouse.missing(MISS_NEEDS):
        return found
    passed = count_causes(shown.store, shown.viewer, longer, shown.filters)
    least = shown.store.rules.min_denominator
    return found + [_of_misses(passed_by_qa(passed, each, least), each, longer) for each in MISSED_BY]


def _of_claims(found: pl.DataFrame, shown: Shown, period: Period) -> list[Section]:
    wrong = wrong_claims(found, shown.store.rules.min_denominator)
    verdicts = {name: _(said) for name, said in words.VERDICTS.items()}
    return [
        Section(_("Claimed against established cause"), matrix(found), _headers(), period),
        Section(_("Wrong claims"), wrong.with_columns(pl.col("verdict").replace(verdicts)), _headers(), period),
    ]


def _of_misses(rows: pl.DataFrame, dimension: str, period: Period) -> Section:
    title = text.labelled(_("Complained of, and passed by QA"), text.column(dimension))
    return Section(title, rows, _headers(), period)


def _reached(days: int) -> Period:
    """The scope's period, with at least so many days up to its end."""
    period = scope.current().scope.period
    return Period(min(period.start, period.end - timedelta(days=days)), period.end)


@scope.fragment
def claims(period: Period) -> None:
    """Claimed against established causes."""
    shown = scope.current()
    found = count_causes(shown.store, shown.viewer, period, shown.filters)
    least = shown.store.rules.min_denominator
    cells, wrong = matrix(found), wrong_claims(found, least)
    pending = int(found.filter(pl.col("established_cause").is_null())["count"].sum())
    right = confirmed(found).row(0, named=True)
    st.markdown(show.plain(words.headline(right, wrong, pending, int(found["count"].sum()))))
    st.caption(_reached_words(period, LEAST_DAYS))
    title = _("Claimed against established cause")
    with show.section(title):
        st.plotly_chart(charts_responsibility.claims_map(cells, least), key="causes_map", config=CHART, alt=title)
        st.caption(
            _(
                "Rows: what the customer claimed; columns: what was established, in percent of the claim's complaints"
                " with an established cause. The last column: not yet established, of all. Claims with fewer than"
                " {count} are left empty."
            ).format(count=least)
        )
        _matrix(cells, period)
        tables.plain(words.wrong_table(wrong))
        files.button(title, _of_claims(found, shown, period), key="causes")


def _matrix(cells: pl.DataFrame, period: Period) -> None:
    """The same as a table whose cells open their complaints."""
    table, claimed, causes = words.matrix_table(cells)
    key = clicks.turned("causes_cells")
    st.dataframe(table, hide_index=True, key=key, selection_mode="single-cell", on_select=lambda: clicks.pick_cell(key))
    st.caption(_("Click a number to see its cases."))
    cell = clicks.picked(key)
    if cell is None:
        return
    shown = scope.current()
    found = read_causes(shown.store, shown.viewer, period, shown.filters)
    chosen = found.filter(pl.col("claimed_cause").eq_missing(pl.lit(claimed[cell[0]], pl.String)))
    if cell[1] in causes:
        chosen = chosen.filter(pl.col("established_cause").eq_missing(pl.lit(causes[cell[1]], pl.String)))
    open_dialog(COMPLAINT_RATE, period, shown.filters, chosen.select("complaint_id"))


@scope.fragment
def misses(period: Period) -> None:
    """Complaints of contacts that QA had passed."""
    shown = scope.current()
    st.subheader(_("Complained of, and passed by QA"))
    missing = shown.store.warehouse.missing(MISS_NEEDS)
    if missing:
        st.info(show.refusal({"status": "not_available", "needs": ", ".join(missing)}), icon=":material/info:")
        return
    found = count_causes(shown.store, shown.viewer, period, shown.filters)
    least = shown.store.rules.min_denominator
    whole = passed_by_qa(found.with_columns(all=pl.lit("all")), "all", least)
    numbers = whole.row(0, named=True) if whole.height else {"passed": 0, "reviewed": 0}
    st.markdown(show.plain(words.missed(numbers["passed"], numbers["reviewed"], numbers, int(found["count"].sum()))))
    st.caption(_reached_words(period, LEAST_DAYS_OF_MISSES))
    if not whole.height:
        return
    known = [each for each in MISSED_BY if found[each].drop_nulls().len()]
    spoken = {each: text.column(each) for each in known}
    dimension = controls.segments(_("By"), "by.missed", known, known[0], lambda each: spoken[each])
    rows = passed_by_qa(found, dimension, least)
    key = clicks.turned(f"missed_{dimension}")
    st.dataframe(
        words.missed_table(rows, dimension, shown.label),
        hide_index=True,
        key=key,
        selection_mode="single-cell",
        on_select=lambda: clicks.pick_cell(key),
    )
    st.caption(_("Of complaints whose contact people had reviewed. Click a cell to see those that had passed."))
    title = _("Complained of, and passed by QA")
    files.button(title, [_of_misses(rows, dimension, period)], key="missed")
    cell = clicks.picked(key)
    if cell is not None:
        same = pl.col(dimension).eq_missing(pl.lit(rows[dimension][cell[0]], pl.String))
        passed = read_causes(shown.store, shown.viewer, period, shown.filters).filter(same, "is_contact_passed")
        open_dialog(COMPLAINT_RATE, period, shown.filters, passed.select("complaint_id"))


def _reached_words(period: Period, days: int) -> str:
    words = _("{period}: at least {days} days, so that there are enough cases.")
    return words.format(period=text.period(period), days=days)


def _headers() -> dict[str, str]:
    return {
        "claimed": _("Complaints of the claim"), "judged": _("With an established cause"), "wrong": _("Wrong claims"),
        "passed": _("Passed by QA"), "reviewed": _("Reviewed by people"), "complaints": _("Complaints"),
        "is_enough": _("Enough cases"), "share": _("Share, %"),
    }  # fmt: skip

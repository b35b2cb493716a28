"""Findings and what became of them, on the screen: the open ones, who owes them, and reviews of more than contacts."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

import polars as pl
import streamlit as st

from data_access.numbers import Grain
from data_access.wings.closing import Backlog, open_list, read_backlog, read_objects
from metrics.finding import FINDINGS_CLOSED, METRICS
from metrics.metric import Status
from metrics.quality import QA_PASS_RATE
from metrics.scope import Filters
from pages.ui import cases, clicks, files, load, scope, show, tables
from pages.ui.pieces import CHART, behind
from pages.ui.shown import Shown
from pages.ui.wings import looks
from reports import text
from reports.export import Section
from reports.text import N_, _
from reports.wings import closing_words

#: What total quality management reviews beside contacts.
OBJECTS = ("contact", "complaint", "process", "rule", "system", "product")
TEAM_COLUMNS = {
    "open": N_("Open findings"),
    "overdue": N_("Past their date"),
    "untrained": N_("Not trained yet"),
    "most_overdue": N_("Longest, days"),
}


def said(result: pl.DataFrame) -> None:
    """The page's finding in a sentence; where too few were due in the period, of the half-year up to its end."""
    shown = scope.current()
    days = shown.scope.period
    backlog = read_backlog(shown.store, shown.viewer, days, shown.filters)
    if not closing_words.is_told(result):
        days = shown.reached(Grain.WEEK)
        result = show.numbers(METRICS, days)
    looks.lead([closing_words.headline(result, days, backlog, shown.store.rules)])


@scope.fragment
def backlog() -> None:
    """Open findings by age, the teams that owe them, and a way to the list."""
    shown = scope.current()
    st.subheader(_("Open findings: who owes what"))
    found = read_backlog(shown.store, shown.viewer, shown.scope.period, shown.filters)
    if not found.count:
        st.info(_("No finding is open."), icon=":material/task_alt:")
        return
    left, right = st.columns(2, gap="large")
    with left:
        chart = closing_words.backlog_chart(found.ages)
        st.plotly_chart(chart, key="backlog", config=CHART, alt=_("Open findings by age"))
        behind(chart, "backlog")
    with right:
        picked = _teams(found)
    sections = _sections(found)
    with st.container(horizontal=True):
        if st.button(_("Show the open findings"), key="open_findings", icon=":material/table_rows:"):
            _open_dialog(shown.filters)
        files.button(_("Open findings"), sections, key="backlog")
    if picked is not None:
        _open_dialog(shown.scope.narrowed("team_id", (picked,)).filters)


def _teams(found: Backlog) -> str | None:
    """A row for each team; gives the team that was clicked."""
    shown = scope.current()
    named = [
        {
            text.dimension("team_id"): shown.label("team_id", row["team_id"]),
            text.dimension("supervisor"): row["supervisor"],
            **{_(header): row[name] for name, header in TEAM_COLUMNS.items()},
        }
        for row in found.teams.iter_rows(named=True)
    ]
    key = clicks.turned("owed")
    st.dataframe(
        tables.seen(pl.DataFrame(named, infer_schema_length=None)),
        hide_index=True,
        key=key,
        height=330,
        placeholder="–",
        selection_mode="single-cell",
        on_select=lambda: clicks.pick_cell(key),
    )
    st.caption(_("Click a row to see the findings of its team."))
    cell = clicks.picked(key)
    return found.teams["team_id"][cell[0]] if cell else None


def _open_dialog(filters: Filters) -> None:
    title = _("Open findings")

    @st.dialog(title, width="large")
    @scope.spoken
    def opened() -> None:
        shown = scope.current()
        period = shown.scope.period
        found = open_list(shown.store, load.state(), shown.viewer, period, filters, datetime.now(UTC))
        words = cases.shown_of(found.count, N_("The {shown} most overdue of {count}"))
        of_all = title if found.count == found.frame.height else text.labelled(title, words)
        st.caption(show.plain(" · ".join([words, *shown.filter_words(filters)])))
        section = Section(of_all, found.frame, period=period, filters=filters)
        files.button(title, [section], [FINDINGS_CLOSED], key="open_findings")
        tables.coded(found.frame)

    opened()


@scope.fragment
def objects() -> None:
    """Total quality management: reviews of contacts beside those of processes, rules, systems and products."""
    shown = scope.current()
    st.subheader(_("Reviewed beside contacts"))
    st.caption(_("Not only people: complaints, processes, rules, systems and products are reviewed as well."))
    frame = read_objects(shown.store, shown.viewer, shown.scope.period, shown.filters)
    known = _known(frame)
    rows = [_object(frame, each) for each in known]
    if rows:
        tables.plain(pl.DataFrame(rows))
    if any(name != "team_id" for name, _values in shown.filters):
        st.caption(
            _("With these filters only reviews of contacts are told: of the others no more than the team is known.")
        )
    lacking = [text.code(each) for each in OBJECTS if each not in known]
    if lacking:
        words = _("No review in this period of: {objects}. They come from {column}.")
        st.caption(show.plain(words.format(objects=text.listed(lacking), column="qa_reviews.object_type")))
    title = _("Reviews by what was reviewed")
    files.button(title, [Section(title, frame)], [QA_PASS_RATE, *METRICS], key="objects")


def _known(frame: pl.DataFrame) -> list[str]:
    counted = frame.filter(pl.col("denominator") > 0)["object_type"].drop_nulls().unique().to_list()
    return [each for each in OBJECTS if each in counted] + sorted(set(counted) - set(OBJECTS))


def _object(frame: pl.DataFrame, kind: str) -> dict[str, str]:
    rows = {row["metric"]: row for row in frame.filter(pl.col("object_type") == kind).iter_rows(named=True)}
    cells = {_(each.name): _cell(rows.get(each.id)) for each in (QA_PASS_RATE, *METRICS)}
    reviews = rows.get(QA_PASS_RATE.id)
    count = text.number(reviews["denominator"]) if reviews else "0"
    return {text.dimension("object_type"): text.code(kind), _("Reviews"): count, **cells}


def _cell(row: dict | None) -> str:
    """80.0 % (70.1 % – 87.2 %, n = 62); too few is said instead."""
    if row is None or not row["denominator"]:
        return "–"
    ends = [None if row["status"] == Status.TOO_FEW else row[name] for name in ("value", "low", "high")]
    return text.estimated(ends, partial(text.value, unit=QA_PASS_RATE.unit), row["denominator"])


def sections(shown: Shown) -> list[Section]:
    """The same for the file of the whole page."""
    found = read_backlog(shown.store, shown.viewer, shown.scope.period, shown.filters)
    frame = read_objects(shown.store, shown.viewer, shown.scope.period, shown.filters)
    return [*_sections(found), Section(_("Reviews by what was reviewed"), frame)]


def _sections(found: Backlog) -> Sequence[Section]:
    named = {name: _(header) for name, header in TEAM_COLUMNS.items()}
    ages = found.ages.with_columns(
        pl.col("band").replace_strict(dict(enumerate(closing_words.bands())), return_dtype=pl.String)
    )
    spoken = {"band": _("Days open"), "overdue": _("Past their date")}
    return [
        Section(_("Open findings by age"), ages, spoken),
        Section(_("Open findings by team"), found.teams, named),
    ]

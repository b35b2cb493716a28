"""Early warning on the screen: what alarms as of a day, the course of one cluster, and what the past says."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache, partial

import polars as pl
import streamlit as st

from data_access.wings.early_warning import NEEDS, read_failed, read_standing, read_warnings
from metrics.catalogue import CATALOGUE
from metrics.complaint import COMPLAINT_RATE
from metrics.scope import Filters, Period
from metrics.wings.clusters import Warnings, course, history, lead, standing, told_once
from metrics.wings.scan import WINDOWS, Scanned
from pages.ui import cases, controls, files, scope, show, tables
from pages.ui.pieces import CHART, behind
from reports import column_words, text
from reports.export import Section
from reports.text import _
from reports.wings import charts_early, early_words

SHOWN_WEEKS = 39
LOOKED_BACK = 52  # weeks that the slider offers
MOST_TOLD = 3  # clusters told in whole sentences
MOST_PAST = 14  # clusters in the chart of past alarms


@scope.fragment
def warnings() -> None:
    """Everything on the page, as of a week that the reader picks."""
    shown = scope.current()
    end = min(shown.scope.period.end, shown.store.anchor)
    missing = shown.store.warehouse.missing(NEEDS)
    if missing:
        st.info(show.refusal({"status": "not_available", "needs": ", ".join(missing)}), icon=":material/info:")
        return
    with st.spinner(_("Looking through the weeks")):
        found = read_warnings(shown.store, shown.viewer, end, shown.filters)
    if not any(each.has_cases(max(WINDOWS)) for each in found.values()):
        show.empty()
        return
    kind, day = _chosen(found, end)
    _now(found[kind], kind, end, day)
    _past(found[kind], day)
    files.whole(_("Early warning"), partial(_whole, found, day))


def _whole(found: dict[str, Warnings], day: date) -> list[Section]:
    """What alarms and what alarmed, of every kind of cluster."""
    sections = []
    for kind, each in found.items():
        words, told = _(early_words.KINDS[kind]), lead(each, day)
        now = Section(text.labelled(_("What alarms now"), words), standing(each, day), _headers(), _weeks(day, 12))
        past = text.labelled(_("Alarms so far"), words)
        sections += [now, *_sections(past, history(each, day), told.clusters if told else None)]
    return sections


def _standing(end: date, kind: str, day: date) -> pl.DataFrame:
    shown = scope.current()
    return read_standing(shown.store, shown.viewer, end, shown.filters, kind, day)


def _chosen(found: dict[str, Warnings], end: date) -> tuple[str, date]:
    """Which clusters, and as of which week."""
    kinds = [each for each in early_words.KINDS if each in found]
    spoken = {each: early_words.kind(each, _standing(end, each, found[each].complaints.ends[-1])) for each in kinds}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="large"):
        kind = controls.segments(
            _("Clusters by"), "by.clusters", kinds, kinds[0], lambda each: spoken[each], labelled=True
        )
        return kind, controls.as_of(found[kind].complaints.ends[-LOOKED_BACK:])


def _label(dimension: str, code: str | None) -> str:
    return scope.current().label(dimension, code)


def _now(found: Warnings, kind: str, end: date, day: date) -> None:
    rows = _standing(end, kind, day)
    looked = sum(each.cells.height for each in found.sides.values())
    if rows.is_empty():
        st.success(early_words.quiet(looked), icon=":material/check_circle:")
    for row in told_once(rows).head(MOST_TOLD).iter_rows(named=True):
        with st.container(border=True):
            said = show.plain(early_words.sentence(row, kind, _label))
            st.markdown(f":orange[:material/notifications_active:] {said}")
    if found.quality is None:
        needed = show.plain(column_words.lacking(["qa_reviews.contact_id"]))
        st.caption(_("Only the complaints can alarm: QA needs {columns}.").format(columns=needed))
    cell = _cell(found, rows, kind)
    if cell is not None:
        _course(found, kind, cell, rows, day)
    if rows.height:
        title = _("What alarms now")
        with show.section(title):
            tables.plain(early_words.table(rows, _label))
            files.button(title, [Section(title, rows, _headers(), _weeks(day, 12))], key="early_now")


def _cell(found: Warnings, rows: pl.DataFrame, kind: str) -> dict[str, str | None] | None:
    """The cluster to look at: those that alarm first, then those that did."""
    past = history(found, found.complaints.ends[-1]).select(found.keys)
    cells = list(dict.fromkeys(rows.select(found.keys).rows() + past.rows()))
    if not cells:
        return None
    label = cache(scope.current().label)  # of many clusters, that have few codes
    named = {each: early_words.name(dict(zip(found.keys, each, strict=True)), label) for each in cells}
    place = st.selectbox(
        _("Cluster"), range(len(cells)), format_func=lambda each: named[cells[each]], width=420, key=f"cluster_{kind}"
    )
    return dict(zip(found.keys, cells[place], strict=True))


def _course(found: Warnings, kind: str, cell: dict[str, str | None], rows: pl.DataFrame, day: date) -> None:
    own = found.alarms_of(cell, rows)
    frame = course(found, cell, day, SHOWN_WEEKS)
    first = frame["end"].min()
    begun = {row["side"]: row["since"] for row in own.iter_rows(named=True) if row["since"] > first}
    nouns = {"complaints": _("Customers who complained"), "quality": _("Reviewed contacts")}
    if kind != "batch":
        nouns["quality"] = _("Failed reviews")
    title = early_words.name(cell, _label)
    figure = charts_early.course(frame, begun, nouns)
    st.plotly_chart(figure, key=f"course_{kind}_{day}_{hash(tuple(cell.values()))}", config=CHART, alt=title)
    behind(figure, f"course_{kind}")
    st.caption(
        _(
            "By the week. Who complains again of the same within 12 weeks counts once; a contact reviewed only"
            " after its complaint does not count for QA."
        )
    )
    weeks = max(own["weeks"].to_list(), default=12)
    with st.container(horizontal=True):
        filters = _filters(cell)
        cases.button(
            COMPLAINT_RATE, f"early_{kind}", _weeks(day, weeks), filters, words=_("Complaints of this cluster")
        )
        if kind == "item":
            _failed_button(cell, _weeks(day, weeks), filters)
        elif found.quality is not None:
            reviewed = CATALOGUE["qa_coverage"]
            words = _("Reviews of this cluster")
            cases.button(reviewed, f"early_qa_{kind}", _weeks(day, weeks), filters, words=words)
        files.button(title, [Section(title, frame, _headers(), _weeks(day, SHOWN_WEEKS), filters)], key="early_course")


def _failed_button(cell: dict[str, str | None], weeks: Period, filters: Filters) -> None:
    """Opens the reviews that failed the item of a cluster."""
    words = _("Reviews of this cluster")
    if st.button(words, key="rows_early_item_reviews", icon=":material/table_rows:"):
        title = text.labelled(words, early_words.name(cell, _label))
        cases.rows_dialog(title, partial(read_failed, item=cell["item"]), weeks, filters, "cases_early_item")


def _filters(cell: dict[str, str | None]) -> Filters:
    """The scope's filters narrowed to a cluster."""
    narrowed = scope.current().scope
    for name, value in cell.items():
        if value is not None and name != "item":
            narrowed = narrowed.narrowed(name, (value,))
    return narrowed.filters


def _weeks(day: date, weeks: int) -> Period:
    return Period(day - timedelta(days=7 * weeks), day)


def _past(found: Warnings, day: date) -> None:
    with show.section(_("Alarms so far")):
        told = lead(found, day)
        if told is not None:
            st.markdown(show.plain(early_words.lead(told)))
        rows = history(found, day)
        if rows.is_empty():
            return
        cells = rows.select(found.keys).unique(maintain_order=True).head(MOST_PAST)
        drawn = rows.join(cells, on=found.keys, how="semi", nulls_equal=True, maintain_order="left")
        figure = charts_early.past(drawn, lambda row: early_words.name(row, _label))
        st.plotly_chart(figure, key=f"past_{'_'.join(found.keys)}_{day}", config=CHART, alt=_("Alarms so far"))
        behind(figure, "early_past")
        st.caption(_rates(found.complaints))
        title = _("Alarms so far")
        files.button(title, _sections(title, rows, told.clusters if told else None), key="early_past")


def _rates(scanned: Scanned) -> str:
    return _(
        "{weeks} weeks were looked at. Where nothing is the matter, each wing has a false alarm in at most one of"
        " twenty weeks; measured in demos without any pattern it was one of fifty."
    ).format(weeks=text.number(len(scanned.ends)))


def _sections(title: str, rows: pl.DataFrame, clusters: pl.DataFrame | None) -> Sequence[Section]:
    sections = [Section(title, rows, _headers())]
    return sections if clusters is None else [*sections, Section(_("Lead times"), clusters, _headers())]


def _headers() -> dict[str, str]:
    return {
        "side": _("Alarm of"), "since": _("Alarm since"), "weeks": _("Window, weeks"), "observed": _("Counted"),
        "expected": _("Usual"), "by_chance": _("Expected by chance and week"), "ratio": _("Times the usual"),
        "other_observed": _("The other wing counts"), "other_expected": _("Usual in the other wing"),
        "other_since": _("The other wing alarms since"), "is_implied": _("Another alarm says it"),
        "first": _("First alarm"), "last": _("Last alarm"), "usual": _("Usual"),
        "end": _("Day after the last"), "quality_first": _("First alarm of QA"),
        "complaints_first": _("First alarm of complaints"), "days": _("Days QA was ahead"),
    }  # fmt: skip

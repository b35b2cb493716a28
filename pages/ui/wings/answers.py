"""Answer consistency on the screen: what is answered, how alike, and who answers otherwise."""

from datetime import timedelta
from functools import partial

import polars as pl
import streamlit as st

from data_access.wings.answers import NEEDS, groups_of, read_answers, read_otherwise
from metrics.agreement import same_answer
from metrics.calibration import ANSWER_CONSISTENCY
from metrics.scope import Period
from metrics.wings.answers import LEAST_ANSWERS, consistency
from pages.ui import cases, clicks, controls, files, scope, show, tables
from pages.ui.pieces import clickable
from pages.ui.shown import Shown
from reports import text
from reports.export import Section
from reports.text import _
from reports.wings import answer_words, charts_answers

LEAST_DAYS = 91  # in one week a person has hardly two answers about the same
MOST_ROWS = 25


def page() -> None:
    """Everything on the page, or what is missing for it."""
    store = scope.current().store
    missing = store.warehouse.missing(NEEDS)
    if missing:
        st.info(show.refusal({"status": "not_available", "needs": ", ".join(missing)}), icon=":material/info:")
        return
    period = _period()
    if period is None or read_answers(store, scope.current().viewer, period, scope.current().filters).is_empty():
        show.empty()
        return
    by_type(period)
    by_whom(period)
    files.whole(_("Answer consistency"), partial(_sections, scope.current(), period))


def _sections(shown: Shown, period: Period) -> list[Section]:
    """Everything on the page, for whoever may compare whom."""
    counts = read_answers(shown.store, shown.viewer, period, shown.filters)
    found = _of_types(counts, period)
    for group in groups_of(shown.store, shown.viewer):
        rows = read_otherwise(shown.store, shown.viewer, period, shown.filters, group)
        found.append(_of_group(rows, group, period))
    return found


def _of_types(counts: pl.DataFrame, period: Period) -> list[Section]:
    return [
        Section(_("Answers by issue type"), consistency(counts), _headers(), period),
        Section(_("Answers given"), counts.sort("issue_type", "answer_code"), _headers(), period),
    ]


def _of_group(rows: pl.DataFrame, group: str, period: Period) -> Section:
    verdicts = {name: _(said) for name, said in answer_words.VERDICTS.items()}
    title = text.labelled(_("Who answers otherwise"), text.dimension(group))
    return Section(title, rows.with_columns(pl.col("verdict").replace(verdicts)), _headers(), period)


def _period() -> Period | None:
    """The scope's period, with enough days before it that people can be compared; None where there are no data."""
    shown = scope.current()
    period = shown.scope.period
    asked = Period(min(period.start, period.end - timedelta(days=LEAST_DAYS)), period.end)
    return asked.within(Period(shown.store.data_start, shown.store.data_end))


@scope.fragment
def by_type(period: Period) -> None:
    """How alike the answers are, by issue type."""
    shown = scope.current()
    counts = read_answers(shown.store, shown.viewer, period, shown.filters)
    types = consistency(counts)
    st.markdown(
        show.plain(answer_words.headline(same_answer(counts), types, shown.label)), help=show.card(ANSWER_CONSISTENCY)
    )
    words = _("{period}: at least {days} days, so that there are enough cases.")
    st.caption(words.format(period=text.period(period), days=LEAST_DAYS))
    key = clicks.turned("answers_by_type")
    figure = charts_answers.distribution(counts, types["issue_type"].to_list(), partial(shown.label, "issue_type"))
    clickable(figure, key, lambda: clicks.click_bar(key, "issue_type"), _("Answers by issue type"))
    st.caption(_("The least alike on top. Click a bar to look at it alone."))
    tables.plain(answer_words.types_table(types, shown.label))
    with st.container(horizontal=True):
        files.button(_("Answers by issue type"), _of_types(counts, period), [ANSWER_CONSISTENCY], key="answers_types")
        cases.button(ANSWER_CONSISTENCY, "answers", period, shown.filters)


@scope.fragment
def by_whom(period: Period) -> None:
    """Teams or people against the others."""
    shown = scope.current()
    groups = groups_of(shown.store, shown.viewer)
    st.subheader(_("Who answers otherwise"))
    if not groups:
        st.info(_("These data do not say who answered."), icon=":material/info:")
        return
    spoken = {each: text.dimension(each) for each in groups}
    group = controls.segments(_("By"), "by.answers", groups, groups[0], lambda each: spoken[each])
    rows = read_otherwise(shown.store, shown.viewer, period, shown.filters, group)
    st.markdown(show.plain(answer_words.otherwise(rows, group, shown.label)))
    if rows.is_empty():
        return
    _table(rows, group, period)
    st.caption(
        _(
            "Each against all others about the same issue type, by the answer that it gives more often than they do."
            " Answers otherwise: at most 5 % false discoveries, and 10 points or more apart. Fewer than {count} answers"
            " are too few. Click a cell to see the contacts of its row."
        ).format(count=LEAST_ANSWERS)
    )
    title = _("Who answers otherwise")
    files.button(title, [_of_group(rows, group, period)], [ANSWER_CONSISTENCY], key="answers_whom")


def _table(rows: pl.DataFrame, group: str, period: Period) -> None:
    shown = scope.current()
    drawn = rows.filter(pl.col("verdict") != "too_few").head(MOST_ROWS).to_dicts()
    few = rows.filter(pl.col("verdict") == "too_few").height
    if drawn:
        key = clicks.turned(f"otherwise_{group}")
        st.dataframe(
            answer_words.others_table(drawn, group, shown.label),
            hide_index=True,
            key=key,
            selection_mode="single-cell",
            on_select=lambda: clicks.pick_cell(key),
        )
        cell = clicks.picked(key)
        if cell is not None:
            row = drawn[cell[0]]
            filters = shown.scope.narrowed("issue_type", (row["issue_type"],)).narrowed(group, (row[group],)).filters
            cases.open_dialog(ANSWER_CONSISTENCY, period, filters)
    left = rows.height - few - len(drawn)
    notes = [_("{count} more comparisons are in the file.").format(count=text.number(left))] if left > 0 else []
    notes += [_("{count} comparisons have too few answers.").format(count=text.number(few))] if few else []
    if notes:
        st.caption(text.paragraph(notes))


def _headers() -> dict[str, str]:
    return {
        "answered": _("Answers noted"), "answers": _("Different answers"), "usual": _("Usual answer"),
        "usual_share": _("Share of the usual answer, %"), "answer_code": _("Answer"), "given": _("Times given"),
        "others_share": _("Share among the others, %"), "others": _("Answers of the others"), "p": "p",
        "adjusted_p": _("p, adjusted"), "verdict": _("Verdict"), "difference": _("Difference, points"),
    }  # fmt: skip

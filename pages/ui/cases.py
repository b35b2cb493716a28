"""The cases behind a number, in a dialog of their own: nothing is read before it is opened."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

import polars as pl
import streamlit as st
from sqlalchemy import Engine

from data_access.numbers import refusal
from data_access.rows import MOST_ROWS, Rows, behind, has_cases
from data_access.store import Store
from data_access.viewer import Viewer
from metrics.metric import AnyMetric, Source
from metrics.scope import Filters, Period
from pages.ui import clicks, files, load, scope, tables
from pages.ui.notices import plain
from reports import text
from reports.export import Section
from reports.text import N_, _
from reports.wings import answer_words

NEWEST = N_("The newest {shown} of {count} cases")


def button(
    metric: AnyMetric,
    key: str,
    period: Period | None = None,
    filters: Filters | None = None,
    *,
    words: str = "",
    quiet: bool = False,
) -> None:
    """A button for the cases of a metric; without a period and filters those of the scope."""
    shown = scope.current()
    kept = shown.filters if filters is None else filters
    if not has_cases(metric.under(shown.store.rules)) or (
        Source.CALLS in metric.reads and not shown.store.warehouse.has("contacts")
    ):
        return
    if filters is None and refusal(shown.store, metric, [name for name, _values in kept]):
        return
    kind = "tertiary" if quiet else "secondary"
    if st.button(words or _("Show the cases"), key=f"rows_{key}", icon=":material/table_rows:", type=kind):
        open_dialog(metric, period or shown.final_period(metric), kept)


def where_clicked(key: str, metric: AnyMetric, dimension: str, period: Period) -> None:
    """The cases of the bar that was clicked in a chart whose bars do not narrow the scope."""
    codes = clicks.picked(key)
    if codes and has_cases(metric.under(scope.current().store.rules)):
        open_dialog(metric, period, scope.current().scope.narrowed(dimension, codes).filters)


def open_dialog(metric: AnyMetric, period: Period, filters: Filters, only: pl.DataFrame | None = None) -> None:
    """The newest cases of a metric, or only those of them with certain ids, and the file of them."""
    title = _("Cases behind: {metric}").format(metric=_(metric.name))
    rows_dialog(title, partial(behind, metric=metric, only=only), period, filters, f"cases_{metric.id}", [metric])


class Reader(Protocol):
    """Reads rows when a dialog opens; who looked at them is written down in the state store."""

    def __call__(
        self, store: Store, state: Engine, viewer: Viewer, *, period: Period, filters: Filters, now: datetime
    ) -> Rows: ...


def shown_of(count: int, most: str = NEWEST) -> str:
    """How many cases there are, or which of them are shown; `most` as below."""
    if count <= MOST_ROWS:
        return _("Cases: {count}").format(count=text.number(count))
    return _(most).format(shown=text.number(MOST_ROWS), count=text.number(count))


def rows_dialog(
    title: str,
    read: Reader,
    period: Period,
    filters: Filters,
    key: str,
    metrics: Sequence[AnyMetric] = (),
    *,
    most: str = NEWEST,
    names: Mapping[str, str] | None = None,
    told: Callable[[pl.DataFrame], pl.DataFrame] | None = None,
) -> None:
    """Rows in a dialog, and the file of them.

    Args:
        most: the sentence, in English, that says which rows these are where there are more.
        names: headers, in the reader's language, of columns that have none of their own.
        told: makes of the rows what is shown and taken along.
    """

    @st.dialog(plain(title), width="large")
    @scope.spoken
    def opened() -> None:
        shown = scope.current()
        now = datetime.now(UTC)
        found = read(shown.store, load.state(), shown.viewer, period=period, filters=filters, now=now)
        st.caption(plain(" · ".join([shown_of(found.count, most), text.period(period), *shown.filter_words(filters)])))
        if "counted" in found.frame.columns:
            st.caption(_("Column counted: 1 where the case is in the numerator."))
        frame = told(found.frame) if told else answer_words.spoken(found.frame)
        of_all = title if found.count <= MOST_ROWS else text.labelled(title, shown_of(found.count, most))
        files.button(title, [Section(of_all, frame, names or {}, period=period, filters=filters)], metrics, key=key)
        tables.coded(frame, names)

    opened()

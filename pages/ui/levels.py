"""Coverage by the three levels of quality control: oneself, the team, the centre."""

from collections.abc import Sequence

import polars as pl
import streamlit as st

from data_access.numbers import read_metrics
from metrics.metric import AnyMetric
from metrics.review import QA_COVERAGE, QA_COVERAGE_CENTRE, QA_COVERAGE_SELF, QA_COVERAGE_TEAM
from pages.ui import cases, clicks, controls, files, scope
from pages.ui.shown import Shown
from reports import text
from reports.export import Section
from reports.text import _

METRICS = (QA_COVERAGE, QA_COVERAGE_SELF, QA_COVERAGE_TEAM, QA_COVERAGE_CENTRE)
DIMENSIONS = ("team_id", "scenario")


@scope.fragment
def coverage() -> None:
    """One table by a dimension; a click on a number opens its cases."""
    shown = scope.current()
    st.subheader(_("Coverage by level"))
    possible = _possible(shown)
    if not possible:
        st.info(_("These data do not say at which level a review was made."), icon=":material/info:")
        return
    dimension = controls.split("level", possible)
    section = _section(shown, dimension)
    if section.frame["value"].is_null().all():
        st.info(_("There is no case in this period and filter."), icon=":material/search_off:")
        return
    _table(section.frame, dimension)
    st.caption(_("Click a number to see its cases."))
    files.button(_("Coverage by level"), [section], key="levels")


def sections(shown: Shown) -> list[Section]:
    """The same by each dimension, for the file of the whole page."""
    return [_section(shown, dimension) for dimension in _possible(shown)]


def _possible(shown: Shown) -> list[str]:
    return [name for name in DIMENSIONS if not shown.store.missing(METRICS[0], [name])]


def _section(shown: Shown, dimension: str) -> Section:
    period = shown.final_period(QA_COVERAGE)
    frame = read_metrics(shown.store, shown.viewer, METRICS, period, shown.filters, (dimension,))
    title = _("Coverage by level and {dimension}").format(dimension=text.dimension(dimension))
    return Section(title, frame, period=period)


def _table(frame: pl.DataFrame, dimension: str) -> None:
    """A row for each value of the dimension and a column for each level, values with their n."""
    shown = scope.current()
    metrics = {metric.id: metric for metric in METRICS}
    rows: dict[str | None, dict[str, str]] = {}
    for row in frame.filter(pl.col("denominator") > 0).iter_rows(named=True):
        metric = metrics[row["metric"]]
        counts = f"{text.number(row['numerator'])}/{text.number(row['denominator'])}"
        rows.setdefault(row[dimension], {})[_(metric.name)] = f"{text.value(row['value'], metric.unit)} ({counts})"
    table = [{text.dimension(dimension): shown.label(dimension, code), **cells} for code, cells in rows.items()]
    key = clicks.turned(f"levels_{dimension}")
    st.dataframe(
        pl.DataFrame(table, infer_schema_length=None),
        hide_index=True,
        height="content",
        key=key,
        selection_mode="single-cell",
        on_select=lambda: clicks.pick_cell(key),
    )
    _cases_of(clicks.picked(key), METRICS, dimension, list(rows))


def _cases_of(cell: tuple | None, metrics: Sequence[AnyMetric], dimension: str, codes: Sequence[str | None]) -> None:
    """The cases of one number of the table."""
    if cell is None:
        return
    shown = scope.current()
    place, column = cell
    metric = next((each for each in metrics if _(each.name) == column), metrics[0])
    code = codes[place]
    if code is None:
        st.caption(_("Cases of what is not recorded cannot be picked out."))
        return
    filters = shown.scope.narrowed(dimension, (code,)).filters
    cases.open_dialog(metric, shown.final_period(metric), filters)

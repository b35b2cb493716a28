"""Parts that many pages have: a metric over time, a metric by dimension, shares of complaints."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import polars as pl
import streamlit as st

from data_access.changes import changes_touching
from data_access.numbers import Grain, read_complaint_counts, read_complaint_shares
from metrics.complaint import COMPLAINT_RATE
from metrics.errors import SourceUnavailable
from metrics.metric import AnyMetric, Source, Status
from metrics.scope import FILTERS, Period
from pages.ui import cases, clicks, controls, files, load, scope, show, tables
from reports import charts, charts_bars, charts_told, text
from reports.export import Section
from reports.text import N_, _

GRAINS = {Grain.DAY: N_("Days"), Grain.WEEK: N_("Weeks"), Grain.MONTH: N_("Months")}
MOST_BARS = 30
#: One tool above a chart that is pointed at: its picture, which the browser makes (pages/ui/scripts/browser.js).
CHART = {"displayModeBar": "hover", "modeBarButtons": [["toImage"]], "displaylogo": False, "scrollZoom": False}


def marks(metric: AnyMetric, period: Period) -> list[tuple[date, str]]:
    """Changes in the period and filters that should move this metric or must not hurt it, and notes pinned to it."""
    shown = scope.current()
    try:
        registered = load.changes(shown.store, shown.viewer)
        notes = load.notes(shown.store, shown.viewer, metric, period)
    except SourceUnavailable as failure:  # the figures do not need the register
        st.caption(show.plain(text.paragraph(text.explained(failure))))
        return []
    touching = changes_touching(registered, period, shown.filters)
    moved = [each for each in touching if metric.id in (each.metric, *each.guardrails)]
    changed = [(each.start, text.change_name(each.name)) for each in moved]
    return sorted([*changed, *((each.day, each.words) for each in notes)])


def legend(found: list[tuple[date, str]]) -> None:
    """The names of marks that are numbered in a chart."""
    if len(found) > 1:
        named = [f"**{number}** {show.plain(name)} ({text.day(day)})" for number, (day, name) in enumerate(found, 1)]
        st.caption(" · ".join(named))


def grain(name: str) -> Grain:
    """Days, weeks or months of one of several figures, kept in the URL."""
    spoken = {grain: _(words) for grain, words in GRAINS.items()}
    return controls.segments(_("Grain"), f"grain.{name}", list(Grain), Grain.WEEK, lambda each: spoken[each])


def clickable(figure: charts.Figure, key: str, act: Callable[[], None], title: str) -> None:
    """A figure whose points can be clicked. It says so itself: Streamlit would draw it, and once more to say it."""
    figure.layout.clickmode, figure.layout.dragmode = "event+select", "pan"
    st.plotly_chart(figure, key=key, config=CHART, selection_mode="points", on_select=act, alt=title)


def zoomable(figure: charts.Figure, key: str, by: Grain, title: str) -> None:
    """A figure over time; a click on a point looks at its days."""
    clickable(figure, key, lambda: clicks.zoom_by_chart(key, {Grain.DAY: 1, Grain.WEEK: 7, Grain.MONTH: 31}[by]), title)


def click_words(dimension: str) -> str:
    """What a click on a bar does."""
    return _("Click a bar to look at it alone.") if dimension in FILTERS else _("Click a bar to see its cases.")


@scope.fragment
def trend(metric: AnyMetric) -> None:
    """A metric over time with interval, target, registered changes, and the table behind it."""
    title = _("{metric} over time").format(metric=_(metric.name))
    st.subheader(title, help=show.card(metric))
    by = grain(metric.id)
    period = scope.current().reached(by)
    frame = show.numbers([metric], period, grain=by)
    if without_values(metric, frame):
        return
    found = marks(metric, period)
    shown = scope.current()
    figure = charts.trend(frame, metric, by.value, shown.target(metric), found, shown.events)
    zoomable(figure, f"trend_{metric.id}_{by}_{period.start}", by, title)
    legend(found)
    st.caption(_("Hollow grey points are not final or have too few cases. Click a point to look at that time."))
    below(title, Section(title, frame, period=period), f"trend_{metric.id}")


def without_values(metric: AnyMetric, frame: pl.DataFrame) -> bool:
    """A metric has nothing to draw: says why."""
    is_empty = frame["value"].is_null().all()
    if is_empty:
        row = frame.row(0, named=True) if frame.height else {"status": Status.NO_DATA}
        st.info(_("{metric}: {reason}.").format(metric=_(metric.name), reason=show.refusal(row)))
    return is_empty


@scope.fragment
def breakdown(metric: AnyMetric, dimensions: Sequence[str]) -> None:
    """A metric by a dimension that the reader chooses; a click narrows the scope."""
    shown = scope.current()
    st.subheader(_("{metric} by …").format(metric=_(metric.name)), help=show.card(metric))
    dimension = _dimension(metric, dimensions)
    if dimension is None:
        st.info(_("These data do not say by what this could be split."), icon=":material/info:")
        return
    period = shown.final_period(metric)
    frame = show.numbers([metric], period, by=(dimension,))
    if frame["value"].is_null().all():
        st.info(_("There is no case in this period and filter."), icon=":material/search_off:")
        return
    for said in show.days_said(metric):
        st.caption(said)
    key = clicks.turned(f"by_{metric.id}_{dimension}_{hash(shown.filters)}")
    drawn, others = drawable(frame)
    own = shown.targets_by(metric, dimension, drawn[dimension])
    label = partial(shown.label, dimension)
    title = _("{metric} by {dimension}").format(metric=_(metric.name), dimension=text.dimension(dimension))
    figure = charts_bars.bars(drawn, metric, dimension, label, shown.target(metric), own)
    clickable(figure, key, lambda: clicks.click_bar(key, dimension), title)
    cases.where_clicked(key, metric, dimension, period)
    st.caption(click_words(dimension))
    if own:
        st.caption(_("Each bar has the target of its own that was set, or else that of all."))
    if (drawn["status"] == Status.TOO_FEW).any():
        st.caption(_("Grey hatched bars have too few cases to judge."))
    _lost(frame, dimension)
    if others:
        st.caption(_("{count} more are in the table: too few cases, or beyond the bars shown.").format(count=others))
    below(title, Section(title, frame, period=period), f"by_{metric.id}", bars=(key, dimension))


def _lost(frame: pl.DataFrame, dimension: str) -> None:
    """Groups that are counted and have nothing to be divided by."""
    lost = frame.filter(pl.col("value").is_null() & (pl.col("numerator") > 0))
    if lost.height:
        names = text.listed([scope.current().label(dimension, code) for code in lost[dimension]])
        st.caption(show.plain(_("Without a denominator of their own: {names}.").format(names=names)))


def _dimension(metric: AnyMetric, dimensions: Sequence[str]) -> str | None:
    """What the reader chose to split by, of what these data can be split by."""
    store = scope.current().store
    possible = [name for name in dimensions if not store.unsplit(metric, [name]) and not store.missing(metric, [name])]
    if not possible:
        return None
    return controls.split(metric.id, possible)


def drawable(frame: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """The rows for a bar chart, and how many others there are: those with enough cases, if any, and not too many."""
    valued = frame.drop_nulls("value")
    enough = valued.filter(pl.col("status") == Status.OK)
    drawn = (enough if enough.height else valued).sort("denominator", descending=True).head(MOST_BARS)
    return drawn, valued.height - drawn.height


def below(
    title: str, section: Section, key: str, metrics: Sequence[AnyMetric] = (), bars: tuple[str, str] | None = None
) -> None:
    """The table behind a chart, and the file.

    Args:
        metrics: those that its frame does not name.
        bars: the chart's key and the dimension of its bars, where picking a row does what clicking a bar does.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        as_table = st.toggle(_("Show as table"), key=f"table_{key}")
        files.button(title, [section], metrics, key=key)
    if not as_table:
        return
    files.copyable(title, section, key)
    frame = section.frame.drop("metric", "needs", strict=False)
    if bars is None:
        tables.coded(frame)
        return
    chart, dimension = bars
    rows, codes = f"rows of {chart}", frame[dimension].to_list()
    tables.coded(frame, picks=(rows, lambda: clicks.click_row(rows, chart, dimension, codes)))
    st.caption(_("Tick a row to do the same; by keyboard with Shift and the space bar."))


def behind(figure: charts.Figure, key: str) -> None:
    """The table behind a chart that has none of figures of its own: what it says where it is pointed at."""
    if st.toggle(_("Show as table"), key=f"told_{key}"):
        tables.plain(charts_told.told(figure))


@scope.fragment
def complaint_shares(title: str, dimension: str) -> None:
    """Complaints by one dimension with their shares; a click narrows the scope where the dimension is a filter."""
    shown = scope.current()
    st.subheader(title)
    if not shown.store.can_split(Source.COMPLAINTS, dimension):
        st.info(_("These data do not say by what this could be split."), icon=":material/info:")
        return
    if complaints_refused():
        return
    frame = read_complaint_shares(shown.store, shown.viewer, shown.scope.period, shown.filters, dimension)
    if frame.is_empty():
        st.info(_("No complaint in this period and filter."), icon=":material/search_off:")
        return
    key = clicks.turned(f"shares_{dimension}_{hash(shown.filters)}")
    figure = charts_bars.shares(frame, dimension, lambda code: shown.label(dimension, code))
    clickable(figure, key, lambda: clicks.click_bar(key, dimension), title)
    cases.where_clicked(key, COMPLAINT_RATE, dimension, shown.scope.period)
    st.caption(click_words(dimension))
    below(title, Section(title, frame), f"shares_{dimension}", [COMPLAINT_RATE], (key, dimension))


@scope.fragment
def complaint_trend(title: str) -> None:
    """Complaints received over time, with registered changes."""
    shown = scope.current()
    st.subheader(title)
    by = grain("complaints")
    period = shown.reached(by)
    if complaints_refused():
        return
    frame = read_complaint_counts(shown.store, shown.viewer, period, shown.filters, by)
    found = marks(COMPLAINT_RATE, period)
    figure = charts.counts(frame, by.value, title, found, shown.events)
    zoomable(figure, f"counts_{by}_{period.start}", by, title)
    legend(found)
    below(title, Section(title, frame, period=period), "counts", [COMPLAINT_RATE])


def complaints_refused() -> bool:
    """Complaints cannot be filtered as asked: says by what not."""
    shown = scope.current()
    lacking = [name for name, _ in shown.filters if not shown.store.can_split(Source.COMPLAINTS, name)]
    if lacking:
        names = text.listed([text.dimension(name) for name in lacking])
        st.info(_("Complaints cannot be filtered by {dimension} in these data.").format(dimension=names))
    return bool(lacking)

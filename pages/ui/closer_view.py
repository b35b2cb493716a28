"""A metric looked at closely on the screen: hours, distribution, other definitions, the statement behind it."""

from collections.abc import Iterator, Sequence

import polars as pl
import streamlit as st

from data_access.closer import BANDS, WeekCells, beside, family, read_by_hour, read_distribution, read_windows
from data_access.fair import groups_of
from data_access.statements import statement_of
from data_access.store import CUBED
from data_access.why import can_explain
from metrics.business import RETENTION
from metrics.contact import FIRST_CONTACT_RESOLUTION
from metrics.distribution import quantile_of, share_within
from metrics.metric import AnyMetric, Quantile, Source, Status, Unit
from metrics.scope import Period
from pages.ui import controls, files, notices, pieces, scope, show, tables
from pages.ui.menu import RETENTION_PAGE
from pages.ui.notices import plain
from pages.ui.pieces import CHART, behind
from reports import charts_metric, counted, sentences, text
from reports.export import Section
from reports.text import N_, _

DIMENSIONS = (
    "team_id", "channel", "queue", "issue_type", "product", "customer_tier", "scenario", "shift", "supervisor",
    "agent_id", "severity", "responsible_department",
)  # fmt: skip
PARTS = {
    "why": N_("Why did it move?"),
    "fair": N_("Compared fairly"),
    "hours": N_("By hour"),
    "distribution": N_("Distribution"),
    "definitions": N_("Other definitions"),
    "statement": N_("Statement"),
}
ALL_BUT_NONE = 99.95  # percent: beyond it every further limit says the same
LIMITS = (60, 300, 1_800, 3_600, 14_400, 86_400, 259_200)  # seconds under which the share is told


def chosen_part(metric: AnyMetric, parts: Sequence[str]) -> str:
    """Which closer look the reader takes; only that one is computed."""
    shown = [each for each in parts if _is_for(each, metric)]
    spoken = {each: _(PARTS[each]) for each in shown}
    return controls.segments(_("A closer look"), "part", shown, shown[0], lambda each: spoken[each], labelled=True)


def _is_for(part: str, metric: AnyMetric) -> bool:
    of_contacts = set(metric.reads) <= {Source.CONTACTS, Source.CALLS, *CUBED}
    fits = {
        "why": can_explain(metric),
        "fair": bool(groups_of(scope.current().store, metric, scope.current().filters)),
        "hours": of_contacts,
        "distribution": isinstance(metric, Quantile),
        "definitions": bool(family(metric)),
    }
    return fits.get(part, True)


@scope.fragment
def hours(metric: AnyMetric) -> None:
    """A heat map of hour and weekday."""
    shown = scope.current()
    st.subheader(_("By hour of day and weekday"))
    period = shown.reached_back(metric)
    found = read_by_hour(shown.store, shown.viewer, metric, period, shown.filters)
    if found is None:
        st.info(_("There is no case in this period and filter."), icon=":material/search_off:")
        return
    title = _("{metric} by hour and weekday").format(metric=_(metric.name))
    told = found.frame.filter(pl.col("status") == Status.OK)
    if told.is_empty():
        st.info(_("Even in bands of six hours every cell has too few cases."), icon=":material/search_off:")
    else:
        figure = charts_metric.heat_map(found, metric)
        st.plotly_chart(figure, key=f"hours_{metric.id}", config=CHART, alt=title)
        st.caption(plain(text.paragraph(_week_words(found, told["value"], metric, period))))
    pieces.below(title, Section(title, charts_metric.week_in_words(found), period=period), f"hours_{metric.id}")


def _week_words(found: WeekCells, values: pl.Series, metric: AnyMetric, period: Period) -> Iterator[str]:
    yield _("{period}. Empty cells have no or too few cases.").format(period=text.period(period))
    low, high = (text.value(each, metric.unit) for each in (min(values), max(values)))
    yield _("The stronger the colour, the higher the figure: {low} to {high}.").format(low=low, high=high)
    if (found.is_by_day, found.hours) != BANDS[0]:
        if not found.is_by_day:
            yield _("Monday to Friday are taken together, and so are Saturday and Sunday.")
        if found.hours > 1:
            yield _("Each cell takes {count} hours together.").format(count=found.hours)
        yield _("Else most cases would lie in cells that have too few of them.")


@scope.fragment
def distribution(metric: AnyMetric) -> None:
    """How times are distributed, and which share keeps within a limit."""
    shown = scope.current()
    st.subheader(_("Distribution"))
    if not isinstance(metric, Quantile):
        return
    period = shown.final_period(metric)
    frame = read_distribution(shown.store, shown.viewer, metric, period, shown.filters)
    if frame.is_empty():
        st.info(_("There is no case in this period and filter."), icon=":material/search_off:")
        return
    marked = [
        (at := quantile_of(frame, share), f"{words} {text.duration(at)}")
        for share, words in ((0.5, _("Median")), (0.9, "P90"))
    ]
    title = _("{metric}: distribution").format(metric=_(metric.name))
    figure = charts_metric.distribution(frame, metric, marked)
    st.plotly_chart(figure, key=f"spread_{metric.id}", config=CHART, alt=title)
    told = [(limit, share_within(frame, limit)) for limit in LIMITS]
    said = [
        _("{share} within {limit}").format(share=text.value(share, Unit.PERCENT), limit=text.round_time(limit))
        for place, (limit, share) in enumerate(told)
        if not place or told[place - 1][1] < ALL_BUT_NONE
    ]
    st.caption(" · ".join(said))
    behind(figure, f"spread_{metric.id}")
    files.button(title, [Section(title, frame, period=period)], [metric], key=f"spread_{metric.id}")


@scope.fragment
def definitions(metric: AnyMetric) -> None:
    """The same question under its other definitions and windows, side by side."""
    shown = scope.current()
    st.subheader(_("Other definitions"))
    others = {each: shown.days_shown(each) for each in beside(metric)}
    latest = pl.concat(
        show.numbers([each], days).with_columns(period=pl.lit(text.period(days))) for each, days in others.items()
    )
    told = zip(others.items(), latest.iter_rows(named=True), strict=True)
    rows = [_defined(_(each.name), each, row, days) for (each, days), row in told]
    sections = [Section(_("Other definitions"), latest, {"period": _("Period")})]
    if FIRST_CONTACT_RESOLUTION in others:
        days = shown.final_period(FIRST_CONTACT_RESOLUTION)
        with st.spinner(_("Counting contacts under each window")):
            windows = read_windows(shown.store, shown.viewer, days, shown.filters)
        rows += [_defined(_window(row), FIRST_CONTACT_RESOLUTION, row, days) for row in windows.iter_rows(named=True)]
        sections.append(Section(_("First-contact resolution by window"), windows, period=days))
    tables.plain(pl.DataFrame(rows))
    if len(set(others.values())) > 1:
        st.caption(_("Each row stands on the latest days that are final for it: compare rows of the same period."))
    files.button(_("Other definitions"), sections, list(others), key=f"definitions_{metric.id}")
    if metric in RETENTION and st.button(_("Beside comparable others"), icon=":material/compare_arrows:"):
        st.switch_page(RETENTION_PAGE, query_params=scope.here())


def _window(row: dict) -> str:
    if row["same_channel"]:
        return _("First-contact resolution, {days} days, repeats in the same channel only").format(days=row["window"])
    return _("First-contact resolution, {days} days").format(days=row["window"])


def _defined(name: str, metric: AnyMetric, row: dict, days: Period) -> dict[str, str]:
    value = show.refusal(row) if row["value"] is None else text.value(row["value"], metric.unit)
    interval = f"{text.value(row['low'], metric.unit)} – {text.value(row['high'], metric.unit)}"
    return {
        _("Definition"): name,
        _("Value"): value,
        _("95 % interval"): "–" if row["value"] is None else text.joined([interval, *sentences.coverage(row)]),
        _("Counted"): f"{counted.amount(metric, row['numerator'])} / {counted.amount(metric, row['denominator'])}",
        _("Period"): text.period(days),
        _("Final"): _("yes") if row["mature"] else _("no"),
    }


@scope.fragment
def statement(metric: AnyMetric) -> None:
    """What the warehouse is asked."""
    shown = scope.current()
    st.subheader(_("Statement"))
    st.caption(_("What this warehouse is asked for the figure; sums by day are kept, so that it is asked once."))
    with notices.explained():
        asked = statement_of(shown.store, shown.viewer, metric, shown.days_shown(metric), shown.filters)
        st.code(asked, language=None, wrap_lines=True, height=420)

"""People and teams compared on the screen: a funnel instead of a league table."""

from functools import partial

import polars as pl
import streamlit as st

from data_access.fair import groups_of, mix_of, read_comparison
from metrics.fair import Comparison
from metrics.metric import AnyMetric, Better, Metric
from metrics.scope import FILTERS
from pages.ui import cases, clicks, controls, files, scope, show, tables
from pages.ui.pieces import clickable
from reports import charts_funnel, limit_words, text
from reports.export import Section
from reports.text import _


@scope.fragment
def compared(metric: AnyMetric) -> None:
    """Who lies outside of what chance explains, hard cases allowed for."""
    shown = scope.current()
    st.subheader(_("Compared fairly"))
    groups = groups_of(shown.store, metric, shown.filters)
    if not groups or not isinstance(metric, Metric):
        st.info(_("These data do not say by whom this could be compared."), icon=":material/info:")
        return
    spoken = {each: text.dimension(each) for each in groups}
    group = controls.segments(_("By"), "by.fair", groups, groups[0], lambda each: spoken[each])
    period = shown.days_shown(metric)
    found = read_comparison(shown.store, shown.viewer, metric, period, shown.filters, group)
    if found is None:
        st.info(_("There is no case in this period and filter."), icon=":material/search_off:")
        return
    key = clicks.turned(f"funnel_{metric.id}_{group}")
    label = partial(shown.label, group)
    st.markdown(show.plain(limit_words.beyond_chance(found, metric, group, label)))
    figure = charts_funnel.funnel_plot(found, metric.under(shown.store.rules), group, label)
    clickable(figure, key, lambda: clicks.click_bar(key, group), _("Compared fairly"))
    cases.where_clicked(key, metric, group, period)
    mix = mix_of(shown.store, metric, shown.filters, group)
    st.caption(_explained(mix, group))
    _table(metric, found, group)
    title = _("{metric} compared by {dimension}").format(metric=_(metric.name), dimension=text.dimension(group))
    files.button(title, [Section(title, found.groups, period=period)], [metric], key=f"fair_{metric.id}")


def _explained(mix: tuple[str, ...], group: str) -> str:
    allowed = text.listed([text.dimension(name) for name in mix])
    words = _("Between the dotted lines lie 95 %, between the solid ones 99.8 % of groups that differ by chance only.")
    adjusted = _("Figures are adjusted for {mix}.").format(mix=allowed) if mix else ""
    narrows = group in FILTERS
    click = _("Click a point to look at it alone.") if narrows else _("Click a point to see its cases.")
    return text.paragraph((words, adjusted, click))


def _table(metric: Metric, found: Comparison, group: str) -> None:
    shown, is_ranked = scope.current(), found.differs and metric.better is not Better.NEITHER
    rows = [
        {
            text.dimension(group): shown.label(group, row[group]),
            _("As counted"): f"{text.value(row['value'], metric.unit)} ({text.number(row['denominator'])})",
            _("Adjusted"): text.value(row["adjusted"], metric.unit),
            _("Best estimate"): _estimate(row, metric),
            **({_("Rank"): _rank(row["rank"])} if is_ranked else {}),
            _("Limits"): _(charts_funnel.STATES[row["outside"]][2]),
        }
        for row in found.groups.iter_rows(named=True)
    ]
    tables.plain(pl.DataFrame(rows))
    st.caption(show.plain(_leaning(found, metric)))


def _rank(rank: int | None) -> str:
    return _("too few to rank") if rank is None else text.number(rank)


def _leaning(found: Comparison, metric: Metric) -> str:
    """What the best estimates are, and why there are no ranks where there are none."""
    if found.chance is None:
        words = _(
            "Best estimates lean on the figure of all, {overall}: the more, the fewer cases. Fewer than two groups can"
            " be compared, so none has a rank."
        )
    elif not found.differs:
        words = _(
            "Best estimates lean on the figure of all, {overall}: the more, the fewer cases. All groups together differ"
            " no more than chance explains, so none has a rank."
        )
    elif metric.better is Better.NEITHER:
        words = _(
            "Best estimates lean on the figure of all, {overall}: the more, the fewer cases. Neither high nor low is"
            " better, so none has a rank."
        )
    else:
        words = _("Best estimates lean on the figure of all, {overall}: the more, the fewer cases. Ranks go by them.")
    return words.format(overall=text.value(found.overall, metric.unit))


def _estimate(row: dict, metric: Metric) -> str:
    low, high = text.value(row["shrunken_low"], metric.unit), text.value(row["shrunken_high"], metric.unit)
    return f"{text.value(row['shrunken'], metric.unit)} ({low} – {high})"

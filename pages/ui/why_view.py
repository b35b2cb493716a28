"""Why did it move? A metric's change taken apart on the screen."""

import streamlit as st

from data_access.why import can_explain, read_decompositions
from metrics.decomposition import Decomposition, explaining_most, standing_out
from metrics.metric import AnyMetric, Metric
from pages.ui import cases, clicks, controls, pieces, scope, show
from pages.ui.pieces import click_words, clickable
from pages.ui.shown import Shown
from reports import charts_metric, text
from reports import why as said
from reports.export import Section
from reports.text import _

MOST_NAMED = 5


@scope.fragment
def why(metric: AnyMetric) -> None:
    """Rate and mix by the dimension that explains most, and the groups that stand out in any."""
    shown = scope.current()
    st.subheader(_("Why did it move?"))
    period, against = shown.days_shown(metric), show.compared_days(metric)
    if not isinstance(metric, Metric) or not can_explain(metric):
        st.info(_("Medians and other quantiles have no parts that add up to their change."), icon=":material/info:")
        return
    if against is None:
        st.info(_("Choose a comparison above to see what moved."), icon=":material/info:")
        return
    st.caption(f"{text.period(against)} → {text.period(period)}")
    found = read_decompositions(shown.store, shown.viewer, metric, period, against, shown.filters)
    if not found:
        st.info(_("These data do not say by what this could be split."), icon=":material/info:")
        return
    named = standing_out(found)[:MOST_NAMED]
    for line in said.contributors(named, found, metric, shown.label):
        st.markdown(show.plain(line))
    _one(shown, metric, found, named[0].dimension if named else explaining_most(found))


def _one(shown: Shown, metric: Metric, found: dict[str, Decomposition], best: str) -> None:
    spoken = {name: text.dimension(name) for name in found}
    dimension = controls.segments(_("By"), "why", list(found), best, lambda each: spoken[each])
    chosen = found[dimension]
    st.markdown(show.plain(said.summary(chosen, metric)))
    key = clicks.turned(f"why_{metric.id}_{dimension}")
    figure = charts_metric.waterfall(chosen, metric, lambda code: shown.label(dimension, code))
    clickable(figure, key, lambda: clicks.click_bar(key, dimension), _("Why did it move?"))
    cases.where_clicked(key, metric, dimension, shown.days_shown(metric))
    st.caption(click_words(dimension))
    title = _("{metric}: what moved it, by {dimension}").format(
        metric=_(metric.name), dimension=text.dimension(dimension)
    )
    section = Section(title, said.effects(chosen), period=shown.days_shown(metric))
    pieces.below(title, section, f"why_{metric.id}_{dimension}", [metric], (key, dimension))

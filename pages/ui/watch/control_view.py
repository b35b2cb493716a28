"""A control chart on the screen: the figure, what is flagged in words, and the decisions about its limits."""

import streamlit as st

from data_access.numbers import Grain
from data_access.watch.control import Controlled, How
from metrics.catalogue import CATALOGUE
from metrics.metric import AnyMetric
from metrics.spc import ControlChart
from pages.ui import controls, files, pieces, scope, show, tables
from pages.ui.notices import plain
from pages.ui.watch import decision_view, watching
from reports import text
from reports.export import Section
from reports.text import _
from reports.watch import board, charts_control, control_table
from reports.watch import control_words as words

MOST_SIGNALS = 8  # told one by one; the table has them all


@scope.fragment
def page() -> None:
    """Everything below the title."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        metric = controls.metric(list(CATALOGUE.values()), next(iter(CATALOGUE)))
        if metric is None:
            return
        chart, rules = watching.chart(metric), watching.rules()
        how = How(watching.grain(), rules, chart)
    found = watching.controlled(metric, how)
    if found.rows.is_empty():
        show.empty()
        return
    if pieces.without_values(metric, found.rows):
        return
    _verdicts(found)
    drawn(found, "control")
    _flagged(found)
    _take_along(found)
    decision_view.section(metric, found)


def _verdicts(found: Controlled) -> None:
    """The two answers with their icons, and the sentence for both."""
    judged = watching.watched(found)
    st.html(board.signs(judged))
    st.markdown(f"**{plain(words.headline(judged))}**")


@scope.fragment
def piece(metric: AnyMetric) -> None:
    """The chart on the page of one metric: the usual kind and the site's rules."""
    st.subheader(_("{metric} over time").format(metric=_(metric.name)), help=show.card(metric))
    grain = pieces.grain(metric.id)
    found = watching.controlled(metric, How(grain, watching.site_rules()))
    if pieces.without_values(metric, found.rows):
        return
    drawn(found, "trend")
    if isinstance(found.chart, ControlChart):
        judged = watching.watched(found)
        st.markdown(plain(text.labelled(words.variation(judged), words.action(judged))))
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(_("Control chart"), key=f"control_{metric.id}", icon=":material/show_chart:", type="tertiary"):
            view = {"metric": metric.id} | ({} if grain is Grain.WEEK else {"grain": str(grain)})
            scope.look_closer(watching.CONTROL_URL, view)
            st.switch_page(watching.CONTROL_PAGE, query_params=scope.here())
    title = _("{metric} over time").format(metric=_(metric.name))
    pieces.below(title, _section(found), f"trend_{metric.id}")


def drawn(found: Controlled, key: str) -> None:
    """The figure with what changed in its days, and how its limits come about."""
    metric, grain, shown = found.metric, found.grain, scope.current()
    marked = [] if found.days is None else watching.marks(found, found.days)
    figure = charts_control.control(found, shown.target(metric), marked, shown.events)
    name = f"{key}_{metric.id}_{grain}_{found.days and found.days.start}"
    pieces.zoomable(figure, name, grain, _("{metric} over time").format(metric=_(metric.name)))
    pieces.legend(marked)
    st.caption(plain(words.limits(found)))
    if said := words.dispersion(found):
        st.info(plain(said), icon=":material/expand:")


def _flagged(found: Controlled) -> None:
    """Every pattern that is no chance, in words."""
    st.subheader(_("What is more than chance"))
    told = words.signals(found)
    if not isinstance(found.chart, ControlChart):
        st.caption(plain(words.refusal(found)))
        return
    if not told:
        st.markdown(_("No pattern: everything here is what the process does by itself."))
    for each in told[:MOST_SIGNALS]:
        st.markdown(f"- {plain(each)}")
    if len(told) > MOST_SIGNALS:
        st.caption(_("{count} more are in the table.").format(count=text.number(len(told) - MOST_SIGNALS)))
    st.caption(plain(words.rule_source(found.chart)))


def _section(found: Controlled) -> Section:
    title = _("{metric} over time").format(metric=_(found.metric.name))
    return Section(title, control_table.points(found), control_table.headers(), found.days)


def _take_along(found: Controlled) -> None:
    title = _("Control chart")
    section = _section(found)
    with st.container(horizontal=True, vertical_alignment="center"):
        as_table = st.toggle(_("Show as table"), key=f"control_table_{found.metric.id}")
        files.button(title, [section], [found.metric], key="control")
    if as_table:
        tables.coded(section.frame, control_table.headers())

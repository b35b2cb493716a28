"""The three levels of quality control on the screen: what was kept, by team and week, and what is owed today."""

from functools import partial

import polars as pl
import streamlit as st

from data_access.numbers import Grain, read_metrics
from data_access.wings.quotas import missing, read_owed_by_agents, read_owed_by_teams, read_self_checks, today
from metrics.catalogue import named
from metrics.scope import reach
from pages.ui import cases, controls, files, scope, show, tables
from pages.ui.notices import needed, plain
from pages.ui.pieces import CHART, behind
from pages.ui.shown import Shown
from reports import text
from reports.export import Section
from reports.text import N_, _
from reports.wings import charts_quotas
from reports.wings import quota_words as words

LEVELS = {
    "qa_plan_attainment_self": N_("Self-check"),
    "qa_plan_attainment_team": N_("Team QA"),
    "qa_plan_attainment_centre": N_("Centre QA"),
}
METRICS = named(list(LEVELS))
WEEKS = 13


def page() -> None:
    """Everything below the title."""
    shown = scope.current()
    lacking = missing(shown.store)
    if lacking:
        needed(lacking)
        return
    result = show.compared(METRICS)
    if result["value"].is_not_null().any():
        teams = read_owed_by_teams(shown.store, shown.viewer, shown.filters)
        if teams.height:
            sentence = words.lead(teams, text.day(today(shown.store)), shown.label)
            st.markdown(f"**{plain(sentence)}**")
    show.tiles(METRICS, result, show.sparks(METRICS))
    if result["value"].is_null().all():
        return
    _by_week()
    _owed()
    with st.container(horizontal=True):
        cases.button(METRICS[1], "quotas")
        splits = dict.fromkeys(LEVELS, ("team_id",))
        files.page(_("Three-level quotas"), result, METRICS, splits=splits, more=_sections)


@scope.fragment
def _by_week() -> None:
    shown = scope.current()
    st.subheader(_("Kept by team and week"))
    level = controls.segments(_("Level"), "part.quotas", list(LEVELS), list(LEVELS)[1], lambda each: _(LEVELS[each]))
    metric = next(each for each in METRICS if each.id == level)
    period = reach(shown.scope.period, 7 * WEEKS)
    filters = tuple((name, values) for name, values in shown.filters if name == "team_id")
    frame = read_metrics(shown.store, shown.viewer, [metric], period, filters, ("team_id",), Grain.WEEK)
    known = frame.filter(pl.col("value").is_not_null(), pl.col("team_id").is_not_null())
    if known.is_empty():
        st.info(_("There is no case in this period and filter."), icon=":material/search_off:")
        return
    target = shown.target(metric) or 100.0
    figure = charts_quotas.attainment(known, metric, target, partial(shown.label, "team_id"))
    st.plotly_chart(figure, key=f"quotas_{level}", config=CHART, alt=_("Kept by team and week"))
    behind(figure, "quotas")
    told = _(
        "Percent of what was due, weeks from Monday: blue where the target of {target} is kept, orange where hardly "
        "anything was done. Filters other than the team do not apply here."
    )
    st.caption(plain(told.format(target=text.value(target, metric.unit))))


@scope.fragment
def _owed() -> None:
    shown = scope.current()
    day = text.day(today(shown.store))
    st.subheader(_("Owed on {day}").format(day=day))
    teams = read_owed_by_teams(shown.store, shown.viewer, shown.filters)
    tables.coded(teams, words.names())
    told = _(
        "Team QA: {team} % of each day’s contacts fit for review. Centre QA: {centre} % of each team’s agents a week. "
        "{day} is the last whole day of the data; more than was due does not make up for another day."
    )
    shares = {"team": shown.store.rules.team_share, "centre": shown.store.rules.centre_share}
    st.caption(plain(told.format(day=day, **{name: text.number(share) for name, share in shares.items()})))
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(_("Whom centre QA should see next"))
        agents = read_owed_by_agents(shown.store, shown.viewer, shown.filters)
        if agents.is_empty():
            st.caption(_("Every agent at work this week has been seen, or the data do not name agents."))
        else:
            tables.coded(words.agents(agents), words.names(), height=350)
            st.caption(_("Longest unseen first; “next” stands at as many of each team as are owed."))
    with right:
        st.subheader(_("Late self-checks this week"))
        late = read_self_checks(shown.store, shown.viewer, shown.filters)
        if late.is_empty():
            st.caption(_("No self-check of this week came late."))
        else:
            tables.coded(late, words.names(), height=350)
            minutes = text.number(shown.store.rules.self_check_seconds // 60)
            st.caption(plain(_("Later than {minutes} minutes after the end of the contact.").format(minutes=minutes)))


def _sections(shown: Shown) -> list[Section]:
    """What is owed, for the file of the whole page."""
    names = words.names()
    agents = read_owed_by_agents(shown.store, shown.viewer, shown.filters)
    found = [
        Section(
            _("Owed on {day}").format(day=text.day(today(shown.store))),
            read_owed_by_teams(shown.store, shown.viewer, shown.filters),
            names,
        )
    ]
    if agents.height:
        found.append(Section(_("Whom centre QA should see next"), words.agents(agents), names))
    late = read_self_checks(shown.store, shown.viewer, shown.filters)
    return [*found, Section(_("Late self-checks this week"), late, names)] if late.height else found

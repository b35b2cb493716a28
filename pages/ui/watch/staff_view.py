"""The staff that a forecast needs, on the screen."""

import polars as pl
import streamlit as st

from data_access.watch.forecast import Work, read_staff_there, read_work, work_lacks
from metrics.forecast import REST, TOTAL, Foretold, Goal
from metrics.forecast.staff import agent_hours, first_days, staffed
from metrics.rules import Rules
from metrics.scope import Filters
from pages.ui import files, scope, show, tables
from pages.ui.notices import needed, plain
from pages.ui.pieces import CHART
from reports.export import Section
from reports.text import _
from reports.watch import charts_forecast
from reports.watch import staff_words as words

DAYS = 14  # hour by hour: farther ahead a day's course is not worth planning


def section(found: Foretold, name: str | None) -> None:
    """Agents needed in each hour of the next two weeks, and whether the usual hours are enough."""
    with show.section(_("Staff for the next two weeks")):
        if st.toggle(
            _("Reckon the staff"), key="reckon_staff", help=_("Counts contacts by the hour in the warehouse.")
        ):
            _reckoned(found, name)


def _reckoned(found: Foretold, name: str | None) -> None:
    shown = scope.current()
    if missing := work_lacks(shown.store):
        needed(missing)
        return
    with st.spinner(_("Counting contacts by the hour")):
        work = read_work(shown.store, shown.viewer, _filters(found, name))
    if work is None:
        show.empty()
        return
    goal = goal_of(shown.store.rules)
    days = first_days(found.of(name, "day").frame, DAYS)
    needs = staffed(days, work.hours, work.waiting, work.handle_seconds, goal)
    _told(needs, work, goal, name)


def _filters(found: Foretold, name: str | None) -> Filters:
    """The scope's, narrowed to the types that are looked at."""
    shown = scope.current()
    if name == TOTAL:
        return shown.filters
    types = found.panel.small if name == REST else (name,)
    return shown.scope.narrowed("issue_type", tuple(each for each in types if each is not None)).filters


def _told(needs: pl.DataFrame, work: Work, goal: Goal, name: str | None) -> None:
    shown = scope.current()
    title = _("Staff for the next two weeks")
    st.markdown(f"**{plain(words.lead(needs, goal))}**")
    days = agent_hours(needs)
    there = read_staff_there(shown.store, shown.viewer, shown.filters) if name == TOTAL else None
    if there is not None:
        weekday = pl.col("day").dt.weekday().cast(pl.Int64).alias("weekday")
        usual = there.rename({"paid_hours": "there"})
        days = days.with_columns(weekday).join(usual, on="weekday", how="left").sort("day").drop("weekday")
        st.markdown(plain(words.short_days(days)))
    st.plotly_chart(charts_forecast.staff(needs), key="staff_hours", config=CHART, alt=title)
    tables.plain(words.table(days))
    st.caption(plain(words.about(work, goal)))
    files.button(title, [Section(title, needs, words.headers())], key="staff")


def goal_of(rules: Rules) -> Goal:
    """What the site's rules ask of the staff."""
    return Goal(rules.staff_service_level, rules.answer_seconds, rules.staff_occupancy, rules.staff_shrinkage)

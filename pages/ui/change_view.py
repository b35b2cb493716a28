"""One change on the screen: the verdict in words, the path with and without it, and the numbers behind it."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import streamlit as st

from data_access.change_rows import Change
from data_access.judging import ALIKE, Judged, judge, others_at, suited_grain
from data_access.numbers import Grain
from metrics.calendar import Event
from metrics.intervention import ChangeEffect, VerdictCode
from metrics.results import NotEstimable
from metrics.scope import Period
from pages.ui import cases, change_parts, controls, files, load, notices, scope, show, tables
from pages.ui.change_form import EXPECTED, SHAPES
from pages.ui.pieces import CHART
from reports import change_tables, charts_base, charts_change, evaluated, text
from reports.effect_sizes import periods
from reports.export import Section
from reports.text import N_, _

GRAINS = {Grain.WEEK: N_("Weeks"), Grain.MONTH: N_("Months")}
BADGES = {
    VerdictCode.WORKED: (":material/thumb_up:", "green"),
    VerdictCode.WORKED_FADING: (":material/trending_down:", "orange"),
    VerdictCode.TOO_EARLY: (":material/hourglass_empty:", "blue"),
    VerdictCode.NO_CLEAR_CHANGE: (":material/help:", "gray"),
    VerdictCode.ALREADY_UNDER_WAY: (":material/history:", "orange"),
    VerdictCode.CONFOUNDED: (":material/join_inner:", "orange"),
    VerdictCode.GOT_WORSE: (":material/warning:", "red"),
    VerdictCode.NOT_ESTIMABLE: (":material/block:", "gray"),
}


def mark(code: VerdictCode) -> str:
    """The icon of a verdict in its colour; words stand beside it."""
    icon, colour = BADGES[code]
    return f":{colour}[{icon}]"


def badge(code: VerdictCode) -> str:
    """The verdict in a word or two, with its icon and colour."""
    icon, colour = BADGES[code]
    return f":{colour}[{icon} **{_(evaluated.SHORT[code])}**]"


def found_for(change: Change, grain: Grain | None = None) -> Judged:
    """The change judged with all that is on record beside it; names as this reader knows them."""
    shown = scope.current()
    happened = others_at(load.changes(shown.store, shown.viewer), change)
    happened += [Event(each.first, each.name) for each in shown.events]
    found = judge(shown.store, shown.viewer, change, grain or suited_grain(shown.store, change), happened)
    return replace(found, result=named(found.result, change, shown.label))


def named(
    result: ChangeEffect | NotEstimable, change: Change, label: Callable[[str, str], str]
) -> ChangeEffect | NotEstimable:
    """The result with untouched teams and the like under their names."""
    dimension = next((name for name in ALIKE if name in dict(change.scope)), None)
    if isinstance(result, NotEstimable) or dimension is None:
        return result
    checks = tuple(replace(each, names=tuple(label(dimension, name) for name in each.names)) for each in result.checks)
    event = result.verdict.event
    verdict = replace(result.verdict, event=None if event is None else label(dimension, event))
    return replace(result, checks=checks, verdict=verdict)


def one(change: Change) -> None:
    """What the change was, then what came of it."""
    shown = scope.current()
    words = [text.code(change.kind), _(EXPECTED[change.expected]), _(SHAPES[change.shape])]
    words += [text.day(change.start), *shown.filter_words(change.scope)]
    words += [_("Rolled out by {day}").format(day=text.day(change.rolled_out))] if change.rolled_out else []
    words += [_("Owner: {name}").format(name=change.owner)] if change.owner else []
    if change.check_dates:
        days = text.listed([text.day(each) for each in change.check_dates])
        words.append(_("To be checked on {days}").format(days=days))
    st.caption(show.plain(" · ".join(words)))
    if change.hypothesis:
        st.caption(show.plain(change.hypothesis))
    _judged(change)


@scope.fragment
def _judged(change: Change) -> None:
    """The verdict and what it rests on; its grain and parts can be switched without drawing the page anew."""
    shown = scope.current()
    spoken = {grain: _(name) for grain, name in GRAINS.items()}
    usual = suited_grain(shown.store, change)
    verdict = st.container()  # above what it depends on
    grain = controls.segments(_("Grain"), "grain", list(GRAINS), usual, lambda each: spoken[each], labelled=True)
    with notices.explained():
        found = found_for(change, grain)
        with verdict:
            st.subheader(badge(evaluated.code(found.result)))
            with st.container(border=True):
                st.markdown(show.plain(evaluated.paragraph(found.result)), help=show.card(found.metric))
        if isinstance(found.result, ChangeEffect):
            _answer(change, found, found.result)
        change_parts.parts(change, found)


def _answer(change: Change, found: Judged, result: ChangeEffect) -> None:
    name = text.change_name(change.name)
    change_parts.gains(change, result)
    st.markdown(f"**{show.plain(_unit(found))}**")
    st.plotly_chart(
        charts_change.path(result, charts_base.colour_of(found.metric), name, change.rolled_out),
        key=f"change_path_{change.id}_{found.grain}",
        config=CHART,
        alt=evaluated.headline(result),
    )
    st.caption(
        _("Dashed: what was to be expected without the change, from what was before it; the band is its 95 % interval.")
    )
    if found.has_own_exposure:
        st.caption(_("Per 1,000 contacts of every issue type and product, in the same channels and teams."))
    _numbers(change, found, result)


def _unit(found: Judged) -> str:
    """What the chart counts."""
    each = {Grain.MONTH: _("a month"), Grain.WEEK: _("a week"), Grain.DAY: _("a day")}[found.grain]
    counts = isinstance(found.result, ChangeEffect) and found.result.family == "count"
    name = _("{metric}: cases").format(metric=_(found.metric.name)) if counts else _(found.metric.name)
    return f"{name} · {each}"


def _numbers(change: Change, found: Judged, result: ChangeEffect) -> None:
    """Before, after and their bare difference; the cases of both sides; and everything to take along."""
    table = change_tables.sides(result, found.metric)
    before, after = change_tables.windows(result)
    with st.container(horizontal=True):
        parts: tuple[tuple[str, pl.DataFrame], ...] = (
            (_("Before and after"), table),
            (_("Path"), change_tables.path(result)),
            (_("Checks"), change_tables.checks(result)),
            (_("Earlier dates"), change_tables.placebo(result)),
            (_("Other ways of analysing"), change_tables.specifications(result)),
        )
        looked_at = Period(before.start, after.end)
        sections = [Section(title, frame, period=looked_at, filters=change.scope) for title, frame in parts]
        files.button(text.change_name(change.name), sections, [found.metric], key=f"change_{change.id}")
        for key, words, side in (("before", _("Cases before"), before), ("after", _("Cases after"), after)):
            cases.button(found.metric, f"{key}_{change.id}", side, change.scope, words=words)
    tables.plain(change_tables.on_screen(result, found.metric))
    if result.transition:
        left_out = periods(result.transition, result.grain)
        st.caption(_("Not counted, as the first day or the roll-out lies in it: {periods}.").format(periods=left_out))

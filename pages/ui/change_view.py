"""One change on the screen: the verdict in words, the path with and without it, and the numbers behind it."""

import polars as pl
import streamlit as st

from data_access.change_rows import Change
from data_access.judging import Judged, suited_grain
from data_access.numbers import Grain
from metrics.intervention import ChangeEffect, VerdictCode
from metrics.scope import Period, Scope
from pages.ui import cases, change_parts, controls, files, notices, scope, show, tables
from pages.ui.change_reads import found_for
from pages.ui.pieces import CHART
from reports import change_tables, change_words, charts_base, charts_change, evaluated, text
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


def one(change: Change) -> None:
    """What the change was, then what came of it."""
    shown = scope.current()
    words = change_words.declared(change, shown.filter_words(change.scope))
    st.caption(show.plain(" · ".join(words)))
    if change.hypothesis:
        st.caption(show.plain(change.hypothesis))
    if change.note:
        st.info(show.plain(text.labelled(_("Note on the SOP"), change.note)), icon=":material/sticky_note_2:")
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
    st.caption(show.plain(text.paragraph(change_words.in_numbers(result))))
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
        st.caption(_("Per 1,000 contacts of every issue type, product and channel, in the same teams."))
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
        asked = Scope(Period(before.start, after.end), None, change.scope)
        sections = [Section(title, frame) for title, frame in parts]
        name = text.change_name(change.name)
        files.button(name, sections, [found.metric], f"change_{change.id}", asked)
        where = scope.current().filter_words(change.scope)
        printed = change_words.blocks(change, where, result, found.metric)
        lead, key = evaluated.paragraph(result), f"change_{change.id}"
        files.printable(name, lead, lambda: printed, asked.period, key, change.scope)
        for key, words, side in (("before", _("Cases before"), before), ("after", _("Cases after"), after)):
            cases.button(found.metric, f"{key}_{change.id}", side, change.scope, words=words)
    tables.plain(change_tables.on_screen(result, found.metric))
    if result.transition:
        left_out = periods(result.transition, result.grain)
        st.caption(_("Not counted, as the first day or the roll-out lies in it: {periods}.").format(periods=left_out))

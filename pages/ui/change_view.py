"""One change on the screen: the answer in words, the numbers behind it, the chart, and what may mislead."""

from datetime import timedelta

import polars as pl
import streamlit as st

from data_access.change_rows import Change
from data_access.judging import Judged, judge, suited_grain
from data_access.numbers import Grain
from metrics.results import BeforeAfter, Estimate, NotEstimable, Verdict
from metrics.scope import Period
from pages.ui import cases, controls, files, notices, scope, show, tables
from pages.ui.change_form import EXPECTED
from pages.ui.pieces import CHART
from reports import charts_change, text, verdicts
from reports.export import Section
from reports.text import N_, _

LOOK_BACK = (3, 6, 12, 24)
GRAINS = {Grain.WEEK: N_("Weeks"), Grain.MONTH: N_("Months")}
MEANS = {Grain.WEEK: N_("Mean a week"), Grain.MONTH: N_("Mean a month")}
BADGES = {
    Verdict.BETTER: (":material/thumb_up:", "green"),
    Verdict.WORSE: (":material/warning:", "red"),
    Verdict.CHANGED: (":material/sync_alt:", "blue"),
    Verdict.UNCLEAR: (":material/help:", "gray"),
}


def one(change: Change) -> None:
    """What the change was, then what came of it."""
    shown = scope.current()
    where = shown.filter_words(change.scope)
    owner = [_("Owner: {name}").format(name=change.owner)] if change.owner else []
    words = [text.code(change.kind), _(EXPECTED[change.expected]), *where, *owner]
    st.caption(show.plain(" · ".join(words)))
    if change.hypothesis:
        st.caption(show.plain(change.hypothesis))
    judged(change)


@scope.fragment
def judged(change: Change) -> None:
    """The comparison; its window, grain and chart can be switched without drawing the page anew."""
    shown = scope.current()
    spoken = {grain: _(name) for grain, name in GRAINS.items()}
    with st.container(horizontal=True):
        months = controls.segments(_("Months on each side"), "months", LOOK_BACK, 12, labelled=True)
        usual = suited_grain(shown.store, change)
        grain = controls.segments(_("Grain"), "grain", list(GRAINS), usual, lambda each: spoken[each], labelled=True)
    with notices.explained():
        found = judge(shown.store, shown.viewer, change, months, grain)
        if isinstance(found.result, NotEstimable):
            st.info(_("Too early or too little to say."), icon=":material/hourglass_empty:")
            st.markdown(verdicts.refusal(found.result))
        else:
            _answer(change, found, found.result, grain)


def _answer(change: Change, found: Judged, result: BeforeAfter, grain: Grain) -> None:
    icon, colour = BADGES[result.verdict]
    name = text.change_name(change.name)
    st.subheader(f":{colour}[{icon} {verdicts.headline(result)}]")
    if result.kind == "count":
        st.markdown(show.plain(verdicts.count(result, grain.value)))
    if result.rate is not None:
        st.markdown(show.plain(verdicts.rate(result, found.metric)), help=show.card(found.metric))
        if found.has_own_exposure:
            st.caption(_("Per 1,000 contacts of every issue type and product, in the same channels and teams."))
    for line in verdicts.caveats(result):
        st.caption(f":material/info: {line}")
    as_rate = result.kind == "proportion"
    if result.kind == "count" and result.rate is not None:
        views = {"count": _("Count"), "rate": _("Rate")}
        as_rate = controls.segments(_("Shown"), "as", list(views), "count", lambda each: views[each]) == "rate"
    st.plotly_chart(
        charts_change.before_after(found.series, result, found.metric, name, grain=grain.value, as_rate=as_rate),
        key=f"change_chart_{change.id}_{grain}_{as_rate}",
        config=CHART,
        alt=verdicts.headline(result),
    )
    table = sides(result, grain)
    with st.container(horizontal=True):
        series = found.series.rename({"period": grain.value})
        looked_at = Period(result.before.start, result.after.end)
        parts = ((_("Before and after"), table), (_("Series"), series))
        sections = [Section(title, frame, period=looked_at, filters=change.scope) for title, frame in parts]
        files.button(name, sections, [found.metric], key=f"change_{change.id}")
        for key, words, side in (
            ("before", _("Cases before"), result.before),
            ("after", _("Cases after"), result.after),
        ):
            cases.button(found.metric, f"{key}_{change.id}", Period(side.start, side.end), change.scope, words=words)
    tables.coded(_on_screen(table))  # below the button: on a touch screen the table's tools lie above it


def sides(result: BeforeAfter, grain: Grain) -> pl.DataFrame:
    """Both sides as a table: totals, means and rates, with their intervals.

    Months differ in length, so what is compared is counted in 30.4 days.
    """
    rows = []
    for label, side in ((_("Before"), result.before), (_("After"), result.after)):
        rows.append(
            {
                "": label,
                _("From"): side.start,
                _("To"): side.end - timedelta(days=1),
                _("Periods"): side.periods,
                _("Total"): side.numerator,
                _("Out of"): None if side.denominator is None else round(side.denominator),
                _(MEANS[grain]): round(side.per_period, 1),
                **_estimate(_("In 30.4 days"), side.per_month, 1),
                **_estimate(_("Rate"), side.rate, 2),
            }
        )
    return pl.DataFrame(rows)


def _estimate(name: str, estimate: Estimate | None, places: int) -> dict[str, float | None]:
    values = (estimate.value, estimate.low, estimate.high) if estimate else (None, None, None)
    return {
        end: value if value is None else round(value, places) for end, value in zip(_ends(name), values, strict=True)
    }


def _ends(name: str) -> tuple[str, str, str]:
    """Columns of a value and of its interval: whoever takes the file along computes with them."""
    return name, _("{name}, low").format(name=name), _("{name}, high").format(name=name)


def _on_screen(table: pl.DataFrame) -> pl.DataFrame:
    """A value and its interval in one column: the table then fits a screen."""
    rows = []
    for row in table.iter_rows(named=True):
        for name, places in ((_("In 30.4 days"), 1), (_("Rate"), 2)):
            value, low, high = (row.pop(end) for end in _ends(name))
            said = [text.number(each, places) for each in (value, low, high)]
            title = _("{name} (95 % interval)").format(name=name)
            row[title] = None if value is None else f"{said[0]} ({said[1]} – {said[2]})"
        rows.append(row)
    return pl.DataFrame(rows)

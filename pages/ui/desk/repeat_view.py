"""Complaints that come back, on the screen: customers, chains, the time between, and what was not really resolved."""

from functools import partial

import polars as pl
import streamlit as st

from data_access.desk.repeats import (
    BY,
    Repeats,
    needs,
    read_after_resolved,
    read_came_back,
    read_chain,
    read_repeats,
    resolved_since,
)
from metrics.desk.repeats import gap_weeks
from metrics.escalation import REPEAT_COMPLAINT_RATE
from metrics.metric import Source
from pages.ui import cases, clicks, controls, files, pieces, scope, show, tables
from pages.ui.notices import needed, plain
from pages.ui.pieces import CHART, behind, clickable
from pages.ui.shown import Shown
from reports import text
from reports.desk import charts_repeats
from reports.desk import repeat_words as words
from reports.export import Section
from reports.text import _
from reports.wings import charts_forest

SPLITS = {REPEAT_COMPLAINT_RATE.id: ("issue_type", "team_id", "channel", "product", "customer_tier")}
TIMELINE = ("number", "place", "length", "gap_days", "issue_type", "received_at", "resolved_at", "escalation_level")


def page() -> None:
    """Everything below the title."""
    shown = scope.current()
    if missing := needs(shown.store):
        needed(missing)
        return
    if pieces.complaints_refused():
        return
    found = _read(shown)
    st.markdown(f"**{plain(words.lead(found, shown.store.rules))}**")
    st.caption(plain(words.unknown(found)))
    result = show.compared([REPEAT_COMPLAINT_RATE])
    show.tiles([REPEAT_COMPLAINT_RATE], result, show.sparks([REPEAT_COMPLAINT_RATE]))
    left, right = st.columns(2, gap="large")
    with left:
        pieces.trend(REPEAT_COMPLAINT_RATE)
    with right:
        pieces.breakdown(REPEAT_COMPLAINT_RATE, SPLITS[REPEAT_COMPLAINT_RATE.id])
    _chains()
    _between()
    _resolved()
    with st.container(horizontal=True):
        cases.button(REPEAT_COMPLAINT_RATE, "repeats")
        view = scope.view()
        files.page(
            _("Repeat complaints"), result, [REPEAT_COMPLAINT_RATE], splits=SPLITS,
            more=lambda given: _sections(given, view.get("by.resolved", "")),
        )  # fmt: skip


def _read(shown: Shown) -> Repeats:
    return read_repeats(shown.store, shown.viewer, shown.scope.period, shown.filters)


@scope.fragment
def _chains() -> None:
    """The longest chains, a line each, and the complaints of one."""
    shown = scope.current()
    st.subheader(_("Chains of complaints"))
    drawn = _read(shown).longest
    if drawn.is_empty():
        st.info(_("No customer complained of the same again."), icon=":material/task_alt:")
        return
    key = clicks.turned("chains")
    end = pl.min_horizontal(
        pl.coalesce("resolved_at", "closed_at", pl.lit(shown.store.as_of)), pl.lit(shown.store.as_of)
    )
    figure = charts_repeats.timelines(drawn.with_columns(ended_at=end), shown.label)
    clickable(figure, key, lambda: clicks.pick_point(key), _("Chains of complaints"))
    st.caption(
        _("The longest chains of the year, each of one customer and one issue, with at most {days} days from one "
          "complaint to the next. Click a point to see the complaints of its chain.").format(
            days=text.number(shown.store.rules.repeat_complaint_days))
    )  # fmt: skip
    behind(figure, "chains")
    files.button(_("Chains of complaints"), [_chain_section(shown)], key="chains")
    if picked := clicks.picked(key):
        _open_chain(int(picked[0]))


def _open_chain(chain: int) -> None:
    shown = scope.current()
    read = partial(read_chain, chain=chain)
    cases.rows_dialog(_("The complaints of this chain"), read, _read(shown).period, shown.filters, "chain")


@scope.fragment
def _between() -> None:
    """Days from a complaint to the next."""
    shown = scope.current()
    rules, found = shown.store.rules, _read(shown).gaps
    st.subheader(_("Time between"))
    st.markdown(plain(words.between(found, rules.look_back_days)))
    if len(found.days):
        figure = charts_repeats.gaps(gap_weeks(found, rules.look_back_days), rules.repeat_complaint_days)
        st.plotly_chart(figure, key="gaps", config=CHART, alt=_("Time between"))
        behind(figure, "gaps")
        files.button(_("Time between"), [_gap_section(shown)], key="gaps")


@scope.fragment
def _resolved() -> None:
    """What comes back after it was resolved."""
    shown = scope.current()
    st.subheader(_("Resolved, and back again"))
    known = [each for each in BY if shown.store.can_split(Source.COMPLAINTS, each)]
    by = controls.split("resolved", known)
    found = read_after_resolved(shown.store, shown.viewer, shown.scope.period, shown.filters, by)
    st.markdown(plain(words.resolved(found, by, shown.label)))
    if found.is_empty():
        return
    rows = words.forest_rows(found, by, shown.label)
    if rows:
        key = clicks.turned(f"resolved_{by}")
        usual = found.select(100 * pl.col("again").sum() / pl.col("resolved").sum()).item()
        figure = charts_forest.forest(
            rows, at=usual, title=_("Came back; the line is for all"), suffix="%",
            spoken={"apart": _("more than the others by more than chance")},
        )  # fmt: skip
        clickable(figure, key, lambda: clicks.pick_point(key), _("Resolved, and back again"))
        if picked := clicks.picked(key):
            _open_came_back(by, str(picked[0]) or None)
    tables.plain(words.table(found, by, shown.label))
    st.caption(
        _("Each customer and issue counts once, by the first complaint resolved in the year; it came back if he "
          "complained of the same within {days} days after. Groups are compared with all others; of those named at "
          "most one in twenty is expected to be chance. Click a point to see the repeated complaints of the "
          "group.").format(days=text.number(shown.store.rules.repeat_complaint_days))
    )  # fmt: skip
    files.button(_("Resolved, and back again"), [_resolved_section(shown, by)], key="resolved")


def _open_came_back(by: str, code: str | None) -> None:
    shown = scope.current()
    title = _("Repeated complaints: {name}").format(name=shown.label(by, code))
    read = partial(read_came_back, by=by, code=code)
    cases.rows_dialog(title, read, _read(shown).period, shown.filters, "came_back")


def _chain_section(shown: Shown) -> Section:
    found = _read(shown)
    return Section(_("Chains of complaints"), found.longest.select(TIMELINE), words.headers(), found.period)


def _gap_section(shown: Shown) -> Section:
    found = _read(shown)
    weeks = gap_weeks(found.gaps, shown.store.rules.look_back_days)
    return Section(_("Time between"), weeks, words.headers(), found.period)


def _resolved_section(shown: Shown, by: str) -> Section:
    found = read_after_resolved(shown.store, shown.viewer, shown.scope.period, shown.filters, by)
    days = resolved_since(_read(shown).period, shown.store.rules.repeat_complaint_days)
    return Section(_("Resolved, and back again"), found, words.headers(), days)


def _customer_section(shown: Shown) -> Section:
    found = _read(shown)
    rows = [
        {"least": least, "count": each.count, "n": each.n, "share": each.value, "low": each.low, "high": each.high}
        for least, each in found.customers.items()
    ]
    return Section(_("Customers who complained again"), pl.DataFrame(rows), words.headers(), found.period)


def _sections(shown: Shown, by: str) -> list[Section]:
    """The same for the file of the whole page, whose view the link keeps."""
    by = by if by in BY else BY[0]
    return [_customer_section(shown), _chain_section(shown), _gap_section(shown), _resolved_section(shown, by)]

"""The calendar on the screen: a year with its holidays and seasons, and the site's own events."""

from datetime import UTC, date, datetime

import polars as pl
import streamlit as st

from data_access.own_events import LONGEST, OwnEvent, add_event, remove_event, restore_event
from data_access.viewer import Right
from metrics.calendar import FIRST_YEAR, LAST_YEAR, Stretch, year_of
from pages.ui import controls, identity, load, notices, scope, tables
from pages.ui.taking_off import Record, take_off
from reports import text
from reports.calendar_words import EVENTS, HOLIDAYS
from reports.text import N_, _

ADDED = "events_added"
KINDS = {
    "holiday": N_("Public holiday"),
    "make_up_workday": N_("Make-up workday"),
    "season": N_("Season"),
    "own": N_("Own event"),
}


def year() -> None:
    """Everything of a year in the order of its days."""
    store = scope.current().store
    first, last = max(store.data_start.year, FIRST_YEAR), min(store.data_end.year + 1, LAST_YEAR)
    chosen = controls.segments(_("Year"), "year", list(range(first, last + 1)), min(store.anchor.year, last))
    rows = [(each.first, each.last, _named(each), each.kind) for each in year_of(chosen)]
    for each in scope.current().events:
        until = each.last or each.first
        if each.first.year <= chosen <= until.year:
            rows.append((each.first, until, each.name, "own"))
    table = [
        {
            _("Event"): name,
            _("First day"): text.day(begins),
            _("Last day"): text.day(until),
            _("Number of days"): (until - begins).days + 1,
            _("Kind"): _(KINDS[kind]),
        }
        for begins, until, name, kind in sorted(rows)
    ]
    tables.plain(pl.DataFrame(table), height="content")
    st.caption(
        _("They are drawn on every trend, short holidays and make-up workdays where they are wide enough to be seen. "
          "Public holidays are those of the State Council; of a year for which it has not announced them yet, those of "
          "the law without make-up workdays.")
    )  # fmt: skip


def _named(stretch: Stretch) -> str:
    known = EVENTS | HOLIDAYS
    return text.listed([_(known[each]) for each in stretch.codes]) or text.weekday(stretch.first)


def own() -> None:
    """The site's own events with who and when, and for who may: adding one, and taking one out."""
    shown = scope.current()
    st.subheader(_("Own events"))
    if not shown.events:
        st.info(_("There is no event of your own in the calendar yet."), icon=":material/event:")
    else:
        _listed(list(shown.events))
    if not shown.viewer.may(Right.TARGETS):
        st.caption(_("Your role looks at the calendar and does not write it."))
        return
    left, right = st.columns(2, gap="large")
    with left:
        _form()
    with right:
        _take_out(list(shown.events))


def _listed(events: list[OwnEvent]) -> None:
    zone = scope.current().store.warehouse.site_zone
    rows = [
        {
            _("Event"): each.name,
            _("First day"): text.day(each.first),
            _("Last day"): text.day(each.last or each.first),
            _("Set by"): text.person(each.made_by),
            _("Set on"): "" if each.made_at is None else text.moment(text.at_site(each.made_at, zone)),
        }
        for each in events
    ]
    tables.plain(pl.DataFrame(rows))


def _form() -> None:
    shown = scope.current()
    with st.form(f"add_event_{scope.noted(ADDED) or 0}", border=True):  # a new one, empty, after each that was added
        st.markdown(f"**{_('Add an event')}**")
        name = st.text_input(_("Name"), max_chars=LONGEST, placeholder=_("Like: new hotline number, system change"))
        days = st.columns(2)
        first = days[0].date_input(_("First day"), shown.store.anchor, format="YYYY-MM-DD")
        last = days[1].date_input(
            _("Last day"), None, format="YYYY-MM-DD", help=_("Empty: it is over with its first day.")
        )
        if st.form_submit_button(_("Add"), type="primary", icon=":material/event:"):
            _add(OwnEvent(name=name, first=first, last=last))


def _add(event: OwnEvent) -> None:
    with notices.explained():
        identity.require_same(scope.current().viewer, identity.claims())
        add_event(load.state(), scope.current().viewer, event, datetime.now(UTC))
        scope.note(ADDED, (scope.noted(ADDED) or 0) + 1)
        st.rerun()


def _take_out(events: list[OwnEvent]) -> None:
    record = Record("event_taken_out", remove_event, restore_event, _words, lambda each: each.name)
    take_off(record, events, _("Take an event out"), _("Take out"))


def _words(event: OwnEvent) -> str:
    return f"{event.name} · {_days(event.first, event.last)}"


def _days(first: date, last: date | None) -> str:
    return text.day(first) if last is None else f"{text.day(first)} – {text.day(last)}"

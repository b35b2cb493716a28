"""The first two lines of defence on the screen: open cases to take up now, and chances that were missed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import streamlit as st

from data_access.desk.defence import (
    House,
    days_told,
    has_cases,
    lacking,
    needs,
    open_list,
    read_before,
    read_chances,
    read_open,
)
from metrics.escalation import (
    ESCALATION_LEAD_TIME,
    ESCALATION_LEAD_TIME_P90,
    PRE_ESCALATION_CONTACT_RATE,
    PRE_ESCALATION_TICKET_RATE,
)
from metrics.metric import Status
from metrics.scope import Period
from pages.ui import cases, clicks, files, load, pieces, scope, show, tables
from pages.ui.desk import back_test_view, house_rule_view
from pages.ui.notices import needed, plain
from pages.ui.shown import Shown
from reports import column_words, text
from reports.desk import defence_words
from reports.export import Section
from reports.text import _

METRICS = (
    PRE_ESCALATION_CONTACT_RATE,
    PRE_ESCALATION_TICKET_RATE,
    ESCALATION_LEAD_TIME,
    ESCALATION_LEAD_TIME_P90,
)
MOST_SHOWN = 100  # cases in a table: more take longer to write than to read
IN_FILE = (
    "received_at", "issue_type", "product", "contacts", "last_contact", "last_about", "tickets", "last_ticket",
    "last_ticket_about", "was_open", "days",
)  # fmt: skip
OPEN_IN_FILE = (
    "open_hours", "severity", "issue_type", "team_id", "dissatisfaction_score", "earlier", "contacts_before",
    "received_at",
)  # fmt: skip


def page() -> None:
    """Everything below the title."""
    shown = scope.current()
    if missing := needs(shown.store):
        needed(missing)
        return
    if pieces.complaints_refused():
        return
    if not has_cases(shown.store, shown.viewer, shown.filters):
        show.empty()
        return
    past = house_rule_view.past()
    house = house_rule_view.in_force(past)
    _lead(house)
    _open(house)
    _missed()
    back_test_view.past(house)
    house_rule_view.rules(past)
    figures, view = show.numbers(METRICS, days_told(shown.scope.period)), scope.view()
    files.page(_("Lines of defence"), figures, METRICS, splits={}, more=lambda given: _sections(given, house, view))


def _lead(house: House) -> None:
    shown = scope.current()
    found = read_open(shown.store, shown.viewer, shown.filters, house)
    st.markdown(f"**{plain(defence_words.lead(found, house, shown.store.rules, shown.label))}**")
    st.caption(
        _("Open cases are looked at as the data stand now, whatever the period; filters narrow them. A case counts as "
          "long as it is not solved and has not gone to a regulator or the media.")
    )  # fmt: skip
    for name, columns in lacking(shown.store).items():
        words = _("The trigger “{trigger}” cannot be told: needs {columns}").format(
            trigger=defence_words.trigger(name, house, shown.store.rules), columns=column_words.lacking(columns)
        )
        st.caption(plain(words))


@scope.fragment
def _open(house: House) -> None:
    """Open cases that meet a trigger: why, and a way to each."""
    shown = scope.current()
    found = read_open(shown.store, shown.viewer, shown.filters, house)
    st.subheader(_("To take up now"))
    if found.met.is_empty():
        st.info(_("No open case meets a trigger."), icon=":material/task_alt:")
        return
    rules = shown.store.rules
    picked = picking("triggered", defence_words.open_table(found.met.head(MOST_SHOWN), house, rules, shown.label))
    if found.met.height > MOST_SHOWN:
        st.caption(_first(found.met.height))
    st.caption(
        _("Those with most reasons first, then those open longest. Click a row to see the case and what came before.")
    )
    with st.container(horizontal=True):
        if st.button(_("Show them with their numbers"), key="rows_triggered", icon=":material/table_rows:"):
            _list(house)
        files.lazily(_("To take up now"), lambda: [_open_section(shown, house)], "triggered")
    if picked is not None:
        before(found.met["complaint_id"][picked])


def picking(name: str, table: pl.DataFrame) -> int | None:
    """A table of cases; gives the place of the row that was clicked."""
    key = clicks.turned(name)
    st.dataframe(
        tables.seen(table),
        hide_index=True,
        key=key,
        height="auto" if table.height < 10 else 380,
        placeholder="–",
        column_config={
            each: st.column_config.DatetimeColumn(format=tables.INSTANT)
            for each, kind in table.schema.items()
            if kind == pl.Datetime
        },
        selection_mode="single-cell",
        on_select=lambda: clicks.pick_cell(key),
    )
    cell = clicks.picked(key)
    return cell[0] if cell else None


def _list(house: House) -> None:
    title = _("To take up now")

    @st.dialog(title, width="large")
    @scope.spoken
    def opened() -> None:
        shown = scope.current()
        period, filters = shown.scope.period, shown.filters
        asked = {"period": period, "filters": filters, "now": datetime.now(UTC)}
        found = open_list(house)(shown.store, load.state(), shown.viewer, **asked)
        st.caption(plain(" · ".join([cases.shown_of(found.count), *shown.filter_words(filters)])))
        spoken = defence_words.spoken(found.frame, house, shown.store.rules, shown.label)
        of_all = title if found.count == spoken.height else text.labelled(title, cases.shown_of(found.count))
        section = Section(of_all, spoken, defence_words.headers(), shown.as_it_stands.period, filters)
        files.button(title, [section], key="triggered_list", looked_at=shown.as_it_stands)
        tables.coded(spoken, defence_words.headers(), decimals=0)

    opened()


def before(case: str) -> None:
    """A case, the customer's complaints before it and his own contacts, in a dialog."""
    title = _("The case and what came before")

    @st.dialog(title, width="large")
    @scope.spoken
    def opened() -> None:
        shown = scope.current()
        contacts, tickets = read_before(shown.store, load.state(), shown.viewer, case, datetime.now(UTC))
        days = text.number(shown.store.rules.look_back_days)
        parts = {
            _("Complaints of the customer, this one first, {days} days back").format(days=days): tickets,
            _("Own contacts in the {days} days before").format(days=days): contacts,
        }
        sections = [Section(name, each.frame) for name, each in parts.items()]
        files.button(title, sections, key="before", looked_at=replace(shown.as_it_stands, filters=()))
        for name, each in parts.items():
            st.markdown(f"**{plain(text.labelled(name, text.number(each.count)))}**")
            if each.count:
                tables.coded(each.frame)

    opened()


@scope.fragment
def _missed() -> None:
    """Cases that went to a regulator: what there was before."""
    shown = scope.current()
    st.subheader(_("Before they went to a regulator"))
    found = read_chances(shown.store, shown.viewer, shown.scope.period, shown.filters)
    days = days_told(shown.scope.period)
    st.markdown(plain(defence_words.missed(found, text.period(days), shown.store.rules.look_back_days)))
    _figures(days)
    if found.is_empty():
        return
    picked = picking("missed", defence_words.missed_table(found.head(MOST_SHOWN), shown.label))
    if found.height > MOST_SHOWN:
        st.caption(_first(found.height))
    st.caption(_("One row a case, the latest first. Click a row to see it with the contacts and complaints before it."))
    files.button(_("Missed chances"), [_missed_section(shown)], METRICS, key="missed")
    if picked is not None:
        before(found["complaint_id"][picked])


def _first(count: int) -> str:
    return _("The first {shown} of {count}; the file has them all.").format(
        shown=text.number(MOST_SHOWN), count=text.number(count)
    )


def _figures(days: Period) -> None:
    """The metrics of the year: a week has hardly any such case."""
    shown, grid = scope.current(), st.grid("auto", min_column_width=225, border=True)
    rows = {row["metric"]: row for row in show.numbers(METRICS, days).iter_rows(named=True)}
    for metric in METRICS:
        row = rows[metric.id]
        with grid.cell():
            few = row["status"] == Status.TOO_FEW
            told = text.value(row["value"], metric.unit) if row["value"] is not None else "–"
            st.metric(_(metric.name), f":gray[{told}]" if few else told, help=show.card(metric, row))
            if row["value"] is None:
                st.caption(show.refusal(row))
                continue
            st.caption("  \n".join(defence_words.figure(row, metric, shown.store.rules)))
            cases.button(metric, f"year_{metric.id}", days, shown.filters, quiet=True)


def _missed_section(shown: Shown) -> Section:
    found = read_chances(shown.store, shown.viewer, shown.scope.period, shown.filters).select(IN_FILE)
    for name in ("last_about", "last_ticket_about"):
        known = {each: shown.label("issue_type", each) for each in found[name].drop_nulls().unique()}
        found = found.with_columns(pl.col(name).replace(known))
    return Section(_("Missed chances"), found, defence_words.headers(), days_told(shown.scope.period))


def _open_section(shown: Shown, house: House) -> Section:
    found = read_open(shown.store, shown.viewer, shown.filters, house).met
    words = defence_words.spoken(
        found.select(*OPEN_IN_FILE, "earlier_same", "reasons"), house, shown.store.rules, shown.label
    )
    return Section(_("To take up now"), words, defence_words.headers(), shown.as_it_stands.period)


def _sections(shown: Shown, house: House, view: Mapping[str, str]) -> list[Section]:
    """Everything but the key figures, for the file of the whole page."""
    return [_open_section(shown, house), _missed_section(shown), *back_test_view.sections(shown, house, view)]

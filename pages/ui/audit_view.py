"""The audit log on the screen: its entries, whether it is whole, how long it is kept."""

from datetime import UTC, date, datetime, timedelta

import streamlit as st

from data_access.audit import LEAST_DAYS, Search, keep_audit_for, people_in_audit, read_audit, retention_days
from data_access.audit_check import verify_audit
from pages.ui import files, identity, load, notices, scope, show, tables
from reports import audit_acts, audit_words, text
from reports.export import Section
from reports.text import _

ON_A_PAGE = 100
MOST_IN_A_FILE = 50_000


@scope.fragment
def entries() -> None:
    """Who did what, newest first, searched by day, person and act."""
    state, viewer = load.state(), scope.current().viewer
    found = _search()
    with notices.explained():
        _page, count = read_audit(state, viewer, found, 1)
        pages = max(1, -(-count // ON_A_PAGE))
        st.caption(_("{count} entries; times are those of {zone}.").format(count=text.number(count), zone=_zone()))
        number = st.pagination(pages, key="audit_page") if pages > 1 else 1
        shown, _count = read_audit(state, viewer, found, ON_A_PAGE, (min(number, pages) - 1) * ON_A_PAGE)
        if not shown:
            st.info(_("Nothing was written down that fits this search."), icon=":material/search_off:")
            return
        tables.plain(audit_words.table(shown, _zone()), height=460)
        zone = _zone()

        def everything() -> list[Section]:
            every, _count = read_audit(state, viewer, found, MOST_IN_A_FILE)
            return [Section(_("Audit log"), audit_words.table(every, zone))]

        files.lazily(_("Audit log"), everything, "audit_log")


def _zone() -> str:
    return scope.current().store.warehouse.site_zone


def _search() -> Search:
    state, viewer = load.state(), scope.current().viewer
    with st.container(horizontal=True, vertical_alignment="bottom"):
        days = st.date_input(_("Dates"), [], format="YYYY-MM-DD", width=250, key="audit_days")
        who = st.selectbox(
            _("Person"),
            people_in_audit(state, viewer),
            index=None,
            placeholder=_("All"),
            width=250,
            key="audit_who",
            format_func=text.person,
        )
        acts = st.multiselect(
            _("What"),
            list(audit_acts.ACTS),
            format_func=audit_acts.act,
            placeholder=_("All"),
            width=360,
            key="audit_acts",
            select_all=False,
        )
    first, last = _days(days)
    return Search(first, last + timedelta(days=1) if last else None, who or "", tuple(acts))


def _days(picked: tuple[date, ...] | date | None) -> tuple[date | None, date | None]:
    chosen = picked if isinstance(picked, tuple) else ()
    return (chosen[0], chosen[-1]) if chosen else (None, None)


@scope.fragment
def verification() -> None:
    """A button that recomputes every seal."""
    with show.section(_("Is the log as it was written?")):
        st.caption(
            _("Every entry is sealed to the one before it. Whoever alters or takes away one breaks the chain; "
              "python -m jobs verify-audit checks it too.")
        )  # fmt: skip
        if st.button(_("Check the whole log"), icon=":material/verified_user:"):
            with notices.explained():
                found = verify_audit(load.state())
                said = audit_words.verified(found)
                (st.success if found.fault is None else st.error)(notices.plain(said))


@scope.fragment
def retention() -> None:
    """For how long entries are kept."""
    state, viewer = load.state(), scope.current().viewer
    with show.section(_("How long is it kept?")):
        kept = retention_days(state)
        days = st.number_input(
            _("Days for which the audit log is kept"), min_value=LEAST_DAYS, max_value=36_500, value=kept, width=250
        )
        st.caption(_("Older entries go once a day; an entry of the log says so."))
        if st.button(_("Save"), disabled=days == kept, icon=":material/save:", key="save_retention"):
            with notices.explained():
                identity.require_same(viewer, identity.claims())
                keep_audit_for(state, viewer, int(days), datetime.now(UTC))
                st.rerun()

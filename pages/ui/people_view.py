"""People on the screen: the list, the form in which rights are given, and what each role may do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import streamlit as st

from data_access.people import Grant, forget_person, save_grant
from data_access.viewer import CLEARED, RIGHTS, Right, Role
from pages.ui import identity, load, notices, scope, tables
from pages.ui.notices import plain
from reports import text
from reports.text import N_, _

NOBODY = "none"  # as a role: shut out
FORGOTTEN = "forgotten_person"
OPENED = "rights_opened"
RIGHT_NAMES = {
    Right.CHANGES: N_("Registers SOP changes"),
    Right.TARGETS: N_("Sets targets"),
    Right.DATA: N_("Imports data"),
    Right.PEOPLE: N_("Gives rights"),
    Right.AUDIT: N_("Reads the audit log"),
}


def listed(grants: Sequence[Grant]) -> Grant | None:
    """Everyone on record; gives the one whose row is chosen."""
    if not grants:
        st.info(
            _("Nobody is on record yet: whoever signs in gets what the provider's claims give, or nothing."),
            icon=":material/group_off:",
        )
        return None
    rows = st.dataframe(
        _table(grants), hide_index=True, on_select="rerun", selection_mode="single-row", key="people_list"
    )["selection"]["rows"]
    st.caption(_("Choose a row to correct it or to take the person off the list."))
    return grants[rows[0]] if rows and rows[0] < len(grants) else None


def _table(grants: Sequence[Grant]) -> pl.DataFrame:
    shown = scope.current()
    zone = shown.store.warehouse.site_zone
    rows = [
        {
            _("Person"): text.person(each.person),
            _("Role"): _role(each.role),
            _("Teams"): text.listed([shown.label("team_id", team) for team in each.teams]) if each.teams else _("All"),
            _("Names and texts"): _("as they are") if each.is_cleared else _("masked"),
            _("Until"): text.day(each.until) if each.until else "–",
            _("Given by"): text.person(each.granted_by),
            _("Given on"): text.day(text.at_site(each.granted_at, zone).date()) if each.granted_at else "–",
        }
        for each in grants
    ]
    return pl.DataFrame(rows)


def _role(role: Role | None) -> str:
    return text.code(str(role)) if role else _("No access")


def actions(chosen: Grant | None) -> None:
    """What can be done: give rights, correct them, take them away, put back what was taken."""
    with st.container(horizontal=True):
        if st.button(_("Add a person"), icon=":material/person_add:", type="primary"):
            open_form(None)
        if st.button(_("Correct"), icon=":material/edit:", disabled=chosen is None):
            open_form(chosen)
        st.button(
            _("Take off the list"),
            icon=":material/person_remove:",
            disabled=chosen is None,
            on_click=_forget,
            args=(chosen,),
            key="forget_person",
        )
        gone = scope.noted(FORGOTTEN)
        if gone is not None:
            st.button(
                _("Put back: {name}").format(name=plain(gone.person)),
                icon=":material/undo:",
                type="tertiary",
                on_click=_put_back,
                args=(gone,),
            )


def open_form(grant: Grant | None) -> None:
    title = _("Add a person") if grant is None else _("Correct rights")
    turn = (scope.noted(OPENED) or 0) + 1  # closing a dialog reruns nothing: its fields would come back as they were
    scope.note(OPENED, turn)
    st.dialog(title)(scope.spoken(_fields))(grant, f"{grant.person if grant else 'new'}_{turn}")


def _fields(grant: Grant | None, form: str) -> None:
    old = grant or Grant(person="", role=Role.VIEWER)
    person = st.text_input(
        _("Person"),
        old.person,
        disabled=grant is not None,
        key=f"person_{form}",
        help=_("The address with which the person signs in."),
    )
    roles = [*Role, NOBODY]
    role = st.selectbox(
        _("Role"),
        roles,
        index=roles.index(old.role or NOBODY),
        key=f"role_{form}",
        format_func=lambda each: _("No access") if each == NOBODY else text.code(each),
    )
    teams = _teams(old, form)
    may_see = role not in {NOBODY, Role.NEWCOMER}
    usual = old.is_cleared if role == old.role and grant is not None else role in CLEARED
    cleared = st.checkbox(
        _("Sees names, numbers and texts as they are"),
        usual and may_see,
        disabled=not may_see,
        key=f"cleared_{role}_{form}",
        help=_("Without it they are masked: the same person always has the same pseudonym. Newcomers never see them."),
    )
    until = st.date_input(
        _("Last day"), old.until, format="YYYY-MM-DD", key=f"until_{form}", help=_("Empty: until it is taken back.")
    )
    if st.button(_("Save"), type="primary", icon=":material/save:"):
        given = None if role == NOBODY else Role(role)
        asked = replace(old, person=person, role=given, teams=tuple(teams) or None, is_cleared=cleared, until=until)
        with notices.explained():
            save_grant(load.state(), scope.current().viewer, asked, datetime.now(UTC))
            st.rerun()


def _teams(old: Grant, form: str) -> list[str]:
    """The teams whose cases the person sees; none: all."""
    shown = scope.current()
    before = list(old.teams or ())  # also of teams that these data do not know: without any, all would be meant
    return st.multiselect(
        _("Teams"),
        list(dict.fromkeys([*load.values(shown.store, shown.viewer, "team_id"), *before])),
        before,
        key=f"teams_{form}",
        format_func=lambda code: shown.label("team_id", code),
        placeholder=_("All"),
        select_all=False,
    )


def _forget(grant: Grant) -> None:
    with notices.explained():
        identity.require_same(scope.current().viewer, identity.claims())
        forget_person(load.state(), scope.current().viewer, grant, datetime.now(UTC))
        scope.note(FORGOTTEN, replace(grant, version=0))


def _put_back(grant: Grant) -> None:
    with notices.explained():
        identity.require_same(scope.current().viewer, identity.claims())
        save_grant(load.state(), scope.current().viewer, grant, datetime.now(UTC))
        scope.note(FORGOTTEN, None)


def roles() -> None:
    """A row a role: what it adds to looking at figures and taking them along."""
    rows = [
        {
            _("Role"): text.code(str(role)),
            _("Sees"): _("own teams") if role is Role.TEAM_LEADER else _("every team, or those given"),
            _("Names and texts"): _usually(role),
            **{_(name): "✓" if right in RIGHTS[role] else "–" for right, name in RIGHT_NAMES.items()},
        }
        for role in Role
    ]
    tables.plain(pl.DataFrame(rows))


def _usually(role: Role) -> str:
    if role is Role.NEWCOMER:
        return _("always masked")
    return _("as they are") if role in CLEARED else _("masked unless cleared")

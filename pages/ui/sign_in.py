"""Who is looking: the viewer behind a session, or a page that asks to sign in or says why nothing is shown."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn
from urllib.parse import urlsplit

import streamlit as st

from data_access.audit import record, record_sign_in
from data_access.audit_rows import Act
from data_access.people import is_stale, viewer_of
from data_access.sign_in import FORWARDED, LOOPBACK, Settings
from data_access.store import Store
from data_access.viewer import LOCAL, Stranger, Viewer
from metrics.errors import NotAllowed
from pages.ui import controls, identity, load, menu, scope, scripts
from pages.ui.notices import plain
from reports import text
from reports.text import _

COOKIE = "twinwing_return"  # scripts/remember.js writes it, scripts/return.js reads it


def viewer() -> Viewer:
    """The person who is looking; for anyone else the run ends here, with a page that says why."""
    settings = load.sign_in()
    if settings is None:
        return _on_this_machine()
    claims = identity.claims()
    if not claims.get("is_logged_in"):
        _ask(settings)
    now = datetime.now(UTC)
    if is_stale(settings, claims, now):
        _ask(settings, _("You signed in more than {hours} hours ago.").format(hours=text.number(settings.hours)))
    return _known(settings, claims, now)


def _known(settings: Settings, claims: Mapping[str, Any], now: datetime) -> Viewer:
    try:
        known = viewer_of(load.state(), settings, claims, load.by_the_site(now))
    except NotAllowed as failure:
        name = str(claims.get(settings.person_claim) or claims.get("sub") or "").lower()
        if scope.first_time(f"refused {name}"):
            record(load.state(), Stranger(name), Act.REFUSED, {"page": "sign-in"}, now)
        _refuse(failure)
    if scope.first_time(f"signed in {known.name} {known.role}"):
        record_sign_in(load.state(), known, int(claims["iat"]), now)
        if COOKIE in st.context.cookies:
            scripts.run("return")
    return known


def _on_this_machine() -> Viewer:
    """Without a sign-in whoever sits at this machine sees all, and nobody else anything."""
    listens = st.get_option("server.address")
    headers = {name.lower(): value for name, value in st.context.headers.items()}
    host = urlsplit(f"//{headers['host']}").hostname if "host" in headers else "localhost"
    if listens not in LOOPBACK or host not in LOOPBACK or FORWARDED & headers.keys():
        st.error(
            _("This dashboard has no sign-in, so it answers on its own machine only, at 127.0.0.1. To let others in, "
              "set up a sign-in: docs/security.md shows how."),
            icon=":material/lock:",
        )  # fmt: skip
        st.stop()
    return LOCAL


def _ask(settings: Settings, why: str = "") -> NoReturn:
    """The page of someone who has not signed in."""
    _stand_still()
    st.title("Twinwing 双翼")
    st.markdown(_("Quality monitoring and complaints, on one screen."))
    here = urlsplit(st.context.url or settings.origin)
    if f"{here.scheme}://{here.netloc}" != settings.origin:
        st.warning(
            _("Sign-in works at another address of this dashboard: {address}").format(address=settings.origin),
            icon=":material/link:",
        )
        st.link_button(_("Go there"), settings.origin + here.path)
        st.stop()
    if why:
        st.info(why, icon=":material/schedule:")
    scripts.run("remember")
    st.button(
        _("Sign in"), type="primary", icon=":material/login:", on_click=st.login, args=(settings.provider or None,)
    )
    st.stop()


def _stand_still() -> None:
    """No menu; but the address that was asked for stays a page, and is not answered with "not found"."""
    st.navigation(menu.unlisted(), position="hidden")
    with st.sidebar:
        controls.language()


def _refuse(failure: NotAllowed) -> NoReturn:
    """The page of someone who has signed in and may see nothing."""
    what, fix = text.explained(failure)
    _stand_still()
    st.title("Twinwing 双翼")
    st.error(f"**{plain(what)}**  \n{plain(fix)}", icon=":material/lock:")
    st.button(_("Sign in as someone else"), icon=":material/logout:", on_click=st.logout)
    st.stop()


def turned_away(who: Viewer, page: str) -> None:
    """A page that this person may not open: says so, and writes it down."""
    if scope.first_time(f"turned away from {page}"):
        record(load.state(), who, Act.REFUSED, {"page": page}, datetime.now(UTC))
    st.error(
        _("Your role does not include this page. An administrator of this dashboard can change that."),
        icon=":material/lock:",
    )


def account(who: Viewer, store: Store) -> None:
    """In the sidebar: as whom the reader looks, what that leaves out, and the way out."""
    if who == LOCAL:
        st.caption(_("No sign-in is set up: only this machine can open the dashboard."))
        return
    st.text(who.name)  # as Markdown an address would become a link
    st.caption(text.code(str(who.role)))
    if who.teams is not None:
        names = load.names(store, who)
        teams = text.listed([text.named(names, "team_id", each) for each in who.teams])
        st.caption(plain(_("You see the teams: {teams}").format(teams=teams)))
    if not who.is_cleared:
        st.caption(_("Names, numbers and ids are masked: the same person always has the same pseudonym."))
    st.button(_("Sign out"), icon=":material/logout:", on_click=_sign_out, args=(who,), type="tertiary")


def _sign_out(who: Viewer) -> None:
    record(load.state(), who, Act.SIGNED_OUT, {}, datetime.now(UTC))
    st.logout()

"""Identity: whose session this is, by the sign-in's claims and what is on record now."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from data_access.people import is_stale, viewer_of
from data_access.viewer import LOCAL, Viewer
from metrics.errors import NotAllowed
from pages.ui import load


def claims() -> Mapping[str, Any]:
    """What the provider said of whoever has signed in; without `is_logged_in` nobody has."""
    return st.user.to_dict()


def require_same(shown: Viewer, told: Mapping[str, Any]) -> None:
    """Let go on only who may still see what was drawn: rights may have changed since.

    Args:
        told: the claims of the session, for work that is done outside of it.

    Raises:
        NotAllowed: rights have changed, or the sign-in has ended.
    """
    if not holds(shown, told):
        raise NotAllowed(
            "What you may see has changed, or your sign-in has ended.", "Reload the page; it shows what is yours now."
        )


def holds(shown: Viewer, told: Mapping[str, Any]) -> bool:
    """Is the session's person still the viewer for whom a part of the page was drawn?"""
    settings = load.sign_in()
    if settings is None:
        return shown == LOCAL
    now = datetime.now(UTC)
    if not told.get("is_logged_in") or is_stale(settings, told, now):
        return False
    try:
        return viewer_of(load.state(), settings, told, load.by_the_site(now)) == shown
    except NotAllowed:
        return False

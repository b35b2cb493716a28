"""Subscriptions on the screen: the list, the form, and what was sent or waits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from data_access.people import read_people
from data_access.subscriptions.deliveries import read_deliveries
from data_access.subscriptions.subscriptions import (
    Delivery,
    Format,
    Subscription,
    read_subscriptions,
    remove_subscription,
    restore_subscription,
    save_subscription,
)
from data_access.viewer import Right
from data_access.watch.channels import Email, channel_settings
from metrics.errors import InvalidSettings
from metrics.rhythm import Rhythm
from pages.ui import identity, load, notices, scope, tables
from pages.ui.notices import plain
from pages.ui.taking_off import Record, take_off
from reports import text
from reports.text import _
from reports.weekly import subscription_words as words

ADDED = "subscriptions_added"
COMMAND = "python -m jobs weekly"


@scope.fragment
def page() -> None:
    """Everything below the title."""
    shown = scope.current()
    st.caption(
        plain(
            _("Reports go out when {command} runs, best every hour from the timetable: each report once for each "
              "period, as its recipient's rights are at that moment.").format(command=COMMAND)
        )
    )  # fmt: skip
    held = read_subscriptions(load.state(), shown.viewer)
    if held:
        tables.plain(words.table(held, shown.label), height="content")
    else:
        st.info(_("Nobody has subscribed to a report yet."), icon=":material/mark_email_unread:")
    left, right = st.columns(2, gap="large")
    with left:
        _form()
    with right:
        _take_off(held)
    _sent()


def mail_channels() -> Sequence[str]:
    """The mail channels of the secrets file; none where it cannot be read."""
    try:
        return [name for name, each in channel_settings().channels.items() if isinstance(each, Email)]
    except InvalidSettings:
        return []


def _form() -> None:
    shown = scope.current()
    channels = mail_channels()
    may_all = shown.viewer.may(Right.PEOPLE)
    with st.form(f"subscribe_{scope.noted(ADDED) or 0}", border=True):  # an empty one after each that was added
        st.markdown(f"**{_('Subscribe')}**")
        asked = _where(_what(_person() if may_all else shown.viewer.name), channels, may_all=may_all)
        if st.form_submit_button(_("Subscribe"), type="primary", icon=":material/forward_to_inbox:"):
            _save(asked, channels)
    if not channels:
        st.caption(
            _("Mail needs a channel of the kind email in the secrets file; until there is one, reports are put into a "
              "folder of the dashboard's home: docs/weekly_report.md shows both.")
        )  # fmt: skip


def _what(person: str) -> Subscription:
    """Which report, about what, in which language and form."""
    shown, languages = scope.current(), list(text.LANGUAGES)
    rhythm = st.selectbox(_("Rhythm"), list(Rhythm), 1, format_func=words.rhythm)
    formats = st.multiselect(_("Files"), list(Format), [Format.PDF], format_func=lambda each: words.FORMATS[each])
    language = st.selectbox(
        _("Language"), languages, languages.index(text.language.get()), format_func=lambda each: text.LANGUAGES[each]
    )
    teams = st.multiselect(
        _("Teams"),
        load.values(shown.store, shown.viewer, "team_id"),
        format_func=lambda code: shown.label("team_id", code),
        placeholder=_("All that the recipient may see"),
    )
    filters = (("team_id", tuple(teams)),) if teams else ()
    return Subscription(person=person, rhythm=rhythm, formats=tuple(formats), language=language, filters=filters)


def _where(asked: Subscription, channels: Sequence[str], *, may_all: bool) -> Subscription:
    """By mail, through which channel and to which address, or into the folder."""
    if not channels:
        return replace(asked, delivery=Delivery.FOLDER)
    delivery = st.selectbox(_("Way of sending"), list(Delivery), format_func=words.delivery)
    channel = st.selectbox(_("Mail channel"), channels)
    own = asked.person if not may_all and "@" in asked.person else ""
    empty = _("Empty: the address with which the person signs in")
    address = st.text_input(_("Address"), own, disabled=not may_all, placeholder=empty)
    if delivery is not Delivery.MAIL:
        return replace(asked, delivery=delivery)
    return replace(asked, delivery=delivery, channel=channel or "", address=address or asked.person)


def _person() -> str:
    """Whom it is for: of those on record, or typed in."""
    shown = scope.current()
    known = [each.person for each in read_people(load.state(), shown.viewer) if each.role is not None]
    names = list(dict.fromkeys([shown.viewer.name, *known]))
    return st.selectbox(
        _("Person"),
        names,
        format_func=text.person,
        accept_new_options=True,
        help=_("Reports show what this person may see: the rights given under People and rights count."),
    )


def _save(asked: Subscription, channels: Sequence[str]) -> None:
    with notices.explained():
        viewer = scope.current().viewer
        identity.require_same(viewer, identity.claims())
        save_subscription(load.state(), viewer, asked, channels, datetime.now(UTC))
        scope.note(ADDED, (scope.noted(ADDED) or 0) + 1)
        st.rerun()


def _take_off(held: Sequence[Subscription]) -> None:
    record = Record("subscription_ended", remove_subscription, restore_subscription, _spoken, _spoken)
    take_off(record, held, _("End a subscription"), _("End it"))


def _spoken(each: Subscription) -> str:
    return " · ".join(
        [text.person(each.person), words.rhythm(each.rhythm), words.about(each.filters, scope.current().label)]
    )


def _sent() -> None:
    shown = scope.current()
    found = read_deliveries(load.state(), shown.viewer)
    st.subheader(_("Sent, and waiting to be sent"))
    if not found:
        st.caption(_("Nothing has been sent yet."))
        return
    tables.plain(words.delivery_table(found, shown.store.warehouse.site_zone))

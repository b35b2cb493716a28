"""Channels on the screen: where alerts go, a test message to each, and the quiet hours; never a secret."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from data_access import audit
from data_access.viewer import Right, require
from data_access.watch.channels import Channel, Email, Settings, Webhook, channel_settings, place
from data_access.watch.outbox import retry_now, waiting
from data_access.watch.quiet import Hours, read_quiet_hours, save_quiet_hours
from data_access.watch.sending import NotSent, send
from metrics.errors import InvalidSettings
from pages.ui import identity, load, notices, scope
from pages.ui.notices import plain
from reports import text
from reports.text import N_, _
from reports.watch import message_words
from reports.watch.letters import Sender

KINDS = {
    "email": N_("E-mail"),
    "dingtalk": N_("DingTalk"),
    "wecom": N_("WeCom"),
    "feishu": N_("Feishu"),
    "slack": N_("Slack"),
    "webhook": N_("Webhook"),
}
TESTED = "alert_channel_tested"
EXAMPLE = """[alerts]
address = "https://quality.example.com"

[alerts.channels.duty_group]
kind = "dingtalk"
url = "env:DINGTALK_URL"
secret = "env:DINGTALK_SECRET"

[alerts.channels.quality_mail]
kind = "email"
host = "smtp.example.com"
user = "alerts@example.com"
password = "env:SMTP_PASSWORD"
sender = "alerts@example.com"
to = ["quality@example.com"]
"""


def channel_names() -> Sequence[str]:
    """The channels that there are; none where the secrets file cannot be read, which the part “Channels” says."""
    try:
        return list(channel_settings().channels)
    except InvalidSettings:
        return []


@scope.fragment
def channels() -> None:
    """Every channel of the secrets file with what waits on it."""
    settings = channel_settings()
    if not settings.channels:
        st.info(
            _("No channel is set up, so alerts stand on this page only. An administrator adds channels to the secrets "
              "file {file}; passwords and addresses can come from the environment.").format(file=plain(str(place()))),
            icon=":material/forward_to_inbox:",
        )  # fmt: skip
        st.code(EXAMPLE, language=None, wrap_lines=True)
    _told()
    for name, channel in settings.channels.items():
        _channel(settings, name, channel)
    if settings.channels and not settings.address:
        st.caption(_("Messages carry no link: the dashboard's own address is missing in the secrets file."))
    _quiet()


def _channel(settings: Settings, name: str, channel: Email | Webhook) -> None:
    shown = scope.current()
    state = waiting(load.state(), name)
    with st.container(border=True):
        st.markdown(f"**{plain(name)}** · {_(KINDS[channel.kind])} · {plain(channel.place)}")
        st.caption(plain(" · ".join(_facts(channel))))
        if state is not None:
            at = text.moment(text.at_site(state.due_at, shown.store.warehouse.site_zone))
            st.warning(
                plain(_("Messages wait: {count}. {last}").format(
                    count=text.number(state.count), last=message_words.waits(state.failure, at))),
                icon=":material/schedule_send:",
            )  # fmt: skip
        with st.container(horizontal=True):
            st.button(
                _("Send a test message"), icon=":material/send:", key=f"alert_test_{name}", on_click=_test,
                args=(settings, name, channel),
            )  # fmt: skip
            if state is not None and state.failure:
                st.button(
                    _("Try again with the next run"), icon=":material/refresh:", type="tertiary",
                    key=f"alert_retry_{name}", on_click=_retry, args=(name,),
                )  # fmt: skip


def _facts(channel: Email | Webhook) -> list[str]:
    told = [text.LANGUAGES[channel.language]]
    if isinstance(channel, Email):
        return [*told, _("To: {people}").format(people=text.listed(channel.to)), _security(channel)]
    return [*told, _("signed") if channel.secret else _("not signed")]


def _security(channel: Email) -> str:
    return _("not encrypted") if channel.security == "none" else channel.security.upper()


def _test(settings: Settings, name: str, channel: Channel) -> None:
    """For callbacks."""
    shown, now = scope.current(), datetime.now(UTC)
    with notices.explained():
        identity.require_same(shown.viewer, identity.claims())
        require(shown.viewer, Right.TARGETS)
        audit.record(load.state(), shown.viewer, audit.Act.ALERT_TESTED, {"channel": name}, now)
        sender = Sender(shown.label, shown.store.rules, settings)
        try:
            send(channel, sender.trial(channel, name, uuid.uuid4().hex), now)
        except NotSent as failure:
            scope.note(TESTED, (name, failure.code))
        else:
            scope.note(TESTED, (name, ""))


def _told() -> None:
    """What became of the test message."""
    found = scope.taken(TESTED)
    if found is None:
        return
    name, code = found
    if not code:
        st.success(plain(_("“{name}” has taken the test message.").format(name=name)), icon=":material/check_circle:")
        return
    st.error(
        plain(_("“{name}” has not taken the test message: {why}.").format(name=name, why=message_words.failure(code))),
        icon=":material/error:",
    )


def _retry(name: str) -> None:
    """For callbacks."""
    viewer = scope.current().viewer
    with notices.explained():
        identity.require_same(viewer, identity.claims())
        retry_now(load.state(), viewer, name, datetime.now(UTC))


def _quiet() -> None:
    """The hours in which only urgent alerts are sent."""
    st.subheader(_("Quiet hours"))
    before = read_quiet_hours(load.state())
    spoken = [f"{hour:02d}:00" for hour in range(24)]
    with st.form("alert_quiet", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        is_on = st.checkbox(_("Keep quiet"), before is not None)
        start, end = before or (22, 7)
        start = spoken.index(st.selectbox(_("From"), spoken, start, width=140))
        end = spoken.index(st.selectbox(_("Until"), spoken, end, width=140))
        if st.form_submit_button(_("Save"), icon=":material/save:"):
            _save_quiet((start, end) if is_on else None)
    st.caption(_("By the site's clock. Messages wait until the quiet hours are over; urgent ones do not."))


def _save_quiet(hours: Hours | None) -> None:
    viewer = scope.current().viewer
    with notices.explained():
        identity.require_same(viewer, identity.claims())
        save_quiet_hours(load.state(), viewer, hours, datetime.now(UTC))
        st.rerun()

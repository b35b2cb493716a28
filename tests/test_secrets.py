"""Every secret that an administrator sets is set to something recognisable: no page, log, file or message holds it."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit as st

from data_access.connecting.place import VARIABLE
from data_access.home import Home
from data_access.operating.logs import JsonLines, Lines
from data_access.watch.channels import channel_settings
from data_access.watch.sending import Letter, NotSent, send
from jobs.__main__ import main
from tests.pages.conftest import with_contacts
from tests.pages.raw import sent
from tests.pages.visiting import broken, opened

MARK = "geheimzz"  # in every secret, and nowhere else
NOBODY = "127.0.0.1:1"  # nothing listens there
DATABASE = f"postgresql+psycopg://twinwing:{MARK}1@{NOBODY}/quality?sslpassword={MARK}2"
SECRET_KEY = f"{MARK}3-that-is-long-enough-to-be-the-secret-of-an-installation"
SETTINGS = f"""
[auth]
redirect_uri = "http://127.0.0.1:8501/oauth2callback"
cookie_secret = "{MARK}4-that-nobody-else-ever-uses-anywhere"
client_id = "twinwing"
client_secret = "{MARK}5"
server_metadata_url = "http://{NOBODY}/.well-known/openid-configuration"
"""
CHANNELS = f"""
[alerts.channels.post]
kind = "email"
host = "127.0.0.1"
port = 1
user = "alerts"
password = "{MARK}6"
sender = "alerts@example.com"
to = ["li@example.com"]
[alerts.channels.chat]
kind = "dingtalk"
url = "https://{NOBODY}/robot/send?access_token={MARK}7"
secret = "{MARK}8"
[alerts.channels.program]
kind = "webhook"
url = "https://{NOBODY}/hook/{MARK}9"
secret = "whsec_Z2VoZWltenoxMGdlaGVpbXp6MTBnZWhlaW16eg=="
"""
#: Files that cannot be read as they are meant; what is wrong stands on the line of a secret.
BROKEN = {
    "no TOML": CHANNELS.replace(f'password = "{MARK}6"', f"password = {MARK}6"),
    "a wrong type": CHANNELS.replace(f'password = "{MARK}6"', f'password = ["{MARK}6"]'),
    "an unknown key": CHANNELS.replace("password", "passwort"),
    "an address without a scheme": CHANNELS.replace(f"https://{NOBODY}/robot", f"{MARK}/robot"),
    "a secret that is none": CHANNELS.replace("whsec_", f"{MARK}-"),
    "no section": f'[alerts]\nchannels = "{MARK}"\n[warehouse]\nurl = ["{MARK}"]\n',
}
COMMANDS = (
    ["check"], ["metrics"], ["refresh"], ["alerts"], ["weekly"], ["people"], ["verify-audit"], ["backup", "TARGET"],
    ["grant", "li@example.com", "--role", "viewer"],
)  # fmt: skip
PAGES = ("connect", "alerts", "people")


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a home and the secrets file; everything is set, and what is asked for is not there."""
    with_contacts(Home(tmp_path / "home"), "SELECT 'c1' AS contact_id, TIMESTAMP '2026-10-20 10:00' AS started_at")
    file = tmp_path / "secrets.toml"
    file.write_text(CHANNELS)
    monkeypatch.setenv("TWINWING_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TWINWING_SECRET", SECRET_KEY)
    monkeypatch.setenv("TWINWING_ALERTS", str(file))
    monkeypatch.setenv("TWINWING_METRICS_TOKEN", f"{MARK}11-long-enough-to-be-a-token-of-its-own")
    st.cache_resource.clear()
    yield file
    st.cache_resource.clear()


def found(folder: Path, told: str, caplog: pytest.LogCaptureFixture) -> list[str]:
    """Where the mark stands: in what was said, in log lines of both forms, and in any file but the secrets' own."""
    lines = [form.format(record) for record in caplog.records for form in (Lines(), JsonLines())]
    files = [each for each in folder.rglob("*") if each.is_file() and not each.name.endswith(".toml")]
    marked = [str(each) for each in files if MARK.encode() in each.read_bytes()]
    return [each for each in (*told.splitlines(), *caplog.text.splitlines(), *lines) if MARK in each] + marked


def run(command: list[str], folder: Path) -> None:
    with pytest.raises(SystemExit):
        main([str(folder / "copy.tar.gz") if each == "TARGET" else each for each in command])
        raise SystemExit(0)


@pytest.mark.parametrize("lost", [VARIABLE, "TWINWING_STATE"])
def test_commands_and_pages_that_reach_no_database_tell_no_password(
    held: Path,
    lost: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture,
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv(lost, DATABASE)
    for command in COMMANDS:
        run(command, held.parent)
    said = []
    for url in PAGES:
        app = opened(url)
        assert broken(app) == []
        said += [words for _kind, _place, words in sent(app)]
    out, err = capfd.readouterr()
    told = "\n".join([out, err, *said])
    assert "127.0.0.1" in told
    assert found(held.parent, told, caplog) == []


@pytest.mark.parametrize("written", BROKEN.values(), ids=BROKEN)
def test_a_secrets_file_that_cannot_be_read_is_told_without_what_stands_there(
    held: Path,
    written: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture,
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level(logging.DEBUG)
    held.write_text(written)
    monkeypatch.setenv("TWINWING_SIGN_IN", str(held))
    for command in (["alerts"], ["check"], ["people"]):
        run(command, held.parent)
    app = opened("alerts")
    assert broken(app) == []
    out, err = capfd.readouterr()
    assert str(held.name) in out + err + "".join(words for _kind, _place, words in sent(app))
    assert found(held.parent, "\n".join([out, err, *(words for *_at, words in sent(app))]), caplog) == []


def test_a_message_that_is_not_taken_says_why_without_a_secret(held: Path, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    told = []
    for channel in channel_settings().channels.values():
        with pytest.raises(NotSent) as failed:
            send(channel, Letter("0", "title", ("line",), "", "", {}), datetime.now(UTC))
        told += [repr(failed.value), repr(channel), str(failed.value.__cause__)]
    assert len(told) == 9
    assert found(held.parent, "\n".join(told), caplog) == []


def test_a_sign_in_that_does_not_work_tells_no_secret(
    held: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    file = held.with_name("sign_in.toml")
    monkeypatch.setenv("TWINWING_SIGN_IN", str(file))
    said = []
    for written in (
        SETTINGS,
        SETTINGS.replace("[auth]", f"[auth]\n{MARK} = 1 {MARK}"),
        f"[twinwing]\nadmins = 5\n{SETTINGS}",
        SETTINGS.replace("4-that-nobody-else-ever-uses-anywhere", "4"),
    ):
        file.write_text(written)
        app = opened("this_week")
        assert broken(app) == []
        said += [words for _kind, _place, words in sent(app)]
    out, err = capfd.readouterr()
    assert found(held.parent, "\n".join([out, err, *said]), caplog) == []

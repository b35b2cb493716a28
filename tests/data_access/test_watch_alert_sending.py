"""Sending: each channel's form and signature, held against a receiver that computes it itself, and what goes wrong."""

import base64
import json
import logging
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data_access.seen import UNSEEN, WORD_JOINER
from data_access.watch import sending
from data_access.watch.channels import Email, Webhook, channel_settings
from data_access.watch.sending import Letter, NotSent, send, standard_headers
from metrics.errors import InvalidSettings
from tests.nasty import HOST, SHORT
from tests.receivers import (
    PASSWORD,
    USER,
    Certificate,
    certificate,
    dingtalk,
    feishu,
    mail_server,
    standard,
    web_server,
)

SECRET = "SEC0123456789abcdef"
STANDARD_SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
LETTER = Letter(
    "0f1e2d3c", "预警：首次解决率 <70%", ("首次解决率：68.2%（66.0% – 70.4%，n = 1,200）。", "[x](https://evil) *now*"),
    "https://quality.example.com/metric?lang=zh", "在双翼中打开", {"value": 68.2},
)  # fmt: skip


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certificate]:
    yield certificate(tmp_path_factory.mktemp("certificate"))


def mail(proof: Certificate, port: int, **other: str) -> Email:
    told = {
        "kind": "email", "host": "127.0.0.1", "port": port, "user": USER, "password": PASSWORD,
        "sender": "alerts@example.com", "to": ["li@example.com", "wang@example.com"], "ca_file": str(proof.file),
    }  # fmt: skip
    return Email.model_validate(told | other)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_mail_arrives_through_tls_with_an_id_that_stays(proof: Certificate, security: str):
    with mail_server(proof, is_upgraded=security == "starttls") as box:
        assert send(mail(proof, box.port, security=security), LETTER, now()) is None
        with pytest.raises(NotSent, match="smtp_535"):  # RFC 4954: authentication credentials invalid
            send(mail(proof, box.port, security=security, password="wrong"), LETTER, now())
        with pytest.raises(NotSent, match="tls"):  # an authority that nobody named
            send(mail(proof, box.port, security=security, ca_file=""), LETTER, now())
    ((people, message),) = box.taken
    assert people == ["li@example.com", "wang@example.com"]
    assert message["Subject"] == LETTER.title
    assert message["Message-ID"] == "<0f1e2d3c@twinwing>"
    body = message.get_body().get_content()
    assert LETTER.lines[0] in body
    assert LETTER.link in body


def channel(kind: str, address: str, secret: str = "") -> Webhook:
    return Webhook.model_validate({"kind": kind, "url": f"{address}/hook?access_token=t", "secret": secret})


@pytest.mark.parametrize(
    ("kind", "secret", "checks", "refused"),
    [
        ("dingtalk", SECRET, dingtalk, "dingtalk_310000"),
        ("feishu", SECRET, feishu, "feishu_19021"),
        ("webhook", STANDARD_SECRET, standard, "http_401"),
    ],
)
def test_the_receiver_finds_the_signature_right_and_another_secret_wrong(kind, secret, checks, refused):
    with web_server(checks(secret)) as server:
        send(channel(kind, server.address, secret), LETTER, now())
        other = "whsec_" + base64.b64encode(b"another secret of the tests").decode()
        with pytest.raises(NotSent, match=refused):
            send(channel(kind, server.address, other), LETTER, now())


def test_the_signature_of_the_published_example_is_the_published_one():
    # The test vector of the reference libraries of Standard Webhooks.
    found = standard_headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
        b'{"test": 2432232314}',
    )  # fmt: skip
    assert found["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_each_receiver_gets_its_own_form_and_text_stays_text():
    with web_server(lambda _request: (200, {}, '{"errcode": 0, "code": 0}')) as server:
        for kind in ("dingtalk", "wecom", "feishu", "slack", "webhook"):
            send(channel(kind, server.address), LETTER, now())
    ding, wecom, lark, slack, hook = (each.told for each in server.taken)
    assert ding["msgtype"] == wecom["msgtype"] == "markdown"
    for words in (ding["markdown"]["text"], wecom["markdown"]["content"]):
        assert "[在双翼中打开](https://quality.example.com/metric?lang=zh)" in words  # the only link
        assert "](https://evil)" not in words
        assert "*now*" not in words
    post = lark["content"]["post"]["zh_cn"]
    assert post["title"] == LETTER.title
    assert post["content"][-1] == [{"tag": "a", "text": "在双翼中打开", "href": LETTER.link}]
    assert "&lt;70%" in slack["text"]  # docs.slack.dev: «&», «<» and «>» are escaped
    assert hook["data"]["value"] == 68.2
    assert server.taken[-1].headers["webhook-id"] == LETTER.id


@pytest.mark.parametrize(
    ("kind", "answer", "code"),
    [
        ("webhook", (500, {}, ""), "http_500"),
        ("webhook", (429, {}, ""), "http_429"),
        ("slack", (404, {}, "no_service"), "http_404"),
        ("dingtalk", (200, {}, '{"errcode": 130101, "errmsg": "send too fast"}'), "dingtalk_130101"),
        ("wecom", (200, {}, "<html>a login page of some proxy</html>"), "answer"),
        ("feishu", (200, {}, '{"StatusCode": 9499}'), "feishu_9499"),
    ],
)
def test_whatever_the_receiver_does_not_take_is_not_sent(kind, answer, code):
    with web_server(lambda _request: answer) as server, pytest.raises(NotSent, match=code):
        send(channel(kind, server.address), LETTER, now())


def test_a_redirect_is_not_followed():
    with web_server(lambda _request: (200, {}, "")) as other:
        leads = {"Location": f"{other.address}/stolen"}
        with web_server(lambda _request: (307, leads, "")) as server, pytest.raises(NotSent, match="http_307"):
            send(channel("webhook", server.address), LETTER, now())
        assert other.taken == []


def test_who_is_slow_or_not_there_is_given_up(monkeypatch: pytest.MonkeyPatch, proof: Certificate):
    monkeypatch.setattr(sending, "SECONDS", 0.2)
    with web_server(lambda _request: time.sleep(0.5) or (200, {}, "")) as server:
        with pytest.raises(NotSent, match="timeout"):
            send(channel("webhook", server.address), LETTER, now())
        gone = server.address
    with pytest.raises(NotSent, match="ConnectError"):
        send(channel("webhook", gone), LETTER, now())
    with pytest.raises(NotSent, match="ConnectionRefusedError"):
        send(mail(proof, int(gone.rpartition(":")[2])), LETTER, now())


def test_who_drips_an_answer_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sending, "LONGEST_ANSWER", 0.1)

    def drips(place: socket.socket) -> None:
        with place.accept()[0] as caller, suppress(OSError):
            caller.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            for _letter in range(100):  # 2 s, and never silent for as long as a time-out
                caller.sendall(b".")
                time.sleep(0.02)

    with socket.create_server(("127.0.0.1", 0)) as place, ThreadPoolExecutor(1) as worker:
        worker.submit(drips, place)
        with pytest.raises(NotSent, match="timeout"):
            send(channel("dingtalk", f"http://127.0.0.1:{place.getsockname()[1]}"), LETTER, now())


@pytest.mark.parametrize("kind", ["email", "webhook"])
def test_settings_that_cannot_be_used_are_a_message_that_waits(tmp_path: Path, kind: str):
    gone = {"ca_file": str(tmp_path / "gone.pem"), "kind": kind}
    told = {"host": "127.0.0.1", "sender": "a@b", "to": ["c@d"]} if kind == "email" else {"url": "https://127.0.0.1:9"}
    with pytest.raises(NotSent, match="FileNotFoundError"):
        send((Email if kind == "email" else Webhook).model_validate(gone | told), LETTER, now())


#: What each receiver would make something of: its documentation's mention of somebody, link, markup.
READ = {
    "dingtalk": ("[zz", "**zz", "<", "](http", f"http://{HOST}", "`"),
    "wecom": ("[zz", "**zz", "<@", f"http://{HOST}", "`"),
    "feishu": (f"http://{HOST}", f"www.{HOST}"),
    "slack": ("<!channel", "<@U1", "*zz", "`", f"http://{HOST}"),
}


@pytest.mark.parametrize("kind", READ)
def test_a_chat_reads_nothing_but_text_in_what_data_and_people_say(kind: str):
    nasty = replace(LETTER, title=" ".join(SHORT), lines=SHORT, link="")
    with web_server(lambda _request: (200, {}, '{"errcode": 0, "code": 0}')) as server:
        send(channel(kind, server.address), nasty, now())
    told = json.dumps(server.taken[0].told, ensure_ascii=False)
    assert "zz" in told
    assert [mark for mark in READ[kind] if mark in told] == []
    assert UNSEEN.search(told.replace(WORD_JOINER, "")) is None


def test_a_mail_of_nasty_words_has_one_line_for_each_and_no_header_more(proof: Certificate):
    nasty = replace(LETTER, title="\r\nBcc: zz@evil.example\r\n\r\nzz", lines=SHORT, link="")
    with mail_server(proof, is_upgraded=False) as box:
        assert send(mail(proof, box.port), nasty, now()) is None
    ((people, message),) = box.taken
    assert people == ["li@example.com", "wang@example.com"]
    assert message["Bcc"] is None
    lines = message.get_body().get_content().rstrip("\n").split("\n")
    assert len(lines) == len(SHORT)
    assert [line for line in lines if f"http://{HOST}" in line or UNSEEN.search(line.replace(WORD_JOINER, ""))] == []


def test_no_secret_stands_in_logs_or_errors(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    with web_server(lambda _request: (500, {}, "")) as server:
        hook = channel("dingtalk", server.address, SECRET)
        with pytest.raises(NotSent) as failed:
            send(hook, LETTER, now())
    told = "\n".join([caplog.text, repr(failed.value), str(failed.value), repr(hook)])
    assert SECRET not in told
    assert "access_token" not in told


FILE = """
[alerts]
address = "https://quality.example.com"
[alerts.channels.duty]
kind = "{kind}"
url = "{url}"
secret = "{secret}"
"""


def test_secrets_come_from_the_file_or_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "secrets.toml"
    monkeypatch.setenv("TWINWING_ALERTS", str(file))
    with pytest.raises(InvalidSettings, match="TWINWING_ALERTS"):
        channel_settings()
    file.write_text(FILE.format(kind="dingtalk", url="env:DING_URL", secret="env:DING_SECRET"))
    with pytest.raises(InvalidSettings, match="DING_URL"):
        channel_settings()
    monkeypatch.setenv("DING_URL", "https://oapi.dingtalk.com/robot/send?access_token=t")
    monkeypatch.setenv("DING_SECRET", SECRET)
    settings = channel_settings()
    assert settings.channels["duty"].secret == SECRET
    assert settings.channels["duty"].place == "oapi.dingtalk.com"
    assert SECRET not in repr(settings)


@pytest.mark.parametrize(
    ("kind", "url", "secret"),
    [
        ("dingtalk", "http://oapi.dingtalk.com/robot/send", "s"),  # the secret would travel in the open
        ("pager", "https://example.com", "s"),
        ("webhook", "https://example.com", "no base64!"),
        ("slack", "file:///etc/passwd", ""),
    ],
)
def test_a_channel_that_is_not_safe_is_refused_without_telling_its_secret(tmp_path, monkeypatch, kind, url, secret):
    file = tmp_path / "secrets.toml"
    file.write_text(FILE.format(kind=kind, url=url, secret=secret))
    monkeypatch.setenv("TWINWING_ALERTS", str(file))
    with pytest.raises(InvalidSettings) as failed:
        channel_settings()
    assert "alerts.channels.duty" in str(failed.value)
    assert url not in str(failed.value)


def test_a_message_of_wecom_fits_its_4096_bytes():
    long = replace(LETTER, lines=("很长的一段话" * 400,))
    with web_server(lambda _request: (200, {}, '{"errcode": 0}')) as server:
        send(channel("wecom", server.address), long, now())
    content = server.taken[0].told["markdown"]["content"]
    assert len(content.encode()) <= 4_096  # developer.work.weixin.qq.com
    assert content.endswith(f"[{LETTER.link_words}]({LETTER.link})")  # what is cut is not the link

"""Sending one message to one channel, in the form and with the signature that its receiver asks for."""

import base64
import hashlib
import hmac
import json
import logging
import smtplib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from data_access import sign_in
from data_access.seen import seen, unlinked
from data_access.watch.channels import Channel, Email, Kind, Webhook

SECONDS = 10.0  # to connect, and for each part of an answer
LONGEST_ANSWER = 30.0  # seconds for all of it: whoever drips it letter by letter holds up no other channel
MOST_ANSWER = 64_000  # bytes of an answer that are read
MOST_LINE = 2_000  # characters of a line
MOST_CHAT = 1_300  # characters of Chinese in WeCom's 4,096 bytes

logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs whole addresses, and webhooks carry a secret in theirs


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along by mail."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent. `id` stays the same at every attempt; `facts` are for programs that receive it."""

    id: str
    title: str
    lines: tuple[str, ...]
    link: str
    link_words: str
    facts: dict[str, Any]
    attachments: tuple[Attachment, ...] = ()  # by mail only


class NotSent(Exception):
    """The receiver did not take the message. `code` says why, without anything secret in it."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def send(channel: Channel, letter: Letter, now: datetime) -> str | None:
    """Hand the message over; returns when the receiver has taken it: None, or which part it did not take.

    Args:
        now: an instant with a zone, for the signature.

    Raises:
        NotSent: it did not take it, there was no answer in time, so that nobody knows, or the channel's settings or the
            message cannot be used with it.
    """
    told = replace(letter, title=_line(letter.title), lines=tuple(map(_line, letter.lines)))
    try:
        if isinstance(channel, Email):
            return _mail(channel, told, now)
        if isinstance(channel, Webhook):
            _post(channel, told, now)
    except (OSError, ValueError, httpx.InvalidURL) as failure:  # such as a file of authorities that is gone
        raise NotSent(type(failure).__name__) from None
    return None


def _line(words: str) -> str:
    """One line of text: what data or people say adds no line, and does not go on for ever."""
    told = " ".join(seen(words[:MOST_LINE]).split())
    return told if len(words) <= MOST_LINE else f"{told}…"


def _mail(channel: Email, letter: Letter, now: datetime) -> str | None:
    message = EmailMessage()
    message["Subject"] = letter.title
    message["From"], message["To"] = channel.sender, ", ".join(channel.to)
    message["Date"], message["Message-ID"] = format_datetime(now), f"<{letter.id}@twinwing>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message.set_content("\n".join([*map(unlinked, letter.lines), "", *_linked(letter)]))
    for each in letter.attachments:
        kind, _slash, subtype = each.mime.partition("/")
        message.add_attachment(each.content, maintype=kind, subtype=subtype, filename=each.name)
    try:
        with _server(channel) as server:
            if channel.security == "starttls":
                server.starttls(context=channel.trusted())
            if channel.user:
                server.login(channel.user, channel.password)
            refused = server.send_message(message)
    except smtplib.SMTPResponseException as failure:
        raise NotSent(f"smtp_{failure.smtp_code}") from None
    except ssl.SSLError:
        raise NotSent("tls") from None
    except TimeoutError:
        raise NotSent("timeout") from None
    except smtplib.SMTPException as failure:
        raise NotSent(type(failure).__name__) from None
    return f"refused_{len(refused)}" if refused else None  # the others have it, and would get it again


def _server(channel: Email) -> smtplib.SMTP:
    if channel.security == "tls":
        return smtplib.SMTP_SSL(channel.host, channel.port, timeout=SECONDS, context=channel.trusted())
    return smtplib.SMTP(channel.host, channel.port, timeout=SECONDS)


def _linked(letter: Letter) -> list[str]:
    return [letter.link_words, letter.link] if letter.link else []


def _post(channel: Webhook, letter: Letter, now: datetime) -> None:
    address, headers, body = FORMS[channel.kind](channel, letter, now)
    content = json.dumps(body, ensure_ascii=False).encode()
    if channel.kind is Kind.WEBHOOK:
        headers |= standard_headers(channel.secret, letter.id, int(now.timestamp()), content)
    is_here = urlsplit(channel.url).hostname in sign_in.LOOPBACK
    try:
        with httpx.Client(
            verify=channel.trusted(), timeout=SECONDS, follow_redirects=False, trust_env=not is_here
        ) as client:
            asked = client.stream(
                "POST", address, content=content, headers={"Content-Type": "application/json"} | headers
            )
            with asked as answer:
                if not answer.is_success:  # a redirect as well: only hosts of the secrets file are ever asked
                    raise NotSent(f"http_{answer.status_code}")
                _require_taken(channel.kind, _read(answer))
    except httpx.TimeoutException:
        raise NotSent("timeout") from None
    except httpx.HTTPError as failure:
        raise NotSent(type(failure).__name__) from None


def _read(answer: httpx.Response) -> str:
    """The beginning of an answer, if it comes in time."""
    begun, told = time.monotonic(), b""
    for part in answer.iter_bytes():
        told += part
        if time.monotonic() - begun > LONGEST_ANSWER:
            raise NotSent("timeout")
        if len(told) >= MOST_ANSWER:
            break
    return told[:MOST_ANSWER].decode(errors="replace")


def _require_taken(kind: Kind, answer: str) -> None:
    """DingTalk, WeCom and Feishu answer 200 with an error code in the body."""
    names = ANSWERS.get(kind)
    if names is None:
        return
    try:
        told = json.loads(answer)
        codes = [told[name] for name in names if name in told]
    except (ValueError, TypeError):
        codes = []
    if not codes or codes[0] != 0:
        raise NotSent(f"{kind}_{codes[0]}" if codes and isinstance(codes[0], int) else "answer")


ANSWERS = {Kind.DINGTALK: ("errcode",), Kind.WECOM: ("errcode",), Kind.FEISHU: ("code", "StatusCode")}


def digest(key: str, message: str) -> str:
    """HMAC-SHA256 in Base64."""
    return base64.b64encode(hmac.digest(key.encode(), message.encode(), hashlib.sha256)).decode()


def standard_headers(secret: str, place: str, stamp: int, body: bytes) -> dict[str, str]:
    """Headers of the specification Standard Webhooks: an id that stays, an instant, and a signature of all three."""
    headers = {"webhook-id": place, "webhook-timestamp": str(stamp)}
    if secret:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = hmac.digest(key, b".".join([place.encode(), str(stamp).encode(), body]), hashlib.sha256)
        headers["webhook-signature"] = f"v1,{base64.b64encode(signed).decode()}"
    return headers


Form = tuple[str, dict[str, str], dict[str, Any]]


def _dingtalk(channel: Webhook, letter: Letter, now: datetime) -> Form:
    """Markdown; signed in the address: HMAC of «milliseconds\\nsecret» under the secret."""
    address = httpx.URL(channel.url)
    if channel.secret:
        stamp = str(round(now.timestamp() * 1000))
        sign = digest(channel.secret, f"{stamp}\n{channel.secret}")
        address = address.copy_merge_params({"timestamp": stamp, "sign": sign})
    words = _markdown(letter, "\n\n")
    return str(address), {}, {"msgtype": "markdown", "markdown": {"title": _plain(letter.title), "text": words}}


def _wecom(channel: Webhook, letter: Letter, now: datetime) -> Form:
    """Markdown; not signed: the key in the address is the secret."""
    content = _markdown(letter, "\n", MOST_CHAT)
    return channel.url, {}, {"msgtype": "markdown", "markdown": {"content": content}}


def _feishu(channel: Webhook, letter: Letter, now: datetime) -> Form:
    """Rich text; signed in the body: HMAC of nothing under «seconds\\nsecret»."""
    lines: list[list[dict[str, str]]] = [[{"tag": "text", "text": unlinked(line)}] for line in letter.lines]
    if letter.link:
        lines.append([{"tag": "a", "text": letter.link_words, "href": letter.link}])
    language = "zh_cn" if channel.language == "zh" else "en_us"
    body: dict[str, Any] = {
        "msg_type": "post", "content": {"post": {language: {"title": unlinked(letter.title), "content": lines}}},
    }  # fmt: skip
    if channel.secret:
        stamp = str(int(now.timestamp()))
        body |= {"timestamp": stamp, "sign": digest(f"{stamp}\n{channel.secret}", "")}
    return channel.url, {}, body


def _slack(channel: Webhook, letter: Letter, now: datetime) -> Form:
    """Text; what would be markup is written as Slack asks for it."""
    told = [f"*{_escaped(letter.title)}*", *map(_escaped, letter.lines)]
    told += [f"<{letter.link}|{_escaped(letter.link_words)}>"] if letter.link else []
    return channel.url, {}, {"text": "\n".join(told)}


def _webhook(channel: Webhook, letter: Letter, now: datetime) -> Form:
    data = letter.facts | {"title": letter.title, "lines": list(letter.lines), "link": letter.link}
    return channel.url, {}, {"type": "alert", "timestamp": now.isoformat(), "data": data}


def _escaped(words: str) -> str:
    told = unlinked(words).translate(str.maketrans("*_`~", "＊＿｀～"))  # Slack has no escapes for these
    return told.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _markdown(letter: Letter, between: str, most: int | None = None) -> str:
    """What is longer than `most` characters is cut before the link."""
    told = between.join([f"**{_plain(letter.title)}**", *map(_plain, letter.lines)])
    link = f"{between}[{letter.link_words}]({letter.link})" if letter.link else ""
    return told[: None if most is None else max(0, most - len(link))] + link


def _plain(words: str) -> str:
    """Text from data inside Markdown: these receivers know no escapes, so what begins markup is written full width."""
    return unlinked(words).translate(str.maketrans("*_`[]<>#~", "＊＿｀［］＜＞＃～"))


FORMS: dict[Kind, Callable[[Webhook, Letter, datetime], Form]] = {
    Kind.DINGTALK: _dingtalk,
    Kind.WECOM: _wecom,
    Kind.FEISHU: _feishu,
    Kind.SLACK: _slack,
    Kind.WEBHOOK: _webhook,
}

"""Real receivers of messages on 127.0.0.1: a mail server with TLS, and a web server that checks signatures itself."""

import base64
import hashlib
import hmac
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "alerts@example.com", "a password of the tests"


@dataclass(frozen=True)
class Certificate:
    """A certificate of 127.0.0.1 that only who names its file trusts."""

    file: Path

    def server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file)
        return context


def certificate(folder: Path) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "tests.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return Certificate(file)


@dataclass
class Mailbox:
    """What a mail server has taken: recipients and message."""

    port: int = 0
    taken: list[tuple[list[str], EmailMessage]] = field(default_factory=list)

    async def handle_DATA(self, _server, _session, envelope) -> str:
        self.taken.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


@contextmanager
def mail_server(proof: Certificate, *, is_upgraded: bool) -> Iterator[Mailbox]:
    """A mail server that asks for a password, with TLS from the start or after STARTTLS."""

    def known(_server, _session, _envelope, _mechanism, told: object) -> AuthResult:
        is_known = isinstance(told, LoginPassword) and (told.login, told.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_known, handled=False)

    box = Mailbox()
    tls = {"tls_context": proof.server(), "require_starttls": True} if is_upgraded else {"ssl_context": proof.server()}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        box.port = free.getsockname()[1]
    controller = Controller(
        box, "127.0.0.1", box.port, authenticator=known, auth_required=True, auth_require_tls=is_upgraded, **tls
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@dataclass(frozen=True)
class Request:
    """What a web server was sent."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict:
        return json.loads(self.body)


Answer = tuple[int, dict[str, str], str]


@dataclass
class WebServer:
    """`answer` says what is answered; every request is kept before that."""

    address: str
    answer: Callable[[Request], Answer]
    taken: list[Request] = field(default_factory=list)


@contextmanager
def web_server(answer: Callable[[Request], Answer]) -> Iterator[WebServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            request = Request(parts.path, query, {k.lower(): v for k, v in self.headers.items()}, body)
            kept.taken.append(request)
            status, headers, words = kept.answer(request)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(words.encode())

        def log_message(self, *_told: object) -> None:
            """Nothing: the tests look at what was taken."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept = WebServer(f"http://127.0.0.1:{server.server_port}", answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _hmac(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode("utf-8"), message.encode("utf-8"), hashlib.sha256).digest()).decode()


def dingtalk(secret: str) -> Callable[[Request], Answer]:
    """As DingTalk's page «Security settings of custom robots» says: 310000 where the signature does not match."""

    def answer(request: Request) -> Answer:
        stamp = request.query.get("timestamp", "0")
        wanted = _hmac(secret, f"{stamp}\n{secret}")  # key: the secret; signed: «timestamp\nsecret»; Base64
        is_fresh = abs(time.time() * 1000 - int(stamp)) < 3_600_000  # milliseconds, within an hour
        is_right = is_fresh and request.query.get("sign") == wanted and request.query.get("access_token") == "t"
        code = 0 if is_right else 310000
        return 200, {}, json.dumps({"errcode": code, "errmsg": "ok" if is_right else "sign not match"})

    return answer


def feishu(secret: str) -> Callable[[Request], Answer]:
    """As Feishu's page «Custom bot usage guide» says: 19021 where the signature does not match."""

    def answer(request: Request) -> Answer:
        told = request.told
        wanted = _hmac(f"{told.get('timestamp')}\n{secret}", "")  # key: «timestamp\nsecret»; signed: nothing
        is_fresh = abs(time.time() - int(told.get("timestamp", "0"))) < 3_600  # seconds, within an hour
        is_right = is_fresh and told.get("sign") == wanted
        return (
            200,
            {},
            json.dumps({"code": 0 if is_right else 19021, "msg": "success" if is_right else "sign match fail"}),
        )

    return answer


def standard(secret: str) -> Callable[[Request], Answer]:
    """As the specification Standard Webhooks says."""

    def answer(request: Request) -> Answer:
        place, stamp = request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "")
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = hmac.new(key, f"{place}.{stamp}.{request.body.decode()}".encode(), hashlib.sha256).digest()
        is_right = request.headers.get("webhook-signature") == f"v1,{base64.b64encode(signed).decode()}"
        return (200, {}, "") if is_right else (401, {}, "")

    return answer

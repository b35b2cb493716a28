"""nginx as deploy/nginx/twinwing.conf sets it up, on a free port of 127.0.0.1 and with a certificate made for it."""

import getpass
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser.server import ROOT, free_port
from tests.rights.wire import TLS

DEPLOYED = ROOT / "deploy" / "nginx" / "twinwing.conf"
NAME = "quality.example.com"
ANSWERS_WITHIN = 10.0  # seconds
MAIN = """
daemon off;
user {user};
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
    types {{ text/html html; }}
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/twinwing.conf;
}}
"""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running nginx: its address without a path, what it serves the dashboard under, and its log."""

    origin: str
    path: str
    log: Path

    @property
    def address(self) -> str:
        return f"{self.origin}{self.path}"


def nginx() -> str | None:
    """The program; None where it is not installed."""
    return shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")


def configured(folder: Path, ports: Sequence[int], listens: int, plain: int, path: str = "") -> Path:
    """The deployed configuration with other ports, certificate and path, inside one of nginx's own; gives that file.

    Args:
        ports: of the dashboard's processes.
        listens: the port for https.
        plain: the port for http, which sends on to https.
        path: to serve under, such as /twinwing; empty for the whole address.
    """
    certificate(folder)
    servers = "".join(f"    server 127.0.0.1:{port} max_fails=1 fail_timeout=5s;\n" for port in ports)
    told = DEPLOYED.read_text("utf-8")
    for old, new in (
        ("/etc/ssl/twinwing", str(folder)),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{listens} ssl;"),
        (f"server_name {NAME};", f"server_name {NAME} 127.0.0.1;"),
        ("location / {", f"location {path}/ {{"),
    ):
        if old not in told:
            raise ValueError(f"{DEPLOYED} has no {old!r} any more")
        told = told.replace(old, new)
    told, count = re.subn(r"(    server 127\.0\.0\.1:\d+ [^\n]*\n)+", servers, told, count=1)
    if not count:
        raise ValueError(f"{DEPLOYED} names no processes any more")
    (folder / "twinwing.conf").write_text(told, encoding="utf-8")
    main = folder / "nginx.conf"
    main.write_text(MAIN.format(user=getpass.getuser(), folder=folder), encoding="utf-8")
    return main


def certificate(folder: Path) -> None:
    """One that this process trusts from now on, for 127.0.0.1 and the name of the configuration."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=IP:127.0.0.1,DNS:{NAME}",
         "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    TLS.load_verify_locations(folder / "fullchain.pem")


@contextmanager
def proxied(folder: Path, ports: Sequence[int], path: str = "") -> Generator[Proxy]:
    """nginx before the processes on these ports, for as long as the block runs.

    Raises:
        FileNotFoundError: nginx is not installed.
    """
    program = nginx()
    if program is None:
        raise FileNotFoundError("nginx is not installed: on Debian apt-get install nginx-light.")
    listens, log = free_port(), folder / "nginx.log"
    main = configured(folder, ports, listens, free_port(), path)
    with log.open("wb") as output:
        running = subprocess.Popen([program, "-p", folder, "-c", main], stdout=output, stderr=output)
    try:
        _wait(running, listens, log)
        yield Proxy(f"https://127.0.0.1:{listens}", path, log)
    finally:
        running.terminate()
        running.wait(10)


def _wait(running: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Until nginx answers; it is asked for nothing, or it would take processes that are yet to start for dead."""
    deadline = time.monotonic() + ANSWERS_WITHIN
    while time.monotonic() < deadline:
        if running.poll() is not None:
            raise RuntimeError(f"nginx ended with status {running.returncode}:\n{log.read_text()}")
        try:
            with (
                socket.create_connection(("127.0.0.1", port), timeout=2) as plain,
                TLS.wrap_socket(plain, server_hostname="127.0.0.1"),
            ):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nginx did not answer within {ANSWERS_WITHIN} s:\n{log.read_text()}")

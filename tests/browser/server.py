"""A real server, started for tests and ended with them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from data_access.home import Home

ROOT = Path(__file__).resolve().parents[2]
DASHBOARD = ROOT / "dashboard.py"
STARTS_WITHIN = 90  # seconds, on a busy machine


@dataclass(frozen=True, slots=True)
class Server:
    address: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8", errors="replace")


@contextmanager
def serving(
    home: Home,
    log: Path,
    script: Path = DASHBOARD,
    *,
    sign_in: Callable[[str], Path] | None = None,
    address: str = "",
    live: str = "",
) -> Generator[Server]:
    """The script served on a free port of 127.0.0.1 for as long as the block runs; its output goes to `log`.

    Args:
        sign_in: writes the sign-in settings of a dashboard at this address, and gives their file.
        address: to listen on, where it is not 127.0.0.1 only.
        live: the address of a live store.
    """
    port = free_port()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("TWINWING_", "STREAMLIT_"))
    } | {"TWINWING_HOME": str(home.folder), **({"TWINWING_LIVE": live} if live else {})}
    options = {
        "server.address": address or "127.0.0.1",
        "server.port": str(port),
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "client.showErrorDetails": "full",
    }
    if sign_in is not None:
        settings = str(sign_in(f"http://127.0.0.1:{port}"))
        options["secrets.files"], environment["TWINWING_SIGN_IN"] = settings, settings
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "pages.ui.served", str(script), *flags],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = Server(f"http://127.0.0.1:{port}", process, log)
    try:
        _wait_until_it_answers(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_it_answers(server: Server) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise RuntimeError(f"The server ended with status {server.process.returncode}:\n{server.said}")
        try:
            with urlopen(f"{server.address}/_stcore/health", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError(f"The server did not answer within {STARTS_WITHIN} s:\n{server.said}")

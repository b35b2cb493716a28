"""Serving: start the dashboard and warm it up, so that the first link pasted into a browser finds its page."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from data_access.home import Home
from data_access.opening import VARIABLE

DASHBOARD = Path(__file__).resolve().parent.parent / "dashboard.py"
ADDRESS = "127.0.0.1"
PATIENCE_SECONDS = 120


def run(home: Home, port: int, environment: dict[str, str]) -> int:
    """Serve on this machine only, until interrupted; gives the server's exit status.

    A cold Streamlit server knows its pages only after the script has run once, and answers a link to any page but the
    first with "Page not found". Its health check runs the script; a home without a warehouse is left alone, because
    the first visitor shall see the demo being made.
    """
    command = [sys.executable, "-m", "streamlit", "run", str(DASHBOARD), "--server.address", ADDRESS]
    with subprocess.Popen([*command, "--server.port", str(port)], env=environment) as server:
        try:
            if VARIABLE in environment or home.pointer.exists():
                _warm(server, port)
            return server.wait()
        except KeyboardInterrupt:
            return server.wait()


def _warm(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://{ADDRESS}:{port}/_stcore/script-health-check", timeout=PATIENCE_SECONDS)
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)

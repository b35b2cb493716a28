"""Serving: start the dashboard and warm it up, so that the first visitor does not wait for it."""

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import nullcontext
from pathlib import Path

from data_access.connecting.place import connected_place
from data_access.home import Home
from data_access.operating import logs, meters
from data_access.operating.health import ends_when_still, stale_hours
from data_access.sign_in import LOOPBACK, place, sign_in_settings
from metrics.errors import InvalidSettings

DASHBOARD = Path(__file__).resolve().parent.parent / "dashboard.py"
HERE = "127.0.0.1"
EVERYWHERE = {"0.0.0.0", "::"}  # a server that listens on every address answers on this one too
PATIENCE_SECONDS = 120
#: Matrices here are small: threads that wait for each other make a forecast take ten times as long on a busy machine.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
#: glibc would keep what each of many threads once used, in up to eight arenas a core, and lets its thresholds grow.
GIVEN_BACK = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "262144", "MALLOC_TRIM_THRESHOLD_": "262144"}


def run(home: Home, port: int, address: str, environment: dict[str, str], *, simulate: bool = True) -> int:
    """Serve until interrupted or told to end, without a sign-in on this machine only; gives the server's exit status.

    The health check runs the script once, which loads what it needs; a home without a warehouse is left alone, because
    the first visitor shall see the demo being made.

    Args:
        simulate: let the live floor of a demo move, for as long as this serves.

    Raises:
        InvalidSettings: other machines could reach it and nothing asks who they are, something else listens on the
            port, or a setting of the monitoring cannot be used.
    """
    from jobs.simulate import beside

    settings = sign_in_settings()
    if settings is None and address not in LOOPBACK:
        raise InvalidSettings(
            "Without a sign-in the dashboard listens on 127.0.0.1 only, not on {address}.",
            "Set up a sign-in first: docs/security.md shows how. For your own eyes, use a tunnel to 127.0.0.1.",
            address=address,
        )
    # What the server would end with is said here, in a sentence.
    _require_free(address, port)
    logs.kind(), stale_hours(), ends_when_still(), meters.scrape_token()
    command = [sys.executable, "-m", "pages.ui.served", str(DASHBOARD), "--server.address", address]
    secrets = ["--secrets.files", str(place())] if settings else []
    environment = ONE_THREAD | GIVEN_BACK | environment
    moving = beside(home) if simulate else nullcontext()
    with moving, subprocess.Popen([*command, "--server.port", str(port), *secrets], env=environment) as server:
        # Who ends this process means the server: it finishes what runs, and this process ends with it.
        signal.signal(signal.SIGTERM, lambda *_given: server.terminate())
        try:
            if connected_place() or home.pointer.exists():
                _warm(server, address, port)
            return server.wait()
        except KeyboardInterrupt:
            return server.wait()


def _require_free(address: str, port: int) -> None:
    try:
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one that has just ended is not in the way
            probe.bind((address, port))
    except OSError as failure:
        raise InvalidSettings(
            "The dashboard cannot listen on port {port} of {address}: {reason}.",
            "Name another port with --port, or end what listens there.",
            port=port,
            address=address,
            reason=failure.strerror or str(failure),
        ) from failure


def _warm(server: subprocess.Popen[bytes], address: str, port: int) -> None:
    host = HERE if address in EVERYWHERE else f"[{address}]" if ":" in address else address
    deadline = time.monotonic() + PATIENCE_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://{host}:{port}/_stcore/script-health-check", timeout=PATIENCE_SECONDS)
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)

"""`python -m jobs serve`: what it says when it starts, and when it cannot."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.browser.server import ROOT, STARTS_WITHIN, free_port
from tests.jobs.conftest import Run


def test_a_port_in_use_is_one_sentence(in_process: Run):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        status, out, err = in_process("serve", "--port", str(port))
    assert (status, out) == (2, "")
    assert err == (
        f"The dashboard cannot listen on port {port} of 127.0.0.1: Address already in use. "
        "Name another port with --port, or end what listens there.\n"
    )


def test_a_start_speaks_of_no_update_to_be_redone(tmp_path: Path):
    log = tmp_path / "log.txt"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TWINWING_", "STREAMLIT_"))}
    command = [sys.executable, "-m", "jobs", "serve", "--no-simulate", "--port", str(free_port())]
    environment = kept | {"TWINWING_HOME": str(tmp_path / "home")}
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT) as service,
    ):
        deadline = time.monotonic() + STARTS_WITHIN
        while "INFO started" not in log.read_text() and time.monotonic() < deadline:
            time.sleep(0.1)
        service.terminate()
        service.wait(STARTS_WITHIN)
    told = log.read_text()
    assert "INFO started" in told
    assert "An update to" not in told

"""A server whose threads all wait says in its log where they stand, and ends where that was asked for."""

import os
import subprocess
import sys
import threading
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from tests.browser.server import free_port

#: Holds Python's lock for hours, as this expression is tried on every way to cut the letters.
HELD = """
import re
re.match(r"(a+)+$", "a" * 64 + "b")
"""
SERVED = """
from pages.ui.operating import standstill
standstill.STILL, standstill.TURNS_EVERY = 2.0, 0.1
from pages.ui.served import main
main()
"""
PATIENCE = 60.0  # seconds, in which a server starts on a busy machine
ENDS_WITHIN = 3.0  # seconds after it has told: longer than until it would tell again


@pytest.mark.parametrize(("told_to", "ends_with"), [("tell", None), ("end", 1)])
def test_a_server_whose_lock_is_held_tells_the_line_that_holds_it(
    told_to: str, ends_with: int | None, tmp_path: Path
) -> None:
    script, port = tmp_path / "held.py", free_port()
    script.write_text(HELD)
    arguments = [str(script), "--server.address", "127.0.0.1", "--server.port", str(port)]
    command = [sys.executable, "-c", SERVED, *arguments]
    environment = os.environ | {"TWINWING_STANDSTILL": told_to}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stderr is not None
        ended = threading.Timer(PATIENCE, server.kill)  # then nothing more is read
        ended.start()
        threading.Thread(target=_looked_at, args=(port, ended), daemon=True).start()
        told = ""
        for line in server.stderr:
            told += line
            if str(script) in line:
                break
        with suppress(subprocess.TimeoutExpired):
            server.wait(ENDS_WITHIN)
        status = server.poll()
        ended.cancel()
        server.kill()
    assert "Timeout (0:00:02)!" in told
    assert f'File "{script}", line 3' in told
    assert status == ends_with


def _looked_at(port: int, ended: threading.Timer) -> None:
    """The script runs once, as soon as the server answers."""
    while not ended.finished.is_set():
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/script-health-check", timeout=PATIENCE)
        except OSError:
            ended.finished.wait(0.1)

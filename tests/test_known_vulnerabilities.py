"""The audit of what is locked, on a server of vulnerabilities on this machine."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests import audit
from tests.browser.server import free_port

LOCK = f"click==8.1.0 --hash=sha256:{'0' * 64}\n"
#: As https://google.github.io/osv.dev/post-v1-query/ writes an answer.
KNOWN = {
    "vulns": [
        {
            "id": "PYSEC-0000-1",
            "modified": "2026-01-01T00:00:00Z",
            "affected": [
                {
                    "package": {"name": "click", "ecosystem": "PyPI"},
                    "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "8.1.1"}]}],
                }
            ],
        }
    ]
}


class Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:  # the name that the library looks for
        self.rfile.read(int(self.headers["Content-Length"]))
        told = json.dumps(KNOWN).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)


@pytest.fixture
def answering() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server.server_port
        server.shutdown()


def asked(port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("PIP_AUDIT_VULNERABILITY_SERVICE", "osv")
    monkeypatch.setenv("PIP_AUDIT_OSV_URL", f"http://127.0.0.1:{port}/v1/query")
    lock = tmp_path / "some.lock"
    lock.write_text(LOCK)
    return audit.main([str(lock)])


def test_a_vulnerable_package_is_named_with_what_mends_it(answering, tmp_path, monkeypatch, capsys):
    assert asked(answering, tmp_path, monkeypatch) == 1
    assert capsys.readouterr().out == "click 8.1.0 is known to be vulnerable: PYSEC-0000-1 (8.1.1)\n"


def test_data_that_cannot_be_reached_are_said_in_one_line(tmp_path, monkeypatch, capsys):
    assert asked(free_port(), tmp_path, monkeypatch) == 0
    assert capsys.readouterr().out.startswith("Nobody could be asked")

"""What monitoring is told by a real server, and how that ends."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psutil
from playwright.sync_api import Page
from prometheus_client.parser import text_string_to_metric_families

from tests.browser.screen import open_page
from tests.browser.server import ROOT, STARTS_WITHIN, Server, free_port

INSERTED = """() => {
  const script = document.createElement("script");
  script.textContent = "window.hasRun = true";
  document.head.append(script);
  return window.hasRun ?? false;
}"""
ENDS_WITHIN = 10  # seconds: what systemd and containers are told to allow


def asked(address: str, **headers: str) -> tuple[int, dict[str, str], str]:
    try:
        with urlopen(Request(address, headers=headers), timeout=STARTS_WITHIN) as answer:
            told = {name.lower(): value for name, value in answer.headers.items()}
            return answer.status, told, answer.read().decode()
    except HTTPError as failure:
        return failure.code, {}, failure.read().decode()


def test_monitoring_is_told_how_things_are_and_nothing_of_anybody(server: Server):
    asked(f"{server.address}/_stcore/script-health-check")  # a run of the script: there is a warehouse in use now
    status, headers, said = asked(f"{server.address}/healthz")
    told = json.loads(said)
    assert (status, told["status"]) == (200, "ok")
    parts = ("state_store", "warehouse", "rollups")
    assert [told[part]["status"] for part in parts] == ["ok"] * len(parts)
    assert set(told) == {"status", "process", *parts}
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "strict-transport-security" not in headers  # this address is no https
    status, _headers, said = asked(f"{server.address}/metrics")
    meters = {each.name: each.samples for each in text_string_to_metric_families(said)}
    assert status == 200
    assert sum(each.value for each in meters["twinwing_rerun_seconds"] if each.name.endswith("_count")) >= 1
    assert sum(each.value for each in meters["twinwing_warehouse_seconds"] if each.name.endswith("_count")) >= 1
    own = [each for name, samples in meters.items() if name.startswith("twinwing") for each in samples]
    assert {label for each in own for label in each.labels} == {"page", "queue", "le"}


def test_a_script_that_somebody_brings_in_does_not_run(page: Page):
    open_page(page, "definitions")
    assert page.evaluate(INSERTED) is False
    assert any("Content Security Policy" in each.text for each in page.console_messages())
    page.clear_console_messages()


def test_measurements_are_not_told_to_whom_a_proxy_passes_on(server: Server):
    assert asked(f"{server.address}/metrics", **{"X-Forwarded-For": "203.0.113.7"})[0] == 403


def test_a_service_that_is_told_to_end_ends_with_its_server(tmp_path: Path):
    port, log = free_port(), tmp_path / "log.txt"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TWINWING_", "STREAMLIT_"))}
    environment = kept | {"TWINWING_HOME": str(tmp_path / "home"), "TWINWING_LOGS": "json"}
    command = [sys.executable, "-m", "jobs", "serve", "--no-simulate", "--port", str(port)]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT) as service,
    ):
        deadline = time.monotonic() + STARTS_WITHIN
        while b'"event": "started"' not in log.read_bytes() and time.monotonic() < deadline:
            time.sleep(0.1)
        children = psutil.Process(service.pid).children()
        service.send_signal(signal.SIGTERM)
        service.wait(ENDS_WITHIN)
    assert children
    assert [each for each in children if each.is_running()] == []
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines() if line.startswith("{")]
    assert [each["event"] for each in lines if each["logger"] == "twinwing"] == ["started", "stopping", "stopped"]

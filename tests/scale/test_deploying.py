"""The files of deploy/ as they are: nginx before two processes, systemd's units, what the container copies."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.request import urlopen

import httpx
import pytest

from data_access.home import Home
from data_access.opening import open_store
from metrics.rules import Rules
from metrics.scope import Preset
from tests.browser.server import ROOT
from tests.demo_home import copied
from tests.rights.wire import TLS, visit
from tests.scale.fleet import ADMIN, Fleet, fleet, viewer_of
from tests.scale.oracle import Seen, differences, tiles_of
from tests.scale.proxy import nginx

UNITS = ROOT / "deploy" / "systemd"
CONTAINER = ROOT / "deploy" / "Containerfile"
needs_nginx, needs_systemd = (pytest.mark.usefixtures(each) for each in ("with_nginx", "with_systemd"))


@pytest.fixture(scope="session")
def with_nginx() -> None:
    assert nginx() is not None, "nginx is not installed: on Debian apt-get install nginx-light"


@pytest.fixture(scope="session")
def with_systemd() -> None:
    assert shutil.which("systemd-analyze"), "systemd-analyze is not installed: on Debian apt-get install systemd"


@pytest.fixture(scope="module")
def two(ready_demo: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Two processes behind one address."""
    home = copied(ready_demo, tmp_path_factory.mktemp("home"))
    with fleet(home, tmp_path_factory.mktemp("nginx"), 2) as running:
        yield running


@needs_nginx
def test_windows_are_spread_and_each_browser_stays_with_its_process(two: Fleet) -> None:
    """By the processes' own count of connected windows. 16 browsers miss one of two processes once in 32,768 times."""
    browsers = [_browser(two) for _each in range(16)]
    with ExitStack() as opened:
        for cookies in browsers:
            opened.enter_context(visit(two.proxy.address, cookies))
        spread = _windows(two, 16)
    assert min(spread) > 0
    homes = set()
    for _again in range(4):
        with visit(two.proxy.address, browsers[0]):
            homes.add(tuple(_windows(two, 1)))
    assert len(homes) == 1


def _browser(running: Fleet) -> dict[str, str]:
    """The cookies of a browser after its first request; asked again, it is given no others."""
    with httpx.Client(verify=TLS) as browser:
        cookies = dict(browser.get(running.proxy.address).cookies)
        assert re.fullmatch("[0-9a-f]{32}", cookies["twinwing_node"])
        assert "twinwing_node" not in browser.get(running.proxy.address).cookies
    return {"twinwing_node": cookies["twinwing_node"]}


def _windows(running: Fleet, wanted: int) -> list[float]:
    """How many windows each process has; waits until those that were closed are gone."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        told = [urlopen(f"http://127.0.0.1:{each.port}/metrics").read().decode() for each in running.instances]
        counts = [float(re.findall(r"^twinwing_sessions (\S+)", each, re.MULTILINE)[0]) for each in told]
        if sum(counts) == wanted:
            return counts
        time.sleep(0.1)
    raise AssertionError(f"{counts} windows are connected, not {wanted}")


@needs_nginx
def test_a_person_signs_in_through_the_proxy_and_sees_figures(two: Fleet) -> None:
    with visit(two.proxy.address, two.cookies(ADMIN)) as opened:
        opened.open("complaints", lang="en")
        assert [each for each in opened.messages if each.delta.new_element.HasField("metric")]


@needs_nginx
def test_every_process_gives_each_person_the_figures_of_data_access(two: Fleet) -> None:
    """Eight browsers of one person miss one of two processes once in 128 times; every tile is compared."""
    store = open_store(two.instances[0].home, Rules())
    for person in ("leader01@example.com", "newcomer@example.com"):
        cookies, shown = two.cookies(person), set()
        for node in range(8):
            with visit(two.proxy.address, cookies | {"twinwing_node": f"{node:032x}"}) as opened:
                opened.open("complaints", lang="en", period="last_quarter")
                shown.add(tiles_of(opened))
        (tiles,) = shown
        seen = Seen(viewer_of(person), "en", "complaints", Preset.LAST_QUARTER, (), tiles, 0, 0)
        assert len(tiles) >= 4
        assert list(differences(store, seen)) == []
        others = Seen(viewer_of(ADMIN), "en", "complaints", Preset.LAST_QUARTER, (), tiles, 0, 0)
        assert len(list(differences(store, others))) >= 4  # what another person sees would have been told


@needs_nginx
def test_http_is_sent_on_and_another_origin_has_no_window(two: Fleet) -> None:
    conf = (two.proxy.log.parent / "twinwing.conf").read_text()
    plain = re.findall(r"listen 127\.0\.0\.1:(\d+);", conf)[0]
    answer = httpx.get(f"http://127.0.0.1:{plain}/complaints?lang=zh", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (301, "https://127.0.0.1/complaints?lang=zh")
    asked = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "c29tZSBzaXh0ZWVuIGJ5dA==",
        "Origin": "https://elsewhere.example.com",
    }
    assert httpx.get(f"{two.proxy.address}/_stcore/stream", headers=asked, verify=TLS).status_code == 403


@needs_nginx
def test_what_one_process_cannot_answer_the_other_does(two: Fleet) -> None:
    """A process that is killed takes its windows with it; whoever comes back is served by the other, signed in."""
    cookies = two.cookies(ADMIN)
    with visit(two.proxy.address, cookies):
        counts = _windows(two, 1)
    lost = two.instances[counts.index(1)]
    lost.kill()
    try:
        with visit(two.proxy.address, cookies) as back:
            back.open("complaints", lang="en")
            assert [each for each in back.messages if each.delta.new_element.HasField("metric")]
    finally:
        lost.start()


@needs_nginx
def test_the_dashboard_is_served_under_a_path(ready_demo: Home, tmp_path: Path) -> None:
    with fleet(copied(ready_demo, tmp_path / "home"), tmp_path, 1, path="/twinwing") as running:
        assert httpx.get(f"{running.proxy.origin}/", verify=TLS).status_code == 404
        with visit(running.proxy.address, running.cookies(ADMIN)) as opened:
            opened.open("complaints", lang="en")
            assert [each for each in opened.messages if each.delta.new_element.HasField("metric")]


@needs_systemd
def test_units_are_as_systemd_wants_them(tmp_path: Path) -> None:
    """The units as they are, but for the folders of the program and of its packages, which have to be there."""
    for file in UNITS.iterdir():
        told = file.read_text("utf-8").replace("/srv/twinwing/.venv/bin/python", sys.executable)
        (tmp_path / file.name).write_text(told.replace("/srv/twinwing", str(ROOT)), "utf-8")
    (tmp_path / "twinwing-job@refresh.service").symlink_to(tmp_path / "twinwing-job@.service")
    (tmp_path / "twinwing@8501.service").symlink_to(tmp_path / "twinwing@.service")
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *sorted(tmp_path.iterdir())],
        capture_output=True,
        text=True,
        check=False,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    assert (found.returncode, found.stderr) == (0, "")


def test_every_timer_starts_a_job_that_there_is() -> None:
    timers = {file.stem.removeprefix("twinwing-"): file.read_text("utf-8") for file in UNITS.glob("*.timer")}
    for job, text in timers.items():
        unit = re.findall(r"^Unit=(\S+)$", text, re.MULTILINE)[0]
        template, _, instance = unit.partition("@")
        service = UNITS / (f"{template}@.service" if instance else unit)
        run = re.findall(r"^ExecStart=\S+ -m jobs (\S+)", service.read_text("utf-8"), re.MULTILINE)[0]
        assert run.replace("%i", instance.removesuffix(".service")) == job
        asked = subprocess.run([sys.executable, "-m", "jobs", job, "--help"], cwd=ROOT, check=False)
        assert asked.returncode == 0, job
    assert set(timers) == {"refresh", "alerts", "actions", "weekly", "backup"}


def test_the_container_copies_what_there_is() -> None:
    """It cannot be built where the tests run: that every path and package folder is in it is looked at here."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", CONTAINER.read_text("utf-8"), re.MULTILINE)
    copied_ = {path for line in lines for path in line.split()[:-1]}
    assert all((ROOT / each).exists() for each in copied_)
    rooms = {file.parent.name for file in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert rooms | {"dashboard.py", ".streamlit/config.toml"} <= copied_

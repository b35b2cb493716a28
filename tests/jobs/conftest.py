"""The command line as a person uses it: in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine

from data_access.home import Home
from data_access.opening import open_store
from data_access.people import Grant, save_grant
from data_access.state import open_state
from data_access.viewer import LOCAL, Role
from jobs.__main__ import main
from jobs.weekly import Options, run
from metrics.rules import Rules
from tests.data_access.test_sign_in import GOOD
from tests.demo_home import copied
from tests.jobs.subscribed import FILE, LEADER, LI, MONDAY, WANG, Start, now, subscribe
from tests.receivers import PASSWORD, USER, Certificate, Mailbox, certificate, mail_server
from tests.rights.planted import OWN, planted_home

Done = subprocess.CompletedProcess[str]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def in_process(capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command run in this process, in English and without a home: its status, and what it printed."""
    monkeypatch.setenv("TWINWING_HOME", str(tmp_path / "no_home"))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def ended(*arguments: str) -> tuple[int, str, str]:
        status = 0
        try:
            main(arguments)
        except SystemExit as end:
            status = int(end.code or 0)
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    return ended


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], str]:
    """A CSV file with this text."""

    def written(text: str) -> str:
        path = tmp_path / "series.csv"
        path.write_text(text, "utf-8")
        return str(path)

    return written


@pytest.fixture
def command() -> Callable[..., Done]:
    def run(arguments: Sequence[str], home: Home, language: str = "en_GB.UTF-8") -> Done:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TWINWING_", "LC_"))}
        return subprocess.run(
            [sys.executable, "-m", "jobs", *arguments],
            cwd=Path(__file__).parents[2],
            env=kept | {"TWINWING_HOME": str(home.folder), "LANG": language},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    return run


@pytest.fixture(scope="module")
def planted_reports(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """With its roll-ups, which whoever copies it need not build."""
    home = planted_home(tmp_path_factory.mktemp("planted_reports"))
    open_store(home, Rules()).warehouse.engine.dispose()
    return home


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("reports_certificate"))


@pytest.fixture
def place(planted_reports: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = copied(planted_reports, tmp_path / "home")
    file = tmp_path / "sign_in.toml"
    file.write_text(GOOD + '[twinwing]\nadmins = ["boss@example.com"]\n', encoding="utf-8")
    monkeypatch.setenv("TWINWING_SIGN_IN", str(file))
    monkeypatch.setenv("TWINWING_HOME", str(home.folder))
    return home


@pytest.fixture
def state(place: Home) -> Engine:
    """Two managers who see the same, and the leader of one team; each is to get the weekly report by mail."""
    engine = open_state(f"sqlite:///{place.state}")
    for person, role, teams in (
        (LI, Role.MANAGER, None),
        (WANG, Role.MANAGER, None),
        (LEADER, Role.TEAM_LEADER, (OWN,)),
    ):
        save_grant(engine, LOCAL, Grant(person=person, role=role, teams=teams, is_cleared=True), now())
        subscribe(engine, person)
    return engine


@pytest.fixture
def box(proof: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with mail_server(proof, is_upgraded=False) as taken:
        file = tmp_path / "alerts.toml"
        file.write_text(FILE.format(port=taken.port, user=USER, password=PASSWORD, ca=proof.file), "utf-8")
        monkeypatch.setenv("TWINWING_ALERTS", str(file))
        yield taken


@pytest.fixture
def weekly(place: Home, state: Engine) -> Start:
    def started(**options) -> list[str]:
        return run(place, state, Options(**({"end": MONDAY} | options)), lambda _share, _step: None).lines

    return started

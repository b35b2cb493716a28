"""Several processes of the dashboard behind nginx, a sign-in provider, and one person for each role that looks."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from oidc_provider_mock import User, run_server_in_thread

from data_access.home import Home
from data_access.viewer import CLEARED, Role, Viewer
from tests.browser.server import ROOT, STARTS_WITHIN, free_port
from tests.rights.wire import signed_in
from tests.scale.proxy import Proxy, proxied

SETTINGS = """
[auth]
redirect_uri = "{origin}/oauth2callback"
cookie_secret = "a secret for proofs that nobody else ever uses"
client_id = "twinwing"
client_secret = "twinwing"
server_metadata_url = "{provider}/.well-known/openid-configuration"

[twinwing]
admins = ["admin@example.com"]
role_claim = "groups"
teams_claim = "teams"
"""
ADMIN = "admin@example.com"
#: Who looks: two leaders of different teams, people who see all teams, masked and not, and a newcomer who sees two.
PEOPLE: dict[str, tuple[Role, tuple[str, ...]]] = {
    "leader01@example.com": (Role.TEAM_LEADER, ("team_01",)),
    "leader02@example.com": (Role.TEAM_LEADER, ("team_02",)),
    "newcomer@example.com": (Role.NEWCOMER, ("team_03", "team_04")),
    "reader@example.com": (Role.VIEWER, ()),
    "analyst@example.com": (Role.ANALYST, ()),
    "manager@example.com": (Role.MANAGER, ()),
    ADMIN: (Role.ADMIN, ()),
}


def viewer_of(person: str) -> Viewer:
    """Whom the product makes of this person."""
    role, teams = PEOPLE[person]
    return Viewer(person, role, teams or None, role in CLEARED)


@dataclass(eq=False)
class Instance:
    """One process of the dashboard on a port of its own, as `jobs serve` starts it."""

    home: Home
    port: int
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            RuntimeError: it ended.
            TimeoutError: it does not answer.
        """
        kept = {name: each for name, each in os.environ.items() if not name.startswith(("TWINWING_", "STREAMLIT_"))}
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jobs", "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=kept | {"TWINWING_HOME": str(self.home.folder), "POLARS_MAX_THREADS": "1"} | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"The dashboard ended with status {self.process.returncode}:\n{self.said}")
            try:
                with urlopen(f"http://127.0.0.1:{self.port}{self.path}/_stcore/script-health-check", timeout=60):
                    return
            except (URLError, OSError):
                time.sleep(0.1)
        raise TimeoutError(f"The dashboard did not answer within {STARTS_WITHIN} s:\n{self.said}")

    @property
    def path(self) -> str:
        """What it serves below."""
        below = self.environment.get("STREAMLIT_SERVER_BASE_URL_PATH", "").strip("/")
        return f"/{below}" if below else ""

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8", errors="replace")

    def end(self) -> None:
        """As a service manager ends it."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """All of it at once, with no time to finish."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    @property
    def megabytes(self) -> float:
        """Memory of the process that draws pages (resident, MiB); 0 where it is not running. Read from /proc."""
        if self.process is None:
            return 0.0
        try:
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            told = Path(f"/proc/{children[0]}/status").read_text()
        except (FileNotFoundError, ProcessLookupError, IndexError):
            return 0.0
        return next(int(line.split()[1]) / 1024 for line in told.splitlines() if line.startswith("VmRSS"))


@dataclass(frozen=True, slots=True)
class Fleet:
    """What runs: the proxy, the processes behind it, the environment of jobs beside them."""

    proxy: Proxy
    instances: Sequence[Instance]
    environment: dict[str, str]

    def cookies(self, person: str) -> dict[str, str]:
        """Of someone who signs in."""
        return signed_in(self.proxy.address, person)


@contextmanager
def fleet(home: Home, folder: Path, processes: int, path: str = "", **more: str) -> Generator[Fleet]:
    """So many processes on one home behind nginx, for as long as the block runs; their logs lie in the folder.

    Args:
        path: to serve under, such as /twinwing.
        more: of the processes' environment.
    """
    ports = [free_port() for _each in range(processes)]
    base = {"STREAMLIT_SERVER_BASE_URL_PATH": path.strip("/")} if path else {}
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # the provider would tell of every request
    with ExitStack() as running:
        provider = running.enter_context(run_server_in_thread(user_claims=_users()))
        proxy = running.enter_context(proxied(folder, ports, path))
        settings = folder / "sign_in.toml"
        address = f"http://127.0.0.1:{provider.server_port}"
        settings.write_text(SETTINGS.format(origin=proxy.address, provider=address), encoding="utf-8")
        told = {"TWINWING_SIGN_IN": str(settings), **base, **more}
        instances = [Instance(home, port, folder / f"process-{port}.log", told) for port in ports]
        for each in instances:
            running.callback(each.end)
            each.start()
        yield Fleet(proxy, instances, told | {"TWINWING_HOME": str(home.folder), "TWINWING_AS": ADMIN})


def _users() -> list[User]:
    def claims(person: str) -> dict[str, object]:
        role, teams = PEOPLE[person]
        told = {"email": person, "email_verified": True, "name": person, "groups": [str(role)]}
        return told | ({"teams": list(teams)} if teams else {})

    return [User(sub=person, claims=claims(person)) for person in PEOPLE]

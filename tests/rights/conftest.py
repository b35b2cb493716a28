"""A dashboard with a sign-in: a real provider, a real server, and one person for each role."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from oidc_provider_mock import User, run_server_in_thread

from data_access.home import Home
from data_access.people import Grant, save_grant
from data_access.state import open_state
from data_access.viewer import LOCAL, Role
from tests.browser.server import Server, serving
from tests.rights.planted import OWN, planted_floor, planted_home, register_changes, write_down_people
from tests.rights.wire import signed_in

#: A person for each role: some are on record, some have it from the provider's claims.
CLAIMED = {
    "viewer@example.com": {"groups": ["everyone", "directors"]},
    "leader@example.com": {"groups": "leads", "teams": [OWN]},
    "manager@example.com": {"groups": ["manager"]},
}
ON_RECORD = {
    "newcomer@example.com": Grant(person="newcomer@example.com", role=Role.NEWCOMER, is_cleared=True),
    "analyst@example.com": Grant(person="analyst@example.com", role=Role.ANALYST),
    "limited@example.com": Grant(person="limited@example.com", role=Role.NEWCOMER, teams=(OWN,)),
    "shut@example.com": Grant(person="shut@example.com", role=None),
}
#: What each is told in the sidebar: the role, and what it leaves out.
ROLES = {
    "newcomer@example.com": ("Newcomer", "masked"),
    "viewer@example.com": ("Viewer", "masked"),
    "leader@example.com": ("Team leader", "Team Own"),
    "analyst@example.com": ("Analyst", "masked"),
    "manager@example.com": ("Manager", ""),
    "admin@example.com": ("Administrator", ""),
}
STRANGERS = ("stranger@example.com", "shut@example.com", "unverified@example.com")
EVERYONE = (*CLAIMED, *ON_RECORD, "admin@example.com", "stranger@example.com", "unverified@example.com")
SETTINGS = """
[auth]
redirect_uri = "{address}/oauth2callback"
cookie_secret = "a secret for tests that nobody else ever uses"
client_id = "twinwing"
client_secret = "twinwing"
server_metadata_url = "{provider}/.well-known/openid-configuration"

[twinwing]
admins = ["Admin@example.com"]
role_claim = "groups"
teams_claim = "teams"
roles = {{ directors = "viewer", leads = "team_leader" }}
"""


@pytest.fixture(scope="session")
def provider() -> Iterator[str]:
    people = []
    for person in EVERYONE:
        claims = {"email": person, "email_verified": person != "unverified@example.com", "name": person}
        more = {"groups": ["manager"]} if person in {"shut@example.com", "unverified@example.com"} else {}
        people.append(User(sub=person, claims=claims | CLAIMED.get(person, {}) | more))
    with run_server_in_thread(user_claims=people) as running:
        yield f"http://127.0.0.1:{running.server_port}"


@pytest.fixture(scope="session")
def settings(provider: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    def written(address: str) -> Path:
        file = tmp_path_factory.mktemp("sign_in") / "sign_in.toml"
        file.write_text(SETTINGS.format(address=address, provider=provider), encoding="utf-8")
        return file

    return written


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    made = planted_home(tmp_path_factory.mktemp("rights"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TWINWING_HOME", str(made.folder))
        patch.delenv("TWINWING_STATE", raising=False)
        register_changes(made)
        write_down_people(made)
        state = open_state()
        for grant in ON_RECORD.values():
            save_grant(state, LOCAL, grant, datetime.now(UTC))
        state.dispose()
    return made


@pytest.fixture(scope="session")
def server(home: Home, settings: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(
        home, tmp_path_factory.mktemp("server") / "log.txt", sign_in=settings, live=planted_floor(home)
    ) as running:
        httpx.get(f"{running.address}/_stcore/script-health-check", timeout=60)  # as `jobs serve` does: pages are known
        yield running


@pytest.fixture(scope="session")
def cookies(server: Server) -> Callable[[str], dict[str, str]]:
    """The cookies of a person who signs in, once for all tests."""
    kept: dict[str, dict[str, str]] = {}

    def of(person: str) -> dict[str, str]:
        if person not in kept:
            kept[person] = signed_in(server.address, person)
        return kept[person]

    return of

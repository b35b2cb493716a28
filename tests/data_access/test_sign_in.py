"""The sign-in file: what is in force, and that whatever is wrong with it shuts people out and never lets them in."""

from pathlib import Path

import pytest

from data_access import sign_in
from data_access.sign_in import Settings, sign_in_settings
from data_access.viewer import Role
from metrics.errors import InvalidSettings

GOOD = """
[auth]
redirect_uri = "https://quality.example.com/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "a"
client_secret = "b"
server_metadata_url = "https://login.example.com/.well-known/openid-configuration"
"""
OWN = """
[twinwing]
admins = [" Li@Example.com"]
role_claim = "groups"
roles = { "质检经理" = "manager" }
hours = 8
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TWINWING_SIGN_IN", str(tmp_path / "sign_in.toml"))
    return tmp_path / "sign_in.toml"


def test_the_file_is_read_as_it_is_written(file: Path):
    file.write_text(GOOD + OWN, encoding="utf-8")
    read = sign_in_settings()
    assert read == Settings(
        admins=("li@example.com",),
        role_claim="groups",
        roles={"质检经理": Role.MANAGER},
        hours=8,
        origin="https://quality.example.com",
    )


def test_a_provider_has_a_section_of_its_own_where_it_is_named(file: Path):
    head, rest = GOOD.split("client_id")
    file.write_text(f'{head}[auth.house]\nclient_id{rest}\n[twinwing]\nprovider = "house"\n', encoding="utf-8")
    read = sign_in_settings()
    assert read is not None
    assert read.provider == "house"


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("[auth", "missing or wrong"),
        ("", r"\[auth\]"),
        ("[twinwing]\nhours = 1", r"\[auth\]"),
        (GOOD.replace("client_id", "client"), "client_id"),
        (GOOD.replace("cookie_secret", "cookie"), "cookie_secret"),
        (GOOD.replace("0123456789abcdef0", "0"), "too short"),
        (GOOD.replace("/oauth2callback", "/callback"), "redirect_uri"),
        (GOOD.replace("https://quality", "http://quality"), "https"),
        (GOOD + OWN.replace('"manager"', '"boss"'), "roles"),
        (GOOD + OWN.replace("hours = 8", "hours = -1"), "hours"),
        (GOOD + OWN.replace("role_claim", "roleclaim"), "roleclaim"),
        (GOOD + OWN.replace('[" Li@Example.com"]', "7"), "admins"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_nobody_gets_in(file: Path, written: str, what: str):
    file.write_text(written, encoding="utf-8")
    with pytest.raises(InvalidSettings, match=what):
        sign_in_settings()


def test_a_file_that_was_named_and_is_not_there_shuts_everyone_out(file: Path):
    with pytest.raises(InvalidSettings, match="is not there"):
        sign_in_settings()


def test_without_a_file_there_is_no_sign_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TWINWING_SIGN_IN", raising=False)
    monkeypatch.setattr(sign_in, "USUAL_PLACE", tmp_path / "secrets.toml")
    assert sign_in_settings() is None
    (tmp_path / "secrets.toml").write_text('other = "secret"')
    assert sign_in_settings() is None


@pytest.mark.parametrize("address", ["http://localhost:8501", "http://127.0.0.1:8501", "http://[::1]:8501"])
def test_this_machine_may_be_reached_without_tls(file: Path, address: str):
    file.write_text(GOOD.replace("https://quality.example.com", address), encoding="utf-8")
    read = sign_in_settings()
    assert read is not None
    assert read.origin == address

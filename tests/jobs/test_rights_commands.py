"""`python -m jobs` with a sign-in: for whom a job runs, who may see what, and whether the audit log is whole."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from data_access.audit import Search, read_audit
from data_access.home import home
from data_access.opening import open_store
from data_access.people import Grant, read_people, save_grant
from data_access.state import open_state
from data_access.viewer import LOCAL, Role
from jobs.__main__ import BAD_INPUT, BROKEN, main
from metrics.rules import Rules
from tests.data_access.test_sign_in import GOOD
from tests.rights.planted import OWN, planted_home

OCTOBER = ("--from", "2026-10-01", "--to", "2026-10-26", "--metric", "csat", "--format", "csv")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted_home(tmp_path_factory.mktemp("planted")).folder


@pytest.fixture
def place(planted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with data, a state of its own, and no sign-in."""
    monkeypatch.setenv("TWINWING_HOME", str(planted))
    monkeypatch.setenv("TWINWING_STATE", f"sqlite:///{tmp_path / 'state.sqlite'}")
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    home().audit_anchor.unlink(missing_ok=True)
    return tmp_path


@pytest.fixture
def with_sign_in(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = place / "sign_in.toml"
    file.write_text(GOOD + '[twinwing]\nadmins = ["boss@example.com"]\n', encoding="utf-8")
    monkeypatch.setenv("TWINWING_SIGN_IN", str(file))
    return place


def run(*arguments: str) -> int:
    """The exit status of one command."""
    try:
        main(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_rights_are_given_corrected_and_listed(place: Path, capsys: pytest.CaptureFixture[str]):
    assert run("grant", "Li@example.com", "--role", "team_leader", "--team", OWN, "--until", "2027-01-31") == 0
    assert run("grant", "li@example.com", "--role", "viewer") == 0
    assert run("grant", "wang@example.com", "--role", "none") == 0
    capsys.readouterr()
    assert run("people") == 0
    assert capsys.readouterr().out.splitlines() == [
        "li@example.com · Viewer · every team · sees pseudonyms",
        "wang@example.com · No access · every team · sees pseudonyms",
    ]
    assert [(each.person, each.role, each.version) for each in read_people(open_state(), LOCAL)] == [
        ("li@example.com", Role.VIEWER, 2),
        ("wang@example.com", None, 1),
    ]


def test_a_grant_that_has_ended_is_listed_as_ended_and_one_of_today_is_not(place: Path, capsys):
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    grant = Grant(person="li@example.com", role=Role.VIEWER, until=date(2020, 1, 31))
    save_grant(open_state(), LOCAL, grant, now)
    assert run("grant", "wang@example.com", "--role", "viewer", "--until", now.date().isoformat()) == 0
    capsys.readouterr()
    assert run("people") == 0
    ended, today = capsys.readouterr().out.splitlines()
    assert ended == "li@example.com · Viewer · every team · sees pseudonyms · ended on 31 Jan 2020"
    assert " · until " in today


def test_a_team_that_no_data_have_is_granted_with_a_warning(place: Path, capsys, monkeypatch):
    open_store(home(), Rules())  # counted, as after a refresh
    assert run("grant", "li@example.com", "--role", "team_leader", "--team", "team_99", "--team", OWN) == 0
    out, err = capsys.readouterr()
    assert "team_99" in out
    assert err.splitlines() == [
        "Note: the data have no team 'team_99' so far, so nothing is seen of it.",
        f"The teams in the data are: {OWN}, team_zzforeign.",
    ]
    assert run("grant", "li@example.com", "--role", "team_leader", "--team", OWN) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("TWINWING_HOME", str(place / "new"))  # without data nobody can tell
    assert run("grant", "li@example.com", "--role", "team_leader", "--team", "team_99") == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("grant", "x", "--role", "boss"), "There is no role 'boss'."),
        (("grant", "x", "--role", "team_leader"), "A team leader needs a team."),
        (("grant", "x", "--role", "viewer", "--until", "soon"), "'soon' is not a day"),
        (("grant", "x", "--role", "viewer", "--until", "2020-01-31"), "2020-01-31 is over: the grant would never"),
        (("verify-audit", "--expect", "seven"), "'seven' is no entry with its seal."),
        (("serve", "--address", "0.0.0.0"), "Without a sign-in the dashboard listens on 127.0.0.1 only"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    place: Path, arguments: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
):
    assert run(*arguments) == BAD_INPUT
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("job", [("metrics", *OCTOBER), ("refresh",), ("people",), ("verify-audit",)])
@pytest.mark.parametrize("person", ["", "eve@example.com"])
def test_with_a_sign_in_no_job_runs_for_nobody(
    with_sign_in: Path, monkeypatch: pytest.MonkeyPatch, job: tuple[str, ...], person: str, capsys
):
    monkeypatch.setenv("TWINWING_AS", person)
    assert run(*job) == BAD_INPUT
    shown = capsys.readouterr()
    assert shown.out == ""
    assert ("runs for a person" if not person else "has no role") in shown.err
    entries, _count = read_audit(open_state(), LOCAL, Search(), 1)
    assert (entries[0].act, entries[0].scope) == ("refused", {"job": job[0]})


def test_a_job_shows_what_its_person_sees(with_sign_in: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setenv("TWINWING_AS", "Boss@example.com")
    assert run("grant", "li@example.com", "--role", "team_leader", "--team", OWN) == 0
    assert run("grant", "wu@example.com", "--role", "analyst") == 0
    capsys.readouterr()
    assert run("metrics", *OCTOBER, "--by", "team") == 0
    whole = capsys.readouterr().out
    assert {line.split(",")[1] for line in whole.splitlines()[1:]} == {OWN, "team_zzforeign"}
    monkeypatch.setenv("TWINWING_AS", "li@example.com")
    assert run("metrics", *OCTOBER, "--by", "team") == 0
    own = capsys.readouterr().out
    assert own.splitlines()[1:] == [line for line in whole.splitlines() if f",{OWN}," in line]
    assert run("metrics", *OCTOBER, "--filter", "team=team_zzforeign") == BAD_INPUT
    assert "zzforeign" not in capsys.readouterr().err.replace("'team_zzforeign'", "")  # as if it had never been
    assert run("refresh") == BAD_INPUT  # a right that the role does not include
    monkeypatch.setenv("TWINWING_AS", "wu@example.com")
    assert run("metrics", *OCTOBER, "--by", "agent") == 0
    assert "agqqid" not in capsys.readouterr().out
    assert run("metrics", *OCTOBER, "--filter", "agent=agqqid1") == BAD_INPUT
    assert "masked" in capsys.readouterr().err


def test_the_log_is_verified_and_a_broken_one_ends_with_its_own_status(place: Path, capsys):
    for number in range(3):
        run("grant", f"person{number}", "--role", "viewer")
    capsys.readouterr()
    assert run("verify-audit") == 0
    mark = capsys.readouterr().out.split()[-1]
    assert run("verify-audit", "--expect", mark) == 0
    state = open_state()
    with state.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_log_is_not_altered"))
        connection.execute(text("UPDATE audit_log SET who = 'someone else' WHERE id = 2"))
    capsys.readouterr()
    assert run("verify-audit") == BROKEN
    assert "entry 2 is not as it was written" in capsys.readouterr().out

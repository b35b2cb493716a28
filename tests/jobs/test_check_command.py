import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from data_access.connecting.place import MAPPING_VARIABLE, VARIABLE
from data_access.connecting.source_mapping import read_source_mapping
from jobs.__main__ import main
from metrics.catalogue import CATALOGUE


@pytest.fixture
def crm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A DuckDB of two tickets, one of a channel that no list knows."""
    monkeypatch.setenv("TWINWING_HOME", str(tmp_path / "home"))
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.delenv(MAPPING_VARIABLE, raising=False)
    url = f"duckdb:///{tmp_path}/crm.duckdb"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE ticket (ticket_no INT, created_at TIMESTAMP, channel VARCHAR)"))
        connection.execute(text("INSERT INTO ticket VALUES (1, '2026-03-01', '电话'), (2, '2026-03-02', '传真')"))
    engine.dispose()
    return url


def status(*arguments: str) -> object:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    return end.value.code


def test_a_proposal_is_written_and_then_checks_with_what_is_left_to_do(
    crm: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "w.toml"
    assert status("check", crm, "--propose", str(file)) == 0
    assert "ticket_no" in capsys.readouterr().out
    assert {*read_source_mapping(file).tables["contacts"].columns} == {"contact_id", "started_at", "channel"}
    corrected = file.read_text("utf-8") + "# corrected by hand\n"
    file.write_text(corrected, encoding="utf-8")
    assert status("check", crm, "--propose", str(file)) == 2
    assert status("check", crm, "--propose", str(tmp_path / "no" / "such.toml")) == 2
    assert file.read_text("utf-8") == corrected
    capsys.readouterr()
    monkeypatch.setenv(VARIABLE, crm)
    monkeypatch.setenv(MAPPING_VARIABLE, str(file))
    assert status("check", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["sound"] and [each["rows"] for each in told["tables"]] == [2]
    channel = next(each for each in told["tables"][0]["columns"] if each["column"] == "channel")
    assert channel["untranslated"] == ["传真"]
    assert told["metrics"].keys() == CATALOGUE.keys()
    assert told["metrics"]["csat"] == ["contacts.csat"]


def test_everything_wrong_is_told_at_once_and_the_status_is_2(
    crm: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    columns = 'contact_id = "ticket_no"\nstarted_at = "created_at"\nchannel = "chanel"\ncsat = "created_at"\n'
    columns += 'issue_type = { expression = "lower(channel" }\n'
    (tmp_path / "w.toml").write_text(
        f'name = "n"\ntime_zone = "UTC"\n[contacts]\ntable = "ticket"\n[contacts.columns]\n{columns}'
        '[teams]\ntable = "tickets"\n'
    )
    assert status("check", crm, str(tmp_path / "w.toml")) == 2
    said = capsys.readouterr().out
    assert "has no column 'chanel'. Did you mean one of: channel" in said
    assert "created_at is TIMESTAMP, which cannot be a" in said
    assert "contacts.columns.issue_type: the expression does not parse" in said
    assert "no table 'tickets' that this user may read. Did you mean one of: " in said
    assert "2 rows" in said  # what is right is still looked at

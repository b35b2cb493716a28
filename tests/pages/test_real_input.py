"""The main job on real input: the cut of a real incident log, imported as the README says, on every page."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from data_access.home import Home
from data_access.imports.import_files import import_files
from data_access.imports.mapping_check import read_mapping
from pages.ui.menu import ENTRIES
from tests.pages.conftest import in_use
from tests.pages.visiting import broken, opened, said

ROOT = Path(__file__).resolve().parents[2]
MAPPING = ROOT / "data_access" / "mappings" / "itsm_incident_log.toml"
SAMPLE = ROOT / "docs" / "samples" / "incidents.csv"
PAGES = [entry.url for entry in ENTRIES if not entry.demo]


@dataclass(frozen=True)
class Log:
    """The log in use, all of its days as a link gives them, and its share of transfers in plain SQL."""

    home: Home
    link: dict[str, str]
    transferred: float


@pytest.fixture(scope="module")
def incidents(tmp_path_factory: pytest.TempPathFactory) -> Log:
    home = Home(tmp_path_factory.mktemp("incidents"))
    done = import_files(read_mapping(MAPPING), [SAMPLE], home)
    share = "100.0 * count(*) FILTER (transfer_count > 0) / count(*)"
    with duckdb.connect(str(done.warehouse), read_only=True) as connection:
        row = connection.execute(
            f"SELECT min(started_at)::DATE, max(started_at)::DATE, {share} FROM contacts"
        ).fetchone()
    assert row is not None
    return Log(home, {"period": "custom", "from": row[0].isoformat(), "to": row[1].isoformat()}, row[2])


@pytest.mark.alike(2)
@pytest.mark.parametrize("url", PAGES)
def test_every_page_opens_on_a_real_log(incidents: Log, url: str, monkeypatch: pytest.MonkeyPatch):
    in_use(incidents.home, monkeypatch)
    app = opened(url, **incidents.link)
    assert broken(app) == []
    assert not app.error
    if url == "this_week":
        assert len(app.metric) >= 5
    if url in {"complaints", "qa_coverage"}:
        assert not app.metric
        assert "not available: needs" in said(app)


def test_transfers_on_the_page_are_those_that_plain_sql_counts(incidents: Log, monkeypatch: pytest.MonkeyPatch):
    in_use(incidents.home, monkeypatch)
    app = opened("this_week", **incidents.link)
    assert {each.label: each.value for each in app.metric}["Transfer rate"] == f"{incidents.transferred:.1f} %"

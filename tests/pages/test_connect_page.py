from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from streamlit.testing.v1 import AppTest

from data_access.connecting.checking import reach
from data_access.connecting.drafting import mapping_text
from data_access.connecting.editing import grid_of, mapping_of
from data_access.connecting.opened import proposed, tables_of
from data_access.connecting.place import MAPPING_VARIABLE, VARIABLE
from data_access.connecting.source_mapping import source_mapping
from data_access.home import Home
from data_access.viewer import LOCAL
from tests.pages.conftest import in_use

DASHBOARD = Path(__file__).resolve().parents[2] / "dashboard.py"


@pytest.fixture
def connected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ticket system's database of two tickets, with a mapping that names a column that is not there."""
    engine = create_engine(f"sqlite:///{tmp_path}/crm.db")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE 客服工单 (工单号 TEXT, 创建时间 DATETIME, 渠道 TEXT)"))
        told = "('t1', '2026-10-20 10:00:00', '电话'), ('t2', '2026-10-21 11:00:00', '邮件')"
        connection.execute(text(f"INSERT INTO 客服工单 VALUES {told}"))
    engine.dispose()
    (tmp_path / "w.toml").write_text('name = "x"\ntime_zone = "UTC"\n[contacts]\ntable = "nowhere"\n')
    in_use(Home(tmp_path / "home"), monkeypatch)
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path}/crm.db?password=geheim")
    monkeypatch.setenv(MAPPING_VARIABLE, str(tmp_path / "w.toml"))
    return tmp_path


def test_the_page_opens_without_a_warehouse_and_leads_to_a_mapping_that_works(connected: Path):
    app = AppTest.from_file(str(DASHBOARD), default_timeout=60)
    app.run()
    app.switch_page("pages/administration/connect.py").run()
    assert not app.exception
    assert any("nowhere" in each.value for each in app.error)  # what is wrong stands on top
    _button(app, "Test the connection")
    (app.segmented_control[0] if app.segmented_control else app.button_group[0]).set_value("proposal").run()
    _button(app, "Try this mapping")
    assert not app.exception
    assert [each.value for each in app.success] == ["Every table and column of the mapping is there and can be read."]
    shown = " ".join(each.value for each in (*app.markdown, *app.text, *app.caption))
    assert "contacts from" in shown and "2 rows" in shown  # the two that were written above
    assert "geheim" not in shown


def _button(app: AppTest, label: str) -> None:
    next(each for each in app.button if each.label == label).click().run()


def test_what_is_downloaded_is_a_mapping(connected: Path):
    engine, _steps = reach(f"sqlite:///{connected}/crm.db")
    assert engine is not None
    drafted = proposed(engine, LOCAL, tables_of(engine, LOCAL), "crm")
    assert drafted.mapping is not None
    edited = mapping_of(grid_of(drafted.mapping, drafted.proposal, "proposal"), drafted.mapping)
    assert edited == drafted.mapping == source_mapping(mapping_text(edited), "crm.toml")
    assert edited.tables["contacts"].columns["channel"].codes == {"电话": "phone", "邮件": "email"}
    engine.dispose()

import shutil
from pathlib import Path

import duckdb
import pytest

from data_access.home import Home
from reports.text import speaking
from tests.pages.conftest import in_use
from tests.pages.visiting import broken, opened, said

TOLD = {"en": " have a code that stands for no standard kind", "zh": "的编码未对应标准类别"}


@pytest.mark.parametrize("language", TOLD)
@pytest.mark.usefixtures("on_demo")
def test_kinds_coding_and_whys_are_told(language: str):
    with speaking(language):
        app = opened("causes", language, period="last_quarter")
        assert broken(app) == []
        assert TOLD[language] in said(app)


@pytest.mark.usefixtures("fresh")
def test_a_code_that_is_mapped_counts_at_once_and_a_tree_is_shown(fresh: Home):
    with speaking("en"):
        app = opened("causes", "en", period="last_quarter")
        before = said(app)
        next(each for each in app.selectbox if each.label == "Stands for").select("system")
        saved = next(each for each in app.button if each.label == "Save").click().run()
        assert broken(saved) == []
        assert "History of the coding: 1" in [each.label for each in saved.expander]
        assert said(saved) != before
        fields = {each.label: each for each in saved.text_input}
        fields["What went wrong?"].input("Refunds late")
        fields["Why? (1)"].input("Bank file fails")
        fields["Root cause, in a few words"].input("No alarm")
        kept = next(each for each in saved.button if each.label == "Put on record").click().run()
        assert broken(kept) == []
        assert "Refunds late" in said(kept)
        assert "No alarm" in said(kept)


def test_complaints_that_nobody_coded_are_no_kinds(on_demo: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    home, was = Home(tmp_path / "home"), on_demo.current_warehouse()
    assert was is not None
    warehouse = home.new_warehouse()
    shutil.copyfile(was, warehouse)
    codes = ("complaint_type", "subtype", "established_cause", "responsible_department", "product")
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("UPDATE complaints SET " + ", ".join(f"{name} = NULL" for name in codes))
    home.adopt(warehouse)
    in_use(home, monkeypatch)
    app = opened("causes", "en", period="last_quarter")
    assert broken(app) == []
    assert "None of these complaints has a type, a cause or a product." in said(app)

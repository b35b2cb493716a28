"""Words of data in titles and labels: shown as they are, where Streamlit reads Markdown."""

import pytest
from streamlit.testing.v1 import AppTest

from data_access.home import Home
from pages.ui.notices import plain
from tests.pages.conftest import in_use
from tests.pages.visiting import broken, opened

FILE = "*zz* [a](b).csv"


def press(app: AppTest, label: str) -> AppTest:
    next(each for each in app.button if each.label == label).click().run()
    assert broken(app) == []
    return app


def dialog_title(app: AppTest) -> str:
    (dialog,) = app.get("dialog")
    return dialog.proto.dialog.title


def test_the_title_of_cases_is_no_markdown(on_demo: Home):
    app = press(opened("metric", metric="first_contact_resolution", period="last_quarter"), "Show the cases")
    assert dialog_title(app) == plain("Cases behind: First-contact resolution")


def test_an_agent_of_any_name_titles_the_coaching_sheet(nasty: Home, monkeypatch: pytest.MonkeyPatch):
    in_use(nasty, monkeypatch)
    app = opened("learning")
    names = app.selectbox(key="coached").options
    for place in range(min(len(names), 4)):
        app.selectbox(key="coached").select_index(place).run()
        press(app, "Open the coaching sheet")
        assert dialog_title(app) == plain(f"Coaching sheet: {names[place]}")


def test_the_title_of_a_case_pack_is_no_markdown(fresh: Home):
    app = opened("learning")
    next(each for each in app.selectbox if each.label.startswith("Best and worst")).select_index(0)
    next(each for each in app.text_input if each.label == "What does it teach?").input("Ask first")
    press(app, "Flag")
    name = app.selectbox(key="pack").options[0]
    press(app, "Open the case pack")
    assert dialog_title(app) == plain(f"Case pack: {name}")


def test_the_name_of_a_file_is_no_markdown(own_contacts: Home):
    app = opened("own_data")
    app.file_uploader[0].set_value([(FILE, b"nr,created\nt1,02/03/2026 09:00\n", "text/csv")]).run()
    assert broken(app) == []
    labels = [each.label for each in app.text_input]
    assert plain(f"Name of the mapping for {FILE}") in labels

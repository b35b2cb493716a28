"""A warehouse and a state store in which every text tries to be something else: pages show it as text."""

import pytest

from data_access.home import Home
from tests.pages.conftest import in_use
from tests.pages.raw import harm, marked
from tests.pages.visiting import broken, opened

#: With charts, tables, choices and sentences of data, notes, changes, actions and board; `make test-scale` opens all.
PAGES = {
    "causes": "zh", "calibration": "en", "quality_week": "en", "actions": "zh", "control": "en",
    "alerts": "zh",
}  # fmt: skip


@pytest.mark.parametrize(("url", "language"), PAGES.items())
def test_text_is_text_on_a_page(nasty: Home, url: str, language: str, monkeypatch: pytest.MonkeyPatch):
    in_use(nasty, monkeypatch)
    app = opened(url, language, period="last_quarter")
    assert broken(app) == []
    assert not app.error
    assert marked(app)
    assert harm(app) == []

"""A session keeps what it knows of the widgets on the screen, and lets go of the others when a page has been drawn."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime import Runtime
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.state import SafeSessionState, SessionState
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from pages.ui.operating import forgetting
from tests.pages import two_pages


@pytest.fixture
def forget(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """What the server calls; Streamlit's own ways are back after the test."""
    for name in ("_run_script", "_on_script_finished"):
        monkeypatch.setattr(ScriptRunner, name, getattr(ScriptRunner, name))
    return forgetting.forget


class Runner(LocalScriptRunner):
    """Streamlit's runner for tests, which ends a script as the server does."""

    def _on_script_finished(self, *told: Any) -> None:
        ScriptRunner._on_script_finished(self, *told)


class Session:
    """One session of a script with two pages, A with a part that redraws itself and B with a button."""

    def __init__(self, script: Path) -> None:
        two_pages.begin()
        self.state = SafeSessionState(SessionState(), lambda: None)
        self._script = str(script)
        self._fragments = MemoryFragmentStorage()
        self._pages = PagesManager(self._script, ScriptCache(), setup_watcher=False)

    def run(self, page: str, pressed: str = "", **more: object) -> None:
        states = WidgetStates()
        if pressed:
            widget = states.widgets.add()
            widget.id, widget.trigger_value = pressed, True
        runner = Runner(self._script, self.state, self._pages, fragment_storage=self._fragments)
        two_pages.runner = runner
        runner.request_rerun(RerunData(page_script_hash=page, widget_states=states, **more))
        runner.start()
        runner.join()

    def redraw(self) -> None:
        """The part of page A asks to be drawn again, as it does when its time has come."""
        assert two_pages.runner is not None
        two_pages.runner.request_rerun(
            RerunData(
                page_script_hash="A", fragment_id=two_pages.part[0], widget_states=WidgetStates(), is_auto_rerun=True
            )
        )

    @property
    def known(self) -> list[str]:
        """The keys of the widgets that the session knows."""
        return sorted(each.rpartition("-")[2] for each in self._metadata)

    @property
    def save(self) -> str:
        """The id of the button of page B."""
        return next(each for each in self._metadata if each.endswith("-save"))

    @property
    def _metadata(self) -> forgetting.Known:
        return self.state._state._new_widget_state.widget_metadata


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setattr(Runtime, "_instance", MagicMock(spec=Runtime))  # as AppTest does: it keeps files, none here
    monkeypatch.setattr(PagesManager, "uses_pages_directory", False)
    script = tmp_path / "two.py"
    script.write_text("from tests.pages import two_pages\ntwo_pages.draw()\n", encoding="utf-8")
    return Session(script)


@pytest.mark.parametrize(("forgets", "left"), [(False, ["A", "B", "part", "save"]), (True, ["A", "part"])])
def test_what_is_not_drawn_again_is_forgotten(
    session: Session, forget: Callable[[], None], forgets: bool, left: list[str]
) -> None:
    """By hand: page A has a button and one in its part. If Streamlit's own way fails, it no longer keeps everything."""
    if forgets:
        forget()
    session.run("B")
    session.run("A")
    session.run("A", fragment_id=two_pages.part[0])
    assert session.known == left


@pytest.mark.parametrize("forgets", [False, True])
def test_a_button_works_after_a_part_of_the_page_before_has_been_redrawn(
    session: Session, forget: Callable[[], None], forgets: bool
) -> None:
    """The timer of a page that was left strikes while the next page is drawn: then page A is asked for once more."""
    if forgets:
        forget()
    session.run("A")
    two_pages.while_drawing_b = session.redraw
    session.run("B")
    two_pages.while_drawing_b = None
    session.run("B", pressed=session.save)
    assert two_pages.saved == ["saved"]


@pytest.mark.parametrize("forgets", [False, True])
def test_a_button_of_the_page_before_works_until_the_next_one_is_drawn(
    session: Session, forget: Callable[[], None], forgets: bool
) -> None:
    if forgets:
        forget()
    session.run("B")
    save = session.save
    session.run("A", pressed=save)
    assert two_pages.saved == ["saved"]
    session.run("A")
    assert (save in session._metadata) is not forgets

"""What threads hand to the event loop arrives together, whole and in its order."""

import asyncio
import logging
import threading
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.runtime import AsyncObjects, Runtime
from streamlit.runtime.scriptrunner.script_runner import ScriptRunnerEvent

from data_access.home import Home
from pages.ui.operating import gathering
from tests.browser.server import serving
from tests.rights.wire import visit

Told = TypeVar("Told")
#: Portions smaller and larger than what is sent at once, close together and apart.
LONG = f"""
import time
import streamlit as st
for number in range({gathering.MOST_AT_ONCE * 4}):
    st.text(str(number))
    if number % {gathering.MOST_AT_ONCE // 3} == 0:
        time.sleep({gathering.TOGETHER / 5})
    if number == {gathering.MOST_AT_ONCE}:
        time.sleep({gathering.TOGETHER * 2})
"""


def _session(loop: asyncio.AbstractEventLoop) -> AppSession:
    session = AppSession.__new__(AppSession)
    session._event_loop = loop
    session._state = AppSessionState.SHUTDOWN_REQUESTED  # nothing to end when it goes
    return session


def _run(said: Coroutine[Any, Any, Told]) -> Told:
    """In a loop of its own, in a thread of its own: a browser of other tests may keep this one's busy."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, said).result()


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every time that a thread wakes the loop by Streamlit's own way."""
    times: list[object] = []
    own = gathering._soon

    def counted(session: AppSession, callback: gathering.Callback) -> None:
        times.append(callback)
        own(session, callback)

    monkeypatch.setattr(gathering, "_soon", counted)
    return times


def test_every_message_arrives_once_and_in_order(woken: list[object]) -> None:
    got: dict[int, list[int]] = {writer: [] for writer in range(3)}

    async def listen() -> None:
        session = _session(asyncio.get_running_loop())

        def write(writer: int) -> None:
            for number in range(1000):
                gathering._together(session, lambda number=number: got[writer].append(number))
                if number % 100 == 0:
                    time.sleep(0.003)  # as a script that works in between

        threads = [threading.Thread(target=write, args=(writer,)) for writer in got]
        for each in threads:
            each.start()
        deadline = time.monotonic() + 30
        while sum(map(len, got.values())) < 3000 and time.monotonic() < deadline:
            await asyncio.sleep(0.001)
        for each in threads:
            each.join()

    _run(listen())
    assert list(got.values()) == [list(range(1000))] * 3
    assert 1 <= len(woken) < 300  # of 3,000 messages


def test_one_that_fails_keeps_no_other_back(caplog: pytest.LogCaptureFixture) -> None:
    got: list[str] = []

    def fail() -> None:
        raise ValueError("on purpose")

    async def listen() -> None:
        session = _session(asyncio.get_running_loop())
        for each in (lambda: got.append("before"), fail, lambda: got.append("after")):
            gathering._together(session, each)
        await asyncio.sleep(gathering.TOGETHER * 5)
        gathering._together(session, lambda: got.append("later"))
        await asyncio.sleep(gathering.TOGETHER * 5)

    with caplog.at_level(logging.ERROR):
        _run(listen())
    assert got == ["before", "after", "later"]
    assert "on purpose" in caplog.text


def test_a_click_comes_after_all_that_was_said_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit begins another script then, and drops what the one before it says from that moment on."""
    got: list[str] = []
    monkeypatch.setattr(gathering, "_rerun", lambda _session, _state: got.append("click"))

    async def listen() -> None:
        session = _session(asyncio.get_running_loop())
        gathering._together(session, lambda: got.append("said"))
        gathering._rerun_after_it(session, None)
        await asyncio.sleep(gathering.TOGETHER * 5)

    _run(listen())
    assert got == ["said", "click"]


def test_a_rerun_asked_for_by_another_thread_takes_nobodys_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[str] = []
    monkeypatch.setattr(gathering, "_rerun", lambda _session, _state: got.append("rerun"))

    async def listen() -> None:
        session = _session(asyncio.get_running_loop())
        gathering._together(session, lambda: got.append("said"))
        asker = threading.Thread(target=gathering._rerun_after_it, args=(session, None))
        asker.start()
        asker.join()
        await asyncio.sleep(gathering.TOGETHER * 10)

    _run(listen())
    assert got == ["rerun", "said"]


def test_what_sends_is_told_again_after_it_has_looked() -> None:
    """As Streamlit's loop does: it clears the event, then takes what is there."""

    async def told() -> list[bool]:
        runtime, loop = Runtime.__new__(Runtime), asyncio.get_running_loop()
        send = asyncio.Event()
        runtime._async_objs = AsyncObjects(
            loop, asyncio.Event(), asyncio.Event(), send, loop.create_future(), loop.create_future()
        )
        seen = []
        for _look in range(2):
            for _message in range(3):
                gathering._told_once(runtime)
            await asyncio.sleep(0.01)
            seen.append(send.is_set())
            send.clear()
        return [*seen, send.is_set()]

    assert _run(told()) == [True, True, False]


def test_the_end_of_a_script_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[str] = []
    monkeypatch.setattr(gathering, "TOGETHER", 3600)

    async def listen() -> None:
        session = _session(asyncio.get_running_loop())
        own = lambda session, _sender, event: gathering._together(session, lambda: got.append(event))  # noqa: E731
        monkeypatch.setattr(gathering, "_event", own)
        for event in (ScriptRunnerEvent.SCRIPT_STARTED, ScriptRunnerEvent.SCRIPT_STOPPED_WITH_SUCCESS):
            gathering._at_once_at_the_end(session, None, event)
        await asyncio.sleep(0.01)

    _run(listen())
    assert got == [ScriptRunnerEvent.SCRIPT_STARTED, ScriptRunnerEvent.SCRIPT_STOPPED_WITH_SUCCESS]


def test_a_page_of_more_than_is_sent_at_once_arrives_whole_and_in_order(tmp_path: Path) -> None:
    """Some by us, some by Streamlit: neither may overtake the other."""
    script = tmp_path / "long.py"
    script.write_text(LONG)
    with serving(Home(tmp_path), tmp_path / "log", script) as server, visit(server.address, {}) as opened:
        opened.open("")
        lines = [int(each) for each in opened.lines]
        assert lines == list(range(gathering.MOST_AT_ONCE * 4))


def test_streamlit_calls_what_is_replaced() -> None:
    """Where it hands over in another way some day, nothing would be gathered: by name, in its own code."""
    assert "flush_browser_queue" in Runtime._loop_coroutine.__code__.co_names
    assert "on_flushed_messages_sent" in Runtime._loop_coroutine.__code__.co_names
    assert "_call_soon_on_event_loop" in AppSession._on_scriptrunner_event.__code__.co_names
    assert "request_rerun" in AppSession._handle_rerun_script_request.__code__.co_names


def test_a_closed_loop_takes_nothing_and_says_nothing() -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    gathering._together(_session(loop), lambda: pytest.fail("called"))

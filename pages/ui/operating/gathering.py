"""Messages to browsers handed over several at a time.

A page is some hundred messages. Streamlit wakes its event loop twice for each of them, while the script goes on to make
the next one, so that each waits for the other; and a browser draws whatever it has every few thousandths of a second,
a menu of all pages included, so that it is still at the first parts when the last ones are there.
"""

from asyncio import AbstractEventLoop, Handle, get_running_loop
from collections.abc import Callable
from functools import partial
from threading import RLock
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.runtime import Runtime
from streamlit.runtime.scriptrunner.script_runner import ScriptRunnerEvent
from streamlit.runtime.session_manager import SessionClientDisconnectedError
from streamlit.web.server.starlette.starlette_server_config import WEBSOCKET_MAX_SEND_QUEUE_SIZE

TOGETHER = 0.1  # seconds: less than a person sees, and longer than most scripts take
MOST_AT_ONCE = WEBSOCKET_MAX_SEND_QUEUE_SIZE // 2  # messages: a browser for which more wait is taken for lost
ENDS = (
    ScriptRunnerEvent.SCRIPT_STOPPED_WITH_SUCCESS,
    ScriptRunnerEvent.SCRIPT_STOPPED_WITH_COMPILE_ERROR,
    ScriptRunnerEvent.SCRIPT_STOPPED_FOR_RERUN,
    ScriptRunnerEvent.FRAGMENT_STOPPED_WITH_SUCCESS,
    ScriptRunnerEvent.SHUTDOWN,
)
Callback = Callable[[], None]

_soon, _rerun, _told = AppSession._call_soon_on_event_loop, AppSession.request_rerun, Runtime._enqueued_some_message
_event, _flush, _flushed = (
    AppSession._on_scriptrunner_event,
    AppSession.flush_browser_queue,
    AppSession.on_flushed_messages_sent,
)
_lock = RLock()  # a session that is cleared away while it is held may say something, too
_waiting: WeakKeyDictionary[AppSession, list[Callback]] = WeakKeyDictionary()
_by_streamlit: WeakSet[AppSession] = WeakSet()  # of which it has taken messages and not sent all


def gather() -> None:
    """From now on what a script says is handed over together, in its order: at its end, or a moment after it began."""
    AppSession._call_soon_on_event_loop = _together  # ty: ignore[invalid-assignment]
    AppSession._on_scriptrunner_event = _at_once_at_the_end
    AppSession.flush_browser_queue = _taken  # ty: ignore[invalid-assignment]
    AppSession.on_flushed_messages_sent = _sent  # ty: ignore[invalid-assignment]
    AppSession.request_rerun = _rerun_after_it  # ty: ignore[invalid-assignment]
    Runtime._enqueued_some_message = _told_once  # ty: ignore[invalid-assignment]


def _together(session: AppSession, callback: Callback) -> None:
    with _lock:
        waiting = _waiting.setdefault(session, [])
        waiting.append(callback)
        is_first = len(waiting) == 1
    if is_first:
        _soon(session, partial(_hand_over_later, session))


def _at_once_at_the_end(session: AppSession, sender: Any, event: ScriptRunnerEvent, *more: Any, **told: Any) -> None:
    _event(session, sender, event, *more, **told)
    if event in ENDS:
        _soon(session, partial(_hand_over, session))


def _hand_over_later(session: AppSession) -> None:
    session._event_loop.call_later(TOGETHER, _hand_over, session)


def _hand_over(session: AppSession) -> None:
    with _lock:
        taken = _waiting.pop(session, [])
    for each in taken:
        Handle(each, (), session._event_loop)._run()  # as the loop itself does: one that fails keeps no other back
    _send(session)


def _send(session: AppSession) -> None:
    """All that waits for the browser, at once; by Streamlit's own way where it is sending already, or where it is much.

    Streamlit sends one message at each turn of its loop, and a browser draws what came in between.
    """
    if not Runtime.exists():
        return
    runtime = Runtime.instance()
    found = runtime._session_mgr.get_active_session_info(session.id)
    if found is None or session in _by_streamlit or len(session._browser_queue) > MOST_AT_ONCE:
        return
    try:
        for message in _flush(session):
            runtime._send_message(found, message)
    except SessionClientDisconnectedError:
        runtime.disconnect_session(session.id, client=found.client)
    _flushed(session)


def _taken(session: AppSession) -> list[ForwardMsg]:
    _by_streamlit.add(session)
    return _flush(session)


def _sent(session: AppSession) -> None:
    _by_streamlit.discard(session)
    _flushed(session)


def _rerun_after_it(session: AppSession, client_state: ClientState | None) -> None:
    """What a script that has ended still has to say comes first: Streamlit drops it once the next one has begun."""
    if _is_on(session._event_loop):  # a change of a file is told by another thread
        _hand_over(session)
    _rerun(session, client_state)


def _is_on(loop: AbstractEventLoop) -> bool:
    try:
        return get_running_loop() is loop
    except RuntimeError:
        return False


def _told_once(runtime: Runtime) -> None:
    # What sends clears this before it looks for messages, so it finds all that were put there before.
    if not runtime._get_async_objs().need_send_data.is_set():
        _told(runtime)

"""Messages to browsers handed over several at a time.

A page is some hundred messages. Streamlit wakes its event loop twice for each of them, while the script goes on to make
the next one, so that each waits for the other.
"""

from asyncio import AbstractEventLoop, Handle, get_running_loop
from collections.abc import Callable
from functools import partial
from threading import Lock
from weakref import WeakKeyDictionary

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.runtime import Runtime
from streamlit.runtime.runtime_util import MESSAGE_FLUSH_INTERVAL_SECS

TOGETHER = MESSAGE_FLUSH_INTERVAL_SECS  # as often as Streamlit sends
Callback = Callable[[], None]

_soon, _rerun, _told = AppSession._call_soon_on_event_loop, AppSession.request_rerun, Runtime._enqueued_some_message
_lock = Lock()
_waiting: WeakKeyDictionary[AbstractEventLoop, list[Callback]] = WeakKeyDictionary()


def gather() -> None:
    """From now on what happens within a few thousandths of a second is handed over together, in its order."""
    AppSession._call_soon_on_event_loop = _together  # ty: ignore[invalid-assignment]
    AppSession.request_rerun = _rerun_after_it  # ty: ignore[invalid-assignment]
    Runtime._enqueued_some_message = _told_once  # ty: ignore[invalid-assignment]


def _together(session: AppSession, callback: Callback) -> None:
    loop = session._event_loop
    with _lock:
        waiting = _waiting.setdefault(loop, [])
        waiting.append(callback)
        is_first = len(waiting) == 1
    if is_first:
        _soon(session, partial(_hand_over_later, loop))


def _hand_over_later(loop: AbstractEventLoop) -> None:
    loop.call_later(TOGETHER, _hand_over, loop)


def _hand_over(loop: AbstractEventLoop) -> None:
    with _lock:
        taken = _waiting.pop(loop, [])
    for each in taken:
        Handle(each, (), loop)._run()  # as the loop itself does: it tells of one that fails, which keeps no other back


def _rerun_after_it(session: AppSession, client_state: ClientState | None) -> None:
    """What a script that has ended still has to say comes first: Streamlit drops it once the next one has begun."""
    if _is_on(session._event_loop):  # a change of a file is told by another thread
        _hand_over(session._event_loop)
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

"""Sessions that let go of widgets which are no longer on the screen.

Streamlit forgets the value of a widget that was not drawn again, but keeps what it knows of it (its callback with the
rows that hang on it) until the session ends: a window that is open all day would hold everything it ever drew.

It goes only when a whole page has been drawn to its end. A part of a page knows nothing of the others, and a page that
is about to begin does not know yet what of the old one will be pressed before it is drawn.
"""

from typing import Any
from weakref import WeakKeyDictionary

from streamlit.runtime.scriptrunner.script_runner import RerunData, ScriptRunner, ScriptRunnerEvent
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.runtime.state.common import WidgetMetadata

Known = dict[str, WidgetMetadata[Any]]
_run, _finished = ScriptRunner._run_script, ScriptRunner._on_script_finished
_before: WeakKeyDictionary[ScriptRunner, Known] = WeakKeyDictionary()


def forget() -> None:
    """From now on what is known of a widget goes when a page has been drawn without it."""
    ScriptRunner._run_script = _noted  # ty: ignore[invalid-assignment]
    ScriptRunner._on_script_finished = _forgotten  # ty: ignore[invalid-assignment]


def _noted(runner: ScriptRunner, rerun_data: RerunData) -> None:
    _before[runner] = _known(runner).copy()
    _run(runner, rerun_data)


def _forgotten(
    runner: ScriptRunner, context: ScriptRunContext, event: ScriptRunnerEvent, premature_stop: bool, *more: Any
) -> None:
    _finished(runner, context, event, premature_stop, *more)
    if premature_stop or not context.has_script_started or event != ScriptRunnerEvent.SCRIPT_STOPPED_WITH_SUCCESS:
        return
    drawn, known = context.shared.widget_ids_this_run.snapshot(), _known(runner)
    for widget, metadata in _before.get(runner, {}).items():
        # Another script of the session may have begun, and be drawing it anew.
        if widget not in drawn and known.get(widget) is metadata:
            known.pop(widget, None)


def _known(runner: ScriptRunner) -> Known:
    return runner._session_state._state._new_widget_state.widget_metadata

"""Sessions that let go of widgets which are no longer on the screen.

Streamlit forgets the value of a widget that was not drawn again, but keeps what it knows of it (its callback with the
rows that hang on it, its key) until the session ends: a window that is open all day would hold everything it ever drew.
"""

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.session_state import SessionState, _is_stale_widget

_value_only = SessionState._remove_stale_widgets


def forget() -> None:
    """From now on what is known of a widget goes together with its value, at the end of a run."""
    SessionState._remove_stale_widgets = _everything  # ty: ignore[invalid-assignment]


def _everything(state: SessionState, active: frozenset[str]) -> None:
    _value_only(state, active)
    context = get_script_run_ctx()
    if context is None:
        return
    known, keys = state._new_widget_state.widget_metadata, state._key_id_mapper
    for widget, metadata in list(known.items()):
        if not _is_stale_widget(metadata, active, context.fragment_ids_this_run):
            continue
        del known[widget]
        key = keys.id_key_mapping.get(widget)
        if key is not None and keys.get_id_from_key(key) == widget:
            del keys[key]
        elif key is not None:  # it stands for another widget by now
            del keys.id_key_mapping[widget]

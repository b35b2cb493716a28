"""A script of two pages for test_forgetting.py: what it does is seen in these variables."""

from collections.abc import Callable

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

runner: LocalScriptRunner | None = None
while_drawing_b: Callable[[], None] | None = None
part: list[str] = []  # by which the part of page A is asked for again
saved: list[str] = []


def begin() -> None:
    """A new session."""
    saved.clear()
    part.clear()


def draw() -> None:
    context = get_script_run_ctx()
    if context is not None and context.page_script_hash == "A":
        st.button("A", key="A")
        _part()
        return
    st.button("B", key="B")
    if while_drawing_b is not None:
        while_drawing_b()
    st.button("Save", key="save", on_click=saved.append, args=("saved",))


@st.fragment
def _part() -> None:
    part[:] = [ThreadState.get().fragment_id or ""]
    st.button("in the part", key="part")

"""A session keeps what it knows of the widgets on the screen, and of no others."""

import pytest
from streamlit.runtime.state.session_state import SessionState
from streamlit.testing.v1 import AppTest

from pages.ui.operating import forgetting


def _page() -> None:
    import streamlit as st

    @st.fragment
    def part() -> None:
        st.button("in a part", key="part")
        if st.session_state.get("part"):
            st.button("only then", key="then")

    many = st.number_input("How many", key="many", value=0)
    for number in range(many):
        st.button(f"of {many}: {number}", key=f"button {number}", on_click=print, args=(many,))
    part()


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(SessionState, "_remove_stale_widgets", forgetting._everything)
    return AppTest.from_function(_page).run()


def _known(app: AppTest) -> list[str]:
    """By hand: a widget that is drawn, and nothing else, is known by its key."""
    state = app.session_state._state._state
    ids = state._new_widget_state.widget_metadata
    assert set(state._key_id_mapper.id_key_mapping) == set(ids)
    return sorted(state._key_id_mapper.id_key_mapping[each] for each in ids)


def test_what_was_drawn_before_is_forgotten(app: AppTest) -> None:
    assert _known(app) == ["many", "part"]
    app.number_input(key="many").set_value(3).run()
    assert _known(app) == ["button 0", "button 1", "button 2", "many", "part"]
    app.number_input(key="many").set_value(2).run()  # the same keys, other widgets
    assert _known(app) == ["button 0", "button 1", "many", "part"]
    app.button(key="button 1").click().run()
    assert app.button(key="button 1").value
    app.number_input(key="many").set_value(0).run()
    assert _known(app) == ["many", "part"]
    assert app.number_input(key="many").value == 0
    assert not app.exception


def test_the_server_forgets() -> None:
    """Without it the same steps leave eight buttons behind: the test above would fail on Streamlit's own."""
    assert SessionState._remove_stale_widgets is forgetting._value_only
    forgetting.forget()
    try:
        assert SessionState._remove_stale_widgets is forgetting._everything
    finally:
        SessionState._remove_stale_widgets = forgetting._value_only  # ty: ignore[invalid-assignment]

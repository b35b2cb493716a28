"""What a click calls runs before the page: also then it speaks the reader's language."""

from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from metrics.errors import InvalidSettings
    from pages.ui import notices
    from reports import text

    def refused() -> None:
        text.language.set("en")  # as in the thread of a new run
        with notices.explained():
            raise InvalidSettings(
                "A grant needs a person.", "Write the address or name with which the person signs in."
            )

    st.session_state["lang"] = "zh"
    st.button("x", on_click=refused)


def test_what_a_click_is_refused_with_is_said_in_the_readers_language():
    app = AppTest.from_function(_page).run()
    app.button[0].click().run()
    (error,) = app.error
    assert "授权" in error.value
    assert "grant" not in error.value

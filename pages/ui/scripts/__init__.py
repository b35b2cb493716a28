"""Scripts that the browser runs, a file each, and always the same word for word: see `pages.ui.operating.headers`.

What they say or copy is no part of them: it stands beside them as the attributes of an element.
"""

from pathlib import Path

import streamlit as st

FOLDER = Path(__file__).parent
SCRIPTS = {place.stem: place.read_text("utf-8") for place in sorted(FOLDER.glob("*.js"))}


def run(*names: str, beside: str = "") -> None:
    """Let the browser run the scripts of these names.

    Args:
        beside: what stands before them, as HTML.
    """
    told = "".join(f"<script>{SCRIPTS[name]}</script>" for name in names)
    st.html(f"{beside}{told}", unsafe_allow_javascript=True)

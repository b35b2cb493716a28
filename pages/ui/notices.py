"""What a page says of what it was given: text from data as it is, expected failures as sentences."""

import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager

import streamlit as st

from data_access.seen import unlinked
from metrics.errors import ServiceQualityError, SourceUnavailable
from pages.ui import load
from reports import column_words, text
from reports.visible import on_screen


@contextmanager
def explained() -> Generator[None]:
    """Expected failures become a notice that says what happened and what to do; anything else is a bug and crashes."""
    from pages.ui import scope  # which says by this module what went wrong

    # What a click calls comes before the page, which says in which language the reader reads.
    text.language.set(scope.chosen("lang") or text.language.get())
    try:
        yield
    except ServiceQualityError as failure:
        _say(failure)


@contextmanager
def without_warehouse() -> Generator[None]:
    """A part of a page that the warehouse would have to be asked for: the others need not wait for it."""
    try:
        yield
    except SourceUnavailable as failure:
        _say(failure)


def _say(failure: ServiceQualityError) -> None:
    if isinstance(failure, SourceUnavailable) and load.has_fallen_silent():
        st.rerun()  # the whole page, from the figures that are kept, and marked as such
    what, fix = text.explained(failure)
    st.error(f"**{plain(what)}**  \n{plain(fix)}", icon=":material/report:")


def needed(columns: Sequence[str]) -> None:
    """A part of a page that these data cannot fill says what they lack."""
    st.info(plain(column_words.unavailable(columns)), icon=":material/info:")


MARKS = str.maketrans({each: "\\" + each for each in "\\`*_{}[]()#+-.!|<>$~:=&"})
INDENT = re.compile(r"^[ \t]+", re.MULTILINE)  # Markdown takes it for code


def plain(words: str) -> str:
    """Text from data inside Markdown: shown as it is, never read as markup.

    Streamlit looks in it for addresses, icons, its own sign and arrows once all marks were read, escaped ones as well.
    """
    shown = INDENT.sub(lambda found: "\u00a0" * len(found[0]), on_screen(words))
    return unlinked(shown).translate(MARKS)

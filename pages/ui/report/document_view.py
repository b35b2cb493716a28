"""A document on the screen: the same parts that its files have."""

from collections.abc import Sequence

import streamlit as st

from pages.ui import tables
from pages.ui.notices import plain
from pages.ui.pieces import CHART, behind
from reports.charts_document import figure
from reports.document.parts import Chapter, Chart, Document, Figure, Figures, Paragraph, Part, Points, Table, Tone
from reports.export import spoken
from reports.text import _

COLOURS = {Tone.GOOD: "green", Tone.BAD: "red", Tone.NEUTRAL: "gray"}


def headline(document: Document) -> None:
    """The sentences that stand above everything."""
    with st.container(border=True):
        for place, sentence in enumerate(document.lead, start=1):
            st.markdown(f"**{place}.** {plain(sentence)}")


def chapters(document: Document) -> None:
    """Every chapter in its order."""
    for place, chapter in enumerate(document.chapters):
        _chapter(chapter, f"chapter_{place}")


def facts(document: Document) -> None:
    """What the document is about."""
    with st.expander(_("What this report is about"), icon=":material/info:"):
        for name, words in document.facts:
            st.markdown(f"**{plain(name)}**  \n{plain(words)}")


def _chapter(chapter: Chapter, key: str) -> None:
    st.header(plain(chapter.title), divider="gray")
    if chapter.message and chapter.message != chapter.title:
        st.markdown(f"**{plain(chapter.message)}**")
    for place, part in enumerate(chapter.parts):
        if not (place == 0 and _says_the_same(part, chapter.message)):
            _part(part, f"{key}_{place}")
    if chapter.definitions:
        with st.expander(_("Definitions"), icon=":material/menu_book:"):
            for name, words in chapter.definitions:
                st.markdown(f"**{plain(name)}**  \n{plain(words)}")


def _says_the_same(part: Part, message: str) -> bool:
    return isinstance(part, Paragraph) and part.words == message


def _part(part: Part, key: str) -> None:
    match part:
        case Paragraph(words):
            st.markdown(plain(words))
        case Points(said):
            st.markdown("\n".join(f"* {plain(each)}" for each in said))
        case Figures(figures):
            _figures(figures)
        case Table():
            st.markdown(f"**{plain(part.section.title)}**")
            tables.plain(spoken(part.section), height="content" if part.section.frame.height <= part.most else "auto")
        case Chart():
            st.markdown(f"**{plain(part.title)}**")
            drawn = figure(part)
            st.plotly_chart(drawn, key=key, config=CHART, alt=part.title)
            behind(drawn, key)


def _figures(figures: Sequence[Figure]) -> None:
    grid = st.grid("auto", min_column_width=225, border=True)
    for each in figures:
        with grid.cell():
            st.metric(plain(each.name), each.value)
            colour = COLOURS[each.tone]
            change = f":{colour}[{plain(each.change)}]" if each.change else ""
            told = change, plain(each.target), _whole(plain(each.note))
            st.caption("  \n".join(words for words in told if words))


def _whole(note: str) -> str:
    """No line ends between n and its number."""
    return note.replace("n \\= ", "n\u00a0\\=\u00a0")

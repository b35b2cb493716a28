"""The page of the board: how things stand, the four quadrants, editions, strategies, files."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from data_access.swot import editions
from data_access.swot.boards import Ranked
from data_access.swot.editions import Edition
from metrics.scope import Period
from metrics.swot.arranged import Arranged
from metrics.swot.editions import Beside, compared
from metrics.swot.evidence import Quadrant
from pages.ui import controls, files, scope, show
from pages.ui.notices import plain
from pages.ui.swot import edition_view, quadrant_view, reading, tows_view, weight_view
from reports import text
from reports.export import Section
from reports.swot import board_table, board_words, kind_words
from reports.text import N_, _

PARTS = {"board": N_("Board"), "tows": N_("Strategies (TOWS)")}
ROWS = ((Quadrant.STRENGTH, Quadrant.WEAKNESS), (Quadrant.OPPORTUNITY, Quadrant.THREAT))


def page() -> None:
    """Everything below the title."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        spoken = {each: _(name) for each, name in PARTS.items()}
        part = controls.segments(_("Part"), "part", list(PARTS), "board", lambda each: spoken[each])
        days = reading.period()
        kept = reading.editions()
        chosen = edition_view.chosen(kept)
    if chosen is not None:
        _edition(chosen, kept[kept.index(chosen) + 1 :], part)
        return
    found = reading.ranked(days)
    board = reading.arranged(found)
    earlier = [each for each in kept if each.end <= days.end]
    before = earlier[0] if earlier else None
    _lead(board, before)
    st.caption(plain(_("These are {period}, beside {before}.").format(
        period=text.period(days), before=text.period(found.beside))))  # fmt: skip
    if not board.items and not found.has_cases:
        show.empty()
        return
    if part == "tows":
        tows_view.now(found)
        return
    beside = editions.beside(earlier, days.end)
    _quadrants(lambda quadrant: quadrant_view.now(quadrant, found, beside))
    _gone(board, before)
    _not_looked_at(found)
    weight_view.told(found.weights)
    with st.container(horizontal=True):
        edition_view.keep(found)
        _files(board, beside, days, kind_words.weighed(found.weights))


def _edition(chosen: Edition, earlier: Sequence[Edition], part: str) -> None:
    """A board as it was, beside the one before it."""
    board, before = chosen.board, earlier[0] if earlier else None
    _lead(board, before)
    edition_view.told(chosen)
    if part == "tows":
        tows_view.kept(board)
        return
    beside = editions.beside(earlier, chosen.end)
    _quadrants(lambda quadrant: quadrant_view.kept(quadrant, board, beside))
    _gone(board, before)
    with st.container(horizontal=True):
        edition_view.take_off(chosen)
        _files(board, beside, chosen.period)


def _lead(board: Arranged, before: Edition | None) -> None:
    told = [board_words.headline(board)]
    told += [] if before is None else [board_words.changed(compared(board, before.board), before)]
    st.markdown(f"**{plain(text.paragraph(told))}**")


def _quadrants(draw: Callable[[Quadrant], None]) -> None:
    """Two by two; below each other where there is no room."""
    for row in ROWS:
        for quadrant, column in zip(row, st.columns(2, gap="medium"), strict=True):
            with column, st.container(border=True, height="stretch"):
                draw(quadrant)


def _gone(board: Arranged, before: Edition | None) -> None:
    """What stood in the edition before and is found no more."""
    gone = () if before is None else compared(board, before.board).gone
    if before is None or not gone:
        return
    title = _("Gone since the edition of {day}: {count}").format(
        day=text.day(before.period.last), count=text.number(len(gone))
    )
    with st.expander(title, icon=":material/check:"):
        for item in gone:
            said = board_words.said(item, scope.current().label)
            st.markdown(plain(text.labelled(board_words.name(item.quadrant), said)))


def _not_looked_at(found: Ranked) -> None:
    """What could not be looked for, and why."""
    if not found.not_looked_at:
        return
    title = _("Could not be looked at: {count}").format(count=text.number(len(found.not_looked_at)))
    with st.expander(title, icon=":material/visibility_off:"):
        for each in found.not_looked_at:
            st.markdown(plain(kind_words.not_looked_at(each)))


def _files(board: Arranged, beside: Beside, days: Period, note: str = "") -> None:
    """The board as numbers, and to print.

    Args:
        note: what else the reader has to know.
    """
    shown, title = scope.current(), _("SWOT board")
    made = partial(board_table.numbers, board, beside, shown.label)
    files.lazily(title, lambda: [Section(title, made(), board_table.headers(), days)], key="swot")
    blocks = partial(board_table.blocks, board, beside, shown.label)
    lead = text.paragraph([board_words.headline(board), *([note] if note else [])])
    files.printable(title, lead, blocks, days, "swot", shown.filters)

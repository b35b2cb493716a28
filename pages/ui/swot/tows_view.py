"""Strategies on the page: what pairs of entries suggest, pairs of people's own, and the way to an action."""

from collections.abc import Sequence

import streamlit as st

from data_access.swot.boards import Ranked
from data_access.swot.strategies import (
    LONGEST,
    Paired,
    add_strategy,
    read_strategies,
    remove_strategy,
    restore_strategy,
)
from data_access.viewer import Right
from metrics.swot.arranged import Arranged, Item
from metrics.swot.evidence import Quadrant
from metrics.swot.tows import QUADRANTS, Strategy, Suggestion, suggestions
from pages.ui import load, scope
from pages.ui.notices import plain
from pages.ui.swot import reading, to_action
from reports import text
from reports.swot import board_words, cards, tows_words
from reports.text import _

GONE = "swot pair gone"
ADDED = "swot pairs added"  # counts the pairs that were added: each begins with an empty field
ROWS = ((Strategy.SO, Strategy.WO), (Strategy.ST, Strategy.WT))


def now(found: Ranked) -> None:
    """The strategies of today's board."""
    _explained()
    for row in ROWS:
        for strategy, column in zip(row, st.columns(2, gap="medium"), strict=True):
            with column, st.container(border=True, height="stretch"):
                _strategy(strategy, found)


def kept(board: Arranged) -> None:
    """What the entries of an edition suggested."""
    _explained()
    found = suggestions(board)
    for row in ROWS:
        for strategy, column in zip(row, st.columns(2, gap="medium"), strict=True):
            with column, st.container(border=True, height="stretch"):
                _head(strategy, len(found[strategy]))
                for each in found[strategy]:
                    _suggested(each)


def _explained() -> None:
    st.caption(
        _("A strategy takes one entry from inside and one from outside. The suggestions come from a table of rules and "
          "from nothing else; whether they are good is for the meeting to say.")
    )  # fmt: skip


@scope.fragment
def _strategy(strategy: Strategy, found: Ranked) -> None:
    """One field of the matrix; a click draws this one anew and no other."""
    shown, board = scope.current(), reading.arranged(found)
    told = suggestions(board)[strategy]
    own = [each for each in _read() if each.strategy is strategy]
    _head(strategy, len(told) + len(own))
    reading.refused(strategy)
    if not told and not own:
        st.caption(_("No two entries of the board make a strategy of this kind yet. Pair two by hand."))
    for each in own:
        _paired(each, board)
    for each in told:
        _suggested(each)
        if shown.viewer.may(Right.CHANGES):
            said, because = tows_words.advice(each, shown.label), tows_words.because(each, shown.label)
            to_action.button(
                f"{strategy}_{each.advice}", said, because, _goals(strategy, each.inner, each.outer), strategy
            )
    if shown.viewer.may(Right.CHANGES):
        _pair(strategy, board)


def _read() -> list[Paired]:
    shown = scope.current()
    return read_strategies(load.state(), shown.viewer, shown.filters, load.unseen(shown.store, shown.viewer))


def _head(strategy: Strategy, count: int) -> None:
    st.html(cards.strategy_head(tows_words.name(strategy), _(tows_words.AIMS[strategy]), count, strategy))


def _suggested(found: Suggestion) -> None:
    label = scope.current().label
    st.html(
        cards.strategy(
            tows_words.advice(found, label), [board_words.said(each, label) for each in (found.inner, found.outer)]
        )
    )


def _paired(paired: Paired, board: Arranged) -> None:
    """A pair of people's own; an entry that is found no more is told by its absence."""
    shown = scope.current()
    by_key = {key: item for item in board.items for key in item.keys}
    items = [by_key.get(each) for each in (paired.inner, paired.outer)]
    said = [board_words.said(each, shown.label) if each else _("Found no more.") for each in items]
    st.html(cards.strategy(paired.words, said, _("✎ paired by {who}").format(who=text.person(paired.made_by))))
    if not shown.viewer.may(Right.CHANGES):
        return
    with st.container(horizontal=True):
        to_action.button(
            paired.id, paired.words, text.paragraph(said), _goals(paired.strategy, *items), paired.strategy
        )
        st.button(
            _("Take off"), key=f"swot_unpair_{paired.id}", icon=":material/delete:", type="tertiary",
            on_click=_taken_off, args=(paired,),
        )  # fmt: skip


def _goals(strategy: Strategy, inner: Item | None, outer: Item | None) -> tuple[Item | None, Item | None]:
    """What is to change comes first: a weakness is mended, an opportunity taken or a threat met by a strength."""
    return (inner, outer) if QUADRANTS[strategy][0] is Quadrant.WEAKNESS else (outer, inner)


def _taken_off(paired: Paired) -> None:
    """For callbacks."""
    reading.write(paired.strategy, remove_strategy, paired, then=lambda: scope.note(GONE, paired))


def _put_back(paired: Paired) -> None:
    """For callbacks."""
    reading.write(paired.strategy, restore_strategy, paired, then=lambda: scope.note(GONE, None))


def _pair(strategy: Strategy, board: Arranged) -> None:
    """Two entries, and what to do about them."""
    gone = scope.noted(GONE)
    if gone is not None and gone.strategy is strategy:
        st.button(
            plain(_("Put back: {name}").format(name=gone.words)), key=f"swot_repair_{gone.id}",
            icon=":material/undo:", type="tertiary", on_click=_put_back, args=(gone,),
        )  # fmt: skip
    inside, outside = (board.shown[quadrant] for quadrant in QUADRANTS[strategy])
    if not inside or not outside:
        return
    turn = scope.noted(ADDED) or 0
    fields = tuple(f"swot_pair_{name}_{strategy}_{turn}" for name in ("inner", "outer", "words"))
    with st.expander(_("Pair two entries by hand"), icon=":material/add_link:"):
        for items, quadrant, field in zip((inside, outside), QUADRANTS[strategy], fields[:2], strict=True):
            _choice(board_words.name(quadrant), items, field)
        st.text_input(_("What is to be done"), key=fields[2], max_chars=LONGEST)
        st.button(
            _("Put on record"), key=f"swot_do_pair_{strategy}", icon=":material/add:", on_click=_add,
            args=(strategy, fields),
        )  # fmt: skip


def _choice(label: str, items: Sequence[Item], field: str) -> None:
    spoken = {each.key: board_words.said(each, scope.current().label) for each in items}
    st.selectbox(label, list(spoken), key=field, format_func=lambda each: spoken[each])


def _add(strategy: Strategy, fields: tuple[str, str, str]) -> None:
    """For callbacks."""
    inner, outer, words = map(scope.typed, fields)
    paired = Paired(strategy=strategy, inner=inner, outer=outer, words=words)
    reading.write(strategy, add_strategy, paired, then=lambda: scope.note(ADDED, (scope.noted(ADDED) or 0) + 1))

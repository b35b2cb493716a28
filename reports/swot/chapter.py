"""The board as a chapter of a document."""

from collections.abc import Mapping, Sequence
from datetime import date

from data_access.swot.editions import Edition, beside
from metrics.swot.arranged import Arranged
from metrics.swot.evidence import Kind
from reports.document.parts import Chapter, Paragraph, Part, Points, Table
from reports.export import Section
from reports.swot import board_table, board_words, kind_words
from reports.text import Label, _


def chapter(
    board: Arranged, past: Sequence[Edition], until: date, label: Label, weights: Mapping[Kind, float]
) -> Chapter:
    """The four quadrants as sentences, what became of them since the last edition, and their numbers.

    Args:
        past: earlier editions, the newest first; none where nothing was kept yet.
        until: the day after the last one that the board is about.
        label: what a code of a dimension is called, like a team.
        weights: of kinds that do not weigh what they ship with.
    """
    held = beside(past, until)
    against, headline = held.compared(board), board_words.headline(board)
    parts: list[Part] = [] if against is None else [Paragraph(headline)]
    for title, said, rest in board_table.lists(board, held, label):
        parts += [Paragraph(title), Points(tuple(said))] if said else []
        parts += [Paragraph(rest)] if rest else []
    parts += [Paragraph(kind_words.weighed(weights))] if weights else []
    numbers = Section(_("SWOT board"), board_table.numbers(board, held, label), board_table.headers())
    message = headline if against is None else board_words.changed(against, past[0])
    return Chapter(_("SWOT board"), message, (*parts, Table(numbers)))

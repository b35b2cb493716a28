"""The board as numbers for a file, and as a document to print."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from metrics.swot.arranged import Arranged, Item
from metrics.swot.editions import Compared, Standing, stands_since
from metrics.swot.evidence import Quadrant
from reports import text
from reports.printed import Block
from reports.swot import board_words
from reports.text import Label, _

TYPES = {
    "quadrant": pl.String,
    "place": pl.Int64,
    "sentence": pl.String,
    "metric": pl.String,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "reference": pl.Float64,
    "size": pl.Float64,
    "size_unit": pl.String,
    "confidence": pl.Float64,
    "n": pl.Int64,
    "since": pl.Date,
    "standing": pl.String,
    "weeks": pl.Int64,
    "pinned": pl.Boolean,
    "author": pl.String,
    "put_aside": pl.String,
    "key": pl.String,
}


def headers() -> dict[str, str]:
    """What the columns of `numbers` are called, where the export has no name for them."""
    return {
        "quadrant": _("Quadrant"),
        "place": _("Place"),
        "sentence": _("Entry"),
        "reference": _("Held against"),
        "size": _("Size a month"),
        "size_unit": _("Size counts"),
        "confidence": _("How sure, 0.5 to 1"),
        "n": "n",
        "since": _("Since"),
        "standing": _("Since the edition before"),
        "weeks": _("Weeks on the board"),
        "pinned": _("Pinned"),
        "author": _("Added by"),
        "put_aside": _("Put aside because"),
        "key": _("Finding"),
    }


def numbers(
    board: Arranged, against: Compared | None, past: Sequence[tuple[date, Arranged]], until: date, label: Label
) -> pl.DataFrame:
    """Every entry with its numbers, by quadrant and place; what was put aside stands last.

    Args:
        past, until: as `metrics.swot.editions.stands_since` asks for them.
    """
    rows = [
        _row(item, place, label) | _history(item, against, past, until)
        for items in (*board.shown.values(), *board.dismissed.values())
        for place, item in enumerate(items, start=1)
    ]
    return pl.DataFrame(rows, schema=TYPES)


def _row(item: Item, place: int, label: Label) -> dict:
    own = {
        "quadrant": board_words.name(item.quadrant),
        "place": None if item.edit.dismissed else place,
        "sentence": board_words.said(item, label),
        "pinned": item.edit.is_pinned,
        "author": item.edit.author or None,
        "put_aside": item.edit.dismissed or None,
        "key": item.key,
    }
    if item.evidence is None:
        return own
    evidence = item.evidence
    return own | {
        "metric": evidence.metric,
        "value": evidence.estimate.value,
        "low": evidence.estimate.low,
        "high": evidence.estimate.high,
        "reference": evidence.reference,
        "size": evidence.size,
        "size_unit": _(board_words.COUNTED[evidence.size_unit]),
        "confidence": evidence.confidence,
        "n": evidence.n,
        "since": evidence.since,
    }


def _history(item: Item, against: Compared | None, past: Sequence[tuple[date, Arranged]], until: date) -> dict:
    moved = None if against is None else against.moved.get(item.key)
    return {
        "standing": None if moved is None else _(board_words.STANDINGS[moved.standing]),
        "weeks": (until - stands_since(item, until, past)).days // 7,
    }


def blocks(board: Arranged, against: Compared | None, label: Label, most: int) -> list[Block]:
    """The quadrants as lists, what is gone, and room to write on."""
    found = [
        Block(
            text.labelled(board_words.name(quadrant), _(board_words.SIDES[quadrant])),
            said=[_printed(item, against, label) for item in board.shown[quadrant][:most]],
            note=_rest(len(board.shown[quadrant]) - most),
        )
        for quadrant in Quadrant
    ]
    gone = [] if against is None else [board_words.said(item, label) for item in against.gone]
    found += [Block(_("Gone since the edition before"), said=gone)] if gone else []
    return [*found, Block(_("Agreed in the meeting"), lines=6)]


def _rest(count: int) -> str:
    return _("And {count} more, in the dashboard.").format(count=text.number(count)) if count > 0 else ""


def _printed(item: Item, against: Compared | None, label: Label) -> str:
    """The sentence with its size, and what became of it."""
    told = [board_words.said(item, label)]
    if item.evidence is not None:
        told.append(_("Size: {size}.").format(size=board_words.size(item.evidence.size, item.evidence.size_unit)))
    else:
        told.append(_("Added by {who}.").format(who=item.edit.author))
    moved = None if against is None else against.moved.get(item.key)
    if moved is not None and moved.standing is not Standing.SAME:
        told.append(board_words.standing(moved))
    return text.paragraph(told)

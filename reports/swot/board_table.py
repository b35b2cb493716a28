"""The board as numbers for a file, and as a document to print."""

import polars as pl

from metrics.catalogue import CATALOGUE
from metrics.metric import Unit
from metrics.swot.arranged import Arranged, Item
from metrics.swot.editions import Beside, Compared, Standing
from metrics.swot.evidence import Evidence, Kind, Quadrant
from metrics.swot.ranking import MOST
from reports import text
from reports.export import UNITS
from reports.printed import Block
from reports.swot import board_words, kind_words, words
from reports.text import Label, _

TYPES = {
    "quadrant": pl.String,
    "place": pl.Int64,
    "sentence": pl.String,
    "measured": pl.String,
    "unit": pl.String,
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
        "place": _("Place in the quadrant"),
        "sentence": _("Entry"),
        "measured": _("Metric"),
        "unit": _("Unit"),
        "reference": _("Held against"),
        "size": _("Size a month"),
        "size_unit": _("Size counts"),
        "confidence": _("How sure, 0.5 to 1"),
        "n": "n",
        "since": _("Since when"),
        "standing": _("Since the edition before"),
        "weeks": _("Weeks on the board"),
        "pinned": _("Pinned"),
        "author": _("Added by"),
        "put_aside": _("Put aside because"),
        "key": _("Key of the finding"),
    }


def numbers(board: Arranged, beside: Beside, label: Label) -> pl.DataFrame:
    """Every entry with its numbers, by quadrant and place; what was put aside stands last."""
    against = beside.compared(board)
    rows = [
        _row(item, place, label) | _history(item, against, beside)
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
        "author": text.person(item.edit.author) or None,
        "put_aside": item.edit.dismissed or None,
        "key": item.key,
    }
    if item.evidence is None:
        return own
    evidence = item.evidence
    return own | {
        "measured": _(CATALOGUE[evidence.metric].name) if evidence.metric else kind_words.kind(evidence.kind),
        "unit": _unit(evidence),
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


def _unit(evidence: Evidence) -> str:
    """Of the figure, which for some kinds is not in the unit of the metric: how much more, how many times as often."""
    if evidence.kind in words.TIMES:
        return _("times")
    if evidence.kind in words.RELATIVE | words.SHARES:
        return _(UNITS[Unit.PERCENT])
    unit = CATALOGUE[evidence.metric].unit if evidence.metric else None
    if evidence.kind is Kind.CHURN or (evidence.kind in words.APART and unit is Unit.PERCENT):
        return _("percentage points")
    return _("cases") if unit is None else _(UNITS[unit])


def _history(item: Item, against: Compared | None, beside: Beside) -> dict:
    moved = None if against is None else against.moved.get(item.key)
    return {
        "standing": None if moved is None else _(board_words.STANDINGS[moved.standing]),
        "weeks": beside.weeks(item),
    }


def lists(board: Arranged, beside: Beside, label: Label) -> list[tuple[str, list[str], str]]:
    """The quadrants and what is gone: a title, its sentences, and how many more there are."""
    against = beside.compared(board)
    found = [
        (
            text.labelled(board_words.name(quadrant), _(board_words.SIDES[quadrant])),
            [_printed(item, against, label) for item in board.shown[quadrant][:MOST]],
            _rest(len(board.shown[quadrant]) - MOST),
        )
        for quadrant in Quadrant
    ]
    gone = [] if against is None else [board_words.said(item, label) for item in against.gone]
    return [*found, (_("Gone since the edition before"), gone, "")] if gone else found


def blocks(board: Arranged, beside: Beside, label: Label) -> list[Block]:
    """To print: the same, and room to write on."""
    found = [Block(title, said=said, note=rest) for title, said, rest in lists(board, beside, label)]
    return [*found, Block(_("Agreed in the meeting"), lines=6)]


def _rest(count: int) -> str:
    return _("And {count} more, in the dashboard.").format(count=text.number(count)) if count > 0 else ""


def _printed(item: Item, against: Compared | None, label: Label) -> str:
    """The sentence with its size, and what became of it."""
    evidence, moved = item.evidence, None if against is None else against.moved.get(item.key)
    if evidence is None:
        facts = [_("added by {who}").format(who=text.person(item.edit.author))]
    else:
        facts = [board_words.size(evidence.size, evidence.size_unit)]
    if moved is not None and moved.standing is not Standing.SAME:
        facts.append(board_words.standing(moved))
    return " · ".join([board_words.said(item, label), *facts])

"""Editions of the board: frozen with their numbers, and what became of the entries from one to the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from metrics.swot.arranged import Arranged, Item
from metrics.swot.edits import edit_of, written
from metrics.swot.evidence import Quadrant, SizeUnit
from metrics.swot.written import evidence_of, evidence_written

CLEARLY = 0.2  # House rule: a size that is a fifth larger or smaller is told; less is the ordinary up and down


class Standing(StrEnum):
    """What became of an entry since the edition before."""

    NEW = "new"
    STRONGER = "stronger"
    WEAKER = "weaker"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Moved:
    """An entry beside the one of the edition before: its sizes then and now; None where there is none."""

    standing: Standing
    old_size: float | None = None
    new_size: float | None = None
    size_unit: SizeUnit | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """By the key of what is shown now, and what was shown before and is found no more."""

    moved: Mapping[str, Moved]
    gone: tuple[Item, ...]

    def count(self, standing: Standing) -> int:
        return sum(each.standing is standing for each in self.moved.values())


def compared(now: Arranged, before: Arranged) -> Compared:
    """What is new, stronger, weaker or gone. What people put aside is neither new nor gone."""
    known = {key: item for item in _all(before) for key in item.keys}
    there = {key for item in _all(now) for key in item.keys}
    moved = {item.key: _moved(item, known) for item in now.items}
    return Compared(moved, tuple(item for item in before.items if not item.keys & there))


def _all(board: Arranged) -> tuple[Item, ...]:
    return (*board.items, *(item for items in board.dismissed.values() for item in items))


def _moved(item: Item, known: Mapping[str, Item]) -> Moved:
    """By the first evidence that both have: duplicates may have been told by the other's sentence then."""
    proofs = item.proofs
    for key, evidence in proofs.items():
        old = known[key].proofs.get(key) if key in known else None
        if old is not None and old.size_unit is evidence.size_unit:
            return Moved(_standing(old.size, evidence.size), old.size, evidence.size, evidence.size_unit)
    return Moved(Standing.SAME if item.keys & known.keys() else Standing.NEW)


def _standing(old: float, new: float) -> Standing:
    if new > old and new - old >= CLEARLY * old:
        return Standing.STRONGER
    return Standing.WEAKER if new < old and old - new >= CLEARLY * old else Standing.SAME


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """What a board is held against: earlier editions, the newest first, and the day after the board's own last one.

    `past`: of each the day after its last one, and its `members`. `newest` is None where there is none.
    """

    past: Sequence[tuple[date, Mapping[str, frozenset[str]]]]
    newest: Arranged | None
    until: date

    def compared(self, board: Arranged) -> Compared | None:
        """With the newest edition; None where there is none."""
        return None if self.newest is None else compared(board, self.newest)

    def stands_since(self, item: Item) -> date:
        """Since the end of which edition an entry has been on the board without a gap."""
        since, keys = self.until, item.keys
        for end, members in self.past:
            found = [members[key] for key in keys if key in members]
            if not found:
                break
            since, keys = min(since, end), keys.union(*found)
        return since

    def weeks(self, item: Item) -> int:
        """For how many whole weeks it has been there."""
        return (self.until - self.stands_since(item)).days // 7


def members(told: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Of a `frozen` board, by the key of every finding that is shown: the keys of all that stand in the same entry."""
    entries = [frozenset(_keys(each)) for each in told["shown"]]
    return {key: keys for keys in entries for key in keys}


def _keys(told: Mapping[str, Any]) -> set[str]:
    own = [] if told["evidence"] is None else [told["evidence"]]
    found = {told["key"], *(each["key"] for each in (*own, *told["merged"]))}
    return found.union(*map(_keys, told["joined"]))


def frozen(board: Arranged) -> dict[str, Any]:
    """A board in JSON's types: numbers and codes, no sentences but those that people wrote."""
    return {
        "shown": [_told(item) for item in board.items],
        "dismissed": [_told(item) for items in board.dismissed.values() for item in items],
    }


def thawed(told: Mapping[str, Any]) -> Arranged:
    """What `frozen` has written."""
    parts = {name: [_item(each) for each in told[name]] for name in ("shown", "dismissed")}
    by_quadrant = {
        name: {each: tuple(item for item in items if item.quadrant is each) for each in Quadrant}
        for name, items in parts.items()
    }
    return Arranged(by_quadrant["shown"], by_quadrant["dismissed"])


def _told(item: Item) -> dict[str, Any]:
    return {
        "key": item.key,
        "quadrant": str(item.quadrant),
        "evidence": None if item.evidence is None else evidence_written(item.evidence),
        "rank": item.rank,
        "merged": [evidence_written(each) for each in item.merged],
        "edit": written(item.edit),
        "joined": [_told(each) for each in item.joined],
    }


def _item(told: Mapping[str, Any]) -> Item:
    return Item(
        key=told["key"],
        quadrant=Quadrant(told["quadrant"]),
        evidence=None if told["evidence"] is None else evidence_of(told["evidence"]),
        rank=told["rank"],
        merged=tuple(map(evidence_of, told["merged"])),
        edit=edit_of(told["key"], told["edit"]),
        joined=tuple(map(_item, told["joined"])),
    )

"""The board as people have arranged it: what was found, with what they made of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from metrics.swot.edits import Edit
from metrics.swot.evidence import Evidence, Quadrant
from metrics.swot.ranking import Entry


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the board. `merged`: other evidence of the same, `joined`: entries that people merged into it."""

    key: str
    quadrant: Quadrant
    evidence: Evidence | None  # None: a person has added it
    rank: float
    merged: tuple[Evidence, ...]
    edit: Edit
    joined: tuple["Item", ...] = ()

    @property
    def proofs(self) -> dict[str, Evidence]:
        """All evidence that stands in it, by key; that of its own sentence first."""
        own = [] if self.evidence is None else [self.evidence]
        found = {each.key: each for each in (*own, *self.merged)}
        return found | {key: each for item in self.joined for key, each in item.proofs.items()}

    @property
    def keys(self) -> frozenset[str]:
        return frozenset({self.key, *self.proofs, *(key for item in self.joined for key in item.keys)})


@dataclass(frozen=True, slots=True)
class Arranged:
    """By quadrant what is shown, pinned ones first and then by rank, and what was put aside."""

    shown: Mapping[Quadrant, tuple[Item, ...]]
    dismissed: Mapping[Quadrant, tuple[Item, ...]]

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for items in self.shown.values() for item in items)


def arranged(found: Iterable[Entry], edits: Iterable[Edit]) -> Arranged:
    """Found entries and those that people added, in the order in which they are shown.

    An entry that people merged stands in the one it was merged into, as long as that one is there, and goes where that
    one goes; else it stands by itself.
    """
    edited = {each.key: each for each in edits}
    items = [_item(each, edited) for each in found]
    items += [
        Item(key=each.key, quadrant=each.quadrant, evidence=None, rank=0.0, merged=(), edit=each)
        for each in edited.values()
        if each.quadrant is not None
    ]
    by_key = {item.key: item for item in items}
    heads = {item.key: _head(item, by_key) for item in items}
    joined: dict[str, list[Item]] = {}
    for item in sorted(items, key=_order):
        if heads[item.key] != item.key:
            joined.setdefault(heads[item.key], []).append(item)
    stand = [replace(each, joined=tuple(joined.get(each.key, ()))) for each in items if heads[each.key] == each.key]
    return Arranged(
        _by_quadrant([each for each in stand if not each.edit.dismissed]),
        _by_quadrant([each for each in stand if each.edit.dismissed]),
    )


def _item(entry: Entry, edited: Mapping[str, Edit]) -> Item:
    key = entry.evidence.key
    return Item(key, entry.quadrant, entry.evidence, entry.rank, entry.merged, edited.get(key, Edit(key=key)))


def _head(item: Item, by_key: Mapping[str, Item]) -> str:
    """The key of the entry in which this one stands: its own where nothing takes it in.

    Two people at once may have merged entries into each other: the first by name then takes in the others.
    """
    seen, head = {item.key}, item
    while (into := by_key.get(head.edit.merged_into)) is not None:
        if into.key in seen:
            return min(seen)
        seen.add(into.key)
        head = into
    return head.key


def _by_quadrant(items: Sequence[Item]) -> dict[Quadrant, tuple[Item, ...]]:
    kept = sorted(items, key=_order)
    return {each: tuple(item for item in kept if item.quadrant is each) for each in Quadrant}


def _order(item: Item) -> tuple[bool, float, str]:
    return not item.edit.is_pinned, -item.rank, item.key


def walked(board: Arranged) -> Iterator[Item]:
    """Every entry, also those that were put aside and those that stand in another."""
    for items in (*board.shown.values(), *board.dismissed.values()):
        for item in items:
            yield item
            yield from item.joined

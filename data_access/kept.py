"""Keeping what was read or computed, for whoever asks for the same again."""

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from itertools import chain, islice
from threading import Lock
from typing import Any, TypeVar

import numpy as np
import polars as pl

Made = TypeVar("Made")
SMALL = 2**20
ONE_OF_EACH = (Enum, type)
ROOM = 16  # where there is no room, a sixteenth is made
VIEW_BYTES = 16  # of memory that each string of a frame takes beside its letters
KEY_BYTES = 512  # that a key and its place take; what it names, such as metrics, is there anyway
COLUMN_BYTES = 512  # that each column takes beside its values


class Kept:
    """Frames and what was made of them, by keys; beyond `most` of them the one goes that nobody asked for longest.

    Beyond `most_bytes` of memory the half goes first that nobody asked for longest, and of a half those that are long:
    what is small costs little to keep and much to make again. Safe for threads.
    """

    def __init__(self, most: int, most_bytes: int) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._held = 0
        self._lock = Lock()

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What is kept under this key, made where there is none; two who ask at once may both make it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
        made = make()
        self.put(key, made)
        return made

    def put(self, key: Hashable, made: object) -> None:
        """Keep this under the key, in the place of what is there."""
        size = KEY_BYTES + memory_of(made)
        with self._lock:
            self._held += size - self._kept.pop(key, (None, 0))[1]
            self._kept[key] = made, size
            for gone in self._too_many():
                self._held -= self._kept.pop(gone)[1]

    def _too_many(self) -> list[Hashable]:
        """What goes so that the newest, which stands last, may stay; the longest unasked for first."""
        gone = list(islice(self._kept, max(0, len(self._kept) - self._most)))
        newest = next(reversed(self._kept.values()))[1]
        # One that alone is larger than all room puts no other out: it would not be enough.
        room = self._most_bytes + (newest if newest > self._most_bytes else 0)
        over = self._held - sum(self._kept[key][1] for key in gone) - room
        if over <= 0:
            return gone
        over += self._most_bytes // ROOM  # so that not every new one has to look for what goes
        others = [(key, size) for key, (_made, size) in islice(self._kept.items(), len(gone), len(self._kept) - 1)]
        older = (len(others) + 1) // 2
        for half in (others[:older], others[older:]):
            for key, size in sorted(half, key=lambda each: each[1] <= SMALL):  # the long ones first
                if over <= 0:
                    return gone
                gone.append(key)
                over -= size
        return gone


def memory_of(made: object) -> int:
    """About how many bytes a result takes: frames and arrays by their values, all else by what Python says of it."""
    if isinstance(made, pl.DataFrame):
        words = sum(dtype == pl.String for dtype in made.dtypes)
        return int(made.estimated_size()) + VIEW_BYTES * words * made.height + COLUMN_BYTES * made.width
    if isinstance(made, pl.Series):
        return int(made.estimated_size()) + COLUMN_BYTES
    if isinstance(made, np.ndarray):
        return made.nbytes
    if made is None or isinstance(made, ONE_OF_EACH):
        return 0
    return sys.getsizeof(made) + sum(map(memory_of, _within(made)))


def _within(made: object) -> Iterable[object]:
    if isinstance(made, Mapping):
        return chain(made.keys(), made.values())
    if isinstance(made, list | tuple | set | frozenset):
        return made
    if is_dataclass(made):
        return (getattr(made, each.name) for each in fields(made))
    return ()

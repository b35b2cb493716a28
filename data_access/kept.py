"""Keeping what was read or computed, for whoever asks for the same again."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from itertools import islice
from threading import Lock
from typing import Any, TypeVar

import numpy as np
import polars as pl

Made = TypeVar("Made")
SMALL = 2**20
VIEW_BYTES = 16  # of memory that each string of a frame takes beside its letters
COLUMN_BYTES = 512  # that each column takes beside its values


class Kept:
    """Frames and what was made of them, by keys; beyond `most` of them the one goes that nobody asked for longest.

    Beyond `most_bytes` of memory those that are long go first: what is small costs little to keep and much to make
    again, so it goes only when no long ones are left. Safe for threads.
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
        size = memory_of(made)
        with self._lock:
            self._held += size - self._kept.pop(key, (None, 0))[1]
            self._kept[key] = made, size
            for gone in self._too_many():
                self._held -= self._kept.pop(gone)[1]
        return made

    def _too_many(self) -> list[Hashable]:
        """What goes so that the newest, which stands last, may stay; the longest unasked for first."""
        gone = list(islice(self._kept, max(0, len(self._kept) - self._most)))
        over = self._held - sum(self._kept[key][1] for key in gone) - self._most_bytes
        if over <= 0:
            return gone
        others = list(self._kept.items())[len(gone) : -1]
        for key, (_made, size) in sorted(others, key=lambda each: each[1][1] <= SMALL):  # the long ones first
            if over <= 0:
                break
            gone.append(key)
            over -= size
        return gone


def memory_of(made: object) -> int:
    """About how many bytes the frames and arrays of a result take; what else there is in it is small."""
    if isinstance(made, pl.DataFrame):
        words = sum(dtype == pl.String for dtype in made.dtypes)
        return int(made.estimated_size()) + VIEW_BYTES * words * made.height + COLUMN_BYTES * made.width
    if isinstance(made, np.ndarray):
        return made.nbytes
    if isinstance(made, Mapping):
        return sum(map(memory_of, made.values()))
    if isinstance(made, list | tuple):
        return sum(map(memory_of, made))
    if is_dataclass(made) and not isinstance(made, type):
        return sum(memory_of(getattr(made, each.name)) for each in fields(made))
    return 0

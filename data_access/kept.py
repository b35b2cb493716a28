"""Keeping what was read or computed, for whoever asks for the same again."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

import polars as pl


class Kept:
    """Frames by their keys; beyond `most` the one that nobody asked for longest goes. Safe for threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._frames: OrderedDict[Hashable, pl.DataFrame] = OrderedDict()
        self._lock = Lock()

    def once(self, key: Hashable, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """The frame under this key, made where there is none; two who ask at once may both make it."""
        with self._lock:
            if key in self._frames:
                self._frames.move_to_end(key)
                return self._frames[key]
        made = make()
        with self._lock:
            self._frames[key] = made
            while len(self._frames) > self._most:
                self._frames.popitem(last=False)
        return made

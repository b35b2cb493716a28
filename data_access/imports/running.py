"""An import in the background: whoever watches sees how far it is, and can end it."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from data_access.home import Home
from data_access.imports.import_files import Imported, import_parts
from data_access.imports.loading import Part, Tally
from data_access.imports.uploads import remove_uploads
from metrics.errors import ImportFailed


@dataclass(eq=False)
class Running:
    """An import that was begun. `share` is 0 to 1; `future` holds what it did or why it failed."""

    who: str
    tally: Tally = field(default_factory=Tally)
    share: float = 0.0
    step: str = ""
    is_stopped: threading.Event = field(default_factory=threading.Event)
    future: "Future[Imported] | None" = None

    def progress(self, share: float, step: str) -> None:
        """Called by the import; ends it where that was asked for, unless all is done.

        Raises:
            ImportFailed: it was stopped.
        """
        if self.is_stopped.is_set() and share < 1.0:
            raise ImportFailed("The import was stopped; nothing was changed.", "Start it again when you are ready.")
        self.share, self.step = share, step

    def stop(self) -> None:
        """Ask it to end; it does so before its next step, unless the new data are in use by then."""
        self.is_stopped.set()

    @property
    def is_done(self) -> bool:
        return self.future is not None and self.future.done()


def begin_import(
    who: str, parts: Sequence[Part], home: Home, *, add: bool, then: Callable[[Imported], None]
) -> Running:
    """Import in a thread of its own.

    Args:
        then: called in that thread when the new data are in use: what has to be written down.
    """
    running = Running(who)

    def work() -> Imported:
        try:
            done = import_parts(parts, home, running.progress, running.tally, add=add)
        finally:
            remove_uploads([file for part in parts for file in part.files])
        then(done)
        return done

    worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="import")
    running.future = worker.submit(work)
    worker.shutdown(wait=False)
    return running


@dataclass(eq=False)
class Runs:
    """The import that a process does, or did last, until whoever began it has seen how it ended."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    last: Running | None = None

    def begin(self, start: Callable[[], Running]) -> None:
        """Begin an import.

        Raises:
            ImportFailed: one is running.
        """
        with self.lock:
            if self.last is not None and not self.last.is_done:
                raise ImportFailed(
                    "Another import or build is running.", "Wait until it has ended, then start this one again."
                )
            self.last = start()

    def concerns(self, who: str) -> bool:
        """Is there an import to be watched, or the end of one's own to be told of?"""
        return self.last is not None and (not self.last.is_done or self.last.who == who)

    def stop(self) -> bool:
        """Ask an import that is running to end; is there one that has not yet?"""
        with self.lock:
            if self.last is None or self.last.is_done:
                return False
            self.last.stop()
            return True

    def taken(self, who: str) -> Running | None:
        """The import that this person began, once it has ended; it is told of once."""
        with self.lock:
            ended = self.last
            if ended is None or not ended.is_done or ended.who != who:
                return None
            self.last = None
        return ended

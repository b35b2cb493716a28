"""Who works with a home: whoever has its state open holds a lock, and a restore wants the home for itself."""

import fcntl
import os
import weakref
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, event

from data_access.home import Home
from metrics.errors import BackupFailed, SourceUnavailable


def hold(home: Home, state: Engine) -> None:
    """Keep restores away until the engine is disposed of or the process has ended, in whichever way.

    Raises:
        SourceUnavailable: a restore is running.
        OSError: nothing can be written into the home.
    """
    try:
        descriptor = _locked(home, fcntl.LOCK_SH)
    except BlockingIOError as failure:
        raise SourceUnavailable(
            "A restore of a backup is running.",
            "Wait until it has ended, then reload the page or run the command again.",
        ) from failure
    let_go = weakref.finalize(state, os.close, descriptor)
    event.listen(state, "engine_disposed", lambda _engine: let_go())


@contextmanager
def nobody_else(home: Home) -> Generator[None]:
    """Nobody opens the home's state meanwhile.

    Raises:
        BackupFailed: a dashboard or a command has it open.
        OSError: nothing can be written into the home.
    """
    try:
        descriptor = _locked(home, fcntl.LOCK_EX)
    except BlockingIOError as failure:
        raise BackupFailed(
            "A dashboard or a command is running that works with {folder}: what is entered there would be lost.",
            "Stop it, and the timetable of the jobs, then restore again; nothing was changed.",
            folder=home.folder,
        ) from failure
    try:
        yield
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    """The file holds nothing: whoever comes first may be another user than the service is."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)
    except FileExistsError:
        return os.open(path, os.O_RDWR if os.access(path, os.W_OK) else os.O_RDONLY)
    os.fchmod(descriptor, 0o644)
    return descriptor


def _locked(home: Home, kind: int) -> int:
    """A descriptor with whose end the lock ends too, so that no process that was killed keeps it."""
    home.make()
    descriptor = _opened(home.in_use)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise
    except OSError:
        return descriptor  # a file system without locks: there nobody can tell
    return descriptor

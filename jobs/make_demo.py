"""`python -m jobs demo`: make a warehouse of made-up data and put it in use."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from filelock import FileLock, Timeout

from data_access.demo import Manifest, install_demo
from data_access.demo.manifest import manifest_path
from data_access.home import Home
from metrics.errors import ImportFailed
from reports.text import _, number


def run(
    home: Home,
    *,
    contacts: int,
    months: int,
    seed: int,
    truths: bool,
    end: date,
    progress: Callable[[float, str], None],
) -> Manifest:
    """Make the demo beside the warehouse in use, then change over to it.

    Raises:
        InvalidScope: a demo of that size, length or end cannot be made.
        ImportFailed: another build is running or there is no room; the warehouse in use stays as it is.
    """
    with _alone(home):
        return install_demo(
            home, contacts=contacts, months=months, seed=seed, truths=truths, end=end, progress=progress
        )


@contextmanager
def _alone(home: Home) -> Generator[None]:
    home.folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home.lock, timeout=0)
    try:
        lock.acquire()
    except Timeout as failure:
        raise ImportFailed(
            "Another import or build is running.", "Wait until it has ended, then start this one again."
        ) from failure
    try:
        yield
    finally:
        lock.release()


def summary(manifest: Manifest, end: date) -> Iterator[str]:
    """What was made, and the command to type next."""
    sentence = _("A demo of {contacts} contacts in {months} months up to {end} is in use.")
    made = manifest.parameters
    yield sentence.format(contacts=number(int(made["contacts"])), months=made["months"], end=end.isoformat())
    if manifest.truths:
        sentence = _("{count} patterns are planted in it; the file {file} beside the warehouse says where.")
        yield sentence.format(count=len(manifest.truths), file=f"*{manifest_path(Path('x')).name[1:]}")
    if manifest.note:
        yield _(manifest.note)
    yield _("Next: {command}").format(command="make run")

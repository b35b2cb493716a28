"""Putting a demo in use: made beside the warehouse in place, taken over when it is complete."""

from datetime import date
from pathlib import Path

import duckdb

from data_access.demo.build import DEFAULT_CONTACTS, Progress, make_demo
from data_access.demo.manifest import Manifest, manifest_path
from data_access.demo.plan import DEFAULT_END
from data_access.home import Home
from metrics.errors import ImportFailed


def install_demo(
    home: Home,
    *,
    contacts: int = DEFAULT_CONTACTS,
    months: int = 24,
    seed: int = 1,
    truths: bool = True,
    end: date = DEFAULT_END,
    progress: Progress | None = None,
    beside: Path | None = None,
) -> Manifest:
    """Make a demo and change over to it. Hold the home's lock.

    Args:
        beside: the warehouse that is kept as the one before; None for the one in use.

    Raises:
        InvalidScope: a demo of that size, length or end cannot be made.
        ImportFailed: there is no room; the warehouse in use stays as it is.
    """
    home.remove_unfinished()
    path = home.new_warehouse()
    try:
        manifest = make_demo(
            path, contacts=contacts, months=months, seed=seed, truths=truths, end=end, progress=progress
        )
        home.adopt(path, beside)
    except (OSError, duckdb.Error) as failure:
        raise ImportFailed(
            "The demo could not be written: {problem}.",
            "Make room on the disk or give rights to {folder}, then start again; what was in use is untouched.",
            problem=str(failure).splitlines()[0].rstrip("."),
            folder=path.parent,
        ) from failure
    finally:
        home.remove_unfinished()
        _remove_orphans(path.parent)
    return manifest


def _remove_orphans(folder: Path) -> None:
    """Manifests whose warehouse has gone."""
    kept = {manifest_path(warehouse) for warehouse in folder.glob("*.duckdb")}
    for path in folder.glob(f"*{manifest_path(Path('x')).name[1:]}"):
        if path not in kept:
            path.unlink(missing_ok=True)

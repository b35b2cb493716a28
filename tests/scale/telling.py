"""What the proofs share: a demo, a store whose roll-ups are built, and what is printed of them."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from data_access.demo import make_demo
from data_access.rollups import Progress, open_rollups
from data_access.store import Store
from data_access.warehouse import Warehouse
from metrics.rules import Rules
from tests.scale.equality import Compared

CONSOLE = Console()
Made = TypeVar("Made")


def demo(folder: Path, contacts: int) -> Path:
    """The DuckDB file of a new demo."""
    path = folder / "demo.duckdb"
    timed(f"make a demo of {contacts:,} contacts", lambda: make_demo(path, contacts=contacts))
    return path


def built(warehouse: Warehouse, folder: Path, what: str, progress: Progress | None = None) -> tuple[Store, float]:
    """The warehouse's store, all its roll-ups built, and how many seconds that took."""
    rollups = open_rollups(warehouse, Rules(), folder)
    start = time.perf_counter()
    store = timed(what, lambda: Store(rollups, rollups.refresh(progress)))
    return store, time.perf_counter() - start


def timed(what: str, act: Callable[[], Made]) -> Made:
    """Do it, and say how many seconds it took."""
    start = time.perf_counter()
    made = act()
    CONSOLE.print(f"{what}: {time.perf_counter() - start:.1f} s", highlight=False)
    return made


def contacts(store: Store) -> int:
    """How many there are."""
    return sum(count for count, _ in store.manifest.days.values())


def show(title: str, compared: Iterable[Compared]) -> None:
    """A table of what was compared."""
    table = Table("compared", "rows", "rows that differ", title=title)
    for each in compared:
        table.add_row(each.name, f"{each.rows:,}", f"{each.differ:,}", style="red" if each.differ else "")
    CONSOLE.print(table)

"""A progress bar on stderr, so that stdout carries only what was asked for; none where nobody watches."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from reports.text import _


@contextmanager
def progress_bar() -> Generator[Callable[[float, str], None]]:
    """Gives a function that takes the share done (0 to 1) and the step, an English sentence."""
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda share, step: bar.update(task, completed=share, description=_(step))

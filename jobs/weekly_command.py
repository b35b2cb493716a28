"""The options of `python -m jobs weekly`, apart from what it takes to make reports."""

from pathlib import Path
from typing import Annotated

import typer

from data_access.home import home
from data_access.state import open_state
from data_access.viewer import Right
from jobs.asking import asking
from jobs.days import day_of
from jobs.progress import progress_bar
from metrics.rhythm import Rhythm

Kind = Annotated[Rhythm | None, typer.Option("--kind", help="Reports of this rhythm only; else of every.")]
Folder = Annotated[
    Path | None, typer.Option("--to-folder", metavar="FOLDER", help="Put them into this folder and mail nothing.")
]
Dry = Annotated[bool, typer.Option("--dry-run", help="Say what would be sent, and send and write down nothing.")]
Again = Annotated[bool, typer.Option("--again", help="Send what has been sent already once more, on purpose.")]
Ready = Annotated[
    bool, typer.Option("--prepare", help="Make ready what the due reports are made of, and send nothing.")
]
Day = Annotated[
    str | None, typer.Option("--end", metavar="DAY", help="As of this day: the last whole period before it.")
]


def weekly(
    kind: Kind = None,
    to_folder: Folder = None,
    dry_run: Dry = False,
    again: Again = False,
    end: Day = None,
    only_prepare: Ready = False,
) -> None:
    """Make the reports that are due and send each once, however often it runs: for a timetable."""
    state = open_state()
    asking(state, "weekly", Right.DATA)
    last = None if end is None else day_of(end)
    from jobs.weekly import Options, prepare, run  # writers of files and letters: no other command should wait for them

    options = Options(kind, to_folder, dry_run, again, last)
    with progress_bar() as progress:
        told = (prepare if only_prepare else run)(home(), state, options, progress)
    for line in told.lines:
        print(line)
    if told.failure is not None:
        raise told.failure

"""`python -m jobs backup` and `python -m jobs restore`: what cannot be made again, in one file, and back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from data_access.audit import record
from data_access.audit_rows import Act
from data_access.home import home
from data_access.state import open_state
from data_access.viewer import LOCAL, Right
from jobs.asking import asking
from jobs.progress import progress_bar
from metrics.errors import InvalidScope
from reports.text import _, moment, number
from reports.version import VERSION

BROKEN = 1  # the exit status where the audit log that was put back is not as it was written

Where = Annotated[Path, typer.Argument(metavar="PLACE", help="A folder, or a file whose name ends in .zip.")]
Keep = Annotated[
    int | None, typer.Option("--keep", min=1, metavar="N", help="Delete all but the newest N in that folder.")
]
WithSecret = Annotated[
    bool, typer.Option("--secret/--no-secret", help="Take the installation's secret along, or keep it apart.")
]
WithWarehouse = Annotated[
    bool, typer.Option("--warehouse/--no-warehouse", help="Take the embedded warehouse along, if one is in use.")
]
BackupFile = Annotated[Path, typer.Argument(metavar="FILE.zip", help="What `backup` made.")]


def backup(
    where: Where, keep: Keep = None, with_secret: WithSecret = True, with_warehouse: WithWarehouse = True
) -> None:
    """Write what cannot be made again into one file, while the dashboard runs: for the nightly timetable."""
    from data_access.backups.making import (
        Along,
        back_up,
        forget_older,
        place_for,
    )  # no other command should wait for it

    now = datetime.now(UTC)
    path = place_for(where, now)
    if keep is not None and path == where:
        raise InvalidScope("--keep is for a folder, not for one file.", "Name the folder in which backups lie.")
    state = open_state()
    viewer = asking(state, "backup", Right.PEOPLE)
    with progress_bar() as progress:
        made = back_up(path, home(), state, now, VERSION, Along(with_secret, with_warehouse), progress)
    record(state, viewer, Act.BACKUP_MADE, {"source": path.name}, now)
    rows, size = number(sum(made.tables.values())), number(path.stat().st_size / 1_000_000, 1)
    print(_("{path}: {rows} rows of the state store, {size} MB.").format(path=path, rows=rows, size=size))
    if not made.has_secret:
        print(_("The installation's secret is not in it: keep it apart, the audit log cannot be verified without it."))
    for old in forget_older(where, keep) if keep is not None else ():
        print(_("Deleted: {path}").format(path=old))


def restore(file: BackupFile) -> None:
    """Put a backup back, after stopping the dashboard; what was there before is kept aside."""
    from data_access.audit_check import verify_audit
    from data_access.backups.restoring import restore as put_back
    from reports import audit_words

    now = datetime.now(UTC)
    with progress_bar() as progress:
        found, aside = put_back(file, home(), now, progress)
    state = open_state()
    record(state, LOCAL, Act.BACKUP_RESTORED, {"source": file.name}, now)
    verified = verify_audit(state, found.audit)
    rows = number(sum(found.tables.values()))
    print(
        _("The backup of {moment} UTC is in place: {rows} rows of the state store.").format(
            moment=moment(datetime.fromisoformat(found.made)), rows=rows
        )
    )
    if aside.exists():
        print(_("What was there before lies in {folder}.").format(folder=aside))
    print(audit_words.verified(verified))
    if verified.fault is not None:
        raise SystemExit(BROKEN)

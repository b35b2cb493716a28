"""The list of what an import left out or emptied: file, line and reason."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import polars as pl

from data_access.home import Home
from data_access.imports.uploads import uploads_of

COLUMNS = {
    "file": pl.String,
    "line": pl.UInt32,
    "table": pl.String,
    "row": pl.String,  # rejected; or kept, without the value
    "column": pl.String,
    "value": pl.String,
    "reason": pl.String,
}
REJECTED, KEPT = "rejected", "kept"


def write_rejects(home: Home, rejects: pl.DataFrame, info: Mapping[str, str]) -> Path | None:
    """Write the list as a CSV file that only this user can read: it repeats values of the source. None: no rejects.

    Args:
        info: of the warehouse that is made, whose time and id the file is called by.
    """
    if not rejects.height:
        return None
    folder = home.folder / "rejects"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{datetime.fromisoformat(info['made_at']):%Y-%m-%dT%H%M%SZ}-{info['build_id'][:8]}.csv"
    path.touch(mode=0o600)
    # Who dropped a file on a page knows its name, and nothing of where it lies meanwhile.
    for each in {Path(file).parent for file in rejects["file"].unique()}:
        if each.parent == uploads_of(home):
            rejects = rejects.with_columns(pl.col("file", "reason").str.replace(f"{each}/", "", literal=True))
    rejects.select(list(COLUMNS)).write_csv(path, include_bom=True)
    return path

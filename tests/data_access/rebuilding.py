"""Does a refreshed folder of roll-ups hold what a build from nothing gives?"""

import gc
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

import polars as pl
from polars.testing import assert_frame_equal
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import OperationalError

from data_access.data_quality.history import PARTS as HISTORY
from data_access.rollup_files import Manifest
from data_access.rollups import Rollups, open_rollups
from data_access.warehouse import Warehouse
from tests.data_access.seed import contact, random_rows

Opened = Callable[..., Warehouse]
BORDER = datetime(2024, 1, 31, 12, 0)  # FCR looks from here a week into February


def frames(rollups: Rollups, manifest: Manifest) -> dict[str, pl.DataFrame]:
    """Every roll-up, its files one below the other; contact measures come as whole numbers whatever summed them."""
    months: dict[str, list[pl.DataFrame]] = {}
    for name, part in manifest.parts.items():
        if name in HISTORY:  # what refreshes saw: a build from nothing has seen none before
            continue
        frame = rollups.files.read(part)
        months.setdefault(name.rsplit("/", 1)[0] if name.count("/") > 1 else name, []).append(frame)
    return {name: pl.concat(parts, how="vertical_relaxed") for name, parts in months.items()}


def assert_as_built_anew(rollups: Rollups, manifest: Manifest, folder: Path) -> None:
    anew = open_rollups(rollups.warehouse, rollups.rules, Path(mkdtemp(dir=folder)))
    built = anew.refresh()
    found, wanted = frames(rollups, manifest), frames(anew, built)
    assert found.keys() == wanted.keys()
    for name, frame in wanted.items():
        assert_frame_equal(found[name], frame, check_row_order=False, check_exact=True)
    assert (manifest.marks, manifest.as_of, manifest.key) == (built.marks, built.as_of, built.key)


def change(warehouse: Warehouse, act: Callable[[Connection], object]) -> None:
    """Something changes in the warehouse, through another connection."""
    warehouse.engine.dispose()  # a DuckDB file cannot be open for reading and writing at once
    engine = create_engine(warehouse.engine.url)
    try:
        engine.connect().close()
    except OperationalError:  # open for reading still, by what nobody uses any more
        gc.collect()
    with engine.begin() as connection:
        act(connection)
    engine.dispose()


def contact_files(manifest: Manifest) -> dict[str, str]:
    return {name: part.file for name, part in manifest.parts.items() if not name.startswith("cases/")}


def case_files(manifest: Manifest, name: str) -> dict[str, str]:
    """The files of one part of cases with their checksums."""
    return {file: part.checksum for file, part in manifest.parts.items() if file.startswith(f"cases/{name}/")}


def rows() -> dict[str, list[dict]]:
    made = random_rows()
    # A pair over the border of a month: the second makes the first unresolved and is no first contact itself.
    made["contacts"] += [contact("b1", BORDER, "border"), contact("b2", BORDER + timedelta(days=6), "border")]
    return made

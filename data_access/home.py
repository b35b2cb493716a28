"""Where the product keeps what it makes: the embedded warehouse, roll-ups, state and rejects files."""

import json
import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

KEPT_WAREHOUSES = 2  # the one in use and the one before, so that an import can be undone

USUAL = Path(__file__).resolve().parent.parent / "var"


@dataclass(frozen=True, slots=True)
class Home:
    """A folder of the product's own. `TWINWING_HOME` names it; the default is `var/` beside dashboard.py."""

    folder: Path

    @property
    def pointer(self) -> Path:
        """A small JSON file that names the embedded warehouse in use; replaced atomically, never edited."""
        return self.folder / "warehouse.json"

    @property
    def rollups(self) -> Path:
        return self.folder / "rollups"

    @property
    def state(self) -> Path:
        return self.folder / "state.sqlite"

    @property
    def live(self) -> Path:
        """The live tables of a demo, which the simulator writes; a file of their own, as it is written all the time."""
        return self.folder / "live.sqlite"

    @property
    def secret(self) -> Path:
        return self.folder / "secret.key"

    @property
    def audit_anchor(self) -> Path:
        """Where the audit log ended when this machine last wrote to it: a log cut short does not agree with it."""
        return self.folder / "audit.anchor"

    @property
    def restoring(self) -> Path:
        """Lies there while a restore puts files in place, and after one that did not end; names the backup."""
        return self.folder / "restore.unfinished"

    @property
    def in_use(self) -> Path:
        """Locked by every process that has the state open."""
        return self.folder / "in_use.lock"

    @property
    def lock(self) -> Path:
        return self.folder / "build.lock"

    def make(self) -> None:
        """The folder is its owner's alone where it is made: it will hold customers' words, names and rights."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def new_warehouse(self) -> Path:
        """A path that no warehouse has used before: readers of the old file never see a new one change."""
        folder = self.folder / "warehouses"
        self.make()
        folder.mkdir(exist_ok=True)
        return folder / f"{uuid.uuid4().hex}.duckdb"

    def current_warehouse(self) -> Path | None:
        """The embedded warehouse in use, or None before the first demo or import."""
        if not self.pointer.exists():
            return None
        return self.folder / "warehouses" / json.loads(self.pointer.read_text())["file"]

    def previous_warehouse(self) -> Path | None:
        """The one that was in use before, or None where it is not kept."""
        kept = self._kept()[1:]
        return self.folder / "warehouses" / kept[0] if kept else None

    def adopt(self, warehouse: Path, beside: Path | None = None) -> None:
        """Put a finished warehouse file in use. Readers change over at their next read. Hold the lock for it.

        Args:
            beside: the one that is kept as the one before; None for the one in use.
        """
        before = self._kept()
        kept = list(dict.fromkeys([warehouse.name, *([beside.name] if beside else before)]))[:KEPT_WAREHOUSES]
        fresh = self.pointer.with_suffix(f".{uuid.uuid4().hex}.tmp")
        with fresh.open("w") as file:
            file.write(json.dumps({"file": warehouse.name, "kept": kept}))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.pointer)
        for name in set(before) - set(kept):
            for path in warehouse.parent.glob(f"{Path(name).stem}.*"):
                _remove(path)

    def remove_unfinished(self) -> None:
        """Delete what builds that failed or were killed left behind. Hold the lock, or a running build is deleted."""
        # By the pointer and not by age: an unfinished file is younger than the finished one before it.
        kept = self._kept()
        for path in (self.folder / "warehouses").glob("*.duckdb*"):
            if path.name.partition(".duckdb")[0] + ".duckdb" not in kept:
                _remove(path)
        for path in self.folder.glob(f"{self.pointer.stem}.*.tmp"):
            path.unlink(missing_ok=True)

    def _kept(self) -> list[str]:
        if not self.pointer.exists():
            return []
        entries = json.loads(self.pointer.read_text())
        return entries.get("kept", [entries["file"]])


def _remove(path: Path) -> None:
    """A file, or a folder as an engine keeps it beside its file for what does not fit into memory."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def home() -> Home:
    return Home(Path(os.environ.get("TWINWING_HOME") or USUAL))

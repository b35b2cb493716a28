"""Findings kept beside the roll-ups that they were made of, so that no process has to make them again.

A file is named by all that the findings depend on: the roll-ups, the rules, the program, who asks, and for what. When
roll-ups are made anew, those of the ones before go.
"""

import hashlib
import json
import uuid
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from data_access.store import Store
from data_access.swot.asked import Found, NotLookedAt, Reason
from metrics.swot.evidence import Kind
from metrics.swot.written import evidence_of, evidence_written

ROOMS = Path(__file__).resolve().parents[2]
MOST_FILES = 512  # the oldest go


def kept(store: Store, question: object, make: Callable[[], Found]) -> Found:
    """What is kept of a question, whose `repr` says all that is asked; made and kept where there is none."""
    folder = store.rollups.files.folder / "findings"
    asked = repr((_program(), store.rules, store.anchor, question))
    file = folder / f"{store.manifest.id}-{hashlib.sha256(asked.encode()).hexdigest()[:24]}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):  # none there, or not whole: made anew
        return _read(file)
    found = make()
    with suppress(OSError):  # a full or read-only disk: it is made again next time
        _write(file, found)
        _tidy(folder, store.manifest.id)
    return found


@cache
def _program() -> str:
    """A fingerprint of what computes findings: another program finds other things in the same roll-ups."""
    found = hashlib.sha256()
    for room in ("metrics", "data_access"):
        for file in sorted((ROOMS / room).rglob("*.py")):
            found.update(file.read_bytes())
    return found.hexdigest()


def _read(file: Path) -> Found:
    told = json.loads(file.read_text(encoding="utf-8"))
    return Found(
        tuple(map(evidence_of, told["evidence"])),
        tuple(
            NotLookedAt(tuple(map(Kind, each["kinds"])), Reason(each["reason"]), tuple(each["needs"]))
            for each in told["not_looked_at"]
        ),
    )


def _write(file: Path, found: Found) -> None:
    told = {
        "evidence": [evidence_written(each) for each in found.evidence],
        "not_looked_at": [
            {"kinds": each.kinds, "reason": each.reason, "needs": each.needs} for each in found.not_looked_at
        ],
    }
    file.parent.mkdir(exist_ok=True)
    fresh = file.with_suffix(f".{uuid.uuid4().hex}.tmp")
    fresh.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    fresh.replace(file)


def _tidy(folder: Path, manifest: str) -> None:
    """Findings of other roll-ups go, and the oldest where there are too many."""
    files = sorted(folder.glob("*.json"), key=lambda each: each.stat().st_mtime_ns, reverse=True)
    own = [each for each in files if each.name.startswith(manifest)]
    for file in {*files} - {*own[:MOST_FILES]}:
        file.unlink(missing_ok=True)

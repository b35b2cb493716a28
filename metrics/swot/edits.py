"""What people make of the board: entries pinned, put aside with a reason, said in other words, merged, or added."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from metrics.swot.evidence import Quadrant

ADDED = "added/"  # how the key of an entry begins that a person has added


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """All that people decided about one entry. Without `version` nobody has touched it."""

    key: str
    quadrant: Quadrant | None = None  # of an entry that a person has added, which has no evidence
    author: str = ""  # of such an entry
    words: str = ""  # in the place of the sentence that the numbers make
    is_pinned: bool = False
    dismissed: str = ""  # the reason
    merged_into: str = ""  # the key of the entry that says it as well
    version: int = 0  # 1, 2 … of its key
    made_at: datetime | None = None  # of this version
    made_by: str = ""


def written(edit: Edit) -> dict[str, Any]:
    """In JSON's types, without who, when and which version."""
    return {
        "quadrant": None if edit.quadrant is None else str(edit.quadrant),
        "author": edit.author,
        "words": edit.words,
        "is_pinned": edit.is_pinned,
        "dismissed": edit.dismissed,
        "merged_into": edit.merged_into,
    }


def edit_of(
    key: str, told: Mapping[str, Any], version: int = 0, made_at: datetime | None = None, made_by: str = ""
) -> Edit:
    """What `written` has written."""
    quadrant = None if told["quadrant"] is None else Quadrant(told["quadrant"])
    rest = {name: told[name] for name in ("author", "words", "is_pinned", "dismissed", "merged_into")}
    return Edit(key=key, quadrant=quadrant, version=version, made_at=made_at, made_by=made_by, **rest)

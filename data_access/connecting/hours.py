"""The rules that ship, with the business hours of the connected warehouse's mapping."""

from functools import lru_cache
from pathlib import Path

from data_access.connecting.place import connected_place
from data_access.connecting.source_mapping import read_source_mapping
from metrics.errors import InvalidSettings, MappingError
from metrics.rules import Rules


def usual_rules() -> Rules:
    """What counts where nobody has set a rule."""
    try:
        place = connected_place()
        file = place.mapping if place else None
        return Rules() if file is None else _of_file(file, file.stat().st_mtime_ns)
    except (MappingError, InvalidSettings, OSError):  # no warehouse opens then, and whoever opens it is told why
        return Rules()


@lru_cache(maxsize=4)
def _of_file(file: Path, _changed_at: int) -> Rules:
    return read_source_mapping(file).usual_rules()

"""Where the connected warehouse is: its address and its mapping, from the environment or the administrator's file."""

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data_access import sign_in
from metrics.errors import InvalidSettings

VARIABLE = "TWINWING_WAREHOUSE"
MAPPING_VARIABLE = "TWINWING_MAPPING"
SECTION = "warehouse"
KEYS = frozenset({"url", "mapping"})


@dataclass(frozen=True, slots=True)
class Place:
    """The address, which may hold a password and is never shown, the mapping file, and what named the address."""

    url: str = field(repr=False)
    mapping: Path | None
    told_by: str


def connected_place() -> Place | None:
    """The warehouse that the environment names, else the section [warehouse] of secrets.toml; None without either.

    A mapping's path in the file is taken from the folder that the file is in.

    Raises:
        InvalidSettings: the file cannot be read, or its section has other keys than url and mapping.
    """
    mapping = os.environ.get(MAPPING_VARIABLE)
    url = os.environ.get(VARIABLE)
    if url:
        return Place(url, Path(mapping) if mapping else None, VARIABLE)
    file = sign_in.place()
    told = _section(file)
    if not told.get("url"):
        return None
    beside = file.parent / told["mapping"] if told.get("mapping") else None
    return Place(told["url"], Path(mapping) if mapping else beside, f"{file.name} [{SECTION}]")


def _section(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8")).get(SECTION, {})
    except (OSError, ValueError) as failure:  # never with what stands there: it holds secrets
        raise InvalidSettings(
            "The file {file} cannot be read.",
            "Check that it is TOML in UTF-8 and that the service's user may read it.",
            file=file,
        ) from failure
    if (
        not isinstance(told, dict)
        or not told.keys() <= KEYS
        or not all(isinstance(each, str) for each in told.values())
    ):
        raise InvalidSettings(
            "The section [warehouse] of {file} has something else than url and mapping.",
            "Write url and mapping there, each as quoted text; docs/connecting.md shows it.",
            file=file,
        )
    return told

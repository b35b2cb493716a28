"""Mappings that people keep for next week's file, recognised by its header."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Engine
from sqlalchemy.orm import Mapped, mapped_column

from data_access import audit, pinned
from data_access.audit_rows import Act
from data_access.imports.mapping import Mapping
from data_access.imports.mapping_check import checked
from data_access.imports.mapping_text import mapping_text
from data_access.pinned import Pinned, PinnedRow
from data_access.state import transaction
from data_access.viewer import Right, Viewer, require
from metrics.errors import InvalidSettings

LONGEST = 60  # characters of a name


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMapping(Pinned):
    """A mapping as the TOML file that `python -m jobs import` takes, and the columns of the file it was made for."""

    name: str
    header: list[str]
    toml: str

    def fits(self, columns: Iterable[str]) -> bool:
        return set(self.header) == set(columns)

    @property
    def mapping(self) -> Mapping:
        """
        Raises:
            MappingError: this version of the program reads it no more.
        """
        return checked(self.toml, self.name)


class MappingRow(PinnedRow):
    __tablename__ = "mappings"

    name: Mapped[str]
    header: Mapped[list[str]] = mapped_column(JSON)
    toml: Mapped[str]


def read_mappings(engine: Engine, viewer: Viewer) -> list[KeptMapping]:
    """All that are kept, by name.

    Raises:
        NotAllowed: the viewer may not import data.
    """
    require(viewer, Right.DATA)
    return sorted(pinned.on_record(engine, KeptMapping, MappingRow), key=lambda each: each.name.casefold())


def keep_mapping(engine: Engine, viewer: Viewer, mapping: Mapping, header: Iterable[str], now: datetime) -> KeptMapping:
    """Keep a mapping under its name; one of the same name makes place for it, and nothing is done where it is the same.

    Raises:
        NotAllowed: the viewer may not import data.
        InvalidSettings: its name is too long.
    """
    require(viewer, Right.DATA)
    name = _name(mapping.name)
    fresh = KeptMapping(name=name, header=sorted(header), toml=mapping_text(mapping.model_copy(update={"name": name})))
    with transaction(engine) as session:
        same = pinned.held(session, KeptMapping, MappingRow, MappingRow.name == name)
        for each in same:
            if (each.header, each.toml) == (fresh.header, fresh.toml):
                return each
        pinned.replace_those(session, MappingRow, (MappingRow.name == name,), viewer, now)
        kept = pinned.pin(session, MappingRow, fresh, viewer, now)
        audit.append(session, viewer, Act.MAPPING_SAVED, _told(kept), now)
    return kept


def rename_mapping(engine: Engine, viewer: Viewer, kept: KeptMapping, name: str, now: datetime) -> KeptMapping:
    """Keep it under another name.

    Raises:
        NotAllowed: the viewer may not import data.
        InvalidSettings: the name is too long, or another mapping has it.
        StateConflict: someone else has taken it off in the meantime.
    """
    require(viewer, Right.DATA)
    name = _name(name)
    with transaction(engine) as session:
        if pinned.held(session, KeptMapping, MappingRow, MappingRow.name == name):
            raise InvalidSettings(
                "There is a mapping '{name}' already.", "Choose another name, or take that one off.", name=name
            )
        pinned.take_off(session, MappingRow, kept, viewer, now)
        toml = mapping_text(kept.mapping.model_copy(update={"name": name}))
        fresh = pinned.pin(session, MappingRow, replace(kept, name=name, toml=toml), viewer, now)
        audit.append(session, viewer, Act.MAPPING_RENAMED, _told(fresh) | {"before": kept.name}, now)
    return fresh


def _told(kept: KeptMapping) -> dict[str, Any]:
    return {"name": kept.name}


remove_mapping = pinned.remover(MappingRow, Right.DATA, Act.MAPPING_REMOVED, _told)
restore_mapping = pinned.restorer(MappingRow, Right.DATA, Act.MAPPING_RESTORED, _told)


def _name(name: str) -> str:
    told = " ".join(name.split())
    if not 0 < len(told) <= LONGEST:
        raise InvalidSettings(
            "The name of a mapping has 1 to {most} characters; this one has {count}.",
            "Name it after the system and the kind of file, such as Tickets of the hotline.",
            most=LONGEST,
            count=len(told),
        )
    return told

"""`python -m jobs check [URL] [MAPPING.toml]`: test a connection, propose a mapping, say what is wrong and missing."""

import json
import sys
from pathlib import Path

from sqlalchemy import Engine

from data_access.connecting.checking import Check, check, reach
from data_access.connecting.drafting import mapping_text
from data_access.connecting.opened import Proposed, proposed, tables_of
from data_access.connecting.place import connected_place
from data_access.connecting.source_mapping import SourceMapping, read_source_mapping
from data_access.site_rules import read_rules
from data_access.state import open_state
from data_access.viewer import Right, Viewer
from jobs.asking import asking
from metrics.errors import InvalidSettings
from metrics.rules import Rules
from reports import connect_words
from reports.text import _

BAD_INPUT = 2


def run(url: str, mapping: Path | None, propose: Path | None, *, as_json: bool) -> None:
    """Print what was found, and end with status 2 unless all is well.

    Args:
        url: of the database; `-` for the one in use.
        mapping: its file; None for the one in use, or one that is proposed.
        propose: where a proposed mapping is written.
    """
    if propose is not None and propose.exists():
        raise InvalidSettings(
            "{file} is there already.", "Name another file for the proposal, or move this one away.", file=propose
        )
    state = open_state()
    viewer, rules = asking(state, "check", Right.DATA), read_rules(state)
    address, named = _asked(url, mapping)
    told = read_source_mapping(named) if named and propose is None else None
    engine, steps = reach(address)
    found, drafted = Check(tuple(steps)), None
    if engine is not None:
        told, drafted = _mapping(engine, viewer, told)
        place = named.name if named and drafted is None else _("the proposed mapping")
        found = _checked(engine, viewer, told, place, rules, found)
    if propose is not None and drafted is not None and drafted.mapping is not None:
        _write(propose, mapping_text(drafted.mapping, connect_words.notes(drafted.proposal)))
    _print(found, drafted, told, propose, as_json=as_json)
    if not found.is_sound or told is None:
        raise SystemExit(BAD_INPUT)


def _write(file: Path, text: str) -> None:
    """
    Raises:
        InvalidSettings: it cannot be written.
    """
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as failure:
        raise InvalidSettings(
            "{file} cannot be written: {reason}.",
            "Name another file for the proposal.",
            file=file,
            reason=failure.strerror or type(failure).__name__,
        ) from failure


def _asked(url: str, mapping: Path | None) -> tuple[str, Path | None]:
    """The address and the mapping file that are meant."""
    if url != "-":
        return url, mapping
    place = connected_place()
    if place is None:
        raise InvalidSettings(
            "No warehouse is named.",
            "Write its address into secrets.toml as [warehouse] url, or name it behind check: docs/connecting.md.",
        )
    return place.url, mapping or place.mapping


def _mapping(
    engine: Engine, viewer: Viewer, told: SourceMapping | None
) -> tuple[SourceMapping | None, Proposed | None]:
    """The mapping given, else one that is proposed."""
    if told is not None:
        return told, None
    name = engine.url.database or engine.dialect.name
    drafted = proposed(engine, viewer, tables_of(engine, viewer), Path(name).stem)
    return drafted.mapping, drafted


def _checked(
    engine: Engine, viewer: Viewer, told: SourceMapping | None, place: str, rules: Rules, found: Check
) -> Check:
    return found if told is None else check(engine, viewer, told, place, rules, found.steps)


def _print(
    found: Check, drafted: Proposed | None, told: SourceMapping | None, written: Path | None, *, as_json: bool
) -> None:
    if as_json:
        sys.stdout.write(json.dumps(connect_words.as_json(found, told), ensure_ascii=False, indent=2) + "\n")
        return
    if drafted is not None:
        print(_("Proposed, to be looked through by somebody who knows the data:"))
        for line in connect_words.proposal_lines(drafted.proposal):
            print(line)
        if drafted.mapping is None:
            print(_("No table has what a logical table needs. Write a mapping by hand: docs/connecting.md shows how."))
        elif written is not None:
            print(_("Written to {file}.").format(file=written))
        print()
    for line in connect_words.checked(found):
        print(line)

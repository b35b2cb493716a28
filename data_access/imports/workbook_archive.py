"""An XLSX file is an archive of XML: is it one that may be unpacked, and which of its cells are merged?"""

import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile, ZipInfo

from metrics.errors import ImportFailed

#: What Excel itself writes of a sheet of a million rows stays below; a bomb of 10 MB unpacks to gigabytes.
MOST_BYTES = 1 << 30
MOST_ENTRIES = 5_000
AT_ONCE = 1 << 20
#: Declarations that a workbook never has: entities are how a small XML file grows without end, or reads other files.
DECLARATIONS = tuple(
    each.encode(form) for each in ("<!DOCTYPE", "<!ENTITY") for form in ("ascii", "utf-16-le", "utf-16-be")
)
XML = (".xml", ".rels", ".vml")  # what a Mac keeps of its printer declares a DOCTYPE, and no program reads it as XML
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
FILLED = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*\s)?r="([A-Z]+)\d+"[^>]*(?<!/)><')
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Area = tuple[int, int, int, int]  # first row, first column, last row, last column, from 0

#: What Python's reader says of an archive whose directory or parts are not as they should be: a way of packing that it
#: does not know is a RuntimeError, a place before the beginning an OSError, a name that is no text a ValueError.
NOT_WHOLE = (BadZipFile, EOFError, OSError, RuntimeError, ValueError, struct.error, zlib.error)


def require_harmless(file: Path) -> None:
    """Look at the archive's directory before anything of it is unpacked, and then at its parts as they are read.

    Raises:
        ImportFailed: it is no archive, unpacks to more than a workbook does, is not as its directory says, or declares
            entities.
    """
    with _opened(file) as archive:
        entries = archive.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        if unpacked > MOST_BYTES or len(entries) > MOST_ENTRIES:
            raise ImportFailed(
                "{file} was not opened: unpacked it would take {size} MB in {entries} parts.",
                "Save it as CSV, or split it into several files.",
                file=file.name,
                size=f"{unpacked / 1e6:,.0f}",
                entries=f"{len(entries):,}",
            )
        for entry in entries:
            is_xml = entry.filename.lower().endswith(XML)
            if any(_declares(block) and is_xml for block in _blocks(archive, entry, file)):
                raise ImportFailed(
                    "{file} was not opened: it declares XML entities, which no spreadsheet program writes.",
                    "Open it in a spreadsheet program and save it again as XLSX or CSV.",
                    file=file.name,
                )


def merged_areas(file: Path, sheet: str) -> list[Area]:
    """The merged cells of a sheet, of which only the first holds the value; counted from its first column in use."""
    with _opened(file) as archive:
        part = _part_of(archive, sheet)
        if part not in archive.namelist():
            return []
        entry = archive.getinfo(part)
        found = {match for block in _blocks(archive, entry, file) for match in MERGED.findall(block)}
        if not found:
            return []
        # Readers leave out empty columns on the left.
        used = {match for block in _blocks(archive, entry, file) for match in FILLED.findall(block)}
    first = min(map(_place, used), default=0)
    places = ((int(top), _place(left), int(end), _place(right)) for left, top, right, end in found)
    return [(top - 1, left - first, end - 1, right - first) for top, left, end, right in places if left >= first]


def _opened(file: Path) -> ZipFile:
    try:
        return ZipFile(file)
    except NOT_WHOLE as failure:
        raise _damaged(file) from failure


def _blocks(archive: ZipFile, entry: ZipInfo, file: Path) -> Iterator[bytes]:
    """The content piece by piece, each with the end of the one before. No more is unpacked than the directory says."""
    end = b""
    try:
        with archive.open(entry) as part:
            while block := part.read(AT_ONCE):
                yield end + block
                end = block[-200:]
    except NOT_WHOLE as failure:
        raise _damaged(file) from failure


def _damaged(file: Path) -> ImportFailed:
    return ImportFailed(
        "{file} cannot be read as a workbook: the archive is damaged, locked with a password, or none.",
        "Open it in a spreadsheet program and save it again as XLSX or CSV.",
        file=file.name,
    )


def _declares(block: bytes) -> bool:
    return any(declaration in block for declaration in DECLARATIONS)


def _part_of(archive: ZipFile, sheet: str) -> str:
    """The archive's part that holds a sheet; empty where it cannot be told."""
    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, ElementTree.ParseError):
        return ""
    wanted = next(
        (each.get(RELATION) for each in book.iter() if each.get("name") == sheet and each.get(RELATION)), None
    )
    target = next((each.get("Target", "") for each in links if each.get("Id") == wanted), "")
    return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)


def _place(letters: bytes) -> int:
    """A column's number from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1

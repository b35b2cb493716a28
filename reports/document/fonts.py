"""Which characters a file can print: the installed font's, so that nobody is handed a page with boxes."""

import struct
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from unicodedata import name

from metrics.errors import ServiceQualityError
from reports.messages import N_
from reports.visible import in_file

FAMILY = "Noto Sans CJK SC"
LETTERS = "Noto Sans CJK KR"  # in the same file, with quotation marks and dots as wide as letters
PACKAGE, FILE, PLACE = "manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc", 2  # of Simplified Chinese in the collection
MISSING = "〓"  # the geta mark, by which Chinese and Japanese printers stand in for a character that they lack
MOST_NAMED = 20  # missing characters that a note names


class FontMissing(ServiceQualityError):
    """The font that a file is set in is not there."""


def font_file() -> Path:
    """The font, which the installation brings.

    Raises:
        FontMissing: it is not there; nothing is printed in another that may lack the characters.
    """
    found = find_spec(PACKAGE)
    file = Path(found.origin).parent / FILE if found and found.origin else None
    if file is None or not file.is_file():
        raise FontMissing(
            N_("The font for PDF files, {family}, is not installed: without it Chinese would be printed as boxes."),
            N_("Run 'make setup', which installs it; files as XLSX, CSV and slides need no font."),
            family=FAMILY,
        )
    return file


@cache
def covered() -> frozenset[int]:
    """The code points that the font has a picture for.

    Source: OpenType 1.9, 'ttcf' header, table directory, 'cmap' format 12.
    """
    data = font_file().read_bytes()
    (start,) = struct.unpack_from(">I", data, 12 + 4 * PLACE)
    (tables,) = struct.unpack_from(">H", data, start + 4)
    records = (struct.unpack_from(">4sIII", data, start + 12 + 16 * each) for each in range(tables))
    cmap = next(offset for tag, _sum, offset, _length in records if tag == b"cmap")
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    for place in range(count):
        _platform, _encoding, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * place)
        if struct.unpack_from(">H", data, cmap + offset) == (12,):
            (groups,) = struct.unpack_from(">I", data, cmap + offset + 12)
            spans = struct.iter_unpack(">III", data[cmap + offset + 16 : cmap + offset + 16 + 12 * groups])
            return frozenset(point for first, last, _glyph in spans for point in range(first, last + 1))
    raise FontMissing(N_("The font file {file} cannot be read."), N_("Run 'make setup' again."), file=FILE)


def printable(words: str, missing: set[str]) -> str:
    """As the font can print it: each character that it lacks becomes 〓 and is added to `missing`."""
    shown = in_file(words)
    lacks = {each for each in shown if ord(each) not in covered()}
    missing |= lacks
    return "".join(MISSING if each in lacks else each for each in shown) if lacks else shown


def named(missing: Iterable[str]) -> str:
    """Characters by number and name, as the font cannot show them: U+1F600 grinning face."""
    told = [f"U+{ord(each):04X} {name(each, '').lower()}".strip() for each in sorted(missing)]
    return ", ".join(told[:MOST_NAMED]) + (", …" if len(told) > MOST_NAMED else "")

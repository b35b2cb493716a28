"""In which encoding is a text file written?"""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from metrics.errors import ImportFailed

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: A table in UTF-16 has delimiters and line ends; read from the wrong side they become rare characters.
ASCII_SHARE = 0.02
#: European text read as GB18030 gives characters outside GB2312 only; Chinese text, simplified or not, has many inside.
CHINESE_SHARE = 0.2

_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text. Bytes that fit no character stand in it as lone surrogates when it `is_damaged`."""

    text: str
    encoding: str
    is_damaged: bool


def decode(content: bytes, file: Path, stated: str | None = None) -> Decoded:
    """The text of a file, in the encoding stated, else marked, else recognised: UTF-8, GB18030 or UTF-16.

    Raises:
        ImportFailed: it is no text, or its encoding cannot be told.
    """
    if stated:
        return _decoded(content, stated, file)
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _decoded(content, encoding, file)
    if b"\0" in content:
        return _decoded(content, _utf_16_side(content, file), file)
    if _is_mostly_utf_8(content):
        return _decoded(content, "utf-8", file)
    decoded = _decoded(content, "gb18030", file)
    if not _looks_chinese(decoded.text):
        raise ImportFailed(
            "The encoding of {file} was not recognised: it is not UTF-8, UTF-16 or GB18030.",
            'Say it in the mapping, for example encoding = "cp1252", or save the file as UTF-8.',
            file=file.name,
        )
    return decoded


def is_undecoded(text: str) -> bool:
    return _ESCAPED_BYTE.search(text) is not None


def readable(text: str) -> str:
    """The text with a replacement character for each byte that fits none."""
    return _ESCAPED_BYTE.sub("\ufffd", text)


def _decoded(content: bytes, encoding: str, file: Path) -> Decoded:
    try:
        return Decoded(content.decode(encoding).removeprefix("\ufeff"), encoding, is_damaged=False)
    except UnicodeDecodeError:
        pass
    try:
        return Decoded(content.decode(encoding, "surrogateescape").removeprefix("\ufeff"), encoding, is_damaged=True)
    except UnicodeDecodeError as failure:
        raise ImportFailed(
            "{file} is not in {encoding}: byte {position} fits no character.",
            "Check the encoding in the mapping, or export the file again: it may be cut off.",
            file=file.name,
            encoding=encoding,
            position=failure.start + 1,
        ) from failure


def _utf_16_side(content: bytes, file: Path) -> str:
    sample = content[: 1 << 16]
    sides = {side: _ascii_share(sample.decode(side, "replace")) for side in ("utf-16-le", "utf-16-be")}
    side = max(sides, key=lambda name: sides[name])
    if sides[side] < ASCII_SHARE:
        raise ImportFailed(
            "{file} is not a CSV file: it holds bytes that no text has.",
            "Export it again as CSV or XLSX; a compressed file has to be a gzip.",
            file=file.name,
        )
    return side


def _ascii_share(text: str) -> float:
    """The share of delimiters, digits, Latin letters and line ends; 0 when there are characters that no text has."""
    if re.search(r"[\x00-\x08\x0e-\x1f]", text):
        return 0.0
    return sum(map(str.isascii, text)) / len(text)


def _is_mostly_utf_8(content: bytes) -> bool:
    # By line: one damaged line must not turn a whole UTF-8 file into wrong Chinese.
    lines = [line for line in content.split(b"\n") if not line.isascii()]
    return sum(map(_is_utf_8, lines)) * 2 >= len(lines)


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _looks_chinese(text: str) -> bool:
    foreign = "".join(re.findall(r"[^\x00-\x7f]+", text[: 1 << 20]))
    inside = len(foreign.encode("gb2312", "ignore")) / 2
    return inside >= CHINESE_SHARE * len(foreign)

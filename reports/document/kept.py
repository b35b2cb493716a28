"""A document put away and taken out again: its words as JSON, its tables as Parquet, in one ZIP file."""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

import polars as pl

from metrics.scope import Period
from reports.document.parts import (
    Chapter,
    Chart,
    Document,
    Figure,
    Figures,
    Paragraph,
    Points,
    Shape,
    Table,
    Tone,
)
from reports.document.settled import EARLIEST
from reports.export import Section

WORDS = "document.json"
DAYS = {"date": date.fromisoformat, "datetime": datetime.fromisoformat}
READ = {"shape": Shape, "tone": Tone}  # fields that hold a code
KINDS = {
    each.__name__: each
    for each in (Document, Chapter, Paragraph, Points, Figures, Figure, Table, Section, Chart, Period)
}


def packed(document: Document) -> bytes:
    """The document as one file."""
    frames: list[pl.DataFrame] = []
    words = json.dumps(_plain(document, frames), ensure_ascii=False, separators=(",", ":")).encode()
    memory = BytesIO()
    with zipfile.ZipFile(memory, "w") as file:
        _add(file, WORDS, words)
        for place, frame in enumerate(frames):
            written = BytesIO()
            frame.write_parquet(written, compression="zstd")
            _add(file, f"{place}.parquet", written.getvalue())
    return memory.getvalue()


def unpacked(content: bytes) -> Document:
    """The document that was put away, equal in every word and number."""
    with zipfile.ZipFile(BytesIO(content)) as file:
        return _made(json.loads(file.read(WORDS)), file)


def _add(file: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, EARLIEST)
    entry.compress_type = zipfile.ZIP_DEFLATED
    file.writestr(entry, content)


def _plain(value: Any, frames: list[pl.DataFrame]) -> Any:
    """In JSON's types; tables are put aside, and their number stands in their place."""
    if isinstance(value, pl.DataFrame):
        frames.append(value)
        return {"kind": "frame", "place": len(frames) - 1}
    if is_dataclass(value) and not isinstance(value, type):
        told = {each.name: _plain(getattr(value, each.name), frames) for each in fields(value)}
        return {"kind": type(value).__name__, **told}
    if isinstance(value, Mapping):
        return {"kind": "names", "of": [[name, words] for name, words in value.items()]}
    if isinstance(value, list | tuple):
        return [_plain(each, frames) for each in value]
    if isinstance(value, datetime | date):
        return {"kind": type(value).__name__, "at": value.isoformat()}
    return value


def _made(value: Any, file: zipfile.ZipFile) -> Any:
    if isinstance(value, list):
        return tuple(_made(each, file) for each in value)
    if not isinstance(value, dict):
        return value
    kind = value["kind"]
    if kind == "frame":
        return pl.read_parquet(BytesIO(file.read(f"{value['place']}.parquet")))
    if kind == "names":
        return dict(value["of"])
    told = {name: _made(each, file) for name, each in value.items() if name != "kind"}
    told |= {name: of(told[name]) for name, of in READ.items() if name in told}
    return DAYS[kind](told["at"]) if kind in DAYS else KINDS[kind](**told)

"""Mapping files and warehouses for the import tests."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from data_access.home import Home
from data_access.imports.import_files import Imported, import_files
from data_access.imports.mapping_check import read_mapping

HEAD = 'name = "Test"\ntime_zone = "Asia/Shanghai"\n'
CONTACTS = """
[contacts.columns]
contact_id = "id"
started_at = { column = "start", format = "%Y-%m-%d %H:%M" }
transfer_count = "moves"
"""


def mapping_file(folder: Path, body: str = CONTACTS, head: str = HEAD) -> Path:
    path = folder / "mapping.toml"
    path.write_text(head + body, encoding="utf-8")
    return path


def file_of(folder: Path, text: str | bytes, name: str = "contacts.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def imported(folder: Path, text: str | bytes, body: str = CONTACTS, head: str = HEAD) -> Imported:
    return import_files(read_mapping(mapping_file(folder, body, head)), [file_of(folder, text)], Home(folder / "home"))


def query(done: Imported | Path, statement: str) -> list[tuple]:
    path = done if isinstance(done, Path) else done.warehouse
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(statement).fetchall()


def rejects(done: Imported, columns: Sequence[str] = ("line", "column", "value", "reason")) -> list[tuple]:
    if done.rejects is None:
        return []
    return pl.read_csv(done.rejects, infer_schema=False).fill_null("").select(columns).rows()

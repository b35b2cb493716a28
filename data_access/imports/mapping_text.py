"""A mapping as the TOML file that `python -m jobs import` takes."""

import json
from collections.abc import Iterator
from collections.abc import Mapping as Named
from typing import Any

from data_access.imports.mapping import Mapping

BARE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


def mapping_text(mapping: Mapping) -> str:
    """The file's text; `parse_mapping` of it gives the same mapping."""
    told = mapping.model_dump(mode="json", exclude_defaults=True)
    tables = told.pop("tables")
    lines = [f"{key} = {_value(value)}" for key, value in told.items()]
    for name, table in tables.items():
        lines += _table(name, table)
    return "\n".join(lines) + "\n"


def _table(name: str, table: Named[str, Any]) -> Iterator[str]:
    inner = {key: value for key, value in table.items() if key in {"columns", "kinds"}}
    own = {key: value for key, value in table.items() if key not in inner}
    if own:
        yield f"\n[{name}]"
        yield from (f"{key} = {_source(value) if key == 'last_by' else _value(value)}" for key, value in own.items())
    for key, sources in inner.items():
        yield f"\n[{name}.{key}]"
        yield from (f"{_key(column)} = {_source(source)}" for column, source in sources.items())


def _source(source: Named[str, Any]) -> str:
    """A column's source, in the short form where it is a column of the file and nothing else."""
    return _value(source["column"]) if [*source] == ["column"] and len(source["column"]) == 1 else _value(source)


def _value(value: Any) -> str:
    if isinstance(value, Named):
        return "{ " + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return _value(value[0]) if len(value) == 1 else "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # TOML's basic string, but for this
    return json.dumps(value)


def _key(key: str) -> str:
    return key if key and BARE.issuperset(key) else _value(key)

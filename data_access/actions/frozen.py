"""A result kept as it was: what an analysis answered, in JSON's types and back, so that it never changes again."""

import math
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

import polars as pl

from metrics.intervention import ChangeEffect
from metrics.results import NotEstimable

KINDS = {"effect": ChangeEffect, "refusal": NotEstimable}
#: The types of the columns that results have.
COLUMNS = {str(each): each for each in (pl.Date(), pl.String(), pl.Float64(), pl.Int64(), pl.UInt32(), pl.Boolean())}
LIMITLESS = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}  # JSON has no words for them


def frozen(result: ChangeEffect | NotEstimable) -> dict[str, Any]:
    """The whole result in JSON's types."""
    kind = next(name for name, each in KINDS.items() if isinstance(result, each))
    return {"kind": kind, "result": _told(result)}


def thawed(told: Mapping[str, Any]) -> ChangeEffect | NotEstimable:
    """The result as it was."""
    return _read(told["result"], KINDS[told["kind"]])


def _told(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _told(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, pl.DataFrame):
        return {name: [str(value.schema[name]), _told(value[name].to_list())] for name in value.columns}
    if isinstance(value, Mapping):
        return {str(name): _told(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_told(each) for each in value]
    is_written = isinstance(value, date | StrEnum) or (isinstance(value, float) and not math.isfinite(value))
    return str(value) if is_written else value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(told: Any, kind: Any) -> Any:
    """The value of this type that was told; types are those of the fields of results."""
    if told is None:
        return None
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _read(told, next(each for each in inner if each is not type(None)))
    if origin is tuple:
        return tuple(_read(each, inner[0]) for each in told)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {name: _read(each, inner[1]) for name, each in told.items()}
    if is_dataclass(kind) and isinstance(kind, type):
        return kind(**{name: _read(told[name], each) for name, each in _hints(kind).items()})
    return _plain(told, kind)


def _plain(told: Any, kind: Any) -> Any:
    if kind is pl.DataFrame:
        return pl.DataFrame([_series(name, *each) for name, each in told.items()])
    if kind is date:
        return date.fromisoformat(told)
    if kind is float:
        return LIMITLESS.get(told, told)
    return kind(told) if isinstance(kind, type) and issubclass(kind, StrEnum) else told


def _series(name: str, kind: str, values: list[Any]) -> pl.Series:
    of = COLUMNS[kind]
    if of == pl.Date():
        return pl.Series(name, [_plain(each, date) if each else None for each in values], of)
    return pl.Series(name, [LIMITLESS.get(each, each) for each in values] if of == pl.Float64() else values, of)

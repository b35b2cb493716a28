"""Results as bytes and back: dataclasses of this product with numbers, frames and arrays in them, and nothing else.

What is read back can be nothing but such data: no code is run that a file names, as it would be by pickling.
"""

import base64
import importlib
import io
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

import numpy as np
import polars as pl

from metrics.catalogue import CATALOGUE
from metrics.metric import AnyMetric, Metric, Quantile, Statistic

ROOMS = ("metrics.", "data_access.")  # whose classes may be named
QUICK = 1  # of zlib's levels: reading takes as long at every level, writing does not
PLAIN = (bool, int, float, str)


def to_bytes(value: object) -> bytes:
    """
    Raises:
        TypeError: there is something in it that is no result.
    """
    return zlib.compress(json.dumps(_coded(value), ensure_ascii=False).encode(), QUICK)


def from_bytes(written: bytes) -> Any:
    """
    Raises:
        ValueError, KeyError, TypeError, AttributeError, ImportError, zlib.error: it is not whole, or names something
            that there is no more.
    """
    return _made(json.loads(zlib.decompress(written)))


def _coded(value: object) -> Any:
    if isinstance(value, np.generic):
        return _coded(value.item())
    if value is None or type(value) in PLAIN:
        return value
    if isinstance(value, list):
        return [_coded(each) for each in value]
    return {"is": (kind := _kind(value)), "of": CODED[kind](value)}


def _kind(value: object) -> str:
    for kinds, name in KINDS:
        if isinstance(value, kinds):
            return name
    if is_dataclass(value) and not isinstance(value, type):
        return "object"
    raise TypeError(f"{type(value).__qualname__} is no part of a result")


def _made(coded: Any) -> Any:
    if isinstance(coded, list):
        return [_made(each) for each in coded]
    return MADE[coded["is"]](coded["of"]) if isinstance(coded, dict) else coded


def _named(kind: type) -> list[str]:
    return [kind.__module__, kind.__qualname__]


def _class(named: list[str], base: Callable[[type], bool]) -> type:
    module, name = named
    if not module.startswith(ROOMS):
        raise ValueError(module)
    found = getattr(importlib.import_module(module), name)
    if not (isinstance(found, type) and base(found)):
        raise ValueError(name)
    return found


def _object(value: Any) -> list[Any]:
    return [_named(type(value)), {each.name: _coded(getattr(value, each.name)) for each in fields(value)}]


def _of_object(coded: list[Any]) -> Any:
    kind, told = _class(coded[0], is_dataclass), {name: _made(each) for name, each in coded[1].items()}
    given = {each.name for each in fields(kind) if each.init}  # ty: ignore[invalid-argument-type] - it is a dataclass
    made = kind(**{name: each for name, each in told.items() if name in given})
    for name in told.keys() - given:
        object.__setattr__(made, name, told[name])
    return made


def _metric(metric: AnyMetric) -> list[str | None]:
    """Its id, and which of its formulas it is; a formula is no data, so the catalogue has to give it again."""
    known = CATALOGUE[metric.id]
    formulas: Mapping[str, Metric] = (known.formulas or {}) if isinstance(known, Metric) else {}
    return [metric.id, next((name for name, each in formulas.items() if each is metric), None)]


def _of_metric(coded: list[Any]) -> AnyMetric:
    known = CATALOGUE[coded[0]]
    return known.formulas[coded[1]] if isinstance(known, Metric) and coded[1] is not None else known


def _frame(frame: pl.DataFrame) -> str:
    place = io.BytesIO()
    frame.write_ipc(place, compression="lz4")
    return base64.b64encode(place.getvalue()).decode()


def _array(array: np.ndarray) -> str:
    place = io.BytesIO()
    np.save(place, array, allow_pickle=False)
    return base64.b64encode(place.getvalue()).decode()


def _of_text(text: str) -> io.BytesIO:
    return io.BytesIO(base64.b64decode(text))


def _each(values: Any) -> list[Any]:
    return [_coded(each) for each in values]


#: In this order: an instant is a day as well.
KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    ((Metric, Quantile, Statistic), "metric"),
    (Enum, "enum"),
    (datetime, "instant"),
    (date, "day"),
    (timedelta, "time"),
    (tuple, "tuple"),
    (frozenset, "frozenset"),
    (set, "set"),
    (Mapping, "mapping"),
    (pl.DataFrame, "frame"),
    (pl.Series, "series"),
    (np.ndarray, "array"),
)
CODED: dict[str, Callable[[Any], Any]] = {
    "metric": _metric,
    "enum": lambda value: [_named(type(value)), value.name],
    "instant": lambda value: value.isoformat(),
    "day": lambda value: value.isoformat(),
    "time": lambda value: [value.days, value.seconds, value.microseconds],
    "tuple": _each,
    "frozenset": _each,
    "set": _each,
    "mapping": lambda value: [[_coded(key), _coded(each)] for key, each in value.items()],
    "frame": _frame,
    "series": lambda value: [value.name, _frame(value.rename("value").to_frame())],
    "array": _array,
    "object": _object,
}
MADE: dict[str, Callable[[Any], Any]] = {
    "metric": _of_metric,
    "enum": lambda coded: _class(coded[0], lambda kind: issubclass(kind, Enum))[coded[1]],  # ty: ignore[not-subscriptable]
    "instant": datetime.fromisoformat,
    "day": date.fromisoformat,
    "time": lambda coded: timedelta(*coded),
    "tuple": lambda coded: tuple(map(_made, coded)),
    "frozenset": lambda coded: frozenset(map(_made, coded)),
    "set": lambda coded: set(map(_made, coded)),
    "mapping": lambda coded: {_made(key): _made(each) for key, each in coded},
    "frame": lambda coded: pl.read_ipc(_of_text(coded)),
    "series": lambda coded: pl.read_ipc(_of_text(coded[1])).to_series().rename(coded[0]),
    "array": lambda coded: np.load(_of_text(coded), allow_pickle=False),
    "object": _of_object,
}

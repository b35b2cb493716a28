"""What a refresh asks of a warehouse whatever the days: it hangs on its shape and the rules, and is worked out once."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Column
from sqlalchemy.sql.visitors import ExternallyTraversible

from data_access import cases, contacts
from data_access.cubes import CUBES
from data_access.read import Query
from data_access.schema import TABLES
from data_access.warehouse import Warehouse
from data_access.wings.parts import PARTS
from metrics.rules import Rules

SOME_DAY = date(2000, 1, 1)
MOST_KEPT = 32


@dataclass(frozen=True, slots=True)
class Asked:
    """The statements of a refresh, told apart by `print`, and the columns of each table that go into marks."""

    print: str
    columns: Mapping[str, tuple[str, ...]]


_KEPT: dict[tuple[object, ...], Asked] = {}


def asked(warehouse: Warehouse, rules: Rules) -> Asked:
    """What is asked of a warehouse of this shape under these rules."""
    key = (warehouse.shape, repr(rules))
    found = _KEPT.get(key)
    if found is None:
        found = _work_out(warehouse, rules)
        if len(_KEPT) >= MOST_KEPT:
            _KEPT.clear()
        _KEPT[key] = found
    return found


def _work_out(warehouse: Warehouse, rules: Rules) -> Asked:
    counted = _counting(warehouse, rules) if warehouse.has("contacts") else []
    reviews = [cases.reviews(warehouse, rules)] if cases.has_reviews(warehouse) else []
    others: list[Query] = [cases.complaints(warehouse, rules)] if warehouse.has("complaints") else []
    others += [part.query(warehouse, rules) for part in PARTS.values() if part.is_there(warehouse)]
    compiled = [each.compile(dialect=warehouse.engine.dialect) for each in (*counted, *reviews, *others)]
    told = [(str(each), sorted(each.params.items())) for each in compiled]
    # A change of a column that no contact and no review is counted by changes no figure.
    used = {(element.table, element.name) for element in _elements(*counted, *reviews) if isinstance(element, Column)}
    columns = {
        table: tuple(sorted(name for name in present if (TABLES[table], name) in used))
        for table, present in warehouse.columns.items()
    }
    return Asked(hashlib.sha256(repr(told).encode()).hexdigest(), columns)


def _elements(*queries: Query) -> Iterator[ExternallyTraversible]:
    """Whatever the statements are made of, each once.

    SQLAlchemy's own iteration walks through what several refer to as often as they do: ten times as long where clocks
    are converted.
    """
    seen: dict[int, ExternallyTraversible] = {}  # kept alive, so that no two have one id
    waiting: list[ExternallyTraversible] = [*queries]
    while waiting:
        element = waiting.pop()
        if id(element) not in seen:
            seen[id(element)] = element
            waiting.extend(element.get_children())
            yield element


def _counting(warehouse: Warehouse, rules: Rules) -> list[Query]:
    found: list[Query | None] = [contacts.sums(warehouse, rules, SOME_DAY, SOME_DAY, contacts.CUBES)]
    found += [
        cube.query(warehouse, rules, SOME_DAY, SOME_DAY, grain) for cube in CUBES.values() for grain in cube.grains
    ]
    return [each for each in found if each is not None]

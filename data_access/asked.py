"""What a refresh asks of a warehouse whatever the days: it hangs on its shape and the rules, and is worked out once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Column

from data_access import contacts
from data_access.case_part import CHAINS, CONTACTS, NAMED, CasePart
from data_access.case_parts import PARTS
from data_access.cubes import CUBES
from data_access.elements import elements
from data_access.read import Query
from data_access.warehouse import Warehouse
from metrics.rules import Rules

SOME_DAY = date(2000, 1, 1)
MOST_KEPT = 32
#: Names, texts and verdicts are read by statements of their own.
READ_BESIDE = {
    *(("complaints", name) for name in ("text", "complaint_id", "contact_id", "customer_id", "agent_id")),
    *(("qa_items", name) for name in ("review_id", "item", "section", "applicable", "failed")),
    ("agents", "agent_id"),
    ("agents", "name"),
    ("teams", "team_id"),
    ("teams", "name"),
}


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
    parts = [part for part in PARTS.values() if part.is_there(warehouse)]
    kept = [part.query(warehouse, rules, None) for part in parts]
    compiled = [each.compile(dialect=warehouse.engine.dialect) for each in (*counted, *kept)]
    told = [(str(each), sorted(each.params.items())) for each in compiled]
    # A change of a column that nothing is made from changes no figure.
    by_part = [_used(query) for query in kept]
    used = READ_BESIDE.union(*map(_used, counted), *by_part)
    columns = {
        table: tuple(sorted(name for name in present if (table, name) in used))
        for table, present in warehouse.columns.items()
    }
    if warehouse.has(CONTACTS):
        for mark, more in ((CHAINS, contacts.CHAINED), (NAMED, ())):
            read = [used for part, used in zip(parts, by_part, strict=True) if _goes_by(part, mark)]
            own = {(CONTACTS, name) for name in more}.union(*read)
            columns[mark] = tuple(name for name in columns[CONTACTS] if (CONTACTS, name) in own)
    return Asked(hashlib.sha256(repr(told).encode()).hexdigest(), columns)


def _goes_by(part: CasePart, mark: str) -> bool:
    """Does this mark alone tell which contacts of the part changed?"""
    return mark in part.sources and CONTACTS not in part.sources


def _used(query: Query) -> set[tuple[str, str]]:
    """(table, column) of all that a statement reads."""
    columns = [element for element in elements(query) if isinstance(element, Column)]
    return {(element.table.name, element.name) for element in columns}


def _counting(warehouse: Warehouse, rules: Rules) -> list[Query]:
    found: list[Query | None] = [contacts.sums(warehouse, rules, SOME_DAY, SOME_DAY, contacts.CUBES)]
    found += [
        cube.query(warehouse, rules, SOME_DAY, SOME_DAY, grain) for cube in CUBES.values() for grain in cube.grains
    ]
    return [each for each in found if each is not None]
